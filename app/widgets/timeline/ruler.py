"""The timeline's ruler: time code and markers, and below them the lane of the loop."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app import theme
from app.widgets.timeline.ruler_hand import HEAD, LANE, WIDEST, RulerHand, flag_of
from app.widgets.timeline.ruler_menu import ruler_menu
from app.widgets.tracks.name_field import LEAST, NameField
from engine.timeline.timecode import format_frames

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView
    from engine.timeline.document import Marker, Project

HEIGHT = 28  # px
_TEXT, _LANE = 13, HEIGHT - LANE  # px: the base line of time code, and where the lane begins
_MARK_WIDTH = 92  # px that a time code needs
_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_FRAMES = (1, 2, 5, 10, 12)


class Ruler(QWidget):
    """Lies above the clips and moves with them."""

    def __init__(self, view: TimelineView) -> None:
        super().__init__(view)
        self._view = view
        self.hand = RulerHand(view, HEIGHT)
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setAccessibleName("Time ruler")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lane and loop, marks, markers, playhead."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.WINDOW))
        project = self._view.viewmodel.shown
        if project is None:
            return
        geometry = self._view.geometry_now()
        painter.fillRect(QRectF(0, _LANE, self.width(), LANE), QColor(theme.PANEL))
        self._paint_marks(painter, project)
        if project.loop is not None:
            _paint_loop(painter, geometry.x_of(project.loop[0]), geometry.x_of(project.loop[1]))
        self._paint_markers(painter, project)
        x = geometry.x_of(self._view.viewmodel.playback.position)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.ACCENT))
        painter.drawRect(QRectF(x - 1, _LANE - HEAD, 2, HEIGHT))
        painter.drawPolygon([QPointF(x - 5, _LANE - HEAD), QPointF(x + 5, _LANE - HEAD), QPointF(x, _LANE)])

    # events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A marker or the loop is taken hold of; elsewhere the playhead comes here."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._view.setFocus(Qt.FocusReason.MouseFocusReason)
            self.hand.press(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """What is held follows; the playhead with sound."""
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self.setCursor(self.hand.cursor_at(event.position()))
            return
        self.hand.move(event.position(), event.modifiers())
        words = self.hand.words()
        if words:
            QToolTip.showText(event.globalPosition().toPoint(), words, self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.hand.release(event.position())
            QToolTip.hideText()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A marker's name is typed in its place."""
        marker = self.hand.marker_at(event.position())
        if marker is not None:
            self.rename(marker.id)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the marker or the loop under the pointer, and at this place."""
        if self._view.viewmodel.shown is not None:
            ruler_menu(self, self._view, QPointF(event.pos())).popup(event.globalPos())

    def event(self, event: QEvent) -> bool:
        """Tooltips say what the part under the pointer does."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.hand.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    # names

    def rename_nearest(self) -> None:
        """Type the name of the last marker that the playhead has reached."""
        marker = self._view.viewmodel.marks.at_playhead()
        if marker is not None:
            self.rename(marker.id)

    def rename(self, marker_id: str) -> None:
        """Type a marker's name in its place; Enter keeps it, Escape does not."""
        marks = self._view.viewmodel.marks
        marker = marks.find(marker_id)
        if marker is None:
            return
        x = min(max(0.0, self._view.geometry_now().x_of(marker.position)), self.width() - LEAST)
        place = QRect(round(x), 1, LEAST, HEIGHT - 4)
        field = NameField(marker.name, self, place, lambda name: marks.rename(marker_id, name), self._view)
        field.setAccessibleName("Name of the marker")

    # painting

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
            painter.drawLine(QPointF(x, _TEXT), QPointF(x, _LANE - 1))
            painter.setPen(QColor(theme.QUIET))
            text = format_frames(project.start_timecode + number, rate, project.drop_frame)
            painter.drawText(QPointF(x + 4, _TEXT), text)
            number += step

    def _paint_markers(self, painter: QPainter, project: Project) -> None:
        geometry = self._view.geometry_now()
        painter.setFont(theme.font(theme.SMALL))
        for marker in project.markers:
            x = geometry.x_of(marker.position)
            if -WIDEST < x < geometry.width:
                _paint_flag(painter, marker, x)


def _paint_flag(painter: QPainter, marker: Marker, x: float) -> None:
    colour, box = QColor(marker.colour or theme.AMBER), flag_of(marker, x)
    painter.fillRect(QRectF(x, 0, 2, HEIGHT), colour)
    painter.fillRect(box, QColor(theme.WINDOW))
    painter.fillRect(box, theme.colour(colour.name(), 0.22))
    painter.setPen(colour)
    painter.drawText(
        box.adjusted(5, 0, 0, 0), int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), marker.name
    )


def _paint_loop(painter: QPainter, left: float, right: float) -> None:
    """The loop as a bar with a grip at each end."""
    painter.fillRect(QRectF(left, _LANE + 2, right - left, LANE - 4), theme.colour(theme.ACCENT, 0.45))
    for x, inwards in ((left, 0), (right, -4)):
        painter.fillRect(QRectF(x + inwards, _LANE, 4, LANE), QColor(theme.ACCENT))


def frames_between(project: Project, samples_per_px: float) -> int:
    """Frames from one mark to the next, so that time codes have room: whole frames, seconds or minutes."""
    rate = project.frame_rate
    second = max(1, round(rate))
    a_frame = Fraction(project.sample_rate) / rate
    wanted = _MARK_WIDTH * samples_per_px / float(a_frame)
    steps = [n for n in _FRAMES if n < second] + [seconds * second for seconds in _SECONDS]
    return next((step for step in steps if step >= wanted), steps[-1])
