"""Paths: kept both ways, the near one first."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from engine.errors import ProjectError
from engine.timeline.document import LibraryRef, Media, Project
from engine.timeline.paths import fingerprint, is_there, rebased, relative_to, resolve, stored


def media(path: Path, base: Path) -> Media:
    return Media(id="m", path=stored(path), relative=relative_to(path, base), sample_rate=48000, channels=1, frames=9)


def test_relative_paths_are_kept_near_the_project(tmp_path: Path) -> None:
    base = tmp_path / "a" / "b" / "c" / "d" / "film"
    base.mkdir(parents=True)
    assert relative_to(base / "sounds" / "x.wav", base) == "sounds/x.wav"
    assert relative_to(base.parent.parent.parent / "x.wav", base) == "../../../x.wav"
    assert relative_to(tmp_path / "a" / "x.wav", base) == ""


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="wants a second file system")
def test_another_disk_is_not_near(tmp_path: Path) -> None:
    assert relative_to("/proc/version", Path("/usr")) == ""


def test_a_moved_folder_still_opens(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "sounds").mkdir(parents=True)
    sound = old / "sounds" / "x.wav"
    sound.write_bytes(b"x")
    reference = media(sound, old)
    assert resolve(reference, old) == sound
    old.rename(new)
    assert resolve(reference, new) == new / "sounds" / "x.wav"
    assert resolve(reference, tmp_path) == sound  # nowhere: where it was last
    assert not resolve(reference, tmp_path).exists()


def test_what_the_system_will_not_tell_of_is_not_there(tmp_path: Path) -> None:
    long = "x" * 300 + ".wav"  # asking for it fails, for root too, as in a folder that may not be entered
    reference = Media(id="m", path=f"/{long}", relative=long, sample_rate=48000, channels=1, frames=9)
    assert resolve(reference, tmp_path) == Path(reference.path)
    assert not is_there(resolve(reference, tmp_path))
    assert is_there(Path(__file__)) and not is_there(tmp_path)


def test_the_project_alone_can_move_too(tmp_path: Path) -> None:
    sound = tmp_path / "x.wav"
    sound.write_bytes(b"x")
    assert resolve(media(sound, tmp_path), tmp_path / "elsewhere") == sound


def test_rebasing_points_at_the_same_files(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    sound, library = tmp_path / "x.wav", tmp_path / "l.foley"
    sound.write_bytes(b"x")
    library.write_bytes(b"l")
    reference = LibraryRef(path=stored(library), relative="l.foley")
    project = Project(id="p", media=(media(sound, tmp_path),), libraries=(reference,))
    moved = rebased(project, tmp_path, tmp_path / "deep")
    assert moved.media[0].relative == "../x.wav"
    assert moved.libraries[0].relative == "../l.foley"
    assert resolve(moved.media[0], tmp_path / "deep") == sound


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no text")
def test_a_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav"))
    odd.write_bytes(b"x")
    with pytest.raises(ProjectError, match="cannot be written as text") as refused:
        stored(odd)
    assert "Copy" in refused.value.hint
    str(refused.value).encode("utf-8")


def test_fingerprints_see_size_start_and_end(tmp_path: Path) -> None:
    base = bytes(200_000)
    variants = [base, base + b"\0", b"x" + base[1:], base[:-1] + b"x", b"", b"x"]
    prints = set()
    for number, data in enumerate(variants):
        path = tmp_path / str(number)
        path.write_bytes(data)
        prints.add(fingerprint(path))
    assert len(prints) == len(variants)
