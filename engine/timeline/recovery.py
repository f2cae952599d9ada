"""What a program that ended without saving left, and how much of it can be brought back."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import ProjectError
from engine.timeline.backups import backups_folder
from engine.timeline.changes import Change
from engine.timeline.document import Project
from engine.timeline.journal import Found, journal_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What was found of a program that ended without saving."""

    edits: int = 0
    """Edits brought back."""
    torn: bool = False
    """Whether one more was in flight and is lost."""
    set_aside: Path | None = None
    """A journal that follows another file and was therefore not used."""

    def __bool__(self) -> bool:
        return bool(self.edits or self.torn or self.set_aside)

    @property
    def message(self) -> str:
        """One sentence for the person who opened the project; empty where nothing happened."""
        if self.set_aside:
            return f"Unsaved edits of another version of this file were found and kept as {self.set_aside.name}."
        if not self:
            return ""
        if not self.edits:
            return "An edit that was being made when the program ended is lost."
        recovered = f"{self.edits} unsaved edit{'' if self.edits == 1 else 's'} recovered"
        return f"{recovered}; one that was being made is lost." if self.torn else f"{recovered}."


def recovered(saved: Project, found: Found) -> tuple[Project, Found]:
    """``saved`` with the edits of a journal, and what could be used of it: all or nothing."""
    project = saved
    try:
        for entry in found.entries:
            project = entry.change.apply(project) if entry.kind == "do" else entry.change.revert(project)
    except ProjectError:  # the project always opens; the journal is kept beside it
        return saved, replace(found, entries=(), stale=True)
    return project, found


def history(found: Found) -> list[Change]:
    """What can be undone after a journal was replayed."""
    done: list[Change] = []
    for entry in found.entries:
        if entry.kind == "do":
            done.append(entry.change)
        elif done and done[-1] == entry.change:
            done.pop()
        else:  # an edit from before the last save was undone
            done.append(entry.change.inverse)
    return done


def set_aside(path: Path) -> Path:
    """Moves a journal that follows another document out of the way, and keeps it."""
    name = f"{path.stem} unsaved {time.strftime('%Y%m%d-%H%M%S')}.journal"
    target = backups_folder(path) / name
    target.parent.mkdir(exist_ok=True)
    return journal_path(path).replace(target)
