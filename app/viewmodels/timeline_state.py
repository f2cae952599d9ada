"""What the timeline shows and what is selected, and what a hand is doing to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.project import ProjectViewModel
from app.viewmodels.timecode import nearest_frame
from app.viewmodels.timeline_gestures import Gesture, Kind, without_sync
from app.viewmodels.timeline_holds import Hold, LoopHold, LoopKind, MarkerHold, ShapeHold, ShapeKind, without_held
from app.viewmodels.timeline_index import Indexes
from app.viewmodels.timeline_missing import TimelineMissingViewModel
from app.viewmodels.timeline_outlines import TimelineOutlinesViewModel
from app.viewmodels.timeline_snap import Snapper
from engine.errors import ProjectError

if TYPE_CHECKING:
    import numpy as np

    from engine.timeline.changes import Change
    from engine.timeline.document import Clip, Media, Project

Step = Callable[["Project"], "Change"]


class TimelineState(QObject):
    """The open project as the timeline shows it, with its selection; every gesture is one step of undo."""

    changed = Signal()
    """``shown`` changed: the document, or what a gesture makes of it."""
    selection_changed = Signal()
    """``selection`` or ``track`` changed."""
    options_changed = Signal()
    """``snap`` changed."""

    def __init__(self, projects: ProjectViewModel, playback: PlaybackViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.projects, self.playback = projects, playback
        self.missing = TimelineMissingViewModel(projects, self)
        self.outlines = TimelineOutlinesViewModel(projects, self)
        self.outlines.failed.connect(self.missing.look)
        self.missing.changed.connect(self.outlines.try_again)
        self.missing.changed.connect(playback.look_again)
        self.indexes = Indexes()
        self.selection: frozenset[str] = frozenset()
        """Ids of the selected clips."""
        self.track: str | None = None
        """Id of the current track, where sounds are placed and pasted."""
        self.snap = True
        self.gesture: Gesture | Hold | None = None
        """What a hand holds."""
        self._there: frozenset[str] = frozenset()
        self._gone: frozenset[str] = frozenset()
        """Ids of the clips in the document, and of those that were in it; these come back by undo and redo alone."""
        self._preview: Change | None = None
        self._shown: Project | None = None
        self._snapper: Snapper | None = None
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

    def begin(self, kind: Kind | ShapeKind, clip_id: str) -> None:
        """A hand takes hold of a clip, and of all that is selected with it."""
        project = self.projects.project
        if project is None:
            return
        track, clip = project.find_clip(clip_id)
        self.set_track(track.id)
        if clip_id not in self.selection:
            self.select([clip_id])
        match kind:
            case "sync":
                self._hold(Gesture(kind=kind, clip=clip, clips=frozenset([clip_id]), project=project))
            case "stretch_head" | "stretch_tail" | "speed" | "pitch":
                changing = self.selection if kind in ("speed", "pitch") else frozenset([clip_id])
                self._hold(ShapeHold(kind=kind, clip=clip, project=project, clips=changing), changing)
            case _:
                moving = self.selection if kind in ("move", "gain") else frozenset([clip_id])
                self._hold(Gesture(kind=kind, clip=clip, clips=moving, project=project), moving)

    def begin_marker(self, marker_id: str) -> None:
        """A hand takes hold of a marker."""
        project = self.projects.project
        if project is not None:
            self._hold(MarkerHold(marker=project.find_marker(marker_id), project=project))

    def begin_loop(self, kind: LoopKind, at: int = 0) -> None:
        """A hand takes hold of the loop, or draws a new one from ``at`` (project samples) on."""
        project = self.projects.project
        if project is not None and kind == "loop_new":
            at = self.snapped(at)
            self._hold(LoopHold(kind=kind, loop=(at, at), project=project))
        elif project is not None and project.loop is not None:
            self._hold(LoopHold(kind=kind, loop=project.loop, project=project))

    def drag(
        self,
        by: int,
        rows: int = 0,
        amount: float = 0.0,
        *,
        reach: int = 0,
        snap: bool = True,
        rows_seen: range | None = None,
    ) -> None:
        """The hand went ``by`` project samples, ``rows`` and ``amount`` since it took hold.

        Args:
            by: project samples, later is positive.
            rows: tracks downwards.
            amount: dB of a level, semitones of a pitch, times of a speed.
            reach: project samples within which places draw.
            snap: False leaves snapping out, whatever the toggle says.
            rows_seen: tracks whose clips draw; all where None.
        """
        if self.gesture is None or self._snapper is None:
            return
        if snap and self.snap and by:
            by_frames = not isinstance(self.gesture, Gesture) or self.gesture.by_frames
            by = self._snapper.by(self.gesture.edges, by, reach, rows_seen, by_frames=by_frames)
        if snap and self.snap and isinstance(self.gesture, ShapeHold):
            amount = self.gesture.settled(amount)
        try:
            change = self.gesture.change(by, rows, amount)
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

    def snapped(self, position: int) -> int:
        """A place on the timeline where something dropped there begins."""
        project = self.projects.project
        return nearest_frame(project, position) if project is not None and self.snap else max(0, position)

    # edits

    def selected(self) -> list[Clip]:
        """The selected clips, track by track."""
        project = self.projects.project
        if project is None or not self.selection:
            return []
        return [clip for clip in project.clips() if clip.id in self.selection]

    def do_all(self, text: str, steps: Iterable[Step], merge: str = "") -> bool:
        """Make several edits as one step of undo. Returns whether there were any and they were made."""
        from engine.timeline import edits

        steps = list(steps)
        if not steps:
            return False
        if len(steps) == 1:
            return self.projects.do(steps[0], merge)
        return self.projects.do(lambda project: edits.compound(project, text, steps), merge)

    # within

    def _hold(self, hold: Gesture | Hold, moving: frozenset[str] = frozenset()) -> None:
        if isinstance(hold, Gesture):
            seen = without_sync(hold) if hold.kind == "sync" else hold.project
        else:
            seen = without_held(hold)
        self.gesture = hold
        self._snapper = Snapper(seen, moving, (self.playback.position,), self._known_hits, self.indexes)

    def _known_hits(self, media: Media) -> np.ndarray:
        import numpy as np

        outline = self.outlines.get(media)
        return outline.onsets if outline is not None else np.zeros(0, np.int64)

    def _say(self, sentence: str) -> None:
        self.projects.session.say(sentence)

    def _on_project(self) -> None:
        self.gesture = self._preview = self._snapper = None
        project = self.projects.project
        self.indexes.clear()
        self.selection = self._gone = frozenset()
        self._there = _clips_of(project)
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

    def _come_back(self, there: frozenset[str]) -> frozenset[str]:
        """The clips that undo or redo has brought back, as the document now holds these ``there``."""
        back = there & self._gone
        self._gone = (self._gone | self._there) - there
        self._there = there
        return back

    def _keep_what_is_there(self, project: Project) -> None:
        there = _clips_of(project)
        selection = self._come_back(there) or self.selection & there
        tracks = [track.id for track in project.tracks]
        track = self.track if self.track in tracks else (tracks[0] if tracks else None)
        if (selection, track) != (self.selection, self.track):
            self.selection, self.track = selection, track
            self.selection_changed.emit()

    def _show(self, project: Project | None) -> None:
        self._shown = project
        self.changed.emit()


def _clips_of(project: Project | None) -> frozenset[str]:
    return frozenset(clip.id for clip in project.clips()) if project is not None else frozenset()
