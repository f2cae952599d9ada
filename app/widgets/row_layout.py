"""Where the parts of a sound's row lie: used to paint them and to know what the pointer is on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPoint, QRect

from app.viewmodels.rows import MOST_TAKES, SoundRow

Part = Literal["glyph", "waveform", "score", "category", "take", "pin", "onscreen", "name"]

ROW_HEIGHT = 56
DIVIDER_HEIGHT = 28
_MARGIN = 8
_RANK = 16
_GLYPH = 16
_SCORE = 36
_CATEGORY = 72
_DOT = 8
_NARROW = 280
"""Ranked rows narrower than this show the category's colour only, so that the waveform keeps its place."""
_CHIP = 14
_DURATION = 52
_ONSCREEN = 60


@dataclass(frozen=True, slots=True)
class RowLayout:
    """Rectangles of one row's parts; empty ones are not there."""

    rank: QRect
    glyph: QRect
    waveform: QRect
    score: QRect
    category: QRect
    name: QRect
    takes: tuple[QRect, ...]
    duration: QRect
    onscreen: QRect
    """Whether the source is seen; only where something can tell."""
    pin: QRect

    def part_at(self, point: QPoint) -> Part:
        """What lies under ``point``; the name's line is everything else."""
        if self.pin.adjusted(-2, -2, 2, 2).contains(point) and not self.pin.isEmpty():
            return "pin"
        for part in ("glyph", "waveform", "score", "category"):
            # A few pixels of grace above and below: the waveform is the target of most clicks.
            if getattr(self, part).adjusted(0, -4, 0, 4).contains(point):
                return part
        if self.onscreen.contains(point):
            return "onscreen"
        return "take" if self.take_at(point) else "name"

    def take_at(self, point: QPoint) -> int:
        """Number of the take chip under ``point``, 0 for none."""
        return next((n for n, chip in enumerate(self.takes, 1) if chip.adjusted(-1, -3, 1, 3).contains(point)), 0)

    def share_at(self, point: QPoint) -> float:
        """Place of ``point`` along the waveform, 0..1."""
        return min(max((point.x() - self.waveform.left()) / max(1, self.waveform.width() - 1), 0.0), 1.0)


def lay_out(rect: QRect, row: SoundRow) -> RowLayout:
    """The parts of ``row`` inside ``rect``; ranked rows have a rank and a score."""
    ranked = row.rank is not None
    top, left, right = rect.top() + 6, rect.left() + _MARGIN, rect.right() - _MARGIN + 1
    rank = QRect(left, top, _RANK if ranked else 0, 26)
    glyph = QRect(rank.left() + (rank.width() + 4 if ranked else 0), top + 5, _GLYPH, 16)
    wide = min(2 * _CATEGORY, max(_CATEGORY, rect.width() // 4))
    label = _DOT if ranked and rect.width() < _NARROW else wide
    category = QRect(right - label, top, label, 26)
    score = QRect(category.left() - _SCORE - 8, top + 10, _SCORE, 5) if ranked else QRect(category.left(), top, 0, 0)
    begin = glyph.right() + 6
    waveform = QRect(begin, top, max(24, score.left() - 8 - begin), 26)
    line = QRect(begin, top + 28, right - begin, 18)
    placed = ranked and row.onscreen is not None
    said = _ONSCREEN if placed and rect.width() >= _NARROW else 0
    duration = QRect(right - said - _DURATION, line.top(), _DURATION, line.height())
    onscreen = QRect(right - said, line.top(), said, line.height()) if said else QRect()
    pin = QRect(glyph.left(), line.top() + 1, _GLYPH, _GLYPH) if placed else QRect()
    count = min(MOST_TAKES, len(row.takes), max(0, (duration.left() - begin - 60) // (_CHIP + 2)))
    first = duration.left() - count * (_CHIP + 2)
    takes = tuple(QRect(first + n * (_CHIP + 2), line.top() + 2, _CHIP, _CHIP) for n in range(count))
    name = QRect(begin, line.top(), (first if count else duration.left()) - begin - 6, line.height())
    return RowLayout(rank, glyph, waveform, score, category, name, takes, duration, onscreen, pin)
