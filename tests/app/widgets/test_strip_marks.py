"""What lies over the filmstrip: cuts, the curve in its states, peaks that can be clicked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app import theme
from app.viewmodels.filmstrip import FilmstripViewModel
from app.viewmodels.fit import Fit, FitViewModel
from app.viewmodels.rows import SoundRow
from app.viewmodels.session import SessionViewModel
from app.viewmodels.shots import ShotsViewModel
from app.widgets import strip_marks
from app.widgets.filmstrip import RULER, STRIP, Filmstrip
from engine.errors import MediaError
from engine.recommend.fit import FitCurve, peaks
from engine.recommend.shots import to_shots

ROW = SoundRow(file_id=1, path=Path("creak.wav"), name="wood creak", duration=2.0)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def strip(inline: SessionViewModel, film: Path, qtbot: QtBot) -> Filmstrip:
    shots, fit = ShotsViewModel(inline, inline), FitViewModel(inline, inline)
    made = Filmstrip(FilmstripViewModel(inline, shots=shots, fit=fit))
    qtbot.addWidget(made)
    made.resize(500, RULER + STRIP + 4)
    made.show()
    qtbot.waitExposed(made)
    inline.open_video(film)
    inline.seek(1.5)
    return made


def show_fit(strip: Filmstrip, scores: list[float]) -> Fit:
    """A curve of one score each fifth of a second."""
    times = np.arange(len(scores)) * 0.2
    curve = FitCurve(times=times, scores=np.array(scores, np.float32), starts=times, ends=times + 1)
    found = peaks(curve)
    by_time = tuple(sorted(found, key=lambda peak: peak.time))
    viewmodel = strip._viewmodel.fit
    assert viewmodel is not None
    viewmodel.row = ROW
    viewmodel.fit = Fit(row=ROW, curve=curve, peaks=by_time, best=found[0], fits=0.8)
    viewmodel.changed.emit()
    return viewmodel.fit


def test_cuts_part_the_pictures(strip: Filmstrip) -> None:
    shots = strip._viewmodel.shots
    assert shots is not None
    before = strip.grab().toImage().pixelColor(125, RULER + 20)
    shots.shots = to_shots([n / 25 for n in range(50)], [12], 2.0)
    shots.changed.emit()
    x = round(strip.x_of(0.48))
    shown = strip.grab().toImage()
    assert shown.pixelColor(x, RULER + 20) == QColor(theme.PICTURE_GROUND)
    assert shown.pixelColor(125, RULER + 20) == before


def test_many_cuts_do_not_black_the_strip_out(strip: Filmstrip) -> None:
    shots = strip._viewmodel.shots
    assert shots is not None
    shots.shots = to_shots([n / 500 for n in range(1000)], list(range(1, 1000)), 2.0)
    shots.changed.emit()
    shown = strip.grab().toImage()
    dark = [shown.pixelColor(x, RULER + 20) == QColor(theme.PICTURE_GROUND) for x in range(20, 370)]
    assert 0 < sum(dark) < 0.6 * len(dark)


def test_the_curve_is_bright_where_it_runs(strip: Filmstrip) -> None:
    dim = strip.grab().toImage().pixelColor(300, RULER + 3).lightness()
    fit = show_fit(strip, [0.1, 0.1, 0.9, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
    shown = strip.grab().toImage()
    place = strip.place_of(fit.best)
    assert shown.pixelColor(place.toPoint()) == QColor(strip_marks.CURVE)
    assert shown.pixelColor(300, RULER + 3).lightness() < dim


def test_the_curve_goes_to_the_films_end(strip: Filmstrip) -> None:
    show_fit(strip, [0.1, 0.1, 0.9, 0.1, 0.1, 0.1, 0.1, 0.9, 0.9])  # the last look is at 1.6 of 2 s
    shown, end = strip.grab().toImage(), round(strip.x_of(strip._session.film.length)) - 3
    column = [shown.pixelColor(end, y) for y in range(RULER, RULER + STRIP)]
    assert max(shade.red() - shade.blue() for shade in column) > 60, "the curve's yellow"


def test_a_peak_below_the_line_is_hollow(strip: Filmstrip) -> None:
    fit = show_fit(strip, [0.1, 0.1, 0.6, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
    shown = strip.grab().toImage()
    assert shown.pixelColor(strip.place_of(fit.best).toPoint()) == QColor(theme.PICTURE_GROUND)


def test_a_click_on_a_peak_goes_there_exactly(strip: Filmstrip, inline: SessionViewModel, qtbot: QtBot) -> None:
    fit = show_fit(strip, [0.1, 0.1, 0.9, 0.1, 0.1, 0.1, 0.1, 0.1, 0.7, 0.1])
    qtbot.mouseClick(strip, LEFT, pos=strip.place_of(fit.peaks[0]).toPoint() + QPoint(3, 2))
    assert inline.time == fit.peaks[0].time
    qtbot.mouseMove(strip, strip.place_of(fit.peaks[1]).toPoint() + QPoint(-2, 0))
    assert strip.cursor().shape() == Qt.CursorShape.PointingHandCursor
    qtbot.mouseClick(strip, LEFT, pos=QPoint(300, RULER + STRIP - 3))
    assert inline.time == pytest.approx(1.2, abs=0.01)


def test_the_word_says_what_is_shown_and_a_click_takes_it_away(
    strip: Filmstrip, inline: SessionViewModel, qtbot: QtBot
) -> None:
    show_fit(strip, [0.9, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
    strip.grab()
    assert strip._word.right() > 480, "the curve is high on the left"
    show_fit(strip, [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.9, 0.1])
    strip.grab()
    assert strip._word.left() < 20, "the curve is high on the right"
    qtbot.mouseClick(strip, LEFT, pos=strip._word.center().toPoint())
    fit = strip._viewmodel.fit
    assert fit is not None and fit.state == "empty"
    assert inline.time == pytest.approx(1.5)


def test_working_and_failed_are_said_on_the_strip(strip: Filmstrip) -> None:
    fit = strip._viewmodel.fit
    assert fit is not None
    fit.row = ROW
    fit.changed.emit()
    assert fit.state == "working"
    strip.grab()
    working = strip._word.width()
    fit.error = MediaError("The film broke off.", "Copy it again.")
    fit.changed.emit()
    shown = strip.grab().toImage()
    assert working > 100 and strip._word.width() > 100
    box = strip._word.toRect()
    reds = [
        shown.pixelColor(x, y).red() - shown.pixelColor(x, y).blue()
        for x in range(box.left(), box.right())
        for y in range(box.top(), box.bottom())
    ]
    assert max(reds) > 80
