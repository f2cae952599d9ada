"""After a sound is placed: the nearest hit in the picture, proposed as the place for the sound's own hit."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.viewmodels.session import Action
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_snap import hits_of
from engine.errors import EngineError

if TYPE_CHECKING:
    from app.viewmodels.shots import ShotsViewModel
    from engine.recommend.hits import Hit
    from engine.timeline.document import Clip, Project

AROUND = 0.5
"""Seconds around the playhead in which a hit is looked for."""
_SLACK = 1e-4  # s; time stamps are rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A clip, and where it would begin if its hit fell on the picture's."""

    clip: str
    at: int
    """Project sample of the hit in the picture."""
    position: int
    """Project sample at which the clip would begin."""


@dataclass(slots=True, kw_only=True, eq=False)
class _Search:
    """What is looked for: a hit near where a clip was placed."""

    clip: str
    position: int
    """Project sample at which it began when the search did."""
    hits: list[Hit] | None = None
    """None until the film has been looked at."""


def _look(video: Path, start: float, end: float) -> list[Hit]:
    from engine.recommend.hits import find_hits

    return find_hits(video, start, end)


class HitsViewModel(QObject):
    """Holds one proposal at a time; it is gone with the next edit.

    While a hit is still being looked for, edits of other clips leave the search alone; it ends when its own clip is
    moved or removed, when another sound is placed, and when the person leaves it.
    """

    changed = Signal()
    """``proposal`` changed."""

    def __init__(self, timeline: TimelineViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.timeline, self.projects = timeline, timeline.projects
        self.session, self.playback = timeline.projects.session, timeline.playback
        self.proposal: Proposal | None = None
        self._search: _Search | None = None
        self._shots: ShotsViewModel | None = None
        timeline.outlines.ready.connect(self._propose)
        self.projects.changed.connect(self._on_edit)
        self.projects.opened_changed.connect(self.leave)

    def use_shots(self, shots: ShotsViewModel) -> None:
        """Propose hits of the shot a sound is placed in alone, as far as the film's shots are known."""
        self._shots = shots

    def look_for(self, clips: list[str]) -> None:
        """Look for a hit near the first of these new clips, off the window's thread."""
        self.leave()
        project, video = self.projects.project, self.session.video
        if project is None or video is None or self.session.film.is_still or not clips:
            return
        position = project.find_clip(clips[0])[1].position
        at = self.playback.seconds_at(position)
        search = self._search = _Search(clip=clips[0], position=position)

        def seen(hits: list[Hit]) -> None:
            if search is self._search:
                search.hits = hits
                self._propose()

        def failed(_error: EngineError) -> None:
            if search is self._search:
                self._search = None  # a proposal less; a film that cannot be read is told by the picture

        self.session.runner.submit(
            "decode", _look, video, at - AROUND, at + AROUND, owner=self, on_done=seen, on_error=failed, key="hits"
        )

    def take(self) -> None:
        """Move the sound onto the hit."""
        from engine.timeline import edits

        proposal = self.proposal
        if proposal is not None:
            self.projects.do(lambda project: edits.move_clip(project, proposal.clip, proposal.position))
            self.session.say("Moved onto the hit.", Action("Undo", self.projects.undo))

    def leave(self) -> None:
        """Leave the sound where it is."""
        self._search = None
        self._take_back()

    def answer(self, take: bool) -> None:
        """Take the proposal, or leave it."""
        if take:
            self.take()
        elif self.proposal is not None:
            self.leave()
            self.session.say("Left where it is.")

    def _propose(self, _media: str = "") -> None:
        """As soon as both are known, the picture's hits and the sound's."""
        project, search = self.projects.project, self._search
        if project is None or search is None or search.hits is None:
            return
        clip = _found(project, search.clip)
        if not search.hits or clip is None or (anchor := self._anchor(clip)) is None:
            return
        self._search = None
        here = self.playback.seconds_at(clip.position)
        hits = self._of_its_shot(search.hits, here, float(1 / project.frame_rate))
        if not hits:
            return
        nearest = min(hits, key=lambda hit: abs(hit.time - here))
        at = self.playback.sample_at(nearest.time)
        position = at - (anchor - clip.position)
        if position >= 0 and abs(position - clip.position) > project.sample_rate / project.frame_rate / 2:
            self.proposal = Proposal(clip=clip.id, at=at, position=position)
            self.changed.emit()
            time = self.session.film.counting.at(nearest.time)
            self.session.say(
                f"A hit is seen at {time}. Y moves the sound's own hit there, Esc leaves it.", Action("Move", self.take)
            )

    def _of_its_shot(self, hits: list[Hit], here: float, frame: float) -> list[Hit]:
        """Those seen in the shot shown at ``here`` (s), none within a ``frame`` (s) of a cut: the cut itself is one."""
        shot = self._shots.at(here) if self._shots is not None else None
        if shot is None or self._shots is None:
            return hits
        # The film's own first and last frame are no cuts.
        first = shot.start if shot.index > 0 else -inf
        last = shot.end if shot is not self._shots.shots[-1] else inf
        frame += _SLACK
        return [hit for hit in hits if first + frame < hit.time < last - frame]

    def _take_back(self) -> None:
        if self.proposal is not None:
            self.proposal = None
            self.changed.emit()

    def _on_edit(self, _touched: object) -> None:
        self._take_back()
        project, search = self.projects.project, self._search
        if project is None or search is None:
            return
        clip = _found(project, search.clip)
        if clip is None or clip.position != search.position:
            self._search = None

    def _anchor(self, clip: Clip) -> int | None:
        """Project sample of the sync point, else of the first hit; None for a sound without hits, or not read yet."""
        project = self.projects.project
        assert project is not None
        if clip.sync is not None:
            return clip.position + clip.sync
        media = project.find_media(clip.media)
        outline = self.timeline.outlines.get(media)
        if outline is None:
            return None
        heard = hits_of(clip, media, project.sample_rate, outline.onsets)
        return int(heard[0]) if len(heard) else None


def _found(project: Project, clip_id: str) -> Clip | None:
    return next((clip for clip in project.clips() if clip.id == clip_id), None)
