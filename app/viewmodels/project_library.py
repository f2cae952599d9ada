"""Which library is open with a project: its own, which its suggestions were made from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.viewmodels.session import Action, SessionViewModel

if TYPE_CHECKING:
    from engine.timeline.document import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLibraries:
    """The libraries of a project, as they were found when it was read."""

    first: Path | None = None
    """The first that is there; None where none is."""
    missing: Path | None = None
    """The first of all, where none is there."""

    @classmethod
    def of(cls, project: Project, base: Path) -> OwnLibraries:
        """Looks for those of ``project`` in the folder ``base``."""
        from engine.timeline.paths import is_there, resolve

        paths = [resolve(library, base) for library in project.libraries]
        first = next((path for path in paths if is_there(path)), None)
        return cls(first=first, missing=paths[0] if paths and first is None else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What there is to say about it; empty where nothing is."""

    text: str = ""
    action: Action | None = None


def open_own(session: SessionViewModel, own: OwnLibraries) -> Said:
    """Open the project's library in place of another; one that sounds are being read into stays open."""
    collection, other = session.collection, session.collection.library_path
    if own.first is None:
        return Said(text=_missing(own.missing, other)) if own.missing is not None else Said()
    if other is None:
        session.open_library(own.first)
        return Said()
    if _same(own.first, other):
        return Said()
    first, (mine, theirs) = own.first, _names(own.first, other)
    if session.indexing is not None or collection.waiting:
        text = f"{theirs} stays open while sounds are read into it; the project's library is {mine}."
        return Said(text=text, action=Action(f"Open {mine}", lambda: _open(session, first, mine), of_edit=False))
    session.open_library(first)
    keep = Action(f"Keep {theirs}", lambda: _open(session, other, theirs), of_edit=False)
    return Said(text=f"The project's library {mine} is open.", action=keep)


def _open(session: SessionViewModel, path: Path, name: str) -> None:
    session.open_library(path)
    session.say(f"The library {name} is open.")


def _missing(lost: Path, other: Path | None) -> str:
    if other is None:
        return f"The project's library {lost.stem} is missing: open it from where it is now."
    mine, theirs = _names(lost, other)
    return f"The project's library {mine} is missing; {theirs} stays open."


def _names(one: Path, other: Path) -> tuple[str, str]:
    """What to call two libraries; with their folders where their names are the same."""
    if one.stem != other.stem:
        return one.stem, other.stem
    return f"{one.parent.name}/{one.stem}", f"{other.parent.name}/{other.stem}"


def _same(one: Path, other: Path) -> bool:
    from engine.timeline.paths import is_there

    return one.absolute() == other.absolute() or (is_there(other) and one.samefile(other))
