"""The browser's panel: states, search, chips."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.viewmodels.audition import AuditionViewModel
from app.viewmodels.page import ADD_FOLDER, CLEAR_SEARCH, OPEN_LIBRARY
from app.viewmodels.session import SessionViewModel
from app.widgets.library_panel import LibraryPanel


@pytest.fixture
def full(library_panel: LibraryPanel, inline: SessionViewModel, library_file: Path) -> LibraryPanel:
    inline.open_library(library_file)
    return library_panel


def buttons(panel: LibraryPanel) -> list[QPushButton]:
    return [button for button in panel.page.findChildren(QPushButton) if button.isVisible()]


def test_empty_offers_a_folder(library_panel: LibraryPanel, qtbot: QtBot) -> None:
    assert [b.text() for b in buttons(library_panel)] == [ADD_FOLDER, OPEN_LIBRARY]
    assert not library_panel.filters.isVisible()
    with qtbot.waitSignal(library_panel.viewmodel.action_requested, timeout=1000) as asked:
        library_panel.add.click()
    assert asked.args == [ADD_FOLDER]


def test_full_lists_and_counts(full: LibraryPanel) -> None:
    assert full.stack.currentWidget() is full.list
    assert full.bar.text.text() == "8 sounds"
    assert full.filters.isVisible()
    assert not full.progress.isVisible()


def test_typing_narrows_and_the_clear_button_widens(full: LibraryPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(full.viewmodel.state_changed, timeout=2000):
        QTest.keyClicks(full.search, "train")
    assert full.list.model().rowCount() == 1
    with qtbot.waitSignal(full.viewmodel.state_changed, timeout=2000):
        full.search.clear()
    assert full.list.model().rowCount() == 8


def test_no_match_is_a_page_with_the_way_back(full: LibraryPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(full.viewmodel.state_changed, timeout=2000):
        QTest.keyClicks(full.search, "zeppelin")
    (clear,) = buttons(full)
    assert clear.text() == CLEAR_SEARCH
    clear.click()
    assert full.search.text() == ""
    assert full.stack.currentWidget() is full.list


def test_chips_narrow_by_click_and_by_key(full: LibraryPanel) -> None:
    chips = full.chips
    index = chips.model().index(0, 0)
    QTest.mouseClick(chips.viewport(), Qt.MouseButton.LeftButton, pos=chips.visualRect(index).center())
    assert chips.active == full.viewmodel.category is not None
    narrowed = full.list.model().rowCount()
    assert 0 < narrowed < 8
    chips.setFocus()
    chips.setCurrentIndex(chips.model().index(0, 0))  # the active one stands in front
    QTest.keyClick(chips, Qt.Key.Key_Return)
    assert full.viewmodel.category is None
    assert full.list.model().rowCount() == 8


def test_more_chips_on_demand(full: LibraryPanel) -> None:
    before = full.chips.height()
    full.more.click()
    assert full.chips.height() > before
    full.more.click()
    assert full.chips.height() == before


def test_keys_audition_here_too(full: LibraryPanel, audition: AuditionViewModel) -> None:
    full.list.setFocus()
    QTest.keyClick(full.list, Qt.Key.Key_Down)
    row = full.list.current_row()
    assert row is not None
    assert audition.now_playing == row.path


def test_search_explains_its_language(full: LibraryPanel) -> None:
    tip = full.search.toolTip()
    assert "either" in tip
    assert "without" in tip
    assert "name:" in tip


def test_failed_says_why(library_panel: LibraryPanel, inline: SessionViewModel, tmp_path: Path) -> None:
    path = tmp_path / "text.foleylib"
    path.write_text("no library")
    inline.open_library(path)
    assert [b.text() for b in buttons(library_panel)] == ["Retry", "Copy details"]
