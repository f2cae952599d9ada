"""Earlier saves of a project, in a folder beside it; the oldest make room."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

from engine.files import write_bytes

KEPT = 10
_HALF_WRITTEN = ".writing-*"  # as engine.files names them


def backups_folder(project: Path) -> Path:
    """Where backups of ``project`` lie."""
    return project.with_name(project.name + ".backups")


def backups(project: Path) -> list[Path]:
    """Backups of ``project``, the newest first."""
    numbered = [(_number(path), path) for path in backups_folder(project).glob("*" + project.suffix)]
    return [path for number, path in sorted(numbered, reverse=True) if number]


def keep_backup(project: Path, data: bytes) -> Path:
    """Keeps ``data``, the file that is about to be replaced, and removes all but the newest `KEPT`.

    Raises:
        OSError: it could not be written.
    """
    before = backups(project)
    if before and before[0].read_bytes() == data:  # kept by a save that did not come to its end
        return before[0]
    number = _number(before[0]) + 1 if before else 1
    target = backups_folder(project) / f"{project.stem} {number:04d}{project.suffix}"
    write_bytes(target, data)
    for old in before[KEPT - 1 :]:
        old.unlink(missing_ok=True)
    return target


def remove_leftovers(project: Path) -> None:
    """Removes what saves that were killed half-way left; only their owner, who holds the lock, may."""
    yesterday = time.time() - 24 * 3600
    own, shared = backups_folder(project), project.parent
    for left in (*own.glob(_HALF_WRITTEN + project.suffix), *shared.glob(_HALF_WRITTEN + project.suffix)):
        with suppress(OSError):  # litter keeps no project from opening
            # In the shared folder a young one may be another project's that is being saved now.
            if left.parent == own or left.stat().st_mtime < yesterday:
                left.unlink()


def _number(path: Path) -> int:
    found = re.search(r" (\d{4,})$", path.stem)
    return int(found[1]) if found else 0
