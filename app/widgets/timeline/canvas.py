"""What the timeline shows: the clips, drawn once until something changes, and what moves over them."""

from __future__ import annotations

from collections.abc import Sequence
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


INVITATION = (
    "Drop sounds here, or press {place} to place the chosen suggestion at the playhead",
    "{place_alternates} also places its alternates, muted  ·  sounds from other programs can be dropped too"
    "  ·  ? shows all keys",
)
"""With the keys by their names, as :meth:`TimelineKeys.told` fills them in."""
UNKNOWN = 120.0
"""px that a dragged sound is drawn wide while its length is not known."""


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
        geometry, lost = view.geometry_now(), vm.missing.paths
        view.painter.paint(painter, geometry, project, vm.selection, vm.track, missing=lost)
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
        _paint_drop(painter, geometry, view.drops.place, len(project.tracks), view.drops.length)
    elif not any(track.clips for track in project.tracks):
        _paint_invitation(painter, geometry, len(project.tracks), [view.keys.told(words) for words in INVITATION])
    if view.hand.band is not None:
        painter.setPen(QPen(QColor(theme.ACCENT), 1))
        painter.setBrush(theme.colour(theme.ACCENT, 0.12))
        painter.drawRect(view.hand.band)
    if view.hasFocus():
        painter.fillRect(QRect(0, 0, geometry.width, 1), QColor(theme.ACCENT))
    x = round(geometry.x_of(view.viewmodel.playback.position))
    # A dark edge parts it from the frames of selected clips, which have the same colour.
    painter.fillRect(QRect(x - 2, 0, 4, geometry.height), theme.colour(theme.PICTURE_GROUND, 0.7))
    painter.fillRect(QRect(x - 1, 0, 2, geometry.height), QColor(theme.ACCENT))


def _paint_hovered(painter: QPainter, geometry: Geometry, found: Under, selection: frozenset[str]) -> None:
    """The handles that the pointer could take hold of."""
    if found.clip.id in selection:
        painter.setFont(theme.font(theme.SMALL))
        paint_numbers(painter, found.clip, found.box, geometry.width, hovered=True)
    else:
        paint_fade_handles(painter, geometry, found.clip, found.box, body_of(found.box).top())


def _paint_invitation(painter: QPainter, geometry: Geometry, rows: int, words: Sequence[str]) -> None:
    """What to do first, below the tracks that there are."""
    top = max(0.0, float(geometry.row_top(rows)))
    area = QRectF(0, top, geometry.width, max(0.0, geometry.height - top))
    if area.height() < 44:
        area = QRectF(0, 0, geometry.width, geometry.height)
    painter.setFont(theme.font(theme.NORMAL))
    upper = QRectF(area.left(), area.center().y() - 22, area.width(), 20)
    painter.setPen(QColor(theme.TEXT))
    painter.drawText(upper, int(Qt.AlignmentFlag.AlignCenter), words[0])
    painter.setFont(theme.font(theme.SMALL))
    painter.setPen(QColor(theme.QUIET))
    painter.drawText(upper.translated(0, 22), int(Qt.AlignmentFlag.AlignCenter), words[1])


def _paint_drop(painter: QPainter, geometry: Geometry, place: tuple[int, int], rows: int, length: int | None) -> None:
    width = UNKNOWN if length is None else max(3.0, length / geometry.samples_per_px)
    left, top = geometry.x_of(place[0]), geometry.row_top(min(place[1], rows))
    painter.fillRect(QRectF(left, top, 3, geometry.row_height), QColor(theme.ACCENT))
    painter.fillRect(QRectF(left, top, width, geometry.row_height), theme.colour(theme.ACCENT, 0.15))
