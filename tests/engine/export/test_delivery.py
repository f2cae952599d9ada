"""One door: every format delivered for real, nothing half done, sources safe, loudness met and told."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.errors import Cancelled, ProjectError
from engine.export import FORMATS, ExportOptions, choose_target, export
from engine.export.checks import missing_sounds
from engine.export.scene import open_scene
from engine.jobs import Job
from engine.timeline.document import Clip, Master, Project, VideoRef


def _digests(project: Project) -> dict[str, str]:
    paths = [media.path for media in project.media] + ([project.video.path] if project.video else [])
    return {path: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in paths}


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "pdf"])
def test_every_format_is_delivered_and_sources_stay(name: str, with_picture: Project, tmp_path: Path) -> None:
    before, job = _digests(with_picture), Job()
    report = export(with_picture, tmp_path, name, tmp_path / "out" / "Reel 1", job=job)
    assert report.format == name
    assert report.files
    assert all(file.is_file() and file.stat().st_size > 100 for file in report.files)
    assert {file.suffix for file in report.files} == {FORMATS[name].suffix or (".wav" if name == "stems" else ".edl")}
    assert _digests(with_picture) == before
    assert (report.loudness is not None) == (name in {"wav", "mp4"})
    assert job.fraction == pytest.approx(1, abs=0.01)
    left = {file for file in (tmp_path / "out").rglob("*") if file.is_file()}
    assert left == set(report.files)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "pdf"])
def test_a_cancelled_delivery_leaves_nothing(name: str, with_picture: Project, tmp_path: Path) -> None:
    class StopsMidway(Job):
        def step(self, n: float = 1, message: str | None = None) -> None:
            super().step(n, message)
            self.cancel()
            self.check()

    out = tmp_path / "out" / "Reel 1"
    with pytest.raises(Cancelled):
        export(with_picture, tmp_path, name, out, job=StopsMidway())
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []
    assert not any(path.name.startswith(".writing") for path in (tmp_path / "out").iterdir())


def test_a_long_mix_stops_soon_after_it_is_asked_to(project: Project, tmp_path: Path) -> None:
    clip = replace(project.tracks[0].clips[0], position=3600 * 48000)
    long = replace(project, tracks=(replace(project.tracks[0], clips=(clip,)),))
    job = Job()
    timer = threading.Timer(0.3, job.cancel)
    timer.start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        export(long, tmp_path, "wav", tmp_path / "a.wav", job=job)
    timer.join()
    assert time.monotonic() - began < 3
    assert list(tmp_path.iterdir()) == []


def test_loudness_is_met_by_measure(project: Project, tmp_path: Path, run_tool: Callable[..., bytes]) -> None:
    """ffmpeg's own EBU R128 filter reads the target back."""
    options = ExportOptions(loudness=choose_target("ebu-r128"))
    report = export(project, tmp_path, "wav", tmp_path / "a.wav", options)
    assert report.loudness is not None
    assert report.loudness.integrated == pytest.approx(-23, abs=0.05)
    assert report.gain_db != 0
    filters = ("-af", "ebur128=peak=true:metadata=1,ametadata=print:file=-", "-f", "null", "-")
    told = run_tool("ffmpeg", "-v", "error", "-i", str(tmp_path / "a.wav"), *filters).decode()
    integrated = [line.split("=")[1] for line in told.splitlines() if line.startswith("lavfi.r128.I=")]
    assert float(integrated[-1]) == pytest.approx(-23, abs=0.15)


def test_stems_take_the_gain_of_their_mix(project: Project, tmp_path: Path) -> None:
    options = ExportOptions(loudness=choose_target("netflix"), bit_depth=32)
    mix = export(project, tmp_path, "wav", tmp_path / "a.wav", options)
    stems = export(project, tmp_path, "stems", tmp_path / "stems", options)
    assert stems.gain_db == mix.gain_db
    total = np.sum([soundfile.read(file)[0] for file in stems.files], axis=0)
    assert np.abs(total - soundfile.read(tmp_path / "a.wav")[0]).max() < 1e-6
    assert stems.loudness is not None
    assert stems.loudness.integrated == pytest.approx(-27, abs=0.01)


