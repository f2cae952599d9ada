"""Every command of the window in one table: its words, its key, what it does. Menus, keys and help are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu

from app import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing the window can do."""

    menu: str
    """The menu it is in; "" for keys alone."""
    text: str
    run: Callable[[], object]
    id: str = ""
    """Where a preset decides the key (`timeline.keymap.WINDOW_KEYS`), its name there."""
    key: str = ""
    """As QKeySequence writes it, e.g. ``Ctrl+O`` or ``Shift+Left``."""
    icon: str = ""
    ends_group: bool = False
    """Whether a line follows it in the menu."""
    repeats: bool = False
    """Whether holding the key repeats it."""


def is_bare(key: str) -> bool:
    """Whether a key has neither Ctrl nor Alt and is no function key: fields and lists get such keys first."""
    return bool(key) and "Ctrl" not in key and "Alt" not in key and not (key[0] == "F" and key[1:].isdigit())


def keyed(commands: Iterable[Command], keys: Mapping[str, str]) -> tuple[Command, ...]:
    """``commands`` with the key that ``keys`` has for their id."""
    return tuple(replace(command, key=keys[command.id]) if command.id in keys else command for command in commands)


def make_action(command: Command, parent: QObject) -> QAction:
    """A menu entry with its key."""
    action = QAction(parent)
    show_key(action, command)
    if command.icon:
        action.setIcon(resources.icon(command.icon))
    action.triggered.connect(command.run)
    return action


def show_key(action: QAction, command: Command) -> None:
    """Bare keys are shown but left to the window's key handler, so that lists may use them too."""
    bare = is_bare(command.key)
    action.setText(f"{command.text}\t{command.key}" if bare else command.text)
    action.setShortcut(QKeySequence("" if bare else command.key))


def fill(menu: QMenu, commands: Iterable[Command], parent: QObject) -> dict[str, QAction]:
    """Put this menu's commands into it; returns the entries of those with an id, by it."""
    made: dict[str, QAction] = {}
    for command in commands:
        if command.menu == menu.objectName():
            action = make_action(command, parent)
            menu.addAction(action)
            if command.ends_group:
                menu.addSeparator()
            if command.id:
                made[command.id] = action
    return made


class BareKeys:
    """Finds the command of a key press that no field or list has taken."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._by_key = {_first_key(c.key): c for c in commands if is_bare(c.key)}

    def handle(self, event: QKeyEvent) -> bool:
        """Run the command of this key. Returns whether there was one."""
        command = self._by_key.get(_combined(event))
        if command is None:
            return False
        if command.repeats or not event.isAutoRepeat():
            command.run()
        return True


def _first_key(key: str) -> int:
    pressed: Any = QKeySequence(key)  # its stub lacks the index that the class has
    return int(pressed[0].toCombined())


def _combined(event: QKeyEvent) -> int:
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if event.text() and not event.text().isalnum() and event.text().isprintable() and event.text() != " ":
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier  # "?" needs Shift on one keyboard and none on another
    return event.key() | modifiers.value
