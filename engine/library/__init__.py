"""The designer's own sounds: catalogue, scanner, names, text search and the index of embeddings."""

from __future__ import annotations

from engine.errors import Problem
from engine.library.catalogue import Library
from engine.library.names import take_family, title_of
from engine.library.records import IndexReport, LibraryStats, SoundFile, WindowHit
from engine.library.reference import Reference
from engine.library.rights import Rights
from engine.library.scanner import index_folder

__all__ = [
    "IndexReport",
    "Library",
    "LibraryStats",
    "Problem",
    "Reference",
    "Rights",
    "SoundFile",
    "WindowHit",
    "index_folder",
    "take_family",
    "title_of",
]
