"""A clip whose sound is missing: quietly hatched instead of a waveform, with a word that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter

from app import theme

if TYPE_CHECKING:
    from pathlib import Path

    from engine.timeline.document import Clip

WORD = "missing"
_PAD, _HEIGHT, _LEAST = 5.0, 15.0, 26.0  # px; a narrower clip is only hatched
_TEXT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


def paint_hatching(painter: QPainter, body: QRectF, seen: QRectF) -> None:
    """Hatch the part of a clip that is ``seen``; the lines keep to the clip when it scrolls."""
    painter.setBrushOrigin(QPointF(round(body.left()) % 8, body.top()))
    painter.fillRect(body.intersected(seen), QBrush(theme.colour(theme.QUIET, 0.34), Qt.BrushStyle.BDiagPattern))
    painter.setBrushOrigin(QPointF())


def paint_word(painter: QPainter, body: QRectF, seen: QRectF, name: str = "") -> None:
    """Say what is wrong on a ground of its own, with the name where no line above has it; never beyond the clip."""
    room = body.intersected(seen).adjusted(_PAD, 1, -_PAD, -1)
    room.setLeft(max(room.left(), _PAD))
    if room.width() < _LEAST or room.height() < 10:
        return
    metrics = QFontMetricsF(painter.font())
    words = f"{WORD}   {name}" if name else WORD
    words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width() - 2 * _PAD)
    height = min(_HEIGHT, room.height())
    chip = QRectF(room.left(), room.center().y() - height / 2, metrics.horizontalAdvance(words) + 2 * _PAD, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.WINDOW))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawRoundedRect(chip, 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QColor(theme.AMBER))
    painter.drawText(chip.adjusted(_PAD, 0, 0, 0), int(_TEXT), words)


def tip_of(clip: Clip, path: Path) -> str:
    """What is missing, where it was looked for, and what to do about it."""
    return (
        f"{clip.name} is missing: it is silent until its file is found.\n"
        f"Looked for at {path}\n"
        "Right click, Find missing files…: choose the folder where it is now."
    )
