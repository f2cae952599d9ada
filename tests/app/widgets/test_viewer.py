"""The picture on screen: letterboxed, right way round, overlaid, and its five states."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app import theme
from app.viewmodels.picture import PictureViewModel
from app.viewmodels.session import SessionViewModel
from app.widgets.viewer import FIND, OPEN_DEMO, OPEN_VIDEO, PictureView, fitted


@pytest.fixture
def view(inline: SessionViewModel, qtbot: QtBot) -> PictureView:
    made = PictureView(PictureViewModel(inline))
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.show()
    qtbot.waitExposed(made)
    return made


def _still(folder: Path, image: np.ndarray) -> Path:
    import cv2

    path = folder / "still.png"
    cv2.imwrite(str(path), image[..., ::-1])
    return path


def _picture(view: PictureView) -> QImage:
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def _buttons(view: PictureView) -> dict[str, QPushButton]:
    return {b.text(): b for b in view.findChildren(QPushButton) if b.isVisibleTo(view)}


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1080, 1920), (3, 4), (400, 200)])
def test_a_picture_fits_and_keeps_its_proportions(width: int, height: int) -> None:
    ground = QRectF(0, 0, 400, 200)
    box = fitted(QSizeF(width, height), ground)
    assert ground.contains(box)
    assert box.width() == 400 or box.height() == 200
    assert box.width() / box.height() == pytest.approx(width / height, rel=0.02)
    assert abs(box.center().x() - 200) <= 1 and abs(box.center().y() - 100) <= 1


def test_frame_is_shown_upright_between_dark_bars(view: PictureView, inline: SessionViewModel, tmp_path: Path) -> None:
    image = np.zeros((100, 100, 3), np.uint8)
    image[:50, :50], image[50:, 50:] = (255, 0, 0), (0, 0, 255)
    inline.open_video(_still(tmp_path, image))
    shown = _picture(view)
    assert shown.pixelColor(20, 100).name() == theme.PICTURE_GROUND
    assert shown.pixelColor(130, 30).red() > 240 and shown.pixelColor(130, 30).blue() < 20
    assert shown.pixelColor(270, 170).blue() > 240


def test_overlay_brightens_its_place_and_can_be_switched_off(
    view: PictureView, inline: SessionViewModel, tmp_path: Path
) -> None:
    inline.open_video(_still(tmp_path, np.full((100, 200, 3), 60, np.uint8)))
    picture: PictureViewModel = view.canvas.viewmodel
    values = np.zeros((8, 8), np.float32)
    values[:, :2] = 1.0
    picture.set_map(values, 0.0)
    lit = _picture(view)
    assert lit.pixelColor(20, 100).red() > 120
    assert lit.pixelColor(390, 100).red() == pytest.approx(60, abs=2)
    picture.set_overlay(False)
    assert _picture(view).pixelColor(20, 100).red() == pytest.approx(60, abs=2)
    picture.set_overlay(True)
    picture.set_mode("contours")
    lines = _picture(view)
    row = [lines.pixelColor(x, 100).green() for x in range(400)]
    assert max(row) > 100 and np.median(row) == pytest.approx(60, abs=2)


def test_empty_state_offers_a_video_and_the_demo(view: PictureView, qtbot: QtBot) -> None:
    buttons = _buttons(view)
    assert set(buttons) == {OPEN_VIDEO, OPEN_DEMO}
    with qtbot.waitSignal(view.open_video):
        buttons[OPEN_VIDEO].click()
    with qtbot.waitSignal(view.open_demo):
        buttons[OPEN_DEMO].click()


def test_failed_state_says_why_and_copies_details(
    view: PictureView, inline: SessionViewModel, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "words.mp4"
    path.write_text("words")
    inline.open_video(path)
    buttons = _buttons(view)
    buttons["Copy details"].click()
    assert "words.mp4" in QGuiApplication.clipboard().text()
    with qtbot.waitSignal(view.open_video):
        buttons["Open another video…"].click()


def test_opening_state_can_be_cancelled(threaded: SessionViewModel, film: Path, qtbot: QtBot) -> None:
    view = PictureView(PictureViewModel(threaded))
    qtbot.addWidget(view)
    view.show()
    threaded.open_video(film)
    qtbot.mouseClick(_buttons(view)["Cancel"], Qt.MouseButton.LeftButton)
    assert threaded.film.state == "empty" and OPEN_VIDEO in _buttons(view)


def test_the_frame_is_chosen_when_it_is_painted(view: PictureView, inline: SessionViewModel, film: Path) -> None:
    inline.open_video(film)
    place = [0.0]
    inline.film.play_by(lambda: place[0], 1.0)
    place[0] = 0.4  # nobody sought there yet
    shown = _picture(view)
    level = shown.pixelColor(shown.width() // 2, shown.height() // 2).red()
    assert round((level - 20) / 4) == 10
    assert view.canvas.viewmodel.frame is not None and view.canvas.viewmodel.frame.time == pytest.approx(0.4)


def test_a_missing_picture_is_named_and_can_be_looked_for(
    view: PictureView, inline: SessionViewModel, film: Path, qtbot: QtBot
) -> None:
    inline.open_video(film)
    inline.film.lack("scene 4.mov")
    texts = [label.text() for label in view.findChildren(QLabel) if label.isVisibleTo(view)]
    assert "The picture scene 4.mov is missing" in texts
    assert list(_buttons(view)) == [FIND]
    with qtbot.waitSignal(inline.film.find_wanted):
        _buttons(view)[FIND].click()
    inline.open_video(film)
    assert not _buttons(view)
