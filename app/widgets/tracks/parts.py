"""Where the parts of a track's header lie, and what each is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF

WIDTH = 216  # px
METER = 12
Part = Literal["name", "mute", "solo", "fader", "pan", "level", "meter"]
TIPS: dict[str, str] = {
    "name": "Double-click: rename · right click: more",
    "mute": "Mute  ({track_mute})",
    "solo": "Solo  ({track_solo})",
    "fader": "Level: drag, with Ctrl finely, double-click for 0 dB  ({track_louder}, {track_softer})",
    "pan": "Pan: drag, with Ctrl finely, double-click for the middle  ({track_left}, {track_right})",
}


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the parts of one header lie."""

    name: QRectF
    mute: QRectF
    solo: QRectF
    fader: QRectF
    pan: QRectF
    level: QRectF
    meter: QRectF

    def at(self, point: QPointF) -> Part:
        """The part at a place; the name where there is no other."""
        for part in ("mute", "solo", "fader", "pan"):
            box = getattr(self, part)
            if not box.isEmpty() and box.adjusted(-2, -3, 2, 3).contains(point):
                return part
        return "name"


def parts_of(row: QRect) -> Parts:
    """The parts of a header in ``row``; low rows have everything in one line."""
    meter = QRectF(row.right() - METER - 3, row.top() + 3, METER, row.height() - 6)
    if row.height() < 40:
        middle = row.center().y() - 8
        return Parts(
            QRectF(10, row.top(), 62, row.height()),
            QRectF(76, middle, 18, 16),
            QRectF(97, middle, 18, 16),
            QRectF(122, middle, 56, 16),
            QRectF(),
            QRectF(),
            meter,
        )
    top, low = row.top() + 4, row.top() + 25
    return Parts(
        QRectF(10, top, 128, 18),
        QRectF(10, low, 18, 16),
        QRectF(31, low, 18, 16),
        QRectF(56, low, 88, 16),
        QRectF(152, low, 38, 16),
        QRectF(138, top, 52, 18),
        meter,
    )
