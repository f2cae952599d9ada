"""The pointer on the timeline: what part of a clip it is over, and the gesture that a press begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtWidgets import QApplication

from app.viewmodels.mixer import level_text
from app.viewmodels.timeline_gestures import Gesture, Kind
from app.widgets.timeline.clips import body_of, clip_box, gain_step, gain_y
from app.widgets.timeline.geometry import Geometry

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView
    from engine.timeline.document import Clip, Track

EDGE, CORNER, LINE = 5, 9, 4  # px
REACH = 8  # px within which places draw
CURSORS: dict[Kind, Qt.CursorShape] = {
    "move": Qt.CursorShape.OpenHandCursor,
    "head": Qt.CursorShape.SizeHorCursor,
    "tail": Qt.CursorShape.SizeHorCursor,
    "slip": Qt.CursorShape.SplitHCursor,
    "fade_in": Qt.CursorShape.PointingHandCursor,
    "fade_out": Qt.CursorShape.PointingHandCursor,
    "gain": Qt.CursorShape.SizeVerCursor,
}
TIPS: dict[Kind, str] = {
    "move": "Drag: move · Alt: slip the sound under the clip · Shift: without snapping · Ctrl+click: choose more",
    "head": "Drag: trim the start  (Q: to the playhead)",
    "tail": "Drag: trim the end  (W: to the playhead)",
    "fade_in": "Drag: fade in  (Shift+Q: to the playhead)",
    "fade_out": "Drag: fade out  (Shift+W: from the playhead)",
    "gain": "Drag: level  (Ctrl+Up, Ctrl+Down)",
    "slip": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Under:
    """What lies under a place."""

    track: Track
    clip: Clip
    box: QRectF
    kind: Kind


def zone(geometry: Geometry, clip: Clip, box: QRectF, point: QPointF, *, selected: bool) -> Kind:
    """What a press at a place of a clip takes hold of."""
    x, y = point.x(), point.y()
    body = body_of(box)
    if box.width() >= 4 * CORNER and y <= body.top() + CORNER:
        if abs(x - box.left() - clip.fade_in / geometry.samples_per_px) <= CORNER - 2:
            return "fade_in"
        if abs(x - box.right() + clip.fade_out / geometry.samples_per_px) <= CORNER - 2:
            return "fade_out"
    if box.width() >= 3 * EDGE:
        if x - box.left() <= EDGE:
            return "head"
        if box.right() - x <= EDGE:
            return "tail"
    held = selected or clip.gain_db
    if held and box.width() >= 24 and abs(y - gain_y(body, clip.gain_db)) <= LINE:
        return "gain"
    return "move"


class TimelineHand:
    """Turns presses and moves into gestures of the view-model, rubber bands and scrubs."""

    def __init__(self, view: TimelineView) -> None:
        self._view, self._viewmodel = view, view.viewmodel
        self._from: QPointF | None = None
        self._moved = self._adds = False
        self._let_go: str | None = None
        self._body = 1.0
        self.band: QRect | None = None
        """The rubber band, in the view."""
        self._before: frozenset[str] = frozenset()

    def under(self, point: QPointF) -> Under | None:
        """The clip under a place, and the part of it."""
        project, geometry = self._viewmodel.shown, self._view.geometry_now()
        row = geometry.row_at(point.y())
        if project is None or not 0 <= row < len(project.tracks):
            return None
        track = project.tracks[row]
        clip = self._viewmodel.indexes.of(track).at(geometry.sample_at(point.x()))
        if clip is None:
            return None
        box = clip_box(geometry, row, clip)
        kind = zone(geometry, clip, box, point, selected=clip.id in self._viewmodel.selection)
        return Under(track=track, clip=clip, box=box, kind=kind)

    def press(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The left button went down."""
        self._from, self._moved = point, False
        found = self.under(point)
        toggles = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        self._adds = toggles or bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        if found is None:
            self._begin_band(point, self._adds)
            return
        vm, chosen = self._viewmodel, found.clip.id in self._viewmodel.selection
        self._let_go = found.clip.id if toggles and chosen else None
        vm.set_track(found.track.id)
        if self._adds and not chosen:
            vm.select([found.clip.id], add=True)
        slips = found.kind == "move" and modifiers & Qt.KeyboardModifier.AltModifier
        self._body = body_of(found.box).height()
        vm.begin("slip" if slips else found.kind, found.clip.id)

    def move(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The pointer moves with the button down."""
        if self._from is None:
            return
        way = point - self._from
        if not self._moved and way.manhattanLength() < QApplication.startDragDistance() / 2:
            return
        self._moved = True
        if self.band is not None:
            self._stretch_band(point)
            return
        geometry = self._view.geometry_now()
        rows = geometry.row_at(point.y()) - geometry.row_at(self._from.y())
        self._viewmodel.drag(
            round(way.x() * geometry.samples_per_px),
            rows,
            -way.y() * gain_step(self._body),
            reach=round(REACH * geometry.samples_per_px),
            snap=not modifiers & Qt.KeyboardModifier.ShiftModifier,
            rows_seen=self._view.rows_seen(),
        )

    def release(self, point: QPointF) -> None:
        """The button came up."""
        gesture, moved = self._viewmodel.gesture, self._moved
        if self.band is not None:
            self.band = None
            self._view.viewport().update()
            if not moved:
                self._view.seek_to_x(point.x())
        elif gesture is not None:
            self._viewmodel.finish()
            if not moved:
                self._clicked(gesture)
        self._from = None

    def _clicked(self, gesture: Gesture) -> None:
        """A press that became no drag: it chose, or let go of what was chosen."""
        if self._let_go is not None:
            self._viewmodel.select([self._let_go], add=True)
        elif not self._adds and gesture.kind == "move":
            self._viewmodel.select([gesture.clip.id])

    def hover(self, point: QPointF) -> None:
        """The pointer moves freely."""
        found = self.under(point)
        self._view.viewport().setCursor(CURSORS[found.kind] if found is not None else Qt.CursorShape.ArrowCursor)

    def tip_at(self, point: QPoint) -> str:
        """What can be done at a place."""
        found = self.under(QPointF(point))
        return f"{found.clip.name}\n{TIPS[found.kind]}" if found is not None else ""

    def words(self) -> str:
        """What the running gesture has come to, for a label at the pointer."""
        gesture, project = self._viewmodel.gesture, self._viewmodel.shown
        if gesture is None or project is None or not self._moved:
            return ""
        from engine.timeline.timecode import timecode_at

        clip = project.find_clip(gesture.clip.id)[1]
        seconds = 1 / project.sample_rate
        told = {
            "move": timecode_at(project, clip.position),
            "head": timecode_at(project, clip.position),
            "tail": timecode_at(project, clip.end),
            "slip": f"{(gesture.clip.source_in - clip.source_in) * seconds:+.3f} s",
            "fade_in": f"fade in {clip.fade_in * seconds:.2f} s",
            "fade_out": f"fade out {clip.fade_out * seconds:.2f} s",
            "gain": f"{level_text(clip.gain_db)} dB",
        }
        return told[gesture.kind]

    def _begin_band(self, point: QPointF, add: bool) -> None:
        self.band = QRect(point.toPoint(), point.toPoint())
        project = self._viewmodel.shown
        row = self._view.geometry_now().row_at(point.y())
        if project is not None and 0 <= row < len(project.tracks):
            self._viewmodel.set_track(project.tracks[row].id)
        self._before = self._viewmodel.selection if add else frozenset()
        if not add:
            self._viewmodel.select([])

    def _stretch_band(self, point: QPointF) -> None:
        assert self._from is not None
        self.band = QRect(self._from.toPoint(), point.toPoint()).normalized()
        project, geometry = self._viewmodel.shown, self._view.geometry_now()
        if project is None:
            return
        start, end = geometry.sample_at(self.band.left()), geometry.sample_at(self.band.right())
        rows = range(max(0, geometry.row_at(self.band.top())), geometry.row_at(self.band.bottom()) + 1)
        found = set(self._before)
        for track in project.tracks[rows.start : rows.stop]:
            index = self._viewmodel.indexes.of(track)
            found.update(track.clips[number].id for number in index.between(start, end).tolist())
        self._viewmodel.select(found)
        self._view.viewport().update()
