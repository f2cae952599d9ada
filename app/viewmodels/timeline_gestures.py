"""What a hand does to clips: each gesture gives, for how far it went, the one edit it comes to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from engine.timeline.changes import Change
    from engine.timeline.document import Clip, Project

Kind = Literal["move", "head", "tail", "slip", "fade_in", "fade_out", "gain", "sync"]
LOWEST_DB, HIGHEST_DB = -60.0, 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gesture:
    """A drag that began on a clip; everything is measured from where it began."""

    kind: Kind
    clip: Clip
    """The one under the hand."""
    clips: frozenset[str]
    """Ids of all that move, or change their level, with it."""
    project: Project
    """The document when it began."""

    @property
    def edges(self) -> tuple[int, ...]:
        """Project samples that may snap: start, sync point and end, or the edge or the sync point that is held."""
        clip = self.clip
        if self.kind == "head":
            return (clip.position,)
        if self.kind == "tail":
            return (clip.end,)
        if self.kind == "move":
            return (clip.position, *self._sync, clip.end)
        return self._sync if self.kind == "sync" else ()

    @property
    def by_frames(self) -> bool:
        """Whether what snaps to nothing else goes by frames; a sync point marks a sample of its sound."""
        return self.kind != "sync"

    @property
    def _sync(self) -> tuple[int, ...]:
        return () if self.clip.sync is None else (self.clip.position + self.clip.sync,)

    def change(self, by: int, rows: int = 0, decibels: float = 0.0) -> Change:
        """The edit after ``by`` project samples, ``rows`` and ``decibels``, kept within what the sound allows."""
        from engine.timeline import edits

        project, clip = self.project, self.clip
        if self.kind == "move":
            return edits.move_clips(project, self.clips, by, rows)
        if self.kind == "gain":
            gain = round(min(HIGHEST_DB, max(LOWEST_DB, clip.gain_db + decibels)), 1)
            return shift_levels(project, self.clips, gain - clip.gain_db)
        if self.kind == "sync":
            return edits.set_sync(project, clip.id, min(max(0, (clip.sync or 0) + by), clip.length))
        if self.kind in ("fade_in", "fade_out"):
            return self._fade(by)
        return self._window(by)

    def _fade(self, by: int) -> Change:
        from engine.timeline import edits

        clip = self.clip
        if self.kind == "fade_in":
            length = min(max(0, clip.fade_in + by), clip.length - clip.fade_out)
            return edits.set_fades(self.project, clip.id, fade_in=length)
        length = min(max(0, clip.fade_out - by), clip.length - clip.fade_in)
        return edits.set_fades(self.project, clip.id, fade_out=length)

    def _window(self, by: int) -> Change:
        from engine.timeline import edits

        clip, room = self.clip, edits.handles(self.project, self.clip.id)
        if self.kind == "head":
            to = clip.position + min(max(by, -room.head), clip.length - 1)
            return edits.trim_head(self.project, clip.id, to)
        if self.kind == "tail":
            return edits.trim_tail(self.project, clip.id, clip.end + min(max(by, 1 - clip.length), room.tail))
        sound = edits.slip_room(self.project, clip.id)
        return edits.slip(self.project, clip.id, min(max(by, -sound.tail), sound.head))


def without_sync(gesture: Gesture) -> Project:
    """The document without the sync point that is held: it does not draw itself, but its own sound's hits do."""
    from engine.timeline import edits

    return edits.set_sync(gesture.project, gesture.clip.id, None).apply(gesture.project)


def shift_levels(project: Project, clips: Collection[str], decibels: float) -> Change:
    """Raise clips by the same amount; all stop where the first of them reaches the end of what a hand may set."""
    from engine.timeline import edits

    return edits.shift_gain(project, clips, decibels, lowest=LOWEST_DB, highest=HIGHEST_DB)
