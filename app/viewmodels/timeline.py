"""The timeline's state: what is shown and selected, what a hand is doing to it, and the edits that keys make."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.project import ProjectViewModel
from app.viewmodels.timecode import nearest_frame
from app.viewmodels.timeline_gestures import Gesture, Kind
from app.viewmodels.timeline_index import Indexes
from app.viewmodels.timeline_outlines import TimelineOutlinesViewModel
from app.viewmodels.timeline_snap import Snapper, hits_of
from engine.errors import ProjectError

if TYPE_CHECKING:
    from engine.timeline.changes import Change
    from engine.timeline.document import Clip, Media, Project
    from engine.timeline.edits import Clipboard

Step = Callable[["Project"], "Change"]


class TimelineViewModel(QObject):
    """Edits of the open project as the timeline makes them; every gesture and every key is one step of undo."""

    changed = Signal()
    """``shown`` changed: the document, or what a gesture makes of it."""
    selection_changed = Signal()
    """``selection`` or ``track`` changed."""
    options_changed = Signal()
    """``snap`` changed."""

    def __init__(self, projects: ProjectViewModel, playback: PlaybackViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.projects, self.playback = projects, playback
        self.outlines = TimelineOutlinesViewModel(projects, self)
        self.indexes = Indexes()
        self.selection: frozenset[str] = frozenset()
        """Ids of the selected clips."""
        self.track: str | None = None
        """Id of the current track, where sounds are placed and pasted."""
        self.snap = True
        self.gesture: Gesture | None = None
        self._preview: Change | None = None
        self._shown: Project | None = None
        self._snapper: Snapper | None = None
        self._clipboard: Clipboard | None = None
        projects.opened_changed.connect(self._on_project)
        projects.changed.connect(self._on_edit)

    @property
    def shown(self) -> Project | None:
        """The document, with what the running gesture makes of it."""
        return self._shown

    @property
    def rate(self) -> int:
        """Hz of project samples; 48000 without a project."""
        return self._shown.sample_rate if self._shown is not None else 48_000

    @property
    def end(self) -> int:
        """Project samples to the end of what is shown."""
        return self.indexes.end(self._shown) if self._shown is not None else 0

    # selection

    def select(self, clips: Collection[str], *, add: bool = False) -> None:
        """Select these clips; with ``add`` those that were selected stay, and what is in both is let go."""
        chosen = frozenset(clips)
        chosen = self.selection ^ chosen if add else chosen
        if chosen != self.selection:
            self.selection = chosen
            self.selection_changed.emit()

    def select_all(self) -> None:
        """Select every clip."""
        if self._shown is not None:
            self.select([clip.id for clip in self._shown.clips()])

    def set_track(self, track_id: str | None) -> None:
        """Make a track the current one."""
        if track_id != self.track:
            self.track = track_id
            self.selection_changed.emit()

    def step_track(self, rows: int) -> None:
        """Make the track ``rows`` below the current one."""
        order = [track.id for track in self._shown.tracks] if self._shown is not None else []
        if order:
            at = order.index(self.track) + rows if self.track in order else 0
            self.set_track(order[min(max(0, at), len(order) - 1)])

    # gestures

    def begin(self, kind: Kind, clip_id: str) -> None:
        """A hand takes hold of a clip, and of all that is selected with it."""
        project = self.projects.project
        if project is None:
            return
        track, clip = project.find_clip(clip_id)
        self.set_track(track.id)
        if clip_id not in self.selection:
            self.select([clip_id])
        moving = self.selection if kind == "move" else frozenset([clip_id])
        self.gesture = Gesture(kind=kind, clip=clip, clips=moving, project=project)
        self._snapper = Snapper(project, moving, (self.playback.position,), self._known_hits, self.indexes)

    def drag(
        self,
        by: int,
        rows: int = 0,
        decibels: float = 0.0,
        *,
        reach: int = 0,
        snap: bool = True,
        rows_seen: range | None = None,
    ) -> None:
        """The hand went ``by`` project samples, ``rows`` and ``decibels`` since it took hold.

        Args:
            by: project samples, later is positive.
            rows: tracks downwards.
            decibels: of a level.
            reach: project samples within which places draw.
            snap: False leaves snapping out, whatever the toggle says.
            rows_seen: tracks whose clips draw; all where None.
        """
        if self.gesture is None or self._snapper is None:
            return
        if snap and self.snap and by:
            by = self._snapper.by(self.gesture.edges, by, reach, rows_seen)
        try:
            change = self.gesture.change(by, rows, decibels)
        except ProjectError:  # it cannot go that far: it stays where it could
            return
        self._preview = change
        self._show(change.apply(self.gesture.project))

    def finish(self) -> None:
        """The hand lets go: what was shown becomes one edit."""
        change, self._preview, self.gesture, self._snapper = self._preview, None, None, None
        if change is None or not change or not self.projects.do(lambda _: change):
            self._show(self.projects.project)

    def cancel(self) -> None:
        """The hand gives up: everything is as it was."""
        if self.gesture is not None:
            self._preview = self.gesture = self._snapper = None
            self._show(self.projects.project)

    # edits by key

    def split(self) -> None:
        """Cut at the playhead what is selected there; without a selection, what lies there on the current track."""
        at = self.playback.position
        here = [clip.id for clip in self._targets() if clip.position < at < clip.end]
        if self._each("Split sounds", here, "split", at):
            return
        self._say("There is no sound to split at the playhead.")

    def remove(self, *, ripple: bool = False) -> None:
        """Take away what is selected; rippling closes the gap on its tracks."""
        from engine.timeline import edits

        clips = self.selection
        if clips:
            edit = edits.ripple_remove if ripple else edits.remove_clips
            self.projects.do(lambda project: edit(project, clips))

    def copy(self) -> None:
        """Keep what is selected for :meth:`paste`."""
        from engine.timeline import edits

        if self.projects.project is not None and self.selection:
            self._clipboard = edits.copy(self.projects.project, self.selection)
            self._say(f"Copied {len(self.selection)} sound{'' if len(self.selection) == 1 else 's'}.")

    def cut(self) -> None:
        """Copy and take away what is selected."""
        self.copy()
        self.remove()

    def paste(self) -> None:
        """Paste at the playhead, the topmost on the current track, and select what came."""
        from engine.timeline import edits

        clipboard, at, track = self._clipboard, self.playback.position, self.track
        if clipboard is None:
            self._say("There is nothing to paste. Copy some sounds first.")
            return
        self._select_new(lambda project: edits.paste(project, clipboard, at, track))

    def duplicate(self) -> None:
        """Put what is selected right behind itself once more."""
        from engine.timeline import edits

        clips = self.selection
        if clips:
            self._select_new(lambda project: edits.duplicate(project, clips))

    def nudge(self, frames: int) -> None:
        """Move what is selected by frames."""
        from engine.timeline import edits

        project, clips = self.projects.project, self.selection
        if project is None or not clips:
            return
        by = round(frames * project.sample_rate / project.frame_rate)
        self.projects.do(lambda project: edits.move_clips(project, clips, by), merge=f"nudge {sorted(clips)}")

    def trim_to_playhead(self, end: str) -> None:
        """Let what is selected begin (``head``) or end (``tail``) at the playhead."""
        at = self.playback.position
        here = [clip.id for clip in self._targets() if clip.position < at < clip.end]
        self._each("Trim sounds", here, "trim_head" if end == "head" else "trim_tail", at)

    def fade_to_playhead(self, side: str) -> None:
        """Fade what is selected in up to the playhead, or out from it on."""
        from engine.timeline import edits

        at = self.playback.position
        here = [clip for clip in self._targets() if clip.position <= at <= clip.end]
        name = "fade_in" if side == "in" else "fade_out"
        lengths = {clip.id: at - clip.position if side == "in" else clip.end - at for clip in here}
        steps = [lambda p, n=clip, to=to: edits.set_fades(p, n, **{name: to}) for clip, to in lengths.items()]
        self._compound("Set fades", steps)

    def slip(self, frames: int) -> None:
        """Move the sound under what is selected by frames, as far as it reaches."""
        project, clips = self.projects.project, self._selected()
        if project is None or not clips:
            return
        by = round(frames * project.sample_rate / project.frame_rate)
        steps = [lambda p, c=clip: _slipped(p, c, by) for clip in clips]
        self._compound("Slip sounds", steps, merge=f"slip {sorted(self.selection)}")

    def move_rows(self, rows: int) -> None:
        """Move what is selected to the tracks above or below."""
        from engine.timeline import edits

        clips = self.selection
        if clips:
            self.projects.do(lambda project: edits.move_clips(project, clips, 0, rows))

    def set_sync(self) -> None:
        """The playhead marks the sync point of what is selected; once more takes it away."""
        from engine.timeline import edits

        at = self.playback.position
        clip = next((clip for clip in self._targets() if clip.position <= at <= clip.end), None)
        if clip is not None:
            name, sync = clip.id, at - clip.position
            wanted = None if clip.sync == sync else sync
            self.projects.do(lambda project: edits.set_sync(project, name, wanted))

    def reverse(self) -> None:
        """Play what is selected backwards, or forwards again."""
        from engine.timeline import edits

        turned = {clip.id: not clip.reverse for clip in self._selected()}
        steps = [lambda p, n=name, on=on: edits.set_reverse(p, n, on) for name, on in turned.items()]
        self._compound("Reverse sounds", steps)

    def mute(self) -> None:
        """Silence what is selected, or let it be heard again where all of it is silent."""
        from engine.timeline import edits

        clips = self._selected()
        on = any(not clip.mute for clip in clips)
        steps = [lambda p, n=clip.id: edits.set_clip_mute(p, n, on) for clip in clips]
        self._compound("Mute sounds" if on else "Unmute sounds", steps)

    def louder(self, decibels: float) -> None:
        """Raise the level of what is selected."""
        from engine.timeline import edits

        levels = {clip.id: round(clip.gain_db + decibels, 1) for clip in self._selected()}
        steps = [lambda p, n=name, db=db: edits.set_clip_gain(p, n, db) for name, db in levels.items()]
        self._compound("Set level", steps, merge=f"level {sorted(levels)}")

    def add_track(self) -> None:
        """Add a track below the current one and make it current."""
        from engine.timeline import edits
        from engine.timeline.document import new_id

        project, name = self.projects.project, new_id()
        if project is None:
            return
        order = [track.id for track in project.tracks]
        index = order.index(self.track) + 1 if self.track in order else len(order)
        if self.projects.do(lambda project: edits.add_track(project, index=index, track_id=name)):
            self.set_track(name)

    def remove_track(self) -> None:
        """Take away the current track with its sounds."""
        from engine.timeline import edits

        track = self.track
        if track is not None:
            self.projects.do(lambda project: edits.remove_track(project, track))

    def add_marker(self) -> None:
        """Set a marker at the playhead; take away one that stands there."""
        from engine.timeline import edits

        project, at = self.projects.project, self.playback.position
        if project is None:
            return
        there = [marker.id for marker in project.markers if marker.position == at]
        if there:
            self.projects.do(lambda project: edits.remove_marker(project, there[0]))
        else:
            name = f"Marker {len(project.markers) + 1}"
            self.projects.do(lambda project: edits.add_marker(project, at, name))

    def toggle_snap(self) -> None:
        """Let moved edges be drawn by what is near, or not."""
        self.snap = not self.snap
        self.options_changed.emit()

    def to_transient(self, direction: int) -> None:
        """Move the playhead to the next (+1) or previous (-1) hit or edge of what is selected or on the track."""
        project, here = self.projects.project, self.playback.position
        if project is None:
            return
        places: set[int] = set()
        for clip in self._targets():
            media = project.find_media(clip.media)
            places.update((clip.position, clip.end))
            places.update(hits_of(clip, media, project.sample_rate, self._known_hits(media)).tolist())
        side = [place for place in places if (place - here) * direction > 0]
        if side:
            self.playback.locate(min(side) if direction > 0 else max(side))

    def snapped(self, position: int) -> int:
        """A place on the timeline where something dropped there begins."""
        project = self.projects.project
        return nearest_frame(project, position) if project is not None and self.snap else max(0, position)

    # within

    def _targets(self) -> list[Clip]:
        """What is selected; without a selection, all of the current track."""
        if self.selection or self._shown is None:
            return self._selected()
        return [clip for track in self._shown.tracks if track.id == self.track for clip in track.clips]

    def _selected(self) -> list[Clip]:
        project = self.projects.project
        return [clip for clip in project.clips() if clip.id in self.selection] if project is not None else []

    def _each(self, text: str, clips: list[str], edit: str, at: int) -> bool:
        from engine.timeline import edits

        make = getattr(edits, edit)

        def step(clip: str) -> Step:
            return lambda project: make(project, clip, at)

        return self._compound(text, [step(clip) for clip in clips])

    def _compound(self, text: str, steps: Iterable[Step], merge: str = "") -> bool:
        from engine.timeline import edits

        steps = list(steps)
        if not steps:
            return False
        if len(steps) == 1:
            return self.projects.do(steps[0], merge)
        return self.projects.do(lambda project: edits.compound(project, text, steps), merge)

    def _select_new(self, make: Step) -> None:
        before = {clip.id for clip in self._shown.clips()} if self._shown is not None else set()
        if self.projects.do(make) and self._shown is not None:
            self.select([clip.id for clip in self._shown.clips() if clip.id not in before])

    def _known_hits(self, media: Media) -> np.ndarray:
        outline = self.outlines.get(media)
        return outline.onsets if outline is not None else np.zeros(0, np.int64)

    def _say(self, sentence: str) -> None:
        self.projects.session.say(sentence)

    def _on_project(self) -> None:
        self.gesture = self._preview = self._snapper = None
        project = self.projects.project
        self.indexes.clear()
        self.selection = frozenset()
        self.track = project.tracks[0].id if project is not None and project.tracks else None
        self.selection_changed.emit()
        self._show(project)

    def _on_edit(self, _touched: frozenset[str]) -> None:
        """Edits from elsewhere end a gesture: what it began with is no more."""
        self.gesture = self._preview = self._snapper = None
        project = self.projects.project
        if project is not None:
            self._keep_what_is_there(project)
        self._show(project)

    def _keep_what_is_there(self, project: Project) -> None:
        selection = self.selection & {clip.id for clip in project.clips()} if self.selection else self.selection
        tracks = [track.id for track in project.tracks]
        track = self.track if self.track in tracks else (tracks[0] if tracks else None)
        if (selection, track) != (self.selection, self.track):
            self.selection, self.track = selection, track
            self.selection_changed.emit()

    def _show(self, project: Project | None) -> None:
        self._shown = project
        self.changed.emit()


def _slipped(project: Project, clip: Clip, by: int) -> Change:
    return Gesture(kind="slip", clip=clip, clips=frozenset([clip.id]), project=project).change(by)
