"""What people are told after a crash, and an unusable journal that keeps no project from opening."""

from __future__ import annotations

from pathlib import Path

from engine.timeline import edits
from engine.timeline.document import Project
from engine.timeline.journal import Entry, Found
from engine.timeline.recovery import Recovery, history, recovered


def test_messages() -> None:
    assert Recovery().message == ""
    assert Recovery(edits=1).message == "1 unsaved edit recovered."
    assert Recovery(edits=2, torn=True).message == "2 unsaved edits recovered; one that was being made is lost."
    assert "is lost" in Recovery(torn=True).message
    assert "x.journal" in Recovery(set_aside=Path("x.journal")).message


def test_edits_that_do_not_fit_are_left_out_as_a_whole(project: Project) -> None:
    first, again = edits.set_loop(project, None), edits.set_loop(project, None)
    found = Found(entries=(Entry(kind="do", change=first), Entry(kind="do", change=again)))
    same, used = recovered(project, found)
    assert same is project
    assert (used.entries, used.stale) == ((), True)


def test_history_follows_undo(project: Project) -> None:
    first = edits.set_loop(project, None)
    entries = [Entry(kind=kind, change=first) for kind in ("do", "undo", "undo")]  # type: ignore[arg-type]
    assert history(Found(entries=tuple(entries[:1]))) == [first]
    assert history(Found(entries=tuple(entries[:2]))) == []
    assert history(Found(entries=tuple(entries))) == [first.inverse]
