"""Which files of a folder are sounds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.errors import Cancelled
from engine.jobs import Job
from engine.library.walk import walk


def touch(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_junk_hidden_and_other_files_are_left_out(tmp_path: Path) -> None:
    touch(tmp_path, "b/z.WAV", "a.ogg", "._a.ogg", ".hidden/c.wav", "notes.txt", "b/.DS_Store", "b/clip.mp4", "m.mp3")
    found = walk(tmp_path, Job())
    assert list(found.files) == [str(tmp_path / name) for name in ("a.ogg", "b/z.WAV", "m.mp3")]
    assert not found.problems


def test_links_in_circles_end_and_linked_folders_are_seen_once(tmp_path: Path) -> None:
    touch(tmp_path / "lib", "dog/a.wav")
    touch(tmp_path / "elsewhere", "b.wav")
    (tmp_path / "lib" / "dog" / "up").symlink_to(tmp_path / "lib", target_is_directory=True)
    (tmp_path / "lib" / "linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    found = walk(tmp_path / "lib", Job())
    assert [os.path.relpath(path, tmp_path / "lib") for path in found.files] == ["dog/a.wav", "linked/b.wav"]


def test_odd_names_are_kept(tmp_path: Path) -> None:
    names = ["🔥 100%.wav", "#1 & more;.wav", "x" * 246 + ".wav", " leading.wav", "new\nline.wav", "雨.wav"]
    touch(tmp_path, *names)
    assert {Path(path).name for path in walk(tmp_path, Job()).files} == set(names)


def test_broken_links_and_names_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "gone.wav").symlink_to(tmp_path / "nowhere.wav")
    (tmp_path / os.fsdecode(b"bad\xff.wav")).touch()
    found = walk(tmp_path, Job())
    assert not found.files
    assert len(found.problems) == 2
    assert all(problem.message and problem.hint for problem in found.problems)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_forbidden_folder_is_told_and_not_taken_for_empty(tmp_path: Path) -> None:
    touch(tmp_path, "closed/a.wav", "b.wav")
    (tmp_path / "closed").chmod(0)
    try:
        found = walk(tmp_path, Job())
    finally:
        (tmp_path / "closed").chmod(0o755)
    assert found.unreadable == [str(tmp_path / "closed")]
    assert found.problems[0].path == tmp_path / "closed"


def test_a_walk_can_be_cancelled(tmp_path: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        walk(tmp_path, job)
