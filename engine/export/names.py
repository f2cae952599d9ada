"""What a delivery's file or folder is called: the format's suffix is put on, another known one is refused."""

from __future__ import annotations

from pathlib import Path

from engine.errors import ProjectError
from engine.export.formats import FORMATS, Format

_DOCUMENTS = {".foleyscope", ".foleylib", ".edl", ".aaf", ".omf", ".fcpxml", ".txt"}
_SOUNDS = {".bwf", ".w64", ".aif", ".aiff", ".flac", ".mp3", ".m4a", ".ogg", ".opus"}
_MOVIES = {".mov", ".m4v", ".mkv", ".avi", ".mxf", ".webm"}
_OTHERS = frozenset(_DOCUMENTS | _SOUNDS | _MOVIES)
"""Suffixes that say what a file is, beside those of our formats; any other is part of a name, as in “Reel 1.2”."""


def file_of(out: Path, chosen: Format, *also: str) -> Path:
    """``out`` with the suffix of ``chosen`` put on where it has none; ``also`` are suffixes that will do, too.

    Raises:
        ProjectError: it has the suffix of something else.
    """
    suffix = out.suffix.lower()
    if suffix in (chosen.suffix, *also):
        return out
    if _is_known(suffix):
        message = f"{out.name} ends in {out.suffix}, but the format {chosen.id} is written as {chosen.suffix}."
        raise ProjectError(message, f"Name it {out.stem}{chosen.suffix}{_or_format(suffix)}.", path=out)
    return out.with_name(out.name + chosen.suffix)


def folder_of(out: Path, chosen: Format) -> Path:
    """``out``, the folder for the files of ``chosen``.

    Raises:
        ProjectError: there is no such folder yet, and its name is that of a file.
    """
    suffix = out.suffix.lower()
    if _is_known(suffix) and not out.exists():
        message = f"{out.name} ends in {out.suffix}, but the format {chosen.id} writes several files into a folder."
        raise ProjectError(message, f"Give a folder, such as {out.stem}{_or_format(suffix)}.", path=out)
    return out


def renamed(out: Path, chosen: Format) -> Path:
    """``out``, named for whatever format, as a file or folder of ``chosen``: at most its suffix changes."""
    suffix = out.suffix.lower()
    if suffix == chosen.suffix or (suffix == ".mov" and chosen.id == "mp4"):
        return out
    stem = out.stem if _is_known(suffix) else out.name
    return out.with_name(stem + chosen.suffix)


def _is_known(suffix: str) -> bool:
    return suffix in _OTHERS or any(suffix == entry.suffix for entry in FORMATS.values() if entry.suffix)


def _or_format(suffix: str) -> str:
    """The other way out, where a format has that suffix."""
    names = [entry.id for entry in FORMATS.values() if suffix == entry.suffix]
    if suffix == ".mov":
        names = ["mp4"]
    return f", or choose the format {' or '.join(names)}" if names else ""
