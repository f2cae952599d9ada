"""Sits before the window as a designer does; run by ``test_driven_session`` in a process of its own, to be killed.

``spot FOLDER FILM LIBRARY`` opens, spots, edits, saves, goes on, says what the project is like and waits for its end.
``deliver FOLDER`` opens what is left, says what the project is like, and exports.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF, QSettings, Qt
from PySide6.QtGui import QKeySequence, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import theme
from app.gui import Sitting, build
from app.tasks import TaskRunner
from app.widgets.export_dialog import ExportDialog
from app.widgets.timeline.clips import clip_box

SECONDS = 60.0
PROJECT = "two minutes.foleyscope"
TIMES = (2.0, 9.0, 17.0, 26.0, 38.0, 51.0, 63.0, 79.0, 94.0, 110.0)


def say(told: dict[str, object]) -> None:
    """A line of JSON for the test."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


class Designer:
    """Waits, presses, drags and looks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.application = QApplication([])
        theme.apply(self.application)
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.sitting: Sitting = build(TaskRunner(decode_threads=2), settings, proxies=folder / "proxies")
        self.window, self.session = self.sitting.window, self.sitting.session
        self.said: list[str] = []
        self.session.status.connect(lambda text, _: self.said.append(text))
        self.session.problem.connect(lambda error: self.said.append(f"PROBLEM {error}"))
        self.window.resize(1280, 720)
        self.window.show()
        assert self.window.desk is not None
        self.desk, self.view = self.window.desk, self.window.desk.panel.view

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Let the window live until something holds."""
        began = time.monotonic()
        while not holds():
            self.application.processEvents()
            time.sleep(0.002)
            if time.monotonic() - began > SECONDS:
                raise SystemExit(f"waited for {what} in vain; the window said {self.said}")

    def press(self, keys: str) -> None:
        """Press a key where the keys go."""
        pressed = QKeySequence(keys)[0]  # type: ignore[index]
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, pressed.key(), pressed.keyboardModifiers())

    def drag(self, clip_id: str, by: QPointF) -> None:
        """Drag a clip by its middle."""
        project = self.desk.projects.project
        assert project is not None
        track, clip = project.find_clip(clip_id)
        row = [one.id for one in project.tracks].index(track.id)
        start = clip_box(self.view.geometry_now(), row, clip).center()
        down, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        for kind, point, button, act in (
            (QMouseEvent.Type.MouseButtonPress, start, down, self.view.mousePressEvent),
            (QMouseEvent.Type.MouseMove, start + by / 2, Qt.MouseButton.NoButton, self.view.mouseMoveEvent),
            (QMouseEvent.Type.MouseMove, start + by, Qt.MouseButton.NoButton, self.view.mouseMoveEvent),
            (QMouseEvent.Type.MouseButtonRelease, start + by, down, self.view.mouseReleaseEvent),
        ):
            act(QMouseEvent(kind, point, self.view.viewport().mapToGlobal(point), button, down, none))

    @property
    def count(self) -> int:
        """Clips in the project."""
        project = self.desk.projects.project
        return len(list(project.clips())) if project is not None else 0

    def tell(self) -> None:
        """What the project is like, as a line of JSON."""
        from engine.timeline.codec import dump

        project = self.desk.projects.project
        assert project is not None
        told = {
            "project": dump(project).decode(),
            "clips": self.count,
            "modified": self.desk.projects.modified,
            "title": self.window.windowTitle(),
            "said": self.said,
        }
        say(told)


def spot(folder: Path, film: Path, library: Path) -> None:
    """Ten sounds placed from the suggestions, some edited, saved, and edited on."""
    designer = Designer(folder)
    session, desk, view = designer.session, designer.desk, designer.view
    session.open_library(library)
    session.open_video(film)
    suggestions = designer.window.docks["suggestions"].panel.viewmodel  # type: ignore[attr-defined]
    designer.until(lambda: suggestions.state == "full" and session.recommender is not None, "suggestions")
    desk.projects.new(folder / PROJECT)
    designer.until(lambda: desk.playback.ready, "the project")
    for number, seconds in enumerate(TIMES):
        session.seek(seconds)
        designer.until(lambda: suggestions.timecode == session.timecode and not suggestions.busy, "its suggestions")
        designer.press("D")
        designer.until(lambda number=number: designer.count == number + 1, "the placed sound")
    view.setFocus()
    first = next(iter(desk.projects.project.clips()))  # type: ignore[union-attr]
    designer.drag(first.id, QPointF(80, 0))
    designer.press("Ctrl+Up")
    designer.press("Ctrl+D")
    designer.press("Ctrl+Z")
    designer.press("Ctrl+S")
    designer.until(lambda: not desk.projects.modified, "the save")
    desk.timeline.select([first.id])
    desk.playback.locate(desk.projects.project.find_clip(first.id)[1].position + 9_600)  # type: ignore[union-attr]
    designer.press("S")
    designer.press("M")
    designer.press("Shift+S")
    designer.tell()
    while True:
        time.sleep(1)  # until it is killed


def deliver(folder: Path) -> None:
    """What a kill left is opened and exported."""
    designer = Designer(folder)
    desk = designer.desk
    designer.session.open_path(folder / PROJECT)
    designer.until(lambda: desk.playback.ready, "the project")
    designer.tell()
    designer.press("Ctrl+E")
    dialog = designer.window.findChild(ExportDialog)
    assert dialog is not None
    dialog.delivery.setCurrentText("European broadcast, -23 LUFS")
    dialog.out.setText(str(folder / "mix.wav"))
    dialog.go.click()
    designer.until(lambda: desk.delivery.state in ("done", "failed"), "the export")
    say({"state": desk.delivery.state, "told": dialog.told.text()})
    desk.close()
    designer.session.close()
    designer.session.runner.shutdown()
    os._exit(0)


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[2:]]
    spot(*paths) if sys.argv[1] == "spot" else deliver(*paths)