def test_peaks_that_stand_in_the_way_are_told(project: Project, tmp_path: Path) -> None:
    """A single hit: its peak reaches the ceiling long before the mix is loud enough."""
    hits = tuple(Clip(id=f"{n}", media="door", position=48000 * n, length=96, fade_out=80) for n in (1, 4))
    quiet = replace(project, tracks=(replace(project.tracks[0], clips=hits),), master=Master(limiter=False))
    report = export(
        quiet, tmp_path, "wav", tmp_path / "a.wav", ExportOptions(loudness=choose_target("ebu-r128"), bit_depth=32)
    )
    assert report.loudness is not None
    assert report.loudness.true_peak == pytest.approx(-1.0, abs=0.05)
    assert any("not the -23 of EBU R128" in warning for warning in report.warnings)


def test_the_loop_alone(project: Project, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no loop"):
        export(project, tmp_path, "wav", tmp_path / "a.wav", ExportOptions(whole=False))
    looped = replace(project, loop=(24000, 96000))
    export(looped, tmp_path, "wav", tmp_path / "a.wav", ExportOptions(whole=False))
    assert soundfile.info(str(tmp_path / "a.wav")).frames == 72000


def test_missing_and_broken_sounds_are_warnings(project: Project, tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_bytes(b"RIFF\0\0\0\0WAVE")
    media = (
        replace(project.media[0], path="/nowhere/door.wav"),
        replace(project.media[1], path=(tmp_path / "broken.wav").as_posix()),
    )
    lost = replace(project, media=media, video=VideoRef(path="/nowhere/film.mp4", duration=48000))
    report = export(lost, tmp_path, "wav", tmp_path / "a.wav", ExportOptions(loudness=choose_target("ebu-r128")))
    told = "\n".join(report.warnings)
    for words in ("door.wav is missing", "film.mp4 is missing", "broken.wav", "too quiet or too short"):
        assert words in told
    assert told.count("door.wav") == 1
    with pytest.raises(ProjectError, match="no movie"):
        export(lost, tmp_path, "mp4", tmp_path / "a.mp4")


STRICT = ExportOptions(allow_missing=False, overwrite=False)


@pytest.mark.parametrize("name", ["wav", "stems", "otioz"])
def test_a_missing_sound_stops_a_strict_delivery(name: str, project: Project, tmp_path: Path) -> None:
    lost = replace(project, media=(replace(project.media[0], path="/nowhere/door.wav"), project.media[1]))
    with pytest.raises(ProjectError, match=r"A sound of this delivery is missing, such as door\.wav"):
        export(lost, tmp_path, name, tmp_path / "out" / "a", STRICT)
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix == ".wav"] == [
        path for path in map(Path, sorted(media.path for media in project.media)) if path.is_relative_to(tmp_path)
    ]


def test_only_what_would_be_heard_is_missed(project: Project, tmp_path: Path) -> None:
    """The door lies at 0.25 to 1.75 s and at 2.5 s, muted and in a loop that ends before it it is no loss."""
    lost = replace(
        project, media=tuple(replace(m, path="/nowhere/x.wav") if m.id == "door" else m for m in project.media)
    )
    scene = open_scene(lost, tmp_path, "")
    assert missing_sounds(scene, "wav") == [Path("/nowhere/x.wav")]
    assert missing_sounds(scene, "wav", 0, 12000) == []
    assert missing_sounds(scene, "wav", 84000, 120000) == []
    assert missing_sounds(scene, "edl") == []  # a list names its sounds
    muted = tuple(
        replace(track, clips=tuple(replace(clip, mute=clip.media == "door") for clip in track.clips))
        for track in lost.tracks
    )
    assert missing_sounds(open_scene(replace(lost, tracks=muted), tmp_path, ""), "wav") == []
    report = export(replace(lost, tracks=muted), tmp_path, "wav", tmp_path / "a.wav", STRICT)
    assert any("is missing" in warning for warning in report.warnings)


def test_a_damaged_sound_stops_a_strict_delivery(project: Project, tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_bytes(b"RIFF\0\0\0\0WAVE")
    broken = replace(project.media[1], path=(tmp_path / "broken.wav").as_posix())
    lost = replace(project, media=(project.media[0], broken))
    with pytest.raises(ProjectError, match="allow silence in its place") as refused:
        export(lost, tmp_path, "wav", tmp_path / "out" / "a.wav", STRICT)
    assert "broken.wav" in refused.value.message
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("name", ["wav", "stems", "otio", "edl", "mp4", "csv"])
def test_an_earlier_delivery_stays_unless_it_may_be_written_over(
    name: str, with_picture: Project, tmp_path: Path
) -> None:
    (file, *_) = export(with_picture, tmp_path, name, tmp_path / "out" / "a", STRICT).files
    file.write_bytes(b"kept")
    with pytest.raises(ProjectError, match="already"):
        export(with_picture, tmp_path, name, tmp_path / "out" / "a", STRICT)
    assert file.read_bytes() == b"kept"
    export(with_picture, tmp_path, name, tmp_path / "out" / "a", replace(STRICT, overwrite=True))
    assert file.read_bytes() != b"kept"


def test_sources_are_never_written_to(with_picture: Project, tmp_path: Path) -> None:
    before = _digests(with_picture)
    assert with_picture.video
    with pytest.raises(ProjectError, match="is a source"):
        export(with_picture, tmp_path, "mp4", with_picture.video.path)
    with pytest.raises(ProjectError, match="is a source"):
        export(with_picture, tmp_path, "wav", with_picture.media[0].path)
    assert _digests(with_picture) == before


def test_prores_becomes_mov(
    project: Project, make_flash: Callable[..., Path], tmp_path: Path, ffprobe: Callable[[Path], dict[str, Any]]
) -> None:
    film = make_flash(tmp_path / "f.mov", range(25), Fraction(1, 25), 5, codec="prores_ks", pixels="yuv422p10le")
    shown = replace(project, video=VideoRef(path=film.as_posix(), duration=48000))
    report = export(shown, tmp_path, "mp4", tmp_path / "Reel 1.mp4")
    assert [file.name for file in report.files] == ["Reel 1.mov"]
    assert any("prores pictures do not go into MP4" in text for text in report.warnings)
    streams = ffprobe(report.files[0])["streams"]
    assert [stream["codec_name"] for stream in streams[:2]] == ["prores", "pcm_s24le"]
    assert streams[2]["tags"]["timecode"] == "01:00:00:00"


def test_a_movie_of_a_movie_leaves_the_old_sound_out(with_picture: Project, tmp_path: Path) -> None:
    first = export(with_picture, tmp_path, "mp4", tmp_path / "one.mp4").files[0]
    again = replace(with_picture, video=replace(with_picture.video, path=first.as_posix()))  # type: ignore[type-var]
    report = export(again, tmp_path, "mp4", tmp_path / "two.mp4")
    assert "The film's own sound is not in the movie." in report.warnings


def test_empty_and_unheard_projects(project: Project, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="is empty"):
        export(Project(id="p"), tmp_path, "wav", tmp_path / "a.wav")
    muted = replace(project, tracks=tuple(replace(track, mute=True) for track in project.tracks))
    with pytest.raises(ProjectError, match="No track is heard"):
        export(muted, tmp_path, "stems", tmp_path / "stems")
    blank = Project(id="p", video=VideoRef(path="/x.mp4", duration=48000))
    with pytest.raises(ProjectError, match="No clip is heard"):
        export(blank, tmp_path, "edl", tmp_path / "lists")
    assert list(tmp_path.iterdir()) == []


def test_a_name_with_a_dot_keeps_it(project: Project, tmp_path: Path) -> None:
    assert export(project, tmp_path, "otio", tmp_path / "Reel 1.2").files == (tmp_path / "Reel 1.2.otio",)
