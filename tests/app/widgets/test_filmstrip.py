"""The scrubber: pictures in their places, the playhead follows, pointer and keys move it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app import theme
from app.viewmodels.filmstrip import FilmstripViewModel
from app.viewmodels.session import SessionViewModel
from app.widgets.filmstrip import RULER, STRIP, Filmstrip


@pytest.fixture
def strip(inline: SessionViewModel, film: Path, qtbot: QtBot) -> Filmstrip:
    made = Filmstrip(FilmstripViewModel(inline))
    qtbot.addWidget(made)
    made.resize(500, RULER + STRIP + 4)
    made.show()
    qtbot.waitExposed(made)
    inline.open_video(film)
    return made


def test_pictures_stand_in_their_places(strip: Filmstrip) -> None:
    shown = strip.grab().toImage()
    levels = [shown.pixelColor(x, RULER + STRIP // 2).lightness() for x in (30, 150, 350, 470)]
    assert levels == sorted(levels) and levels[-1] - levels[0] > 100


def test_playhead_is_where_the_time_is(strip: Filmstrip, inline: SessionViewModel) -> None:
    inline.seek(1.0)
    shown = strip.grab().toImage()
    row = [shown.pixelColor(x, RULER + STRIP // 2).name() for x in range(500)]
    assert row.index(theme.ACCENT, 2) == pytest.approx(249, abs=2)


def test_press_and_drag_scrub(strip: Filmstrip, inline: SessionViewModel, qtbot: QtBot) -> None:
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(250, 30))
    assert inline.time == pytest.approx(1.0, abs=0.01)
    qtbot.mouseMove(strip, QPoint(375, 30))
    assert inline.time == pytest.approx(1.5, abs=0.01)
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(375, 30))
    qtbot.mouseMove(strip, QPoint(100, 30))
    assert inline.time == pytest.approx(1.5, abs=0.01), "hovering peeks, it does not scrub"


def test_page_keys_move_by_a_tenth(strip: Filmstrip, inline: SessionViewModel, qtbot: QtBot) -> None:
    qtbot.keyClick(strip, Qt.Key.Key_PageDown)
    assert inline.time == pytest.approx(0.2)
    qtbot.keyClick(strip, Qt.Key.Key_PageUp)
    assert inline.time == 0.0


def test_an_empty_strip_takes_no_scrub(inline: SessionViewModel, qtbot: QtBot) -> None:
    empty = Filmstrip(FilmstripViewModel(inline))
    qtbot.addWidget(empty)
    empty.show()
    qtbot.mouseClick(empty, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert inline.time == 0.0 and not empty.grab().isNull()


def test_without_its_picture_the_strip_still_counts_and_scrubs(
    strip: Filmstrip, inline: SessionViewModel, qtbot: QtBot
) -> None:
    inline.film.lack("scene.mp4", 4.0)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(250, 30))
    assert inline.time == pytest.approx(2.0, abs=0.01)
    shown = strip.grab().toImage()
    row = [shown.pixelColor(x, RULER + STRIP // 2).name() for x in range(500)]
    assert row.index(theme.ACCENT, 2) == pytest.approx(249, abs=2)


def test_painting_reuses_the_drawn_strip(strip: Filmstrip, inline: SessionViewModel) -> None:
    strip.grab()
    drawn = strip.strip_key
    inline.seek(1.2)
    strip.grab()
    assert strip.strip_key == drawn, "moving the playhead draws no pictures anew"
    strip.resize(420, strip.height())
    strip.grab()
    assert strip.strip_key != drawn
