"""Earlier saves: numbered, ten of them, none twice."""

from __future__ import annotations

import os
from pathlib import Path

from engine.timeline.backups import KEPT, backups, backups_folder, keep_backup, remove_leftovers


def test_the_newest_ten_are_kept(tmp_path: Path) -> None:
    project = tmp_path / "film.foleyscope"
    for number in range(KEPT + 5):
        keep_backup(project, b"%d" % number)
    kept = backups(project)
    assert [path.read_bytes() for path in kept] == [b"%d" % number for number in range(KEPT + 4, 4, -1)]
    assert kept[0].name == "film 0015.foleyscope"


def test_the_same_is_not_kept_twice(tmp_path: Path) -> None:
    project = tmp_path / "film.foleyscope"
    assert keep_backup(project, b"a") == keep_backup(project, b"a")
    assert len(backups(project)) == 1


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    project = tmp_path / "film.foleyscope"
    keep_backup(project, b"a")
    mine = backups_folder(project) / "mine.foleyscope"
    mine.write_bytes(b"mine")
    for number in range(KEPT + 2):
        keep_backup(project, b"%d" % number)
    assert mine.read_bytes() == b"mine"
    assert mine not in backups(project)


def test_what_killed_saves_left_is_removed(tmp_path: Path) -> None:
    project = tmp_path / "film.foleyscope"
    keep_backup(project, b"a")
    half = backups_folder(project) / ".writing-abc.foleyscope"
    old, young, other = (
        tmp_path / name for name in (".writing-o.foleyscope", ".writing-y.foleyscope", ".writing-z.wav")
    )
    for path in (half, old, young, other):
        path.write_bytes(b"")
    os.utime(old, (0, 0))
    os.utime(other, (0, 0))
    remove_leftovers(project)
    assert [path.exists() for path in (half, old, young, other)] == [False, False, True, True]
