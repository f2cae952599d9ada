"""The timeline's panel on a real project with three sounds, in a window of its own, and a hand on it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.viewmodels.mixer import MixerViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_placing import PlacingViewModel
from app.widgets.timeline.clips import clip_box
from app.widgets.timeline.panel import TimelinePanel
from app.widgets.timeline.view import TimelineView
from engine.timeline.document import Clip, Project

NONE = Qt.KeyboardModifier.NoModifier


class Person:
    """Moves a real pointer over a timeline, presses keys, and looks at the document."""

    def __init__(self, view: TimelineView) -> None:
        self.view = view

    @property
    def project(self) -> Project:
        """The document as it is."""
        project = self.view.viewmodel.projects.project
        assert project is not None
        return project

    @property
    def steps(self) -> int:
        """Steps that can be undone."""
        history = self.view.viewmodel.projects.history
        assert history is not None
        return history.stack.index()

    def find(self, name: str) -> tuple[int, Clip]:
        """A clip and its row."""
        found = [(row, clip) for row, track in enumerate(self.project.tracks) for clip in track.clips]
        return next((row, clip) for row, clip in found if clip.name == name)

    def clip(self, name: str) -> Clip:
        """A clip of that name."""
        return self.find(name)[1]

    def box(self, name: str) -> QRectF:
        """Where a clip lies in the view."""
        return clip_box(self.view.geometry_now(), *self.find(name))

    def look_at(self, name: str, samples_per_px: float) -> QRectF:
        """Zoom in on a clip."""
        view = self.view
        view.zoom(view.samples_per_px / samples_per_px, 0.0)
        view.horizontalScrollBar().setValue(round(self.clip(name).position / view.samples_per_px) - 100)
        return self.box(name)

    def rows(self) -> QImage:
        """The rows as they look once every waveform has come, which on a busy machine takes some paints."""
        view, outlines = self.view, self.view.viewmodel.outlines
        while True:
            image = view.viewport().grab().toImage()
            if outlines._wanted:
                outlines._next()
            elif view.painter.waves.late:
                view.redraw()
            else:
                return image

    def send(
        self, kind: QEvent.Type, point: QPointF, held: bool, modifiers: Qt.KeyboardModifier, widget: QWidget | None
    ) -> None:
        """One event of the pointer."""
        target, left, none = widget or self.view.viewport(), Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        button = none if kind == QEvent.Type.MouseMove else left
        place = QPointF(target.mapToGlobal(point))
        QApplication.sendEvent(target, QMouseEvent(kind, point, place, button, left if held else none, modifiers))

    def hover(self, point: QPointF, modifiers: Qt.KeyboardModifier = NONE, widget: QWidget | None = None) -> None:
        """Move the pointer there with nothing held."""
        self.send(QEvent.Type.MouseMove, point, False, modifiers, widget)

    def hold(
        self, start: QPointF, by: QPointF, modifiers: Qt.KeyboardModifier = NONE, widget: QWidget | None = None
    ) -> None:
        """Press and move in three steps, without letting go."""
        self.send(QEvent.Type.MouseButtonPress, start, True, modifiers, widget)
        for share in (0.3, 0.7, 1.0):
            self.send(QEvent.Type.MouseMove, start + by * share, True, modifiers, widget)

    def drag(
        self, start: QPointF, by: QPointF, modifiers: Qt.KeyboardModifier = NONE, widget: QWidget | None = None
    ) -> None:
        """Press, move in three steps, let go."""
        self.hold(start, by, modifiers, widget)
        self.send(QEvent.Type.MouseButtonRelease, start + by, False, modifiers, widget)

    def click(self, point: QPointF, modifiers: Qt.KeyboardModifier = NONE, widget: QWidget | None = None) -> None:
        """Press and let go."""
        self.drag(point, QPointF(), modifiers, widget)

    def double_click(self, point: QPointF, widget: QWidget | None = None) -> None:
        """A click, and a second one right after it."""
        self.click(point, NONE, widget)
        self.send(QEvent.Type.MouseButtonDblClick, point, True, NONE, widget)
        self.send(QEvent.Type.MouseButtonRelease, point, False, NONE, widget)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, text: str = "") -> bool:
        """Press a key; returns whether it is the timeline's."""
        event = QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text)
        return self.view.keys.owns(event) and self.view.keys.press(event)


@pytest.fixture
def panel(placed: TimelineViewModel, qtbot: QtBot) -> TimelinePanel:
    mixer = MixerViewModel(placed.projects, placed.playback, placed)
    made = TimelinePanel(placed, PlacingViewModel(placed, placed), mixer)
    qtbot.addWidget(made)
    made.resize(1100, 220)
    made.show()
    qtbot.waitExposed(made)
    made.view.zoom_to_fit()
    return made


@pytest.fixture
def view(panel: TimelinePanel) -> TimelineView:
    return panel.view


@pytest.fixture
def person(view: TimelineView) -> Person:
    return Person(view)
