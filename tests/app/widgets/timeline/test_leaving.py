"""What is asked before an export or unsaved edits are put away, and what becomes of them by each answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import gui
from app.main_window import MainWindow
from app.tasks import TaskRunner
from app.viewmodels.timeline_placing import Wanted
from app.widgets.timeline.desk import ProjectDesk
from app.widgets.timeline.leaving import GO_ON, KEEP, SAVE, STAY, STOP_AND_QUIT
from engine.export import ExportOptions
from engine.timeline import edits
from engine.timeline.session import create_project, open_project

HOURS = 48_000 * 3600


@pytest.fixture
def window(dressed: QApplication, home: Path, settings: QSettings, film: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    runner = TaskRunner(decode_threads=3)
    sitting = gui.build(runner, settings, proxies=home / "proxies")
    qtbot.addWidget(sitting.window)
    sitting.window.show()
    sitting.session.open_video(film)
    qtbot.waitUntil(lambda: sitting.session.film.state == "open")
    yield sitting.window
    gui.leave(sitting, patience=5.0)


@pytest.fixture
def desk(window: MainWindow, home: Path, sound_folder: Path, qtbot: QtBot) -> ProjectDesk:
    """A project with a sound ten hours on: it takes a while to export."""
    desk = window.desk
    assert desk is not None
    desk.projects.new(home / "reel.foleyscope")
    qtbot.waitUntil(lambda: desk.projects.project is not None and desk.playback.ready)
    with qtbot.waitSignal(desk.placing.placed):
        desk.placing.drop([Wanted(path=sound_folder / "water/drip.wav")], 10 * HOURS, None)
    return desk


def answer(desk: ProjectDesk, words: str) -> None:
    box = desk.leaving.box
    assert box is not None and box.isVisible()
    next(button for button in box.buttons() if button.text() == words).click()


def begin_export(desk: ProjectDesk, out: Path, qtbot: QtBot) -> None:
    out.mkdir()
    desk.delivery.deliver("wav", out / "mix.wav", ExportOptions())
    qtbot.waitUntil(lambda: bool(list(out.glob(".writing-*"))), timeout=20_000)


def test_quitting_during_an_export_asks_and_leaves_nothing(desk: ProjectDesk, tmp_path: Path, qtbot: QtBot) -> None:
    out = tmp_path / "out"
    begin_export(desk, out, qtbot)
    assert not desk.window.close() and desk.window.isVisible()
    answer(desk, GO_ON)
    assert desk.delivery.state == "working" and desk.window.isVisible()
    assert not desk.window.close()
    answer(desk, STOP_AND_QUIT)
    qtbot.waitUntil(lambda: not desk.window.isVisible(), timeout=20_000)
    assert list(out.iterdir()) == []


def test_leaving_waits_until_the_export_has_cleaned_up(desk: ProjectDesk, tmp_path: Path, qtbot: QtBot) -> None:
    out = tmp_path / "out"
    begin_export(desk, out, qtbot)
    assert desk.leaving.finish(20.0)
    assert desk.delivery.state == "ready" and list(out.iterdir()) == []


def test_edits_that_are_not_saved_are_asked_about(desk: ProjectDesk, window: MainWindow, tmp_path: Path) -> None:
    opened: list[str] = []
    window.before_replacing("the demo", lambda: opened.append("demo"))
    answer(desk, STAY)
    assert opened == [] and desk.projects.modified
    window.before_replacing("the demo", lambda: opened.append("demo"))
    answer(desk, KEEP)
    assert opened == ["demo"] and desk.projects.modified
    window.before_replacing("the demo", lambda: opened.append("again"))
    answer(desk, SAVE)
    assert opened == ["demo", "again"] and not desk.projects.modified
    window.before_replacing("the demo", lambda: opened.append("unasked"))
    assert opened[-1] == "unasked" and desk.leaving.box is None, "all is saved: nothing is asked"


def test_a_dropped_film_does_not_put_edits_away_unasked(
    desk: ProjectDesk, window: MainWindow, sound_folder: Path, tmp_path: Path
) -> None:
    film = window.session.video
    window.open_path(tmp_path / "other.mp4")
    answer(desk, STAY)
    assert window.session.video == film and desk.projects.project is not None


def test_the_demo_does_not_replace_what_was_edited_meanwhile(desk: ProjectDesk, qtbot: QtBot) -> None:
    from app.viewmodels.demo import DemoViewModel

    demo = DemoViewModel(desk.session, desk)
    gui._let_demo_wait(demo, desk.window)
    film, before = desk.session.video, demo.stands()
    desk.projects.do(lambda project: edits.add_marker(project, 0, "here"))
    demo._rendered(None, before)  # type: ignore[arg-type] - it must not look at what was rendered
    assert desk.session.video == film and desk.projects.project is not None
    assert desk.window.status.sentence.full_text == "The demo is ready." and desk.window.status.button.isVisible()


RUNNING = """
import sys
from pathlib import Path
from PySide6.QtCore import QSettings, QTimer
from app import gui
from engine.export import ExportOptions
built = gui.build
def build(runner, settings):
    sitting = built(runner, settings)
    desk = sitting.window.desk
    def begin():
        if desk.projects.project is not None and desk.delivery.state == "ready":
            timer.stop()
            desk.delivery.deliver("wav", Path(sys.argv[2]), ExportOptions())
    timer = QTimer(sitting.window, interval=50)
    timer.timeout.connect(begin)
    timer.start()
    return sitting
gui.build = build
gui.run(Path(sys.argv[1]), None, False)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_a_window_told_to_end_stops_its_export(desk: ProjectDesk, tmp_path: Path, home: Path) -> None:
    project = desk.projects.project
    assert project is not None
    with create_project(tmp_path / "far.foleyscope", replace(project, id="other", video=None, libraries=())):
        pass
    out = tmp_path / "out"
    out.mkdir()
    words = [sys.executable, "-c", RUNNING, str(tmp_path / "far.foleyscope"), str(out / "mix.wav")]
    process = subprocess.Popen(words, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, stderr=subprocess.PIPE)
    until = time.monotonic() + 60
    while not list(out.glob(".writing-*")) and time.monotonic() < until:
        time.sleep(0.05)  # polled: another process's file
    assert list(out.glob(".writing-*"))
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 143, said
    assert list(out.iterdir()) == []
    with open_project(tmp_path / "far.foleyscope") as opened:  # its lock was released
        assert opened.project.tracks
