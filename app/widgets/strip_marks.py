"""What is laid over the filmstrip: cuts between shots, the fit of a picked sound, its peaks, and a word about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from app import theme

CURVE = "#fcffa4"
"""The brightest colour of the heatmap: what fits glows alike in the picture and over the film."""
PEAK = 4.0
"""Half the width of a peak's mark, px."""
REACH = 7.0
"""How near a click has to come to a peak's mark, px."""
NARROWEST = 4.0
"""Shots narrower than this, px, are not parted by a line: there would be only lines."""


def paint_cuts(painter: QPainter, places: Sequence[float], ruler: float, bottom: float) -> None:
    """A dark line between two shots and a tick above it.

    Args:
        painter: of the strip.
        places: of the cuts, px, ascending.
        ruler: where the ruler ends and the pictures begin, px.
        bottom: where the pictures end, px.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    before = 0.0
    for x in places:
        left = round(x)
        if x - before >= NARROWEST:
            painter.fillRect(QRectF(left - 1, ruler, 2, bottom - ruler), theme.colour(theme.PICTURE_GROUND))
            before = x
        painter.fillRect(QRectF(left - 1, ruler - 4, 2, 4), theme.colour(theme.TEXT, 0.75))


def paint_curve(painter: QPainter, points: Sequence[QPointF], area: QRectF, fits: float | None) -> None:
    """The fit over the dimmed pictures, with the line from which a sound is said to fit.

    Args:
        painter: of the strip.
        points: of the curve, px.
        area: of the pictures.
        fits: where that line is, px; None where it is out of the curve's range.
    """
    painter.fillRect(area, theme.colour(theme.PICTURE_GROUND, 0.62))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if fits is not None:
        painter.setPen(QPen(theme.colour(theme.TEXT, 0.35), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(area.left(), fits), QPointF(area.right(), fits))
    if not points:
        return
    foot = [QPointF(points[-1].x(), area.bottom()), QPointF(points[0].x(), area.bottom())]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(CURVE, 0.28))
    painter.drawPolygon(QPolygonF([*points, *foot]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour(CURVE), 1.5))
    painter.drawPolyline(QPolygonF(list(points)))


def paint_peak(painter: QPainter, at: QPointF, *, fits: bool, hovered: bool) -> None:
    """A diamond on a peak: filled where the sound fits, hollow where it merely comes nearest."""
    half = PEAK + (1.5 if hovered else 0.0)
    steps = ((0, -half), (half, 0), (0, half), (-half, 0))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour(theme.PICTURE_GROUND if fits else CURVE), 1.2))
    painter.setBrush(theme.colour(CURVE) if fits else theme.colour(theme.PICTURE_GROUND))
    painter.drawPolygon(QPolygonF([at + QPointF(*step) for step in steps]))


def paint_word(painter: QPainter, text: str, area: QRectF, *, left: bool = False, warm: bool = False) -> QRectF:
    """A word in the upper right, or left, corner of an area; returns where it lies."""
    painter.setFont(theme.figures(theme.SMALL))
    metrics = QFontMetricsF(painter.font())
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, min(320.0, area.width() - 24))
    box = QRectF(0, 0, metrics.horizontalAdvance(shown) + 12, metrics.height() + 2)
    box.moveTop(area.top() + 2)
    box.moveLeft(area.left() + 3 if left else area.right() - 3 - box.width())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(theme.WINDOW, 0.85))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(theme.colour(theme.WARM if warm else theme.TEXT))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
    return box
