"""The edits that keys and menus make on the timeline, each one step of undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.viewmodels.mixer import level_text
from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.project import ProjectViewModel
from app.viewmodels.timeline_gestures import Gesture
from app.viewmodels.timeline_marks import MarksViewModel
from app.viewmodels.timeline_shaping import ShapingViewModel, span
from app.viewmodels.timeline_snap import hits_of
from app.viewmodels.timeline_state import Step, TimelineState
from engine.errors import ProjectError

if TYPE_CHECKING:
    from engine.timeline.changes import Change
    from engine.timeline.document import Clip, Project
    from engine.timeline.edits import Clipboard


class TimelineViewModel(TimelineState):
    """Edits of the open project as the timeline makes them, on the selection, at the playhead, on the current track."""

    def __init__(self, projects: ProjectViewModel, playback: PlaybackViewModel, parent: QObject | None = None) -> None:
        super().__init__(projects, playback, parent)
        self.marks, self.shaping = MarksViewModel(self), ShapingViewModel(self)
        self._clipboard: Clipboard | None = None

    def split(self) -> None:
        """Cut at the playhead what is selected there; without a selection, what lies there on the current track."""
        at = self.playback.position
        here = [clip.id for clip in self._targets() if clip.position < at < clip.end]
        if not self._each("Split sounds", here, "split", at):
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
        self.projects.do(lambda project: edits.move_clips(project, clips, by), merge=_name_of("nudge", clips))

    def trim_to_playhead(self, end: str) -> None:
        """Let what is selected begin (``head``) or end (``tail``) at the playhead."""
        at = self.playback.position
        here = [clip.id for clip in self._targets() if clip.position < at < clip.end]
        if not self._each("Trim sounds", here, "trim_head" if end == "head" else "trim_tail", at):
            self._say("There is no sound to trim at the playhead.")

    def fade_to_playhead(self, side: str) -> None:
        """Fade what is selected in up to the playhead, or out from it on."""
        from engine.timeline import edits

        at = self.playback.position
        here = [clip for clip in self._targets() if clip.position <= at <= clip.end]
        name = "fade_in" if side == "in" else "fade_out"
        lengths = {clip.id: at - clip.position if side == "in" else clip.end - at for clip in here}
        steps = [lambda p, n=clip, to=to: edits.set_fades(p, n, **{name: to}) for clip, to in lengths.items()]
        if not self.do_all("Set fades", steps):
            self._say("There is no sound to fade at the playhead.")

    def slip(self, frames: int) -> None:
        """Move the sound under what is selected by frames, as far as it reaches."""
        project, clips = self.projects.project, self.selected()
        if project is None or not clips:
            return
        by = round(frames * project.sample_rate / project.frame_rate)
        steps = [lambda p, c=clip: _slipped(p, c, by) for clip in clips]
        self.do_all("Slip sounds", steps, merge=_name_of("slip", self.selection))

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

        turned = {clip.id: not clip.reverse for clip in self.selected()}
        steps = [lambda p, n=name, on=on: edits.set_reverse(p, n, on) for name, on in turned.items()]
        if self.do_all("Reverse sounds", steps):
            self._say("Reversed." if any(turned.values()) else "Forwards again.")

    def mute(self) -> None:
        """Silence what is selected, or let it be heard again where all of it is silent."""
        from engine.timeline import edits

        clips = self.selected()
        on = any(not clip.mute for clip in clips)
        steps = [lambda p, n=clip.id: edits.set_clip_mute(p, n, on) for clip in clips]
        if self.do_all("Mute sounds" if on else "Unmute sounds", steps):
            self._say("Muted." if on else "Heard again.")

    def louder(self, decibels: float) -> None:
        """Raise the level of all that is selected by the same amount."""
        if self.shaping.nudge_gain(decibels):
            levels = sorted(clip.gain_db for clip in self.selected())
            self._say(f"Gain {span([level_text(level) for level in levels])} dB")

    def add_track(self) -> None:
        """Add a track below the current one and make it current; a full project says what can be done instead."""
        from engine.timeline import edits
        from engine.timeline.document import new_id
        from engine.timeline.rules import check_tracks

        project, name = self.projects.project, new_id()
        if project is None:
            return
        try:
            check_tracks(len(project.tracks))
        except ProjectError as full:  # a sentence is enough: nothing has gone wrong
            self._say(str(full))
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

    # within

    def _targets(self) -> list[Clip]:
        """What is selected; without a selection, all of the current track."""
        if self.selection or self._shown is None:
            return self.selected()
        return [clip for track in self._shown.tracks if track.id == self.track for clip in track.clips]

    def _each(self, text: str, clips: list[str], edit: str, at: int) -> bool:
        from engine.timeline import edits

        make = getattr(edits, edit)

        def step(clip: str) -> Step:
            return lambda project: make(project, clip, at)

        return self.do_all(text, [step(clip) for clip in clips])

    def _select_new(self, make: Step) -> None:
        before = {clip.id for clip in self._shown.clips()} if self._shown is not None else set()
        if self.projects.do(make) and self._shown is not None:
            self.select([clip.id for clip in self._shown.clips() if clip.id not in before])


def _name_of(edit: str, clips: frozenset[str]) -> str:
    """What edits of the same clips that follow one another have in common, however many they are."""
    return f"{edit} {len(clips)} {hash(clips):x}"


def _slipped(project: Project, clip: Clip, by: int) -> Change:
    return Gesture(kind="slip", clip=clip, clips=frozenset([clip.id]), project=project).change(by)
