"""The table of commands: bare keys wait for fields and lists, the others are shortcuts."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from app.widgets.commands import BareKeys, Command, is_bare, make_action

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def _press(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, text: str = "", *, held: bool = False) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text, held)


@pytest.mark.parametrize(
    ("key", "bare"),
    [("Space", True), ("Shift+Left", True), ("?", True), ("F", True), ("F11", False), ("Ctrl+O", False)],
)
def test_which_keys_are_bare(key: str, bare: bool) -> None:
    assert is_bare(key) is bare


def test_bare_keys_are_shown_but_not_grabbed(dressed: object) -> None:
    owner = QObject()
    bare = make_action(Command(menu="play", text="Play", key="Space", run=lambda: None), owner)
    assert bare.text().endswith("Space") and bare.shortcut().isEmpty()
    grabbed = make_action(Command(menu="file", text="Open", key="Ctrl+O", run=lambda: None), owner)
    assert grabbed.shortcut().toString() == "Ctrl+O"


def test_a_key_runs_its_command_and_no_other() -> None:
    ran: list[str] = []
    keys = BareKeys(
        [
            Command(menu="", text="left", key="Left", run=lambda: ran.append("left"), repeats=True),
            Command(menu="", text="far", key="Shift+Left", run=lambda: ran.append("far")),
            Command(menu="", text="help", key="?", run=lambda: ran.append("help")),
            Command(menu="", text="open", key="Ctrl+O", run=lambda: ran.append("open")),
        ]
    )
    assert keys.handle(_press(Qt.Key.Key_Left))
    assert keys.handle(_press(Qt.Key.Key_Left, SHIFT))
    assert keys.handle(_press(Qt.Key.Key_Question, SHIFT, "?"))
    assert not keys.handle(_press(Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier))
    assert ran == ["left", "far", "help"]


def test_holding_a_key_repeats_only_what_may_repeat() -> None:
    ran: list[str] = []
    keys = BareKeys(
        [
            Command(menu="", text="step", key="Right", run=lambda: ran.append("step"), repeats=True),
            Command(menu="", text="play", key="Space", run=lambda: ran.append("play")),
        ]
    )
    assert keys.handle(_press(Qt.Key.Key_Right, held=True)) and keys.handle(_press(Qt.Key.Key_Space, held=True))
    assert ran == ["step"]
