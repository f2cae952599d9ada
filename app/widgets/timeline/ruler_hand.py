"""The pointer on the ruler: markers and the loop are dragged, elsewhere the playhead is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from app import theme
from app.viewmodels.timeline_holds import LoopHold, LoopKind, MarkerHold

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView
    from engine.timeline.document import Marker

LANE = 10  # px of the loop's lane, at the ruler's lower edge
REACH = 8  # px within which places draw
FLAG, HEAD = 16, 9  # px that a marker's name and the playhead's head are high
_NEAR, WIDEST = 4, 400  # px; no name reaches further than the latter
Part = Literal["marker", "loop_in", "loop_out", "loop", "lane", "time"]
_HELD: dict[Part, LoopKind] = {"loop": "loop", "loop_in": "loop_in", "loop_out": "loop_out"}
CURSORS: dict[Part, Qt.CursorShape] = {
    "marker": Qt.CursorShape.PointingHandCursor,
    "loop_in": Qt.CursorShape.SizeHorCursor,
    "loop_out": Qt.CursorShape.SizeHorCursor,
    "loop": Qt.CursorShape.OpenHandCursor,
    "lane": Qt.CursorShape.CrossCursor,
    "time": Qt.CursorShape.ArrowCursor,
}
TIPS: dict[Part, str] = {
    "marker": "Drag: move the marker · click: go there · double-click: rename · right click: more",
    "loop_in": "Drag: where the loop begins  (I: at the playhead) · Shift: without snapping",
    "loop_out": "Drag: where the loop ends  (O: at the playhead) · Shift: without snapping",
    "loop": "Drag: move the loop · right click: more  (Ctrl+R: loop on or off)",
    "lane": "Drag: draw a loop  ({loop_selection}: round what is selected)",
    "time": "Click or drag: move the playhead · right click: more",
}


def flag_of(marker: Marker, x: float) -> QRectF:
    """Where a marker's name lies on the ruler, for a marker at ``x``."""
    room = QFontMetricsF(theme.font(theme.SMALL)).horizontalAdvance(marker.name) + 10 if marker.name else 8.0
    return QRectF(x + 2, 0, min(room, WIDEST), FLAG)


class RulerHand:
    """Turns presses and moves on the ruler into drags of the view-model, or moves the playhead."""

    def __init__(self, view: TimelineView, height: int) -> None:
        self._view, self._viewmodel, self._lane = view, view.viewmodel, height - LANE
        self._from: QPointF | None = None
        self._part: Part = "time"
        self._moved = False

    def marker_at(self, point: QPointF) -> Marker | None:
        """The marker whose name or line lies here; the one drawn on top."""
        project, geometry = self._viewmodel.shown, self._view.geometry_now()
        if project is None or point.y() >= self._lane or self._on_head(point):
            return None
        for marker in reversed(project.markers):
            x = geometry.x_of(marker.position)
            if x - point.x() > _NEAR or point.x() - x > WIDEST:
                continue
            if flag_of(marker, x).adjusted(-_NEAR, 0, 0, 2).contains(point) or abs(point.x() - x) <= _NEAR:
                return marker
        return None

    def _on_head(self, point: QPointF) -> bool:
        """Whether the playhead's head is here; it lies over markers."""
        x = self._view.geometry_now().x_of(self._viewmodel.playback.position)
        return self._lane - HEAD <= point.y() < self._lane and abs(point.x() - x) <= _NEAR + 1

    def part_at(self, point: QPointF) -> Part:
        """What a press here takes hold of."""
        project, geometry = self._viewmodel.shown, self._view.geometry_now()
        if project is None:
            return "time"
        if point.y() < self._lane:
            return "marker" if self.marker_at(point) is not None else "time"
        if project.loop is None:
            return "lane"
        left, right = geometry.x_of(project.loop[0]), geometry.x_of(project.loop[1])
        inside = min(_NEAR + 2.0, (right - left) / 3)  # a short loop keeps a middle to be moved by
        if left - _NEAR - 2 <= point.x() <= left + inside:
            return "loop_in"
        if right - inside <= point.x() <= right + _NEAR + 2:
            return "loop_out"
        return "loop" if left < point.x() < right else "lane"

    def press(self, point: QPointF) -> None:
        """The left button went down."""
        self._from, self._moved, self._part = point, False, self.part_at(point)
        marker = self.marker_at(point)
        if marker is not None:
            self._viewmodel.begin_marker(marker.id)
        elif (kind := _HELD.get(self._part)) is not None:
            self._viewmodel.begin_loop(kind)
        elif self._part == "time":
            self._view.seek_to_x(point.x())

    def move(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The pointer moves with the button down."""
        if self._from is None:
            return
        if self._part == "time":
            self._view.seek_to_x(point.x())
            return
        geometry, way = self._view.geometry_now(), point.x() - self._from.x()
        if not self._moved and abs(way) < QApplication.startDragDistance() / 2:
            return
        if not self._moved and self._part == "lane":
            self._viewmodel.begin_loop("loop_new", geometry.sample_at(self._from.x()))
        self._moved = True
        self._viewmodel.drag(
            round(way * geometry.samples_per_px),
            reach=round(REACH * geometry.samples_per_px),
            snap=not modifiers & Qt.KeyboardModifier.ShiftModifier,
            rows_seen=self._view.rows_seen(),
        )

    def release(self, point: QPointF) -> None:
        """The button came up; what became no drag moves the playhead, onto a marker where there is one."""
        if self._from is None:
            return
        gesture = self._viewmodel.gesture
        self._viewmodel.finish()
        if not self._moved and isinstance(gesture, MarkerHold):
            self._viewmodel.marks.go(gesture.marker.id)
        elif not self._moved and self._part != "time":
            self._view.seek_to_x(point.x())
        self._from = None

    def give_up(self) -> None:
        """Leave the drag: the rest of the way means nothing."""
        self._from = None

    def cursor_at(self, point: QPointF) -> Qt.CursorShape:
        """How the pointer tells beforehand."""
        return CURSORS[self.part_at(point)]

    def tip_at(self, point: QPointF) -> str:
        """What can be done at a place."""
        marker = self.marker_at(point)
        return (f"{marker.name}\n" if marker is not None and marker.name else "") + self._view.keys.told(
            TIPS[self.part_at(point)]
        )

    def words(self) -> str:
        """What the running drag has come to, for a label at the pointer."""
        gesture, project = self._viewmodel.gesture, self._viewmodel.shown
        if project is None or not self._moved:
            return ""
        from engine.timeline.timecode import timecode_at

        if isinstance(gesture, MarkerHold):
            return timecode_at(project, project.find_marker(gesture.marker.id).position)
        if isinstance(gesture, LoopHold) and project.loop is not None:
            first, last = project.loop
            seconds = (last - first) / project.sample_rate
            return f"{timecode_at(project, first)} – {timecode_at(project, last)}   {seconds:.2f} s"
        return ""
