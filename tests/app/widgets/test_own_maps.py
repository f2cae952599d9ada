"""One map gives way to another on the picture, without a dark moment; pinned contours go with the overlay's switch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.viewmodels.localisation import Pin, Place, _Found
from app.viewmodels.picture import PictureViewModel
from app.viewmodels.session import SessionViewModel
from app.widgets.pinned_contours import colour_of
from app.widgets.viewer import PictureView
from engine.recommend import Localisation


@pytest.fixture
def view(inline: SessionViewModel, qtbot: QtBot, film: Path) -> PictureView:
    made = PictureView(PictureViewModel(inline))
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    qtbot.waitExposed(made)
    inline.open_video(film)
    return made


def side(left: bool) -> np.ndarray:
    values = np.zeros((8, 8), np.float32)
    values[:, :3] = 1.0
    return values if left else np.fliplr(values)


def red(view: PictureView, x: int) -> int:
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32).pixelColor(x, 150).red()


def test_maps_cross_fade_and_end_on_the_newer_one(view: PictureView, qtbot: QtBot) -> None:
    picture = view.canvas.viewmodel
    plain = red(view, 20)
    picture.set_map(side(left=True), 0.0)
    lit = red(view, 20)
    assert lit > plain + 60, "the first one is there at once"
    picture.set_map(side(left=False), 0.0)
    assert red(view, 20) > plain + 20, "the older one is still there while the newer one comes"
    qtbot.waitUntil(lambda: view.canvas._before.sizeInBytes() == 0, timeout=2000)
    assert red(view, 20) == pytest.approx(plain, abs=6)
    assert red(view, 380) > plain + 60


def test_the_same_map_again_changes_nothing(view: PictureView) -> None:
    picture, values = view.canvas.viewmodel, side(left=True)
    picture.set_map(values, 0.0)
    picture.set_opacity(0.8)
    picture.set_map(values, 0.1)
    assert view.canvas._before.isNull()


def test_pinned_contours_come_and_go_with_the_overlay(view: PictureView) -> None:
    picture = view.canvas.viewmodel
    place = Place(Path("bark.wav"), 0.0)
    heat = np.zeros((168, 224), np.float32)
    heat[50:120, 60:160] = 1.0
    found = Localisation(map=heat, score=0.9, presence=0.9, onscreen=None, centre=(0.5, 0.5), box=None, audible=True)
    picture.localisation._found[place] = _Found(time=0.0, localisation=found)
    picture.localisation._set_pins((Pin(place=place, name="bark", category="DOGS"),))
    wanted = colour_of(0)

    def drawn() -> int:
        image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        return sum(
            abs(image.pixelColor(x, y).red() - wanted.red()) < 30
            and abs(image.pixelColor(x, y).green() - wanted.green()) < 30
            and abs(image.pixelColor(x, y).blue() - wanted.blue()) < 30
            for x in range(60, 340, 2)
            for y in range(30, 250, 2)
        )

    assert drawn() > 40
    picture.set_overlay(False)
    assert drawn() == 0
    picture.set_overlay(True)
    picture.localisation.clear_pins()
    assert drawn() == 0
