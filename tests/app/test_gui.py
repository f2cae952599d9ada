"""Start-up: the window is shown before anything heavy is imported, and remembers what it had open."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from app import gui
from app.tasks import TaskRunner

HEAVY = ("torch", "torchaudio", "torchvision", "av", "hnswlib", "librosa", "lightning")
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
