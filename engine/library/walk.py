"""The sound files of a folder and what they are called, without opening any."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import Problem
from engine.jobs import Job
from engine.library.rights_table import SUFFIXES as TABLES
from engine.library.store import Stamp

SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in (
        *("wav", "wave", "bwf", "rf64", "w64", "aif", "aiff", "aifc", "flac", "mp3", "mp2", "m4a", "aac"),
        *("ogg", "oga", "opus", "caf", "wma", "mka", "au", "snd", "wv", "ac3", "ape", "amr"),
    )
)


@dataclass(slots=True)
class Found:
    """What a walk came upon."""

    files: dict[str, Stamp] = field(default_factory=dict)
    """Path -> size and time, in order of path."""
    tables: list[str] = field(default_factory=list)
    """CSV and TSV files, which may say under which licences the sounds are."""
    problems: list[Problem] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    """Folders that could not be listed; what was known inside them is not taken for vanished."""


def walk(root: Path, job: Job) -> Found:
    """Every sound file under ``root`` by its suffix; hidden ones, ``._`` junk and links in circles are left out.

    Raises:
        Cancelled: the job was cancelled.
    """
    found = Found()
    for folder, names in _folders(root, found):
        job.check()
        for name in names:
            suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - 10x faster
            if name.startswith(".") or (suffix not in SUFFIXES and suffix not in TABLES):
                continue
            path = f"{folder.rstrip(os.sep)}{os.sep}{name}"
            if suffix in TABLES:
                found.tables.append(path)
            else:
                _note(found, path)
    found.files = dict(sorted(found.files.items()))
    return found


def _folders(root: Path, found: Found) -> Iterator[tuple[str, list[str]]]:
    def unreadable(error: OSError) -> None:
        folder = str(error.filename)
        found.unreadable.append(folder)
        hint = "Check its permissions or reconnect the drive, then index again."
        found.problems.append(Problem(Path(folder), f"This folder cannot be read ({error.strerror}).", hint))

    seen: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(root, onerror=unreadable, followlinks=True):
        try:
            status = os.stat(folder)  # noqa: PTH116 - os.walk speaks strings
        except OSError as error:
            unreadable(error)
            continue
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield folder, names


def _note(found: Found, path: str) -> None:
    try:
        path.encode()
        status = os.stat(path)  # noqa: PTH116 - as above
    except UnicodeEncodeError:
        hint = "Rename it, then index again."
        found.problems.append(Problem(Path(path), "The name of this file is not valid text.", hint))
    except OSError as error:
        hint = "Check that it is not a broken link and that you may read it, then index again."
        found.problems.append(Problem(Path(path), f"This file cannot be read ({error.strerror}).", hint))
    else:
        found.files[path] = Stamp(status.st_size, status.st_mtime_ns)
