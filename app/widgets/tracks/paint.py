"""Draws track headers, and meters wherever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app import theme
from app.viewmodels.mixer import fader_place, level_text, meter_place
from app.widgets.timeline.clips import shades
from app.widgets.tracks.parts import Parts

if TYPE_CHECKING:
    from engine.timeline.document import Track

_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


def paint_track(painter: QPainter, track: Track, box: QRect, parts: Parts, current: bool) -> None:
    """Name, buttons, fader and pan of one track; its meter is drawn apart, as it moves by itself."""
    hue = shades(track.colour, track.name, track.mute)[1]
    painter.fillRect(QRect(0, box.top(), 4, box.height()), QColor(theme.ACCENT) if current else hue)
    painter.setPen(QColor(theme.QUIET if track.mute else theme.TEXT))
    painter.setFont(theme.font(theme.SMALL, bold=current))
    name = painter.fontMetrics().elidedText(track.name, Qt.TextElideMode.ElideRight, int(parts.name.width()))
    painter.drawText(parts.name, _LEFT, name)
    _button(painter, parts.mute, "M", theme.WARM if track.mute else "")
    _button(painter, parts.solo, "S", theme.AMBER if track.solo else "")
    _fader(painter, parts.fader, fader_place(track.gain_db), fader_place(0.0))
    painter.setFont(theme.figures(theme.SMALL))
    painter.setPen(QColor(theme.QUIET))
    if parts.level.width():
        painter.drawText(parts.level, _RIGHT, f"{level_text(track.gain_db)} dB")
        _fader(painter, parts.pan, (track.pan + 1) / 2, 0.5, from_middle=True)


def paint_meter(painter: QPainter, box: QRectF, peaks: tuple[float, float, float]) -> None:
    """Two bars with the held peak over both; amber from -6 dBFS on, warm at full scale."""
    width = (box.width() - 1) / 2
    for number, peak in enumerate(peaks[:2]):
        bar = QRectF(box.left() + number * (width + 1), box.top(), width, box.height())
        painter.fillRect(bar, QColor(theme.WINDOW))
        for low, high, colour in ((0.0, 0.9, theme.ACCENT), (0.9, 0.999, theme.AMBER), (0.999, 1.0, theme.WARM)):
            place = min(meter_place(peak), high)
            if place > low:
                top, bottom = bar.bottom() - place * bar.height(), bar.bottom() - low * bar.height()
                painter.fillRect(QRectF(bar.left(), top, width, bottom - top), QColor(colour))
    held = meter_place(peaks[2])
    if held > 0:
        colour = theme.WARM if peaks[2] >= 1 else theme.TEXT
        painter.fillRect(QRectF(box.left(), box.bottom() - held * box.height(), box.width(), 1), QColor(colour))


def _button(painter: QPainter, box: QRectF, letter: str, lit: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(theme.LINE))
    painter.setBrush(QColor(lit) if lit else QColor(theme.WINDOW))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(theme.font(theme.SMALL, bold=bool(lit)))
    painter.setPen(QColor(theme.ON_ACCENT if lit else theme.QUIET))
    painter.drawText(box, _CENTRE, letter)


def _fader(painter: QPainter, box: QRectF, place: float, rest: float, *, from_middle: bool = False) -> None:
    middle = box.center().y()
    x, zero = box.left() + place * box.width(), box.left() + rest * box.width()
    painter.fillRect(QRectF(box.left(), middle - 1.5, box.width(), 3), QColor(theme.LINE))
    first = min(x, zero) if from_middle else box.left()
    last = max(x, zero) if from_middle else x
    painter.fillRect(QRectF(first, middle - 1.5, last - first, 3), QColor(theme.QUIET))
    painter.fillRect(QRectF(zero, middle - 5, 1, 10), QColor(theme.LINE))
    painter.fillRect(QRectF(x - 2, middle - 6, 4, 12), QColor(theme.TEXT))
