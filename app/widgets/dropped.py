"""What other programs drag over the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

_SOUNDS = frozenset(
    {".wav", ".wave", ".bwf", ".rf64", ".w64", ".aif", ".aiff", ".aifc", ".caf", ".flac", ".ogg", ".oga", ".opus"}
    | {".mp3", ".m4a", ".wma", ".mka"}
)
"""Endings of files that hold sound alone."""


def local_files(mime: QMimeData) -> list[Path]:
    """The files on this machine that are dragged; none for a link into the web."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def is_sound(path: Path) -> bool:
    """Whether a file is a sound by its name; nothing is read."""
    return path.suffix.lower() in _SOUNDS
