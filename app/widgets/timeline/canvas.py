"""What the timeline shows: the clips, drawn once until something changes, and what moves over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from app import theme
from app.widgets.timeline.clips import body_of
from app.widgets.timeline.geometry import Geometry
from app.widgets.timeline.handles import paint_fade_handles, paint_numbers

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView
    from app.widgets.timeline.zones import Under
    from engine.timeline.document import Project


def draw_clips(view: TimelineView) -> QPixmap:
    """A picture of all rows in view, in the screen's own pixels."""
    port, ratio = view.viewport(), view.devicePixelRatioF()
    canvas = QPixmap(QSize(round(port.width() * ratio), round(port.height() * ratio)))
    canvas.setDevicePixelRatio(ratio)
    canvas.fill(QColor(theme.WINDOW))
    view.painter.waves.begin()
    vm, project = view.viewmodel, view.viewmodel.shown
    if project is not None:
        painter = QPainter(canvas)
        view.painter.paint(painter, view.geometry_now(), project, vm.selection, vm.track)
        painter.end()
    return canvas


def copy_part(painter: QPainter, canvas: QPixmap, part: QRect) -> None:
    """Draw a part (logical px) of a picture in the screen's own pixels where it lies."""
    ratio = canvas.devicePixelRatio()
    source = QRectF(part.x() * ratio, part.y() * ratio, part.width() * ratio, part.height() * ratio)
    painter.drawPixmap(QRectF(part), canvas, source)


def paint_over(painter: QPainter, view: TimelineView, geometry: Geometry, project: Project) -> None:
    """Markers, the loop's ends, a proposed hit, what is hovered and dragged in, the rubber band, and the playhead."""
    for marker in project.markers:
        colour = theme.colour(marker.colour or theme.AMBER, 0.5)
        painter.fillRect(QRectF(geometry.x_of(marker.position), 0, 1, geometry.height), colour)
    for end in project.loop or ():
        painter.fillRect(QRectF(geometry.x_of(end), 0, 1, geometry.height), theme.colour(theme.ACCENT, 0.45))
    if view.hand.hovered is not None and view.viewmodel.gesture is None:
        _paint_hovered(painter, geometry, view.hand.hovered, view.viewmodel.selection)
    if view.hit is not None:
        painter.setPen(QPen(QColor(theme.WARM), 1, Qt.PenStyle.DashLine))
        x = geometry.x_of(view.hit)
        painter.drawLine(QPointF(x, 0), QPointF(x, geometry.height))
    if view.drops.place is not None:
        _paint_drop(painter, geometry, view.drops.place, len(project.tracks))
    if view.hand.band is not None:
        painter.setPen(QPen(QColor(theme.ACCENT), 1))
        painter.setBrush(theme.colour(theme.ACCENT, 0.12))
        painter.drawRect(view.hand.band)
    if view.hasFocus():
        painter.fillRect(QRect(0, 0, geometry.width, 1), QColor(theme.ACCENT))
    x = round(geometry.x_of(view.viewmodel.playback.position))
    painter.fillRect(QRect(x - 1, 0, 2, geometry.height), QColor(theme.ACCENT))


def _paint_hovered(painter: QPainter, geometry: Geometry, found: Under, selection: frozenset[str]) -> None:
    """The handles that the pointer could take hold of."""
    if found.clip.id in selection:
        painter.setFont(theme.font(theme.SMALL))
        paint_numbers(painter, found.clip, found.box, geometry.width, hovered=True)
    else:
        paint_fade_handles(painter, geometry, found.clip, found.box, body_of(found.box).top())


def _paint_drop(painter: QPainter, geometry: Geometry, place: tuple[int, int], rows: int) -> None:
    left, top = geometry.x_of(place[0]), geometry.row_top(min(place[1], rows))
    painter.fillRect(QRectF(left, top, 3, geometry.row_height), QColor(theme.ACCENT))
    painter.fillRect(QRectF(left, top, 120, geometry.row_height), theme.colour(theme.ACCENT, 0.15))
