"""The pointer on the timeline: the gesture that a press on a handle begins, and what it has come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from app.viewmodels.mixer import level_text
from app.viewmodels.timeline_gestures import Gesture
from app.viewmodels.timeline_holds import ShapeHold
from app.widgets.timeline.band import Band
from app.widgets.timeline.clips import body_of, clip_box, gain_step
from app.widgets.timeline.handles import pitch_text, speed_text
from app.widgets.timeline.lost import tip_of
from app.widgets.timeline.zones import TIPS, WITH_ALT, Under, cursor_of, zone

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView
    from engine.timeline.document import Clip, Project

REACH = 8  # px within which places draw
A_PX = {"pitch": (1 / 8, 1 / 50), "speed": (0.01, 0.0025)}
"""Semitones, and times, that one px of a drag up comes to: as things snap, and finely."""
_NONE = Qt.KeyboardModifier.NoModifier


class TimelineHand:
    """Turns presses and moves into gestures of the view-model, rubber bands and scrubs."""

    def __init__(self, view: TimelineView) -> None:
        self._view, self._viewmodel = view, view.viewmodel
        self._band = Band(view)
        self._from: QPointF | None = None
        self._moved = self._adds = False
        self._let_go: str | None = None
        self._body = 1.0
        self._at: QPointF | None = None
        self._modifiers = _NONE
        self.hovered: Under | None = None
        """What lies under the pointer, while nothing is held."""

    @property
    def band(self) -> QRect | None:
        """The rubber band, in the view."""
        return self._band.box

    def under(self, point: QPointF, modifiers: Qt.KeyboardModifier = _NONE) -> Under | None:
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
        if modifiers & Qt.KeyboardModifier.AltModifier:
            kind = WITH_ALT.get(kind, kind)
        return Under(track=track, clip=clip, box=box, kind=kind)

    def press(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The left button went down."""
        self._from, self._moved = point, False
        found = self.under(point, modifiers)
        toggles = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        self._adds = toggles or bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        if found is None:
            self._band.begin(point, self._adds)
            return
        vm, chosen = self._viewmodel, found.clip.id in self._viewmodel.selection
        self._let_go = found.clip.id if toggles and chosen else None
        vm.set_track(found.track.id)
        if self._adds and not chosen:
            vm.select([found.clip.id], add=True)
        self._body = body_of(found.box).height()
        vm.begin(found.kind, found.clip.id)

    def move(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The pointer moves with the button down."""
        if self._from is None:
            return
        way = point - self._from
        if not self._moved and way.manhattanLength() < QApplication.startDragDistance() / 2:
            return
        self._moved = True
        if self.band is not None:
            self._band.stretch(point)
            return
        geometry = self._view.geometry_now()
        rows = geometry.row_at(point.y()) - geometry.row_at(self._from.y())
        snap = not modifiers & Qt.KeyboardModifier.ShiftModifier
        self._viewmodel.drag(
            round(way.x() * geometry.samples_per_px),
            rows,
            -way.y() * self._step(snap),
            reach=round(REACH * geometry.samples_per_px),
            snap=snap,
            rows_seen=self._view.rows_seen(),
        )

    def _step(self, snap: bool) -> float:
        """What one px up comes to."""
        gesture = self._viewmodel.gesture
        coarse, fine = A_PX.get(gesture.kind, (0.0, 0.0)) if gesture is not None else (0.0, 0.0)
        return (coarse if snap and self._viewmodel.snap else fine) or gain_step(self._body)

    def release(self, point: QPointF) -> None:
        """The button came up."""
        gesture, moved = self._viewmodel.gesture, self._moved
        if self.band is not None:
            self._band.end()
            if not moved:
                self._view.seek_to_x(point.x())
        elif gesture is not None:
            self._viewmodel.finish()
            if not moved and isinstance(gesture, Gesture | ShapeHold):
                self._clicked(gesture)
        self._from = None

    def _clicked(self, gesture: Gesture | ShapeHold) -> None:
        """A press that became no drag: it chose, or let go of what was chosen."""
        if self._let_go is not None:
            self._viewmodel.select([self._let_go], add=True)
        elif not self._adds and gesture.kind == "move":
            self._viewmodel.select([gesture.clip.id])

    def give_up(self) -> None:
        """Leave the drag: all is as it was, and the rest of the way means nothing."""
        if self.band is not None:
            self._band.give_up()
        self._viewmodel.cancel()
        self._from = None

    def double_click(self, point: QPointF) -> None:
        """A handle goes back to rest; on the clip itself its numbers come up."""
        found, shaping = self.under(point), self._viewmodel.shaping
        if found is None:
            return
        together = found.kind in ("gain", "speed", "pitch") and found.clip.id in self._viewmodel.selection
        if not together:
            self._viewmodel.select([found.clip.id])
        resets = {
            "gain": (lambda: shaping.set_gain(0.0)) if found.clip.gain_db else self._view.show_numbers,
            "speed": lambda: shaping.set_speed(1.0),
            "pitch": lambda: shaping.set_pitch(0.0),
            "fade_in": lambda: shaping.set_fade("in", 0.0),
            "fade_out": lambda: shaping.set_fade("out", 0.0),
            "sync": shaping.remove_sync,
            "move": self._view.show_numbers,
        }
        if found.kind in resets:
            resets[found.kind]()

    def hover(self, point: QPointF | None, modifiers: Qt.KeyboardModifier) -> None:
        """The pointer moves freely, or a modifier changed where it is; None: it is elsewhere."""
        self._at, self._modifiers = point, modifiers
        found = self.under(point, modifiers) if point is not None else None
        port, before = self._view.viewport(), self.hovered
        port.setCursor(cursor_of(found.kind) if found is not None else Qt.CursorShape.ArrowCursor)
        self.hovered = found
        if (found and (found.clip, found.box)) != (before and (before.clip, before.box)):
            port.update()

    def hover_again(self) -> None:
        """What lies under the pointer may be something else now."""
        if self._from is None and self._at is not None:
            self.hover(self._at, self._modifiers)

    def key_moved(self, event: QKeyEvent, *, down: bool) -> None:
        """A key went down or up; where it is Alt, the handle under the pointer is another one now."""
        if event.key() == Qt.Key.Key_Alt and self._at is not None and self._from is None:
            self.hover(self._at, Qt.KeyboardModifier.AltModifier if down else _NONE)

    def tip_at(self, point: QPoint, modifiers: Qt.KeyboardModifier = _NONE) -> str:
        """What can be done at a place."""
        found = self.under(QPointF(point), modifiers)
        if found is None:
            return ""
        lost = self._viewmodel.missing.paths.get(found.clip.media)
        tip = self._view.keys.told(TIPS[found.kind])
        return f"{found.clip.name}\n{tip}" if lost is None else tip_of(found.clip, lost)

    def words(self) -> str:
        """What the running gesture has come to, for a label at the pointer."""
        gesture, project = self._viewmodel.gesture, self._viewmodel.shown
        if not isinstance(gesture, Gesture | ShapeHold) or project is None or not self._moved:
            return ""
        told = _words(project, gesture.kind, gesture.clip, project.find_clip(gesture.clip.id)[1])
        others = len(gesture.clips) - 1
        return f"{told}   and {others} more" if others > 0 and gesture.kind in ("gain", "speed", "pitch") else told


def _words(project: Project, kind: str, before: Clip, clip: Clip) -> str:
    from engine.timeline.timecode import timecode_at

    second = 1 / project.sample_rate
    if kind in ("stretch_head", "stretch_tail", "speed"):
        return f"{speed_text(clip)}   {clip.length * second:.2f} s"
    told = {
        "move": timecode_at(project, clip.position),
        "head": timecode_at(project, clip.position),
        "tail": timecode_at(project, clip.end),
        "slip": f"{(before.source_in - clip.source_in) * second:+.3f} s",
        "fade_in": f"fade in {clip.fade_in * second:.2f} s",
        "fade_out": f"fade out {clip.fade_out * second:.2f} s",
        "sync": f"{timecode_at(project, clip.position + (clip.sync or 0))}   {(clip.sync or 0) * second:.3f} s in",
        "gain": f"{level_text(clip.gain_db)} dB",
        "pitch": pitch_text(clip),
    }
    return told[kind]
