"""What else a hand takes hold of: a clip's speed and pitch, a marker, the loop. Each gives the edit it comes to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from engine.timeline.changes import Change
    from engine.timeline.document import Clip, Marker, Project

ShapeKind = Literal["stretch_head", "stretch_tail", "speed", "pitch"]
LoopKind = Literal["loop_in", "loop_out", "loop", "loop_new"]
SLOWEST, FASTEST = Fraction(1, 10), Fraction(10)
MOST_SEMITONES = 48.0
SPEED_STEP, SEMITONE = 0.05, 1.0
"""What speed and pitch go by while things snap; without, by hundredths."""
_FINEST = 10**9  # a speed's denominator: the end it gives lies within half a sample for as long as a film lasts


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeHold:
    """A drag that changes how fast or how high a clip plays.

    Dragging an edge (``stretch_head``, ``stretch_tail``) plays the same window of the sound in another time, as tape
    does, and moves that edge alone; ``speed`` and ``pitch`` go up and down, of all ``clips`` by the same amount.
    """

    kind: ShapeKind
    clip: Clip
    """The one under the hand."""
    project: Project
    """The document when it began."""
    clips: frozenset[str] = frozenset()
    """Ids of all that change their speed or pitch with it; empty is that one alone."""

    @property
    def edges(self) -> tuple[int, ...]:
        """Project samples that may snap: the edge that is dragged."""
        ends = {"stretch_head": (self.clip.position,), "stretch_tail": (self.clip.end,)}
        return ends.get(self.kind, ())

    def settled(self, amount: float) -> float:
        """``amount`` so that speed or pitch comes to a whole step."""
        if self.kind == "pitch":
            return round((self.clip.pitch + amount) / SEMITONE) * SEMITONE - self.clip.pitch
        if self.kind == "speed":
            now = float(self.clip.speed)
            return round((now + amount) / SPEED_STEP) * SPEED_STEP - now
        return amount

    def change(self, by: int, rows: int = 0, amount: float = 0.0) -> Change:
        """The edit after ``by`` project samples, or after ``amount`` semitones or times the speed."""
        clip, clips = self.clip, self.clips or frozenset([self.clip.id])
        if self.kind == "pitch":
            pitch = round(min(MOST_SEMITONES, max(-MOST_SEMITONES, clip.pitch + amount)), 2)
            return shift_pitches(self.project, clips, pitch - clip.pitch)
        if self.kind == "speed":
            speed = _kept_in(Fraction(round(float(clip.speed) + amount, 2)))
            return shift_speeds(self.project, clips, speed - clip.speed)
        longer = by if self.kind == "stretch_tail" else -max(by, -clip.position)
        return self._stretched(max(1, clip.length + longer))

    def _stretched(self, length: int) -> Change:
        """The same sound in ``length`` project samples; the edge that is not held stays where it is."""
        from engine.timeline import edits

        name, end = self.clip.id, self.clip.end
        speed = _kept_in(self.clip.speed * self.clip.length / length)
        if self.kind == "stretch_tail":
            return edits.set_speed(self.project, name, speed)

        def end_kept(project: Project) -> Change:
            return edits.move_clip(project, name, max(0, end - project.find_clip(name)[1].length))

        steps = (lambda project: edits.set_speed(project, name, speed), end_kept)
        return edits.compound(self.project, "Set speed", steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerHold:
    """A drag of a marker along the ruler."""

    marker: Marker
    project: Project
    """The document when it began."""
    kind: Literal["marker"] = "marker"

    @property
    def edges(self) -> tuple[int, ...]:
        """Project samples that may snap."""
        return (self.marker.position,)

    def change(self, by: int, rows: int = 0, amount: float = 0.0) -> Change:
        """The edit after ``by`` project samples."""
        from engine.timeline import edits

        return edits.move_marker(self.project, self.marker.id, max(0, self.marker.position + by))


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopHold:
    """A drag of the loop's in or out point, of all of it, or of a new one."""

    kind: LoopKind
    loop: tuple[int, int]
    """First project sample and the one behind the last, when it began; both where a new one is drawn from."""
    project: Project
    """The document when it began."""

    @property
    def edges(self) -> tuple[int, ...]:
        """Project samples that may snap."""
        return self.loop if self.kind == "loop" else (self.loop[0 if self.kind == "loop_in" else 1],)

    def change(self, by: int, rows: int = 0, amount: float = 0.0) -> Change:
        """The edit after ``by`` project samples; a loop stays a frame long and turns round where its ends cross."""
        from engine.timeline import edits

        first, last = self.loop
        if self.kind == "loop":
            by = max(by, -first)
            return edits.set_loop(self.project, (first + by, last + by))
        frame = round(self.project.sample_rate / self.project.frame_rate)
        fixed, moved = (last, first + by) if self.kind == "loop_in" else (first, last + by)
        first, last = sorted((fixed, max(0, moved)))
        return edits.set_loop(self.project, (first, max(last, first + frame)))


Hold = ShapeHold | MarkerHold | LoopHold


def without_held(hold: Hold) -> Project:
    """The document without what is held: it does not draw itself."""
    project = hold.project
    if isinstance(hold, MarkerHold):
        return replace(project, markers=tuple(marker for marker in project.markers if marker.id != hold.marker.id))
    return replace(project, loop=None) if isinstance(hold, LoopHold) else project


def shift_pitches(project: Project, clips: Collection[str], semitones: float) -> Change:
    """Raise clips by the same amount; all stop where the first of them reaches its end."""
    from engine.timeline import edits

    return edits.shift_pitch(project, clips, semitones, lowest=-MOST_SEMITONES, highest=MOST_SEMITONES)


def shift_speeds(project: Project, clips: Collection[str], by: Fraction) -> Change:
    """Play clips faster by the same amount (times); all stop where the first of them reaches its end."""
    from engine.timeline import edits

    return edits.shift_speed(project, clips, by, lowest=SLOWEST, highest=FASTEST)


def _kept_in(speed: Fraction) -> Fraction:
    return min(FASTEST, max(SLOWEST, speed.limit_denominator(_FINEST)))
