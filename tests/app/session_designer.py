"""Someone who sits before the window: keys and pointer go through the window system, as from a real desk."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRectF, QSettings, Qt, QTimer
from PySide6.QtGui import QKeySequence, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit, QWidget

from app import theme
from app.gui import Sitting, build
from app.tasks import TaskRunner
from app.widgets.timeline.clips import body_of, clip_box
from engine.timeline.document import Clip, Project, Track
from engine.timeline.timecode import timecode_at

PATIENCE = 90.0  # s
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


class Designer:
    """Waits, presses, types, drags, and photographs what is to be seen."""

    def __init__(self, folder: Path, pictures: Path | None = None) -> None:
        self.folder, self.pictures = folder, pictures
        self.application = QApplication([])
        theme.apply(self.application)
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.sitting: Sitting = build(TaskRunner(decode_threads=2), settings, proxies=folder / "proxies")
        self.window, self.session = self.sitting.window, self.sitting.session
        self.said: list[str] = []
        self.problems: list[str] = []
        self.session.status.connect(lambda text, _: self.said.append(text))
        self.session.problem.connect(lambda error: self.problems.append(str(error)))
        self.window.resize(1280, 720)
        self.window.show()
        QTest.qWaitForWindowExposed(self.window)
        self.window.activateWindow()
        assert self.window.desk is not None
        self.desk, self.view = self.window.desk, self.window.desk.panel.view
        panel: Any = self.window.docks["suggestions"].panel
        self.suggestions = panel.viewmodel

    # time

    def until(self, holds: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Let the window live until something holds."""
        held = self.within(lambda: holds() or self.problems, seconds)
        if self.problems or not held:
            raise SystemExit(f"waited for {what} in vain; the window said {self.problems + self.said}")

    def within(self, holds: Callable[[], object], seconds: float) -> bool:
        """Let the window live until something holds, or for so long. Returns whether it does."""
        end = time.monotonic() + seconds
        while not holds():
            self.application.processEvents()
            time.sleep(0.002)
            if time.monotonic() > end:
                return False
        return True

    def rest(self, seconds: float = 0.3) -> None:
        """Let what is painted arrive."""
        self.within(lambda: False, seconds)

    # keys

    def press(self, keys: str) -> None:
        """Press a key; the window system finds who gets it."""
        pressed: Any = QKeySequence(keys)
        QTest.keyClick(self._front(), pressed[0].key(), pressed[0].keyboardModifiers())
        self.application.processEvents()

    def type_time(self, timecode: str) -> None:
        """Go to a typed time code."""
        self.press("T")
        QTest.keyClicks(self.application.focusWidget(), timecode)
        self.press("Return")

    def choose_file(self, keys: str, path: Path) -> None:
        """Press keys that open a file dialog, paste a path into it, and accept."""
        answered: list[str] = []

        def answer() -> None:
            dialog = self.application.activeModalWidget()
            if not isinstance(dialog, QFileDialog):
                return
            field = dialog.findChild(QLineEdit, "fileNameEdit")
            assert field is not None
            field.setText(str(path))  # pasted: what is typed would be completed on the way
            answered.append(dialog.windowTitle())
            QTest.keyClick(field, Qt.Key.Key_Return)
            if dialog.isVisible():
                dialog.reject()
                answered.clear()

        QTimer.singleShot(100, self.window, answer)
        self.press(keys)
        assert answered, f"{keys} opened no file dialog that takes {path}"

    def pick(self, box: QComboBox, text: str) -> None:
        """Walk to an entry of a combo box with the arrow keys."""
        wanted = box.findText(text)
        assert wanted >= 0, [box.itemText(n) for n in range(box.count())]
        box.setFocus()
        while box.currentIndex() != wanted:
            QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < wanted else Qt.Key.Key_Up)

    def fill(self, field: QLineEdit, text: str) -> None:
        """Replace what stands in a field."""
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)

    def go_to(self, position: int) -> None:
        """Go to a project sample, by its time code; the timeline gets the keys."""
        self.type_time(timecode_at(self.project, position))
        self.view.setFocus()

    # pointer

    def click(self, widget: QWidget, at: QPointF | None = None) -> None:
        """Press and let go in the middle of a widget, or at a place of it."""
        window, point = self._in_window(widget, at if at is not None else QPointF(widget.rect().center()))
        QTest.mouseClick(window, LEFT, NONE, point)

    def drag(self, start: QPointF, by: QPointF, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Drag across the timeline, in five steps."""
        port = self.view.viewport()
        window, point = self._in_window(port, start)
        QTest.mouseMove(window, point)
        QTest.mousePress(window, LEFT, modifiers, point)
        for step in range(1, 6):
            QTest.mouseMove(window, self._in_window(port, start + by * step / 5)[1])
        QTest.mouseRelease(window, LEFT, modifiers, self._in_window(port, start + by)[1])
        self.application.processEvents()

    def zoom_to(self, clip_id: str, least: float) -> None:
        """Zoom in until a clip is at least so wide (px)."""
        while self.box(clip_id).width() < least:
            self.press("=")

    def box(self, clip_id: str) -> QRectF:
        """Where a clip lies in the view."""
        track, clip = self.find(clip_id)
        row = [one.id for one in self.project.tracks].index(track.id)
        return clip_box(self.view.geometry_now(), row, clip)

    def grip(self, clip_id: str, place: str) -> QPointF:
        """Where to take hold of a clip: ``body``, ``head``, ``tail``, ``fade_in`` or ``fade_out``."""
        box = self.box(clip_id)
        body = body_of(box)
        point = {
            "body": QPointF(
                box.left() + 0.3 * box.width(), body.center().y() + 6
            ),  # clear of the numbers in its corner
            "head": QPointF(box.left() + 2, body.bottom() - 4),
            "tail": QPointF(box.right() - 2, body.bottom() - 4),
            "fade_in": QPointF(box.left() + 4, body.top() + 4),
            "fade_out": QPointF(box.right() - 4, body.top() + 4),
        }[place]
        assert self.view.viewport().rect().contains(point.toPoint()), f"{place} of {clip_id} is out of sight"
        return point

    # looking

    @property
    def project(self) -> Project:
        """The document as it is."""
        project = self.desk.projects.project
        assert project is not None
        return project

    @property
    def clips(self) -> list[Clip]:
        """Its clips."""
        return list(self.project.clips()) if self.desk.projects.project is not None else []

    def find(self, clip_id: str) -> tuple[Track, Clip]:
        """A clip and its track, as they are now."""
        return self.project.find_clip(clip_id)

    def photograph(self, name: str, of: QWidget | None = None) -> None:
        """Keep a picture of the window, or of a dialog, where pictures are wanted."""
        if self.pictures is None:
            return
        self.rest()
        self.pictures.mkdir(parents=True, exist_ok=True)
        (of or self.window).grab().save(str(self.pictures / f"{name}.png"))

    # within

    def _front(self) -> QWindow:
        if self.application.activeWindow() is None:  # a window manager would give it back after a dialog
            self.window.activateWindow()
            self.until(self.application.activeWindow, "the active window")
        handle = self.application.activeWindow().windowHandle()
        assert handle is not None
        return handle

    @staticmethod
    def _in_window(widget: QWidget, point: QPointF) -> tuple[QWindow, QPoint]:
        window = widget.window()
        handle = window.windowHandle()
        assert handle is not None
        return handle, widget.mapTo(window, point).toPoint()
