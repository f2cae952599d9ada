"""Pinned sounds over the picture: a contour in each one's own colour, and a legend at the picture's edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QTransform

from app import theme
from app.viewmodels.localisation import Pin
from app.widgets.overlay import LEVELS, contour_path

if TYPE_CHECKING:
    from engine.recommend import Localisation

WIDTH = 2.0  # px of a contour
COLOURS = ("#56b4e9", "#f0e442", "#cc79a7", "#e69f00", "#009e73", "#d55e00")
"""One for each pin, told apart with any colour vision: Okabe and Ito, "Color Universal Design" (2008), without black
and blue, which are too dark for a legend on a dark ground. Those that are nearest to one another for people who lack
a kind of cone lie in different halves, and the lines of the second half are broken."""
NOWHERE = "not in this picture"
_MARGIN, _PAD, _LINE, _SWATCH = 12.0, 8.0, 18.0, 22.0
_WIDEST = 0.45  # of the picture's width


@dataclass(frozen=True, slots=True)
class Look:
    """How a pinned sound is drawn."""

    colour: QColor
    dash: Qt.PenStyle

    def pen(self) -> QPen:
        """For its contour and its swatch."""
        return QPen(self.colour, WIDTH, self.dash, Qt.PenCapStyle.RoundCap)


@dataclass(frozen=True, slots=True)
class Entry:
    """One pinned sound, ready to be painted."""

    name: str
    said: str
    look: Look
    path: QPainterPath


def colour_of(slot: int) -> QColor:
    """The colour of a pin's contour, of its line in the legend, and of its mark in the list."""
    return QColor(COLOURS[slot % len(COLOURS)])


def look_of(pin: Pin) -> Look:
    """How a sound is drawn as long as it is pinned."""
    solid = pin.slot % len(COLOURS) < len(COLOURS) // 2
    return Look(colour_of(pin.slot), Qt.PenStyle.SolidLine if solid else Qt.PenStyle.DashLine)


def entries(pinned: Sequence[tuple[Pin, Localisation | None]], aspect: float) -> list[Entry]:
    """What to paint of the pinned sounds over a picture of these proportions (width / height)."""
    made = []
    for pin, found in pinned:
        path = contour_path(found.map, aspect, LEVELS[0]) if found is not None else QPainterPath()
        said = (NOWHERE if path.isEmpty() else found.onscreen or "") if found is not None else "…"
        made.append(Entry(pin.name, said, look_of(pin), path))
    return made


def paint(painter: QPainter, where: QRectF, pinned: Sequence[Entry]) -> None:
    """Contours, then the legend over them."""
    if not pinned:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    onto = QTransform.fromTranslate(where.x(), where.y()).scale(where.width(), where.height())
    for entry in pinned:
        outline = onto.map(entry.path)
        painter.strokePath(outline, QPen(theme.colour("#000000", 0.6), WIDTH + 2))
        painter.strokePath(outline, entry.look.pen())
    _paint_legend(painter, where, pinned)


def _paint_legend(painter: QPainter, where: QRectF, pinned: Sequence[Entry]) -> None:
    font = theme.font(theme.SMALL)
    metrics = QFontMetricsF(font)
    room = max(60.0, where.width() * _WIDEST - 2 * _PAD - _SWATCH)
    lines = [metrics.elidedText(_words(entry), Qt.TextElideMode.ElideMiddle, room) for entry in pinned]
    width = max(metrics.horizontalAdvance(line) for line in lines) + 2 * _PAD + _SWATCH + 2
    height = len(lines) * _LINE + _PAD
    box = QRectF(where.left() + _MARGIN, where.bottom() - _MARGIN - height, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(theme.WINDOW, 0.78))
    painter.drawRoundedRect(box, 4, 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setFont(font)
    for number, (entry, line) in enumerate(zip(pinned, lines, strict=True)):
        middle = box.top() + _PAD / 2 + (number + 0.5) * _LINE
        painter.setPen(entry.look.pen())
        painter.drawLine(QPointF(box.left() + _PAD, middle), QPointF(box.left() + _PAD + _SWATCH - 8, middle))
        painter.setPen(QColor(theme.QUIET if entry.path.isEmpty() else theme.TEXT))
        text = QRectF(box.left() + _PAD + _SWATCH, middle - _LINE / 2, width, _LINE)
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)


def _words(entry: Entry) -> str:
    return f"{entry.name}  {entry.said}" if entry.said else entry.name
