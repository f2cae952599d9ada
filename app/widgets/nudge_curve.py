"""The sync curve: how likely a sound belongs at each offset, the best one marked where it stands out."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme
from app.viewmodels.nudge import NudgeViewModel

HEIGHT = 148
_MARGIN, _HEAD, _FOOT = 12, 44, 20
_LINE = 22
_TICKS = 0.25  # s
_LEAST_SPAN = 0.05
"""Scores that differ by less are not stretched to the whole height: noise must not look like a peak."""


class NudgeCurve(QWidget):
    """Shows a :class:`NudgeViewModel`; asks it for nothing while hidden."""

    def __init__(self, viewmodel: NudgeViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewmodel = viewmodel
        self.setMinimumHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Sync")
        viewmodel.changed.connect(self._refresh)
        self._refresh()

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(320, HEIGHT)

    def showEvent(self, event: QShowEvent) -> None:
        """Someone looks."""
        super().showEvent(event)
        self.viewmodel.set_active(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self.viewmodel.set_active(False)

    def points(self) -> list[QPointF]:
        """The curve in the widget's pixels; empty while there is none."""
        curve = self.viewmodel.curve
        if curve is None or len(curve.scores) < 2:
            return []
        plot = self._plot()
        low, high = float(curve.scores.min()), float(curve.scores.max())
        middle, span = (low + high) / 2, max(high - low, _LEAST_SPAN)
        return [
            QPointF(self._x(float(offset)), plot.center().y() - (float(score) - middle) / span * plot.height())
            for offset, score in zip(curve.offsets, curve.scores, strict=True)
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Name and proposal, then ticks, curve and marks."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_head(painter)
        points = self.points()
        if points:
            self._paint_ticks(painter)
            self._paint_curve(painter, points)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Move the placed sound by what is proposed."""
        self.viewmodel.take()

    def _paint_head(self, painter: QPainter) -> None:
        vm, font = self.viewmodel, theme.figures(theme.SMALL)
        line = QRectF(_MARGIN, 0, self.width() - 2 * _MARGIN, _LINE)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        if not self.points():
            painter.setPen(QColor(theme.WARM if vm.state == "failed" else theme.QUIET))
            inside = QRectF(self.rect()).adjusted(_MARGIN, _LINE, -_MARGIN, -_LINE)
            painter.drawText(inside, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), vm.text)
            return
        painter.setPen(QColor(theme.ACCENT))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, vm.proposal)
        room = max(0.0, line.width() - metrics.horizontalAdvance(vm.proposal) - 2 * _MARGIN)
        painter.setPen(QColor(theme.TEXT))
        name = metrics.elidedText(vm.name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(QColor(theme.QUIET))
        note = metrics.elidedText(vm.note, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line.translated(0, _LINE), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, note)

    def _paint_ticks(self, painter: QPainter) -> None:
        plot, (first, last) = self._plot(), self._range()
        for number in range(round(first / _TICKS), round(last / _TICKS) + 1):
            offset, x = number * _TICKS, self._x(number * _TICKS)
            painter.setPen(QPen(QColor(theme.QUIET if number == 0 else theme.LINE), 1))
            painter.drawLine(QPointF(x, plot.top() - 4), QPointF(x, plot.bottom() + 4))
            painter.setPen(QColor(theme.QUIET))
            label = QRectF(x - 32, plot.bottom() + 4, 64, _FOOT - 2)
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, "as placed" if number == 0 else f"{offset:+g} s")

    def _paint_curve(self, painter: QPainter, points: list[QPointF]) -> None:
        painter.setPen(QPen(QColor(theme.TEXT), 1.5))
        painter.drawPolyline(QPolygonF(points))
        curve = self.viewmodel.curve
        assert curve is not None
        if not curve.trusted:
            return
        best = points[int(abs(curve.offsets - curve.proposed_offset).argmin())]
        plot = self._plot()
        painter.setPen(QPen(QColor(theme.ACCENT), 1))
        painter.drawLine(QPointF(best.x(), plot.top() - 4), QPointF(best.x(), plot.bottom() + 4))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.ACCENT))
        painter.drawEllipse(best, 4, 4)

    def _plot(self) -> QRectF:
        across = max(1, self.width() - 2 * (_MARGIN + 24))
        return QRectF(_MARGIN + 24, _HEAD + 8, across, max(1, self.height() - _HEAD - _FOOT - 20))

    def _range(self) -> tuple[float, float]:
        curve = self.viewmodel.curve
        return (float(curve.offsets[0]), float(curve.offsets[-1])) if curve is not None else (-1.0, 1.0)

    def _x(self, offset: float) -> float:
        plot, (first, last) = self._plot(), self._range()
        return plot.left() + (offset - first) / max(1e-9, last - first) * plot.width()

    def _refresh(self) -> None:
        self.setAccessibleDescription(f"{self.viewmodel.name} {self.viewmodel.text}".strip())
        self.update()
