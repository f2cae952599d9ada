"""What is found before anything is written: how much a delivery takes, and that it fits."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import ProjectError
from engine.export import ExportOptions, export
from engine.export.checks import (
    MissingSoundsError,
    TakenError,
    bundle_bytes,
    check_free,
    check_missing,
    check_space,
    movie_bytes,
    sound_bytes,
)
from engine.export.scene import open_scene
from engine.timeline.document import Project

HOURS = 3600 * 48000


@pytest.mark.parametrize("bits", [24, 32])
@pytest.mark.parametrize("name", ["wav", "stems"])
def test_what_is_told_of_sound_is_what_is_written(name: str, bits: int, project: Project, tmp_path: Path) -> None:
    files = export(project, tmp_path, name, tmp_path / "a", ExportOptions(bit_depth=bits)).files  # type: ignore[arg-type]
    written, told = sum(file.stat().st_size for file in files), sound_bytes(project.end, bits, len(files))
    assert written <= told < written + len(files) * 1.1e6


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_what_is_told_of_a_movie_is_what_is_written(suffix: str, with_picture: Project, tmp_path: Path) -> None:
    (file,) = export(with_picture, tmp_path, "mp4", tmp_path / f"a{suffix}").files
    assert with_picture.video
    told = movie_bytes(Path(with_picture.video.path), with_picture.video.duration, 48000, suffix)
    assert file.stat().st_size <= told < file.stat().st_size + 2.2e6


def test_what_is_told_of_a_bundle_is_what_is_written(with_picture: Project, tmp_path: Path) -> None:
    (file,) = export(with_picture, tmp_path, "otioz", tmp_path / "a").files
    told = bundle_bytes(open_scene(with_picture, tmp_path, ""))
    assert file.stat().st_size <= told < file.stat().st_size + 1.1e6


def test_a_disk_too_small_is_told_with_what_is_missing(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    check_space(tmp_path / "not there" / "a.wav", free // 2)
    with pytest.raises(ProjectError, match=r"a\.wav takes [\d,.]+ GB, and its disk has .* free") as refused:
        check_space(tmp_path / "not there" / "a.wav", free + 5_000_000_000)
    gigabytes = float(refused.value.hint.split()[1])
    assert gigabytes == pytest.approx(5, abs=0.5)  # others write to this disk meanwhile
    assert not (tmp_path / "not there").exists()


@pytest.mark.parametrize("name", ["wav", "stems"])
def test_a_mix_too_long_for_the_disk_is_not_begun(name: str, project: Project, tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    far = replace(project, loop=(0, int(free / 6 * 1.5) + HOURS))
    with pytest.raises(ProjectError, match=r"takes .* GB, and its disk has"):
        export(far, tmp_path, name, tmp_path / "out" / "a", ExportOptions(whole=False))
    assert not list(tmp_path.glob("out/*"))


def test_sounds_beyond_the_timeline_are_not_delivered(project: Project, tmp_path: Path) -> None:
    """Files of earlier versions may hold some; they open all the same."""
    clip = replace(project.tracks[0].clips[0], position=10**12 * 48000)
    far = replace(project, tracks=(replace(project.tracks[0], clips=(clip,)),))
    for name in ("wav", "edl", "csv"):
        with pytest.raises(
            ProjectError, match=r"1,000,000,000,000 s lies beyond the timeline, which ends after 24 hours"
        ):
            export(far, tmp_path, name, tmp_path / "out" / "a")
    assert not list(tmp_path.glob("out/*"))


def test_what_is_there_already_is_named_and_counted(tmp_path: Path) -> None:
    files = [tmp_path / "stems" / name for name in ("a.wav", "b.wav", "c.wav")]
    files[0].parent.mkdir()
    check_free(files)
    files[1].touch()
    with pytest.raises(TakenError, match=r"^b\.wav is there already\. .* write over it \(--overwrite\)\.$"):
        check_free(files)
    files[2].touch()
    with pytest.raises(TakenError, match=r"^2 files of this delivery are in “stems” already, .* over them") as refused:
        check_free(files)
    assert refused.value.taken == tuple(files[1:]) and refused.value.path == files[1]


def test_one_missing_sound_is_it_and_several_are_them() -> None:
    with pytest.raises(MissingSoundsError, match=r"A sound .* is missing, .* Find it with .* in its place"):
        check_missing([Path("a.wav")])
    with pytest.raises(MissingSoundsError, match=r"2 sounds .* are missing, .* Find them with .* in their place"):
        check_missing([Path("a.wav"), Path("b.wav")])
    check_missing([])
