"""Undo in the window: every step in the journal, drags as one, failures without a torn history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.commands.history import History
from engine.errors import ProjectError
from engine.timeline import edits
from engine.timeline.document import Project, Track
from engine.timeline.journal import journal_path
from engine.timeline.session import ProjectSession, create_project, open_project, read_project


@pytest.fixture
def session(tmp_path: Path) -> Iterator[ProjectSession]:
    """An open project of one track."""
    project = Project(id="p", tracks=(Track(id="t", name="Feet"),))
    with create_project(tmp_path / "film.foleyscope", project) as opened:
        yield opened


@pytest.fixture
def history(session: ProjectSession, qtbot: QtBot) -> History:
    """Undo over it."""
    return History(session)


def gain(history: History) -> float:
    return history.project.track("t").gain_db


def test_an_edit_is_made_told_and_undone(history: History, session: ProjectSession, qtbot: QtBot) -> None:
    with qtbot.waitSignal(history.changed) as told:
        history.do(edits.set_track_gain(history.project, "t", -6))
    assert told.args == [frozenset({"track:t"})]
    assert history.stack.undoText() == "Set track level"
    assert not history.stack.isClean()
    assert read_project(session.path)[0] == history.project
    with qtbot.waitSignal(history.changed):
        history.stack.undo()
    assert gain(history) == 0
    assert read_project(session.path)[0] == history.project
    history.stack.redo()
    assert gain(history) == -6
    assert read_project(session.path)[0] == history.project


def test_what_changes_nothing_is_no_step(history: History) -> None:
    history.do(edits.set_track_gain(history.project, "t", 0))
    assert history.stack.count() == 0


def test_a_drag_is_one_step(history: History) -> None:
    for level in (-1, -2, -3):
        history.do(edits.set_track_gain(history.project, "t", level), merge="gain of t, drag 1")
    history.do(edits.set_track_gain(history.project, "t", -9), merge="gain of t, drag 2")
    assert history.stack.count() == 2
    history.stack.undo()
    assert gain(history) == -3
    history.stack.undo()
    assert gain(history) == 0
    history.stack.redo()
    assert gain(history) == -3


def test_a_drag_that_ends_where_it_began_leaves_no_step(history: History) -> None:
    for level in (-1, -2, 0):
        history.do(edits.set_track_gain(history.project, "t", level), merge="drag")
    assert (history.stack.count(), gain(history)) == (0, 0)


def test_saving_makes_it_clean(history: History, session: ProjectSession) -> None:
    history.do(edits.set_track_gain(history.project, "t", -6))
    history.save()
    assert history.stack.isClean()
    assert not session.modified
    history.stack.undo()
    assert not history.stack.isClean()
    assert read_project(session.path)[0] == history.project


def test_an_undo_that_cannot_be_written_leaves_stack_and_document_together(
    history: History, session: ProjectSession, qtbot: QtBot
) -> None:
    history.do(edits.set_track_gain(history.project, "t", -6))
    history.save()
    journal_path(session.path).mkdir()  # nothing can be appended to a folder
    with qtbot.waitSignal(history.failed) as told:
        history.stack.undo()
    assert told.args is not None
    assert told.args[0].hint
    assert gain(history) == -6
    qtbot.waitUntil(lambda: history.stack.index() == 1)
    with pytest.raises(ProjectError):
        history.do(edits.set_track_gain(history.project, "t", -9))
    assert history.stack.count() == 1
    journal_path(session.path).rmdir()
    history.stack.undo()
    assert gain(history) == 0


def test_what_a_crash_left_can_be_undone(session: ProjectSession, qtbot: QtBot) -> None:
    session.apply(edits.set_track_gain(session.project, "t", -6))
    session.close()
    with open_project(session.path) as again:
        history = History(again)
        assert not history.stack.isClean()
        history.stack.undo()
        assert gain(history) == 0
