"""What a place on a clip is a handle of, and how the pointer tells beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPixmap, QPolygonF

from app import theme
from app.viewmodels.timeline_gestures import Kind
from app.viewmodels.timeline_holds import ShapeKind
from app.widgets.timeline.clips import body_of, gain_y
from app.widgets.timeline.geometry import Geometry
from app.widgets.timeline.handles import CORNER, fade_places, numbers_of, sync_mark

if TYPE_CHECKING:
    from engine.timeline.document import Clip, Track

EDGE, LINE = 6, 4  # px
Handle = Kind | ShapeKind
WITH_ALT: dict[Handle, Handle] = {"move": "slip", "head": "stretch_head", "tail": "stretch_tail"}
"""What Alt makes of a handle."""
_SHAPES: dict[Handle, Qt.CursorShape] = {
    "move": Qt.CursorShape.OpenHandCursor,
    "head": Qt.CursorShape.SizeHorCursor,
    "tail": Qt.CursorShape.SizeHorCursor,
    "slip": Qt.CursorShape.SplitHCursor,
    "fade_in": Qt.CursorShape.PointingHandCursor,
    "fade_out": Qt.CursorShape.PointingHandCursor,
    "gain": Qt.CursorShape.SizeVerCursor,
    "sync": Qt.CursorShape.SizeHorCursor,
    "speed": Qt.CursorShape.SizeVerCursor,
    "pitch": Qt.CursorShape.SizeVerCursor,
}
TIPS: dict[Handle, str] = {
    "move": "Drag: move · Alt: slip the sound under the clip · Shift: without snapping\n"
    "Ctrl+click: choose more · double-click: numbers · right click: more",
    "head": "Drag: trim the start  ({trim_head}: to the playhead) · Alt: change the speed",
    "tail": "Drag: trim the end  ({trim_tail}: to the playhead) · Alt: change the speed",
    "fade_in": "Drag: fade in  ({fade_in}: to the playhead) · double-click: none",
    "fade_out": "Drag: fade out  ({fade_out}: from the playhead) · double-click: none",
    "gain": "Drag: level of all that is chosen  ({louder}, {softer}) · double-click: 0 dB",
    "sync": "Drag: sync point, drawn by the sound's own hits  ({sync}: at the playhead) · double-click: none",
    "slip": "Drag: slip the sound under the clip",
    "stretch_head": "Drag: play the same sound in another time; its end stays",
    "stretch_tail": "Drag: play the same sound in another time; its start stays",
    "speed": "Drag up or down: speed of all that is chosen, with Shift finely\n({faster}, {slower}) · double-click: 1×",
    "pitch": "Drag up or down: pitch of all that is chosen, with Shift finely\n"
    "({pitch_up}, {pitch_down}) · double-click: 0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Under:
    """What lies under a place."""

    track: Track
    clip: Clip
    box: QRectF
    kind: Handle


def zone(geometry: Geometry, clip: Clip, box: QRectF, point: QPointF, *, selected: bool) -> Handle:
    """What a press at a place of a clip takes hold of; level line and numbers are there once it is selected."""
    body = body_of(box)
    if sync_mark(geometry, clip, body).boundingRect().adjusted(-2, -3, 2, 1).contains(point):
        return "sync"
    found = _corner(geometry, clip, box, point, body.top() + CORNER) or _edge(box, point.x())
    if found is not None:
        return found
    if selected:
        for kind, place, _ in numbers_of(clip, box, geometry.width):
            if place.contains(point):
                return kind
    held = selected or clip.gain_db
    on_line = held and box.width() >= 24 and abs(point.y() - gain_y(body, clip.gain_db)) <= LINE
    return "gain" if on_line else "move"


def _corner(geometry: Geometry, clip: Clip, box: QRectF, point: QPointF, lowest: float) -> Handle | None:
    if box.width() < 4 * CORNER or point.y() > lowest:
        return None
    rising, falling = fade_places(geometry, clip, box)
    if -CORNER + 2 <= point.x() - rising <= CORNER:
        return "fade_in"
    return "fade_out" if -CORNER <= point.x() - falling <= CORNER - 2 else None


def _edge(box: QRectF, x: float) -> Handle | None:
    if box.width() < 3 * EDGE:
        return None
    if x - box.left() <= EDGE:
        return "head"
    return "tail" if box.right() - x <= EDGE else None


def cursor_of(kind: Handle) -> QCursor:
    """The pointer over a handle."""
    shape = _SHAPES.get(kind)
    return QCursor(shape) if shape is not None else _stretching()


@cache
def _stretching() -> QCursor:
    """Two arrows apart from a double bar: the edge pulls the sound with it, unlike a trim."""
    picture = QPixmap(24, 24)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((theme.PICTURE_GROUND, 4.0), ("#ffffff", 1.6)):
        painter.setPen(QPen(QColor(colour), width))
        painter.setBrush(QColor(colour))
        painter.drawLine(10, 5, 10, 19)
        painter.drawLine(14, 5, 14, 19)
        for tip, back in ((1.5, 6.5), (22.5, 17.5)):
            painter.drawPolygon(QPolygonF([QPointF(tip, 12), QPointF(back, 8), QPointF(back, 16)]))
    painter.end()
    return QCursor(picture, 12, 12)
