"""Start-up: the window is shown before anything heavy is imported, and remembers what it had open."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot

from app import gui
from app.tasks import TaskRunner
from app.widgets.suggestions_panel import SuggestionsPanel

HEAVY = ("numpy", "torch", "torchaudio", "torchvision", "av", "hnswlib", "librosa", "lightning")
CHILD = """
import json, sys
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from app import gui, theme
from app.tasks import TaskRunner
application = QApplication([])
theme.apply(application)
runner = TaskRunner()
sitting = gui.build(runner, QSettings(sys.argv[1], QSettings.Format.IniFormat))
sitting.window.show()
while not sitting.window.isVisible():
    application.processEvents()
application.processEvents()
print(json.dumps(sorted(sys.modules)))
runner.shutdown()
"""


def test_nothing_heavy_is_imported_when_the_window_is_shown(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "settings.ini")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout))
    assert "PySide6.QtWidgets" in loaded
    assert not loaded & set(HEAVY)


@pytest.fixture
def sitting(dressed: object, settings: QSettings, tmp_path: Path, qtbot: QtBot) -> object:
    runner = TaskRunner(decode_threads=4)
    made = gui.build(runner, settings, proxies=tmp_path / "proxies")
    qtbot.addWidget(made.window)
    yield made
    made.session.close()
    runner.shutdown()


def test_target_on_the_command_line_is_opened(sitting: gui.Sitting, film: Path, qtbot: QtBot) -> None:
    gui.start(sitting, film, None, False)
    qtbot.waitUntil(lambda: sitting.session.film.state == "open")
    assert sitting.window.windowTitle().startswith(film.name)


def test_a_missing_library_says_so_and_keeps_the_window(sitting: gui.Sitting, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(sitting.session.problem) as told:
        gui.start(sitting, None, tmp_path / "nothing.foleylib", False)
    assert told.args[0].hint
    assert sitting.session.library is None
    assert told.args[0].message in sitting.window.status.sentence.full_text


def test_a_last_library_that_is_gone_is_not_asked_for(sitting: gui.Sitting, qtbot: QtBot) -> None:
    sitting.settings.setValue(gui.LAST_LIBRARY, "/nowhere/gone.foleylib")
    told: list[object] = []
    sitting.session.problem.connect(told.append)
    gui.start(sitting, None, None, False)
    qtbot.wait(50)
    assert told == [] and sitting.session.collection.library_path is None


def test_a_folder_on_the_command_line_goes_into_the_last_library(
    sitting: gui.Sitting, sounds: Path, home: Path, qtbot: QtBot
) -> None:
    session = sitting.session
    with qtbot.waitSignal(
        session.model_changed, timeout=30_000, check_params_cb=lambda: session.recommender is not None
    ):
        session.create_library(home / "own.foleylib")
    session.collection.close()
    sitting.settings.setValue(gui.LAST_LIBRARY, str(home / "own.foleylib"))
    with qtbot.waitSignal(session.index_finished, timeout=60_000):
        gui.start(sitting, sounds, None, False)
    assert session.collection.library_path == home / "own.foleylib"
    assert session.library is not None and session.library.stats().files > 0


def test_p_pins_the_suggestions_from_the_picture(sitting: gui.Sitting, qtbot: QtBot) -> None:
    panel = sitting.window.docks["suggestions"].findChild(SuggestionsPanel)
    assert panel is not None
    qtbot.keyClick(sitting.window.view, Qt.Key.Key_P)
    assert panel.viewmodel.pinned and panel.pin.isChecked()
    qtbot.keyClick(panel.list, Qt.Key.Key_P)
    assert not panel.viewmodel.pinned, "one press is one turn, wherever the keys are"


@pytest.mark.parametrize("floating", [False, True])
def test_the_films_keys_work_from_a_panel_wherever_it_is(
    sitting: gui.Sitting, film: Path, qtbot: QtBot, floating: bool
) -> None:
    sitting.window.show()
    gui.start(sitting, film, None, False)
    qtbot.waitUntil(lambda: sitting.session.frame is not None)
    dock = sitting.window.docks["suggestions"]
    dock.setFloating(floating)
    panel = dock.findChild(SuggestionsPanel)
    assert panel is not None
    qtbot.keyClick(panel.page, Qt.Key.Key_Right)
    assert sitting.session.time == pytest.approx(1 / 25), "one frame, not two"


QUITTING = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from app import gui, tasks
def work(job):
    job.begin(1)
    Path(sys.argv[1]).touch()
    time.sleep(30)  # as an import or a sort in native code: it cannot be asked to stop
built = gui.build
def build(runner, settings):
    sitting = built(runner, settings)
    runner.submit("model", work, job=tasks.Job(), title="Deaf work")
    def quit_once_begun():
        if Path(sys.argv[1]).exists():
            print(time.time(), flush=True)
            sitting.window.close()
    timer = QTimer(sitting.window, interval=20)
    timer.timeout.connect(quit_once_begun)
    timer.start()
    return sitting
gui.build = build
gui.run(None, None, False)
"""


def test_quitting_does_not_wait_for_work_that_cannot_stop(tmp_path: Path) -> None:
    own = {name: str(tmp_path / name) for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
    environment = {**os.environ, **own, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", QUITTING, str(tmp_path / "begun")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment,
    )
    took = time.time() - float(done.stdout.splitlines()[0])
    assert done.returncode == 0, done.stderr
    assert took < 5.0
    assert list((tmp_path / "XDG_CONFIG_HOME").rglob("*.conf")), "the layout is kept"
