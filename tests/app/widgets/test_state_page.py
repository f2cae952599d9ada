"""The page of a panel without content: what it says, its buttons, and progress that does not flicker."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from app.widgets.state_page import StatePage
from engine.errors import LibraryError


@pytest.fixture
def page(dressed: object, qtbot: QtBot) -> StatePage:
    made = StatePage()
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def _buttons(page: StatePage) -> list[QPushButton]:
    return [b for b in page.findChildren(QPushButton) if b.isVisible()]


def test_buttons_tell_their_text(page: StatePage, qtbot: QtBot) -> None:
    page.show_state("play", "Empty", "Do this.", buttons=("One", "Two"))
    with qtbot.waitSignal(page.pressed) as pressed:
        _buttons(page)[1].click()
    assert pressed.args == ["Two"]
    assert [b.property("primary") for b in _buttons(page)] == [True, False]


def test_progress_keeps_the_button_under_the_pointer(page: StatePage) -> None:
    page.show_working("play", "Working", fraction=None)
    cancel = _buttons(page)[0]
    bar = page.findChild(QProgressBar)
    assert bar is not None and bar.maximum() == 0
    page.show_working("play", "Working", fraction=0.5)
    assert _buttons(page) == [cancel] and bar.value() == bar.maximum() // 2


def test_failure_replaces_what_was_there(page: StatePage) -> None:
    page.show_state("play", "Empty", buttons=("One", "Two"))
    page.show_failed(LibraryError("It broke.", "Mend it."), buttons=("Retry",))
    assert [b.text() for b in _buttons(page)] == ["Retry", "Copy details"]


def test_buttons_stand_below_each_other_in_a_narrow_panel(page: StatePage, qtbot: QtBot) -> None:
    page.show_state("play", "Empty", buttons=("A rather long button", "Another long button"))
    page.resize(240, 300)
    qtbot.waitUntil(lambda: _buttons(page)[0].y() < _buttons(page)[1].y())
    assert all(b.x() >= 0 and b.geometry().right() <= 240 for b in _buttons(page))
