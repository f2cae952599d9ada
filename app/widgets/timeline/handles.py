"""The handles of a clip that are drawn on it: corners of its fades, its sync point, its speed and pitch as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from app import theme
from app.viewmodels.timeline_holds import ShapeKind
from app.widgets.timeline.geometry import LEAST_NAMED, NAME_HEIGHT, Geometry

if TYPE_CHECKING:
    from engine.timeline.document import Clip

CORNER = 9  # px
SYNC = 5  # px; half the width of a sync point's mark
LEAST_WIDE = 116  # px of a clip in view, for its numbers
_APART, _FROM_EDGE, _FROM_BELOW = 4, 8, 17  # px
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


def speed_text(clip: Clip) -> str:
    """A clip's speed as people write it: ``1.25×``."""
    return f"{float(clip.speed):.2f}×"


def pitch_text(clip: Clip) -> str:
    """A clip's pitch as people write it: ``+3 st``, ``-0.5 st``."""
    return f"{clip.pitch:+.4g} st" if clip.pitch else "0 st"


def numbers_of(clip: Clip, box: QRectF, width: float) -> Iterator[tuple[ShapeKind, QRectF, str]]:
    """Where the numbers of a clip lie in its lower right corner, from the right; none where there is no room.

    Args:
        clip: the clip.
        box: where it lies in the view, px.
        width: of the view, px.
    """
    left, right = max(0.0, box.left()), min(box.right(), width)
    if box.height() < LEAST_NAMED or right - left < LEAST_WIDE:
        return
    metrics = QFontMetricsF(theme.font(theme.SMALL))
    right -= _FROM_EDGE
    shown: tuple[tuple[ShapeKind, str], ...] = (("pitch", pitch_text(clip)), ("speed", speed_text(clip)))
    for kind, text in shown:
        size = max(40.0, metrics.horizontalAdvance(text) + 10)
        yield kind, QRectF(right - size, box.bottom() - _FROM_BELOW, size, NAME_HEIGHT), text
        right -= size + _APART


def fade_places(geometry: Geometry, clip: Clip, box: QRectF) -> tuple[float, float]:
    """x of the handles of both fades."""
    return (
        box.left() + clip.fade_in / geometry.samples_per_px,
        box.right() - clip.fade_out / geometry.samples_per_px,
    )


def sync_mark(geometry: Geometry, clip: Clip, body: QRectF) -> QPolygonF:
    """The mark of a sync point at the lower edge of a clip's body, to drag it by; empty where there is none."""
    if clip.sync is None:
        return QPolygonF()
    x, y = geometry.x_of(clip.position + clip.sync), body.bottom()
    return QPolygonF([QPointF(x - SYNC, y), QPointF(x + SYNC, y), QPointF(x, y - 1.5 * SYNC)])


def paint_sync(painter: QPainter, mark: QPolygonF, body: QRectF) -> None:
    """Draw a sync point: its mark, and a line up from it."""
    if mark.isEmpty():
        return
    x = mark.boundingRect().center().x()
    painter.setPen(QPen(QColor(theme.AMBER), 1))
    painter.drawLine(QPointF(x, body.top()), QPointF(x, body.bottom()))
    painter.setBrush(QColor(theme.AMBER))
    painter.drawPolygon(mark)


def paint_numbers(painter: QPainter, clip: Clip, box: QRectF, width: float, *, hovered: bool = False) -> None:
    """Draw what of a clip's numbers is not as it was recorded; all of them while the pointer is there to drag them."""
    for kind, place, text in numbers_of(clip, box, width):
        changed = clip.speed != 1 if kind == "speed" else clip.pitch != 0
        if changed or hovered:
            painter.fillRect(place, theme.colour(theme.WINDOW, 0.85))
            painter.setPen(QColor(theme.AMBER if changed else theme.TEXT))
            painter.drawText(place, _CENTRE, text)


def paint_fade_handles(painter: QPainter, geometry: Geometry, clip: Clip, box: QRectF, top: float) -> None:
    """Draw the corners by which fades are dragged, at ``top`` of a clip's body; none where there is no room."""
    if box.width() < 4 * CORNER:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.WINDOW), 1))
    painter.setBrush(QColor(theme.TEXT))
    for x, inwards in zip(fade_places(geometry, clip, box), (1, -1), strict=True):
        painter.drawEllipse(QPointF(x + inwards * 4.5, top + 4.5), 3.5, 3.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
