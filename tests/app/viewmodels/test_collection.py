"""Libraries: made, opened, indexed with progress and cancel, kept apart by model, and failures with a next step."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.tasks import Task
from app.viewmodels.session import Action, SessionViewModel, default_library
from engine.errors import EngineError, LibraryError, ModelError
from engine.library import IndexReport
from tests.app.held_work import finish, held


def _indexed(session: SessionViewModel, sounds: Path) -> IndexReport:
    reports: list[IndexReport] = []
    session.index_finished.connect(reports.append)
    session.add_folder(sounds)
    assert len(reports) == 1
    return reports[0]


def test_a_first_folder_makes_a_library_with_the_chosen_model(
    inline: SessionViewModel, sounds: Path, home: Path
) -> None:
    report = _indexed(inline, sounds)
    assert report.added == 4 and [p.path.name for p in report.problems] == ["renamed.wav"]
    assert inline.library is not None and inline.library.model_id == "starter"
    assert inline.model is not None and inline.recommender is not None
    assert inline.collection.library_path == default_library("starter")
    assert default_library("starter").is_relative_to(home)


def test_an_existing_library_is_opened_and_answers(inline: SessionViewModel, sounds: Path, home: Path) -> None:
    _indexed(inline, sounds)
    again = SessionViewModel(inline.runner)
    opened: list[bool] = []
    again.library_changed.connect(lambda: opened.append(again.recommender is None))
    again.open_library(default_library("starter"))
    assert opened == [True], "sounds are listed before the model is loaded"
    assert again.recommender is not None and again.library is not None
    assert len(again.library.search("tone")) == 4
    again.close()


def test_indexing_runs_in_the_background_and_can_be_stopped(
    threaded: SessionViewModel, sounds: Path, home: Path, qtbot: QtBot
) -> None:
    said: list[str] = []
    threaded.status.connect(lambda sentence, action: said.append(sentence))
    threaded.add_folder(sounds)
    qtbot.waitUntil(lambda: threaded.indexing is not None, timeout=30000)
    assert threaded.indexing is not None and threaded.indexing.title.startswith("Indexing")
    threaded.cancel_indexing()
    qtbot.waitUntil(lambda: threaded.indexing is None, timeout=30000)
    assert any("stopped" in sentence for sentence in said)
    assert threaded.library is not None, "what there is stays open"


def test_stopped_indexing_goes_on_at_a_press(
    threaded: SessionViewModel, sounds: Path, home: Path, qtbot: QtBot
) -> None:
    told: list[tuple[str, Action | None]] = []
    threaded.status.connect(lambda sentence, action: told.append((sentence, action)))
    threaded.add_folder(sounds)
    assert told[-1][1] is not None and told[-1][1].text == "Stop", "said before anything is loaded"
    qtbot.waitUntil(lambda: threaded.indexing is not None, timeout=30000)
    told[-1][1].run()
    qtbot.waitUntil(lambda: threaded.indexing is None, timeout=30000)
    assert told[-1][1] is not None and told[-1][1].text == "Go on"
    with qtbot.waitSignal(threaded.index_finished, timeout=30000) as report:
        told[-1][1].run()
    assert report.args[0].added + report.args[0].unchanged == 4


def test_a_folder_that_waits_for_the_model_can_be_called_back(
    threaded: SessionViewModel, sounds: Path, home: Path, qtbot: QtBot
) -> None:
    threaded.add_folder(sounds)
    assert threaded.collection.waiting == (sounds,)
    with qtbot.waitSignal(threaded.collection.index_cancelled):
        threaded.cancel_indexing()
    qtbot.waitUntil(lambda: threaded.recommender is not None, timeout=30000)
    assert threaded.indexing is None and threaded.library is not None
    assert threaded.library.stats().files == 0


def test_a_file_that_is_no_library_says_what_to_do(inline: SessionViewModel, tmp_path: Path) -> None:
    path = tmp_path / "not.foleylib"
    path.write_text("no library")
    told: list[EngineError] = []
    inline.problem.connect(told.append)
    inline.open_path(path)
    assert isinstance(told[0], LibraryError) and told[0].hint
    assert inline.library is None and inline.collection.library_path is None


def test_what_cannot_be_opened_or_made_leaves_the_open_library(
    inline: SessionViewModel, sounds: Path, home: Path, tmp_path: Path
) -> None:
    _indexed(inline, sounds)
    damaged = tmp_path / "not.foleylib"
    damaged.write_text("no library")
    told: list[EngineError] = []
    inline.problem.connect(told.append)
    for attempt in (inline.open_library, inline.create_library):
        attempt(damaged)
        assert inline.collection.library_path == default_library("starter")
        assert inline.library is not None and len(inline.library.search("tone")) == 4
        assert inline.recommender is not None and inline.collection.error is None
    assert [type(error) for error in told] == [LibraryError, LibraryError]


def test_a_model_that_is_gone_leaves_the_library_browsable(
    inline: SessionViewModel, sounds: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _indexed(inline, sounds)
    monkeypatch.setenv("FOLEYSCOPE_MODELS", str(home / "none"))
    again = SessionViewModel(inline.runner)
    told: list[EngineError] = []
    again.problem.connect(told.append)
    again.open_library(default_library("starter"))
    # With a shipped model of this id it is the library that says so: it was made by another one.
    assert isinstance(told[0], ModelError | LibraryError) and told[0].hint
    assert again.recommender is None
    assert again.library is not None and len(again.library.search("tone")) == 4
    again.add_folder(sounds)
    assert len(told) == 2 and again.indexing is None, "adding a folder says why it cannot"
    again.close()


def test_the_same_model_is_not_loaded_twice(inline: SessionViewModel, home: Path) -> None:
    inline.create_library(home / "one.foleylib")
    first = inline.model
    inline.create_library(home / "two.foleylib")
    inline.open_library(home / "one.foleylib")
    assert first is not None and inline.model is not None
    assert inline.collection.library_path == home / "one.foleylib"
    assert inline.model.fingerprint == first.fingerprint


def test_a_new_library_never_replaces_a_file(inline: SessionViewModel, home: Path) -> None:
    path = home / "taken.foleylib"
    path.write_bytes(b"mine")
    told: list[EngineError] = []
    inline.problem.connect(told.append)
    inline.create_library(path)
    assert isinstance(told[0], LibraryError) and path.read_bytes() == b"mine"


def test_closing_stops_an_indexing_silently(threaded: SessionViewModel, sounds: Path, home: Path, qtbot: QtBot) -> None:
    told: list[EngineError] = []
    threaded.problem.connect(told.append)
    threaded.add_folder(sounds)
    qtbot.waitUntil(lambda: threaded.indexing is not None, timeout=30000)
    threaded.collection.close()
    qtbot.waitUntil(lambda: threaded.indexing is None and not threaded.runner.jobs, timeout=30000)
    assert told == [] and threaded.library is None


@pytest.fixture
def busy(inline: SessionViewModel, sounds: Path, home: Path) -> list[Task]:
    """A library into which a folder is being read while a second one waits; the reading stands still."""
    inline.create_library(home / "first.foleylib")
    with held(inline.runner) as work:
        inline.add_folder(sounds)
        inline.add_folder(sounds.parent)
    assert inline.collection.waiting == (sounds.parent,) and inline.indexing is work[0]
    return work


def test_folders_wait_for_their_own_library_only(inline: SessionViewModel, busy: list[Task], home: Path) -> None:
    with held(inline.runner) as work:
        inline.create_library(home / "second.foleylib")
    for task in (*busy, *work):
        finish(inline.runner, task)
    assert inline.library is not None and inline.collection.library_path == home / "second.foleylib"
    assert inline.collection.waiting == () and inline.library.stats().files == 0


def test_a_stopped_indexing_ends_no_other(inline: SessionViewModel, busy: list[Task], home: Path) -> None:
    said: list[object] = []
    inline.status.connect(lambda sentence, action: said.append(sentence))
    with held(inline.runner) as work:
        inline.collection.open_when_made(lambda job: home / "first.foleylib", "Making the demo")
    finish(inline.runner, busy[0])
    assert inline.indexing is work[-1] and said == [], "nobody can go on with it in another library"
    for task in work:
        finish(inline.runner, task)
    assert inline.indexing is None and inline.collection.library_path == home / "first.foleylib"


def test_folders_of_a_library_that_could_not_be_opened_wait_no_more(
    threaded: SessionViewModel, sounds: Path, home: Path, qtbot: QtBot
) -> None:
    default_library("starter").parent.mkdir(parents=True)
    default_library("starter").write_text("no library")
    with qtbot.waitSignal(threaded.problem):
        threaded.add_folder(sounds)
    assert threaded.collection.waiting == ()


def test_a_late_failure_of_a_model_leaves_the_library_opened_since(
    inline: SessionViewModel, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[EngineError] = []
    for name in ("first", "second"):
        inline.create_library(home / f"{name}.foleylib")
    inline.collection._last_model = None
    inline.problem.connect(told.append)
    with held(inline.runner) as work:
        inline.open_library(home / "first.foleylib")
        finish(inline.runner, work[1])  # the library; its model is on its way
        inline.open_library(home / "second.foleylib")
        with monkeypatch.context() as patch:
            patch.setenv("FOLEYSCOPE_MODELS", str(home / "none"))
            finish(inline.runner, work[2])
    for task in work[3:]:
        finish(inline.runner, task)
    assert told == [] and inline.recommender is not None
    assert inline.collection.library_path == home / "second.foleylib"
