"""Where a project's files lie: each path is kept both absolute and relative, so that a moved folder still opens."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Protocol, TypeVar

from engine.errors import ProjectError
from engine.timeline.document import LibraryRef, Media, Project, VideoRef

_LEVELS = 3  # folders up; a path that climbs further says nothing about the project's surroundings
_EDGE = 64 * 1024  # bytes read at both ends of a file: a network drive answers in a moment

F = TypeVar("F", Media, VideoRef, LibraryRef)


class Reference(Protocol):
    """A `Media`, `VideoRef` or `LibraryRef`."""

    @property
    def path(self) -> str:
        """Absolute."""

    @property
    def relative(self) -> str:
        """From the project's folder, or empty."""


def stored(path: Path | str) -> str:
    """``path`` absolute and with POSIX separators, as documents keep it.

    Raises:
        ProjectError: the name holds bytes that are no text, which a document cannot keep.
    """
    text = Path(os.path.abspath(path)).as_posix()  # noqa: PTH100  links are kept as the user named them
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as exc:
        name = text.encode("utf-8", "backslashreplace").decode("ascii", "replace")
        message = f"The name of {name} cannot be written as text."
        raise ProjectError(message, "Copy the file under a plain name and use the copy.", path=path) from exc
    return text


def relative_to(path: Path | str, base: Path | str) -> str:
    """``path`` from the folder ``base``, or "" where that leads to another disk or too far up."""
    try:
        relative = Path(os.path.relpath(path, base)).as_posix()
    except ValueError:  # another drive letter
        return ""
    ups = PurePosixPath(relative).parts.count("..")
    return relative if ups <= _LEVELS and (ups == 0 or _same_disk(Path(path), Path(base))) else ""


def resolve(reference: Reference, base: Path | str) -> Path:
    """Where the file of ``reference`` lies: beside the project ``base``, else at its absolute path, even if missing."""
    near = Path(base) / reference.relative if reference.relative else None
    if near is not None and is_there(near):
        return Path(os.path.normpath(near))
    return Path(reference.path)


def is_there(path: Path) -> bool:
    """Whether there is a file at ``path``; one that may not be asked for, or whose drive does not answer, is gone."""
    try:
        return path.is_file()
    except OSError:
        return False


def rebased(project: Project, old: Path | str, new: Path | str) -> Project:
    """``project`` with all relative paths from the folder ``new`` instead of ``old``."""

    def moved(reference: F) -> F:
        path = resolve(reference, old)
        return replace(reference, path=stored(path), relative=relative_to(path, new))

    return replace(
        project,
        media=tuple(moved(media) for media in project.media),
        libraries=tuple(moved(library) for library in project.libraries),
        video=moved(project.video) if project.video else None,
    )


def fingerprint(path: Path | str) -> str:
    """32 hexadecimal digits from a file's size and its first and last 64 KiB.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.blake2b(digest_size=16)
    with Path(path).open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        digest.update(size.to_bytes(8, "little"))
        file.seek(0)
        digest.update(file.read(_EDGE))
        file.seek(max(0, size - _EDGE))
        digest.update(file.read(_EDGE))
    return digest.hexdigest()


def _same_disk(path: Path, base: Path) -> bool:
    try:
        return path.stat().st_dev == base.stat().st_dev
    except OSError:
        return True  # one of them is away; the relative path is kept for when it is back
