"""OTIO and OTIOZ: OpenTimelineIO's own adapters open them, and the bundle holds the media byte for byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlparse

import opentimelineio as otio
import pytest

from engine.errors import Cancelled
from engine.export.otio_files import bundle_names, write_otio, write_otioz
from engine.export.scene import open_scene
from engine.jobs import Job
from engine.timeline.document import Project


def test_otio_reads_back_and_leads_to_the_files(with_picture: Project, tmp_path: Path) -> None:
    write_otio(open_scene(with_picture, tmp_path, "Reel 1"), tmp_path / "a.otio")
    made = otio.adapters.read_from_file(str(tmp_path / "a.otio"))
    assert made.name == "Reel 1"
    clips = list(made.find_clips())
    assert len(clips) == 6
    assert all(Path(unquote(urlparse(clip.media_reference.target_url).path)).is_file() for clip in clips)


def test_otioz_holds_all_media(with_picture: Project, tmp_path: Path) -> None:
    job = Job()
    write_otioz(open_scene(with_picture, tmp_path, "Reel 1"), tmp_path / "a.otioz", job)
    (tmp_path / "out").mkdir()
    made = otio.adapters.read_from_file(str(tmp_path / "a.otioz"), extract_to_directory=str(tmp_path / "out"))
    assert job.done == job.total > 0
    assert len(list(made.find_clips())) == 6
    folder = tmp_path / "out"
    for media in (*with_picture.media, with_picture.video):
        assert media is not None
        original = Path(media.path)
        assert (folder / "media" / original.name).read_bytes() == original.read_bytes()
    urls = {clip.media_reference.target_url for clip in made.find_clips()}
    assert all((folder / url).is_file() for url in urls)


def test_a_missing_sound_does_not_stop_the_bundle(project: Project, tmp_path: Path) -> None:
    lost = replace(project, media=(replace(project.media[0], path="/nowhere/x.wav"), project.media[1]))
    write_otioz(open_scene(lost, tmp_path, ""), tmp_path / "a.otioz")
    made = otio.adapters.read_from_file(str(tmp_path / "a.otioz"))
    assert sum(clip.media_reference.is_missing_reference for clip in made.find_clips()) == 3


def test_packing_stops_when_cancelled(project: Project, tmp_path: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        write_otioz(open_scene(project, tmp_path, ""), tmp_path / "a.otioz", job)


def test_names_in_the_bundle_differ_even_without_capitals() -> None:
    names = bundle_names([Path("/a/Rain.wav"), Path("/b/rain.wav"), Path("/c/rain.WAV"), Path("/a/Rain.wav")])
    assert sorted(names.values()) == ["Rain.wav", "rain (2).wav", "rain (3).WAV"]
