"""The Edit menu's part of the timeline: undo and redo, all its edits with their keys, and whose keys it has."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.viewmodels.project import ProjectViewModel
from app.widgets.timeline.keys import KEYS, PRESETS, keys_of
from app.widgets.timeline.view import TimelineView

KEYS_SETTING = "keys/preset"


class EditMenu(QObject):
    """Puts what the timeline can do into the window's menu; the keys in it are the preset's."""

    keys_changed = Signal()
    """Another program's keys are used from now on."""

    def __init__(self, view: TimelineView, projects: ProjectViewModel, settings: QSettings, parent: QObject) -> None:
        super().__init__(parent)
        self.view, self.projects, self._settings = view, projects, settings
        self._actions: dict[str, QAction] = {}
        self.undo, self.redo = QAction("Undo", self), QAction("Redo", self)
        self.undo.setShortcut("Ctrl+Z")
        self.redo.setShortcut("Ctrl+Shift+Z")
        self.undo.triggered.connect(projects.undo)
        self.redo.triggered.connect(projects.redo)
        view.keys.use(str(settings.value(KEYS_SETTING, "")))

    def show_state(self) -> None:
        """Say what undo and redo would do."""
        for action, word, text in (
            (self.undo, "Undo", self.projects.undo_text),
            (self.redo, "Redo", self.projects.redo_text),
        ):
            action.setText(f"{word} {text[:1].lower()}{text[1:]}" if text else word)
            action.setEnabled(bool(text))

    def fill(self, menu: QMenu) -> None:
        """Undo and redo before, the timeline's own entries behind what is there."""
        first = menu.actions()[0] if menu.actions() else None
        for action in (self.undo, self.redo):
            menu.insertAction(first, action) if first is not None else menu.addAction(action)
        if first is not None:
            menu.insertSeparator(first)
        self._add_edits(menu)
        menu.addSeparator()
        self._add_presets(menu)

    def use_keys(self, preset: str) -> None:
        """Give the timeline the keys of another program, also the next time."""
        self.view.keys.use(preset)
        self._settings.setValue(KEYS_SETTING, self.view.keys.preset)
        keys = keys_of(self.view.keys.preset)
        for name, action in self._actions.items():
            action.setText(f"{action.text().split(chr(9))[0]}\t{keys[name]}")
        self.keys_changed.emit()

    def _add_edits(self, menu: QMenu) -> None:
        """The commonest at once, the others below the name of their group."""
        keys = keys_of(self.view.keys.preset)
        for group, entries in groupby(KEYS, key=lambda entry: entry.group):
            below = menu if group == KEYS[0].group else menu.addMenu(group)
            for entry in entries:
                if entry.id not in ("leave", "take_hit"):
                    action = below.addAction(f"{entry.text}\t{keys[entry.id]}")
                    action.triggered.connect(lambda _=False, name=entry.id: self._run(name))
                    self._actions[entry.id] = action
            if below is menu:
                menu.addSeparator()

    def _add_presets(self, menu: QMenu) -> None:
        presets = menu.addMenu("Keys as in")
        for name in PRESETS:
            action = presets.addAction(name)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, name=name: self.use_keys(name))
        presets.aboutToShow.connect(lambda: self._show_preset(presets))

    def _show_preset(self, presets: QMenu) -> None:
        for action in presets.actions():
            action.setChecked(action.text() == self.view.keys.preset)

    def _run(self, name: str) -> None:
        if self.projects.project is not None:
            self.view.keys.run(name)
            self.view.setFocus()
