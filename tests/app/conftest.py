"""A small film whose frames tell their number, and runners for view-models and widgets."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from app import theme
from app.tasks import InlineRunner, TaskRunner
from app.viewmodels.session import SessionViewModel
from engine.media import write_video

FPS = Fraction(25)
FRAMES = 50


def _numbered_frame(number: int) -> np.ndarray:
    """A grey whose level grows with the frame's number, so that a picture tells which frame it is."""
    return np.full((48, 64, 3), 20 + 4 * number, np.uint8)


def frame_number(image: np.ndarray) -> int:
    """Which frame of the film fixture a picture shows."""
    return round((float(image.mean()) - 20) / 4)


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of numbered frames, 64x48 at 25 frames a second, without sound."""
    path = tmp_path_factory.mktemp("film") / "numbered.mp4"
    return write_video(path, map(_numbered_frame, range(FRAMES)), FPS, crf=4)


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """The application in its theme."""
    theme.apply(qapp)
    return qapp


@pytest.fixture
def inline(dressed: QApplication) -> Iterator[SessionViewModel]:
    """A session whose work runs at once on the test's thread."""
    session = SessionViewModel(InlineRunner())
    yield session
    session.close()


@pytest.fixture
def threaded(dressed: QApplication) -> Iterator[SessionViewModel]:
    """A session with real worker threads."""
    runner = TaskRunner(decode_threads=4)
    session = SessionViewModel(runner)
    yield session
    session.close()
    runner.shutdown()


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Settings of this test alone."""
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
