"""What the library says about a sound, a window, a problem and itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import Problem


@dataclass(frozen=True, slots=True)
class SoundFile:
    """One sound of the library, as read from its headers and its name."""

    id: int
    path: Path
    name: str
    """File name with its suffix."""
    folder: str
    """Folder inside the indexed one, as a designer reads it; empty at the top."""
    duration: float
    """Length in s; from the header until the sound was decoded, then as decoded."""
    sample_rate: int
    channels: int
    category: str
    subcategory: str
    catid: str
    duplicate_of: int | None = None
    """The file with the same bytes that stands for this one in recommendations."""
    listened: bool = True
    """Whether its windows are in the index; until then it is found by name only."""
    licence: str = ""
    """As its tags say, or else a table of licences (:mod:`engine.library.rights_table`); empty where nothing does."""
    credit: str = ""
    """Author or source, likewise."""


@dataclass(frozen=True, slots=True)
class WindowHit:
    """One window of a sound and how far it lies from what was asked."""

    file_id: int
    start: float
    """Where the window starts in the file, s."""
    end: float
    """Where it ends, s; never past the end of the sound."""
    distance: float
    """Euclidean distance of unit vectors, 0..2."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one run over a folder did."""

    added: int
    updated: int
    unchanged: int
    removed: int
    problems: list[Problem]
    """Every file of the folder that is not usable now, also those known from an earlier run."""
    seconds: float
    """How long the run took, s."""
    audio_seconds: float
    """Length of the sound decoded in this run, s."""


@dataclass(frozen=True, slots=True)
class LibraryStats:
    """The library in numbers."""

    files: int
    seconds: float
    """Length of all its sounds, s."""
    windows: int
    duplicates: int
    pending: int
    """Files found by name whose sound is not in the index yet."""
    problems: int
