"""Paints a row of a sound list: rank, play glyph, waveform, score bar, category, name, takes and length."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app import resources, theme
from app.viewmodels.rows import ROW_ROLE, Divider, SoundRow, format_duration
from app.widgets.pinned_contours import colour_of
from app.widgets.row_layout import DIVIDER_HEIGHT, ROW_HEIGHT, RowLayout, lay_out
from app.widgets.waveform import WaveformPainter, WaveformState

if TYPE_CHECKING:
    import numpy as np

Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


class RowFacts(Protocol):
    """What a delegate asks its list about a row."""

    fit_line: float | None
    """Score from which a sound fits, marked on the bar."""
    opacity: float

    def peaks_of(self, row: SoundRow) -> np.ndarray | None:
        """The outline, if it is there."""

    def waveform_state(self, row: SoundRow) -> WaveformState:
        """Regions, playhead and cursor of the row."""

    def is_playing(self, row: SoundRow) -> bool:
        """Whether the row is heard now."""

    def has_focus(self) -> bool:
        """Whether keys go to the list."""

    def slot_of(self, row: SoundRow) -> int | None:
        """Which colour the row's contour has on the picture, if it is pinned."""


class ResultDelegate(QStyledItemDelegate):
    """Draws rows and dividers; asks ``facts`` for what changes while the list stays."""

    def __init__(self, facts: RowFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = facts
        self.waveforms = WaveformPainter()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Fixed heights: nothing is measured per row."""
        row = index.data(ROW_ROLE)
        return QSize(120, DIVIDER_HEIGHT if isinstance(row, Divider) else ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        row = index.data(ROW_ROLE)
        painter.save()
        painter.setOpacity(self._facts.opacity)
        if isinstance(row, Divider):
            self._paint_divider(painter, option.rect, row)
        elif isinstance(row, SoundRow):
            self._paint_row(painter, option, row)
        painter.restore()

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, row: SoundRow) -> None:
        parts = lay_out(option.rect, row)
        self._paint_ground(painter, option)
        self._paint_lead(painter, parts, row)
        peaks, state = self._facts.peaks_of(row), self._facts.waveform_state(row)
        self.waveforms.paint(painter, QRectF(parts.waveform), row.file_id, peaks, state)
        if row.score is not None:
            self._paint_score(painter, parts.score, row)
        _paint_category(painter, parts.category, row)
        self._paint_line(painter, parts, row)
        self._paint_place(painter, option, parts, row)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            painter.fillRect(option.rect, theme.colour(theme.RAISED, 1.0 if selected else 0.5))
        if selected:
            edge = QRect(option.rect.left(), option.rect.top(), 3, option.rect.height())
            painter.fillRect(edge, QColor(theme.ACCENT if self._facts.has_focus() else theme.QUIET))
        painter.fillRect(
            QRect(option.rect.left() + 8, option.rect.bottom(), option.rect.width() - 16, 1), QColor("#2a2b2f")
        )

    def _paint_lead(self, painter: QPainter, parts: RowLayout, row: SoundRow) -> None:
        if row.rank is not None:
            _text(painter, parts.rank, str(row.rank), (theme.figures(theme.SMALL), theme.QUIET), align=_RIGHT)
        playing = self._facts.is_playing(row)
        icon = resources.icon("stop" if playing else "play", theme.ACCENT if playing else theme.QUIET)
        icon.paint(painter, parts.glyph)

    def _paint_score(self, painter: QPainter, rect: QRect, row: SoundRow) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.LINE))
        painter.drawRoundedRect(QRectF(rect), 2, 2)
        filled = QRectF(rect.left(), rect.top(), rect.width() * min(max(row.score or 0.0, 0.0), 1.0), rect.height())
        painter.setBrush(QColor(theme.TEXT if row.fits else theme.QUIET))
        painter.drawRoundedRect(filled, 2, 2)
        if self._facts.fit_line is not None:
            notch = QRectF(
                rect.left() + rect.width() * self._facts.fit_line - 0.5, rect.top() - 3, 1, rect.height() + 6
            )
            painter.fillRect(notch, QColor(theme.QUIET))

    def _paint_line(self, painter: QPainter, parts: RowLayout, row: SoundRow) -> None:
        colour = theme.TEXT if row.fits else theme.QUIET
        _text(painter, parts.name, row.name, (theme.font(theme.NORMAL), colour))
        length = format_duration(row.duration) if row.duration > 0 else ""
        _text(painter, parts.duration, length, (theme.figures(theme.SMALL), theme.QUIET), align=_RIGHT)
        for number, chip in enumerate(parts.takes, 1):
            _paint_chip(painter, chip, number, shown=number == row.take)

    def _paint_place(self, painter: QPainter, option: QStyleOptionViewItem, parts: RowLayout, row: SoundRow) -> None:
        """Whether the source is seen, and the pin: in its contour's colour while pinned, else only where it is near."""
        colour = theme.TEXT if row.onscreen == "on screen" and row.fits else theme.QUIET
        _text(painter, parts.onscreen, row.onscreen or "", (theme.font(theme.SMALL), colour), align=_RIGHT)
        if parts.pin.isEmpty():
            return
        near = QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected
        slot = self._facts.slot_of(row) if row.pinned else None
        if slot is not None:
            resources.icon("map-marker", colour_of(slot).name()).paint(painter, parts.pin)
        elif option.state & near:
            resources.icon("map-marker-outline", theme.QUIET).paint(painter, parts.pin)

    def _paint_divider(self, painter: QPainter, rect: QRect, divider: Divider) -> None:
        font = theme.font(theme.SMALL)
        width = QFontMetrics(font).horizontalAdvance(divider.text) + 16
        middle, y = rect.center().x(), rect.center().y()
        for left, right in ((rect.left() + 8, middle - width // 2), (middle + width // 2, rect.right() - 8)):
            painter.fillRect(QRect(left, y, max(0, right - left), 1), QColor(theme.LINE))
        _text(painter, rect, divider.text, (font, theme.QUIET), align=_CENTRE)


def _paint_category(painter: QPainter, rect: QRect, row: SoundRow) -> None:
    if not row.category:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(hue(row.category))
    painter.drawEllipse(QRectF(rect.left(), rect.center().y() - 2.5, 6, 6))
    label = rect.adjusted(10, 0, 0, 0)
    if label.width() <= 0:
        return
    metrics = QFontMetrics(theme.font(theme.SMALL))
    text = metrics.elidedText(row.category.upper(), Qt.TextElideMode.ElideRight, label.width())
    _text(painter, label, text, (theme.font(theme.SMALL), hue(row.category).name()))


def _paint_chip(painter: QPainter, rect: QRect, number: int, *, shown: bool) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(theme.ACCENT if shown else theme.LINE))
    painter.setBrush(QColor(theme.ACCENT) if shown else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    colour = theme.ON_ACCENT if shown else theme.QUIET
    _text(painter, rect, str(number), (theme.figures(theme.SMALL), colour), align=_CENTRE)


def _text(
    painter: QPainter, rect: QRect, text: str, look: tuple[QFont, str], *, align: Qt.AlignmentFlag = _LEFT
) -> None:
    """Draw ``text`` in a font and colour, shortened in the middle, where names differ least."""
    font, colour = look
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, rect.width())
    painter.drawText(rect, align, shown)


@lru_cache(maxsize=512)
def hue(category: str) -> QColor:
    return theme.category_colour(category)
