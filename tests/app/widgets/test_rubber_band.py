"""The box over the picture: drawn with the pointer, moved with the keys, painted where it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.viewmodels.picture import PictureViewModel
from app.viewmodels.pointing import PointingViewModel
from app.viewmodels.session import SessionViewModel
from app.widgets.rubber_band import RubberBand
from app.widgets.viewer import PictureView

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(inline: SessionViewModel, film: Path, qtbot: QtBot) -> PictureView:
    made = PictureView(PictureViewModel(inline, inline), pointing=PointingViewModel(inline, None, inline))
    qtbot.addWidget(made)
    made.resize(480, 300)
    made.show()
    qtbot.waitExposed(made)
    inline.open_video(film)
    return made


def band_of(view: PictureView) -> RubberBand:
    assert view.band is not None
    return view.band


def at(view: PictureView, x: float, y: float) -> QPoint:
    where = view.canvas.picture_rect()
    return QPoint(round(where.x() + x * where.width()), round(where.y() + y * where.height()))


def test_a_drag_draws_the_region(view: PictureView, qtbot: QtBot) -> None:
    band = band_of(view)
    qtbot.mousePress(band, LEFT, pos=at(view, 0.25, 0.25))
    qtbot.mouseMove(band, at(view, 0.4, 0.4))
    assert band.viewmodel.region is None
    qtbot.mouseMove(band, at(view, 0.75, 0.5))
    qtbot.mouseRelease(band, LEFT, pos=at(view, 0.75, 0.5))
    assert band.viewmodel.region == pytest.approx((0.25, 0.25, 0.75, 0.5), abs=0.01)
    assert view.hasFocus()


def test_a_click_points_and_a_trembling_hand_does_not_draw(view: PictureView, qtbot: QtBot) -> None:
    band = band_of(view)
    qtbot.mousePress(band, LEFT, pos=at(view, 0.5, 0.5))
    qtbot.mouseMove(band, at(view, 0.5, 0.5) + QPoint(2, 1))
    qtbot.mouseRelease(band, LEFT, pos=at(view, 0.5, 0.5) + QPoint(2, 1))
    assert band.viewmodel.region is not None
    x1, _, x2, _ = band.viewmodel.region
    assert (x1 + x2) / 2 == pytest.approx(0.5, abs=0.01)
    assert x2 - x1 > 0.3


def test_beside_the_picture_is_nothing(view: PictureView, qtbot: QtBot) -> None:
    where = view.canvas.picture_rect()
    assert where.left() > 20
    qtbot.mouseClick(band_of(view), LEFT, pos=QPoint(5, 150))
    assert band_of(view).viewmodel.region is None


def test_the_picture_steps_back_around_the_box(view: PictureView, inline: SessionViewModel) -> None:
    inline.seek(1.9)
    inside, outside = at(view, 0.5, 0.5), at(view, 0.05, 0.05)
    before = view.grab().toImage()
    band_of(view).viewmodel.point()
    after = view.grab().toImage()
    assert after.pixelColor(inside) == before.pixelColor(inside)
    assert after.pixelColor(outside).lightness() < 0.75 * before.pixelColor(outside).lightness()


def test_keys_move_and_size_it(view: PictureView, qtbot: QtBot) -> None:
    alt, shift = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
    band = band_of(view)
    qtbot.keyClick(view, Qt.Key.Key_Right, alt)
    assert band.viewmodel.region is None
    band.viewmodel.point()
    first = band.viewmodel.region
    assert first is not None
    qtbot.keyClick(view, Qt.Key.Key_Right, alt)
    moved = band.viewmodel.region
    assert moved == pytest.approx((first[0] + 0.05, first[1], first[2] + 0.05, first[3]))
    qtbot.keyClick(view, Qt.Key.Key_Up, alt | shift)
    assert band.viewmodel.region == pytest.approx((*moved[:3], first[3] - 0.05))


def test_it_stays_as_large_as_the_picture(view: PictureView) -> None:
    view.resize(700, 420)
    assert band_of(view).geometry() == view.canvas.rect()
