"""The timeline's ruler: time code, markers, in and out points; a press moves the playhead."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app import theme
from engine.timeline.timecode import format_frames

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView
    from engine.timeline.document import Project

HEIGHT = 24  # px
_MARK_WIDTH = 92  # px that a time code needs
_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_FRAMES = (1, 2, 5, 10, 12)


class Ruler(QWidget):
    """Lies above the clips and moves with them."""

    def __init__(self, view: TimelineView) -> None:
        super().__init__(view)
        self._view = view
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Time ruler")
        self.setToolTip("Click or drag to move the playhead")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Loop, marks, markers, playhead."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.WINDOW))
        project = self._view.viewmodel.shown
        if project is None:
            return
        geometry = self._view.geometry_now()
        if project.loop is not None:
            left, right = geometry.x_of(project.loop[0]), geometry.x_of(project.loop[1])
            painter.fillRect(QRectF(left, HEIGHT - 5, right - left, 4), theme.colour(theme.ACCENT, 0.8))
        self._paint_marks(painter, project)
        self._paint_markers(painter, project)
        x = geometry.x_of(self._view.viewmodel.playback.position)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.ACCENT))
        painter.drawPolygon([QPointF(x - 5, HEIGHT - 9), QPointF(x + 5, HEIGHT - 9), QPointF(x, HEIGHT)])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The playhead comes here."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._view.seek_to_x(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The playhead follows, with sound."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._view.seek_to_x(event.position().x())

    def _paint_marks(self, painter: QPainter, project: Project) -> None:
        geometry = self._view.geometry_now()
        step = frames_between(project, geometry.samples_per_px)
        rate, offset = project.frame_rate, project.video.offset if project.video else 0
        a_frame = project.sample_rate / rate
        first = max(0, math.floor((geometry.sample_at(0) - offset) / a_frame / step) * step)
        painter.setFont(theme.figures(theme.SMALL))
        number = first
        while (x := geometry.x_of(float(offset + number * a_frame))) < geometry.width:
            painter.setPen(QColor(theme.LINE))
            painter.drawLine(QPointF(x, HEIGHT - 6), QPointF(x, HEIGHT))
            painter.setPen(QColor(theme.QUIET))
            text = format_frames(project.start_timecode + number, rate, project.drop_frame)
            painter.drawText(QPointF(x + 4, HEIGHT - 10), text)
            number += step

    def _paint_markers(self, painter: QPainter, project: Project) -> None:
        geometry = self._view.geometry_now()
        painter.setFont(theme.font(theme.SMALL))
        for marker in project.markers:
            x = geometry.x_of(marker.position)
            if -200 < x < geometry.width:
                colour = QColor(marker.colour or theme.AMBER)
                painter.fillRect(QRectF(x, 0, 2, HEIGHT), colour)
                painter.setPen(colour)
                room = painter.fontMetrics().horizontalAdvance(marker.name) + 6
                painter.fillRect(QRectF(x + 2, 0, room, HEIGHT - 8), QColor(theme.WINDOW))
                painter.drawText(QPointF(x + 5, HEIGHT - 11), marker.name)


def frames_between(project: Project, samples_per_px: float) -> int:
    """Frames from one mark to the next, so that time codes have room: whole frames, seconds or minutes."""
    rate = project.frame_rate
    second = max(1, round(rate))
    a_frame = Fraction(project.sample_rate) / rate
    wanted = _MARK_WIDTH * samples_per_px / float(a_frame)
    steps = [n for n in _FRAMES if n < second] + [seconds * second for seconds in _SECONDS]
    return next((step for step in steps if step >= wanted), steps[-1])
