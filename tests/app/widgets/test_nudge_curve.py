"""The drawn curve: its places, its mark, and what it says while there is none."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app import theme
from app.viewmodels.nudge import NudgeViewModel
from app.viewmodels.session import SessionViewModel
from app.widgets.nudge_curve import NudgeCurve
from engine.recommend.nudge import SyncCurve

OFFSETS = np.round(np.arange(-0.5, 0.51, 0.05), 3)


@pytest.fixture
def curve(inline: SessionViewModel, qtbot: QtBot) -> NudgeCurve:
    made = NudgeCurve(NudgeViewModel(inline, inline))
    qtbot.addWidget(made)
    made.resize(400, 140)
    made.show()
    return made


def give(curve: NudgeCurve, scores: np.ndarray, least: float = 0.0) -> None:
    curve.viewmodel._place, curve.viewmodel.name = object(), "bark"  # type: ignore[assignment]
    curve.viewmodel._take(SyncCurve(offsets=OFFSETS, scores=scores, least=least))


def accents(curve: NudgeCurve) -> list[int]:
    """Columns of the plot that show the accent."""
    image = curve.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    wanted = theme.colour(theme.ACCENT).rgb()
    return [x for x in range(image.width()) if any(image.pixel(x, y) == wanted for y in range(30, 110))]


def test_only_while_it_is_seen_is_anything_asked(curve: NudgeCurve) -> None:
    assert curve.viewmodel.active
    curve.hide()
    assert not curve.viewmodel.active


def test_the_best_offset_is_marked_where_it_lies(curve: NudgeCurve) -> None:
    give(curve, 0.9 - np.abs(OFFSETS - 0.25))
    points = curve.points()
    best = min(points, key=lambda point: point.y())
    assert best.x() == pytest.approx(points[0].x() + 0.75 * (points[-1].x() - points[0].x()), abs=0.5)
    assert accents(curve) and np.mean(accents(curve)) == pytest.approx(best.x(), abs=2)
    assert "+0.25 s" in curve.accessibleDescription()


def test_a_peak_that_does_not_stand_out_is_not_marked(curve: NudgeCurve) -> None:
    give(curve, np.full(len(OFFSETS), 1 / len(OFFSETS)), least=0.5)
    assert len(curve.points()) == len(OFFSETS) and not accents(curve)
    assert "no offset stands out" in curve.accessibleDescription()


def test_noise_is_not_drawn_as_a_peak(curve: NudgeCurve) -> None:
    give(curve, 0.5 + 0.004 * np.sin(OFFSETS * 40))
    heights = [point.y() for point in curve.points()]
    assert max(heights) - min(heights) < 0.2 * curve._plot().height()


def test_the_curve_stays_inside(curve: NudgeCurve) -> None:
    give(curve, np.linspace(0.0, 1.0, len(OFFSETS)))
    assert all(curve.rect().contains(point.toPoint()) for point in curve.points())


def test_without_a_curve_there_is_a_sentence(curve: NudgeCurve) -> None:
    assert curve.points() == [] and "Choose a suggestion" in curve.accessibleDescription()
    assert not accents(curve)
