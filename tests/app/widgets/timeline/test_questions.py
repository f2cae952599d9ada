"""What the window asks about projects: a sound that wants one comes into that one, and into no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app import gui
from app.tasks import InlineRunner
from app.widgets.timeline.desk import ProjectDesk
from engine.errors import EngineError


@pytest.fixture
def desk(dressed: QApplication, home: Path, settings: QSettings, film: Path, qtbot: QtBot) -> ProjectDesk:
    """A window with a film and no project."""
    sitting = gui.build(InlineRunner(), settings, proxies=home / "proxies")
    qtbot.addWidget(sitting.window)
    sitting.session.open_video(film)
    yield sitting.window.desk  # type: ignore[misc]
    gui.leave(sitting)


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Which name the person gives to a new project, next; none where the question is left."""
    names: list[Path] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(names.pop()) if names else "", ""))
    return names


def _clips(desk: ProjectDesk) -> list[str]:
    assert desk.projects.project is not None
    return [clip.name for clip in desk.projects.project.clips()]


def test_a_sound_comes_into_the_project_that_is_made_for_it(
    desk: ProjectDesk, chosen: list[Path], sound_folder: Path, tmp_path: Path
) -> None:
    chosen.append(tmp_path / "scene")
    desk.placing.place_files([sound_folder / "water/drip.wav"])
    assert _clips(desk) == ["drip"]


def test_a_sound_comes_into_no_project_that_is_opened_after_its_own_was_refused(
    desk: ProjectDesk, chosen: list[Path], sound_folder: Path, tmp_path: Path
) -> None:
    told: list[EngineError] = []
    desk.session.problem.connect(told.append)
    taken = tmp_path / "taken.foleyscope"
    taken.write_text("mine")
    chosen.append(taken)
    desk.placing.place_files([sound_folder / "water/drip.wav"])
    assert "there already" in str(told[0]) and desk.projects.project is None
    desk.projects.new(tmp_path / "scene.foleyscope")
    assert _clips(desk) == []


def test_a_question_that_is_left_makes_nothing(
    desk: ProjectDesk, chosen: list[Path], sound_folder: Path, tmp_path: Path
) -> None:
    desk.placing.place_files([sound_folder / "water/drip.wav"])
    assert desk.projects.project is None
    desk.projects.new(tmp_path / "scene.foleyscope")
    assert _clips(desk) == []
