"""The sound browser: search, categories, states, and what is seen while a folder is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels.audition import AuditionViewModel
from app.viewmodels.library import LibraryViewModel, shortened
from app.viewmodels.page import ADD_FOLDER, CLEAR_SEARCH, OPEN_LIBRARY, RETRY
from app.viewmodels.session import SessionViewModel
from engine.audio import Player


@pytest.fixture
def browser(inline: SessionViewModel, audition: AuditionViewModel) -> LibraryViewModel:
    return LibraryViewModel(inline, audition, inline)


@pytest.fixture
def full(browser: LibraryViewModel, inline: SessionViewModel, library_file: Path) -> LibraryViewModel:
    inline.open_library(library_file)
    assert browser.state == "full"
    return browser


def names(browser: LibraryViewModel) -> list[str]:
    return [row.name for row in map(browser.rows.row_at, range(browser.rows.rowCount())) if row is not None]


def search(browser: LibraryViewModel, text: str, qtbot: QtBot) -> None:
    with qtbot.waitSignal(browser.state_changed, timeout=2000):
        browser.set_text(text)


def test_says_what_to_do_before_there_is_a_library(browser: LibraryViewModel, qtbot: QtBot) -> None:
    assert browser.state == "empty"
    assert browser.page.buttons == (ADD_FOLDER, OPEN_LIBRARY)
    with qtbot.waitSignal(browser.action_requested, timeout=100):
        browser.press(OPEN_LIBRARY)


def test_lists_all_sounds_with_their_categories(full: LibraryViewModel) -> None:
    assert full.rows.rowCount() == 8
    assert full.summary == "8 sounds"
    assert sum(count for _, count in full.categories) == 8
    assert all(row.duration > 0 for row in map(full.rows.row_at, range(8)) if row is not None)


def test_text_finds_and_clearing_brings_all_back(full: LibraryViewModel, qtbot: QtBot) -> None:
    search(full, "wood creak", qtbot)
    assert names(full) == ["wood creak"]
    assert full.summary == "1 of 8"
    search(full, "", qtbot)
    assert full.rows.rowCount() == 8


def test_text_without_a_match_says_so(full: LibraryViewModel, qtbot: QtBot) -> None:
    search(full, "zeppelin", qtbot)
    assert full.state == "empty"
    assert "zeppelin" in full.page.text
    assert full.page.buttons == (CLEAR_SEARCH,)
    with qtbot.waitSignal(full.text_changed, timeout=100):
        full.press(CLEAR_SEARCH)
    assert full.state == "full"


def test_a_category_narrows_and_combines_with_text(full: LibraryViewModel, qtbot: QtBot) -> None:
    category, count = full.categories[0]
    full.set_category(category)
    assert full.rows.rowCount() == count
    search(full, "zeppelin", qtbot)
    assert category in full.page.text
    full.set_category(None)
    search(full, "", qtbot)
    assert full.rows.rowCount() == 8


def test_odd_text_is_no_failure(full: LibraryViewModel, qtbot: QtBot) -> None:
    for text in ('"', "name:", "-", "(((", "*", "a OR", "🐶", ", ,"):
        search(full, text, qtbot)
        assert full.error is None


def test_choosing_a_row_loads_its_neighbours(full: LibraryViewModel, audition: AuditionViewModel) -> None:
    full.select(full.rows.row_at(2))
    near = [row for row in map(full.rows.row_at, range(6)) if row is not None]
    assert all(audition.is_ready(row.path) for row in near)


def test_outlines_come_for_what_is_shown(full: LibraryViewModel, qtbot: QtBot) -> None:
    row = full.rows.row_at(0)
    assert row is not None
    assert full.peaks.get(row.file_id) is None
    with qtbot.waitSignal(full.peaks.ready, timeout=2000):
        pass
    outline = full.peaks.get(row.file_id)
    assert outline is not None
    assert outline.shape[0] == 2
    assert outline.max() > 0.1


def test_a_file_that_is_no_library_is_said(browser: LibraryViewModel, inline: SessionViewModel, tmp_path: Path) -> None:
    path = tmp_path / "text.foleylib"
    path.write_text("no library")
    inline.open_library(path)
    assert browser.state == "failed"
    assert browser.error is not None
    assert browser.error.hint
    browser.press(RETRY)
    assert browser.state in ("failed", "empty")


def test_another_library_starts_afresh(full: LibraryViewModel, inline: SessionViewModel, library_file: Path) -> None:
    full.set_category(full.categories[0][0])
    inline.open_library(library_file)
    assert full.category is None
    assert full.rows.rowCount() == 8


def test_long_names_are_shortened_in_the_middle() -> None:
    assert shortened("short") == "short"
    text = shortened("Listening to " + "a" * 300 + ".wav")
    assert len(text) == 40
    assert text.startswith("Listening to")
    assert text.endswith(".wav")


@pytest.fixture
def indexing(
    threaded: SessionViewModel, device: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> LibraryViewModel:
    """A browser with real threads whose new library goes to the test's own folder."""
    from app.viewmodels import session as session_module

    monkeypatch.setattr(session_module, "default_library", lambda *_: tmp_path / "new.foleylib")
    threaded.model_id = "tiny"
    return LibraryViewModel(threaded, AuditionViewModel(threaded.runner, Player(device), threaded), threaded)


@pytest.mark.usefixtures("library_file")
def test_indexing_is_shown_until_its_sounds_are_listed(
    indexing: LibraryViewModel, sound_folder: Path, qtbot: QtBot
) -> None:
    states: list[str] = []
    indexing.state_changed.connect(lambda: states.append(indexing.state))
    indexing.session.add_folder(sound_folder)
    qtbot.waitUntil(lambda: indexing.rows.rowCount() == 8 and not indexing.indexing, timeout=30_000)
    assert "working" in states
    assert indexing.state == "full"


@pytest.mark.usefixtures("library_file")
def test_indexing_can_be_stopped(indexing: LibraryViewModel, sound_folder: Path, qtbot: QtBot) -> None:
    indexing.session.add_folder(sound_folder)
    qtbot.waitUntil(lambda: indexing.indexing, timeout=30_000)
    assert indexing.progress_text
    with qtbot.waitSignal(indexing.session.collection.index_cancelled, timeout=30_000):
        indexing.press("Cancel")
    assert not indexing.indexing


def test_the_page_says_that_a_first_folder_waits_for_the_model(
    threaded: SessionViewModel, audition: AuditionViewModel, sounds: Path, home: Path, qtbot: QtBot
) -> None:
    viewmodel = LibraryViewModel(threaded, audition)
    titles: list[str] = []
    viewmodel.state_changed.connect(lambda: titles.append(f"{viewmodel.state}: {viewmodel.page.text}"))
    threaded.add_folder(sounds)
    assert titles and titles[-1].startswith("working: Your sounds are read")
    qtbot.waitUntil(lambda: threaded.recommender is not None, timeout=30000)
    threaded.cancel_indexing()
    qtbot.waitUntil(lambda: threaded.indexing is None, timeout=30000)
