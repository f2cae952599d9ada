"""After a sound is placed from a recommendation: its pan follows where its source goes in the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from app.tasks import Lane, Task, YieldingJob
from app.viewmodels.localisation import LocalisationViewModel
from app.viewmodels.session import Action
from app.viewmodels.timeline import TimelineViewModel
from engine.errors import EngineError
from engine.jobs import Job

if TYPE_CHECKING:
    from app.viewmodels.timeline_hits import HitsViewModel
    from engine.recommend import Localiser
    from engine.timeline.changes import Change
    from engine.timeline.document import Clip, Project

Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A clip as it was placed, and what of film and sound it is."""

    clip: Clip
    video: Path
    start: float
    """s of the film at which it begins."""
    end: float
    sound: Path
    heard_from: float
    """s in the sound."""
    step: str
    """Name of the undo step it was placed in."""


def _fetch(localiser: Localiser, stretch: Followed, job: Job) -> None:
    """Decode what the looks need beside the model's lane, so that there each look is short."""
    from engine.recommend.pan import moments

    times = moments(stretch.start, stretch.end)
    job.begin(len(times), "Reading the picture")
    for time in times:
        localiser.fetch(stretch.video, time)
        job.step()


def _path(localiser: Localiser, stretch: Followed, job: Job) -> Points:
    """The pan's points (model lane)."""
    from engine.recommend.pan import pan_path

    sound = (stretch.sound, stretch.heard_from)
    return pan_path(localiser, stretch.video, stretch.start, stretch.end, sound, job=job)


class PanFollowingViewModel(QObject):
    """Works out pan curves one after the other, behind all other questions to the model, and amends the clips.

    The curve joins the undo step of the placing while that is the last one made. A clip that was changed meanwhile
    keeps its pan; one that was only moved keeps the curve where the picture is.
    """

    def __init__(
        self, timeline: TimelineViewModel, localisation: LocalisationViewModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.timeline, self.projects = timeline, timeline.projects
        self.session, self.localisation = timeline.projects.session, localisation
        self._hits: HitsViewModel | None = None
        self._tasks: list[Task] = []
        self._ready: list[tuple[Followed, Points]] = []
        self.projects.opened_changed.connect(self._forget)
        timeline.changed.connect(self._amend_later)

    def wait_for(self, hits: HitsViewModel) -> None:
        """Amend nothing while a hit is proposed: an edit would take the proposal away under the hand."""
        self._hits = hits
        hits.changed.connect(self._amend_later)

    def follow(self, clips: Sequence[str], step: str) -> None:
        """Work out the curves of these new clips. Without a localiser, or for a still image, their pan stays."""
        localiser = self.localisation.localiser
        if localiser is None or self.session.film.is_still:
            return
        for stretch in filter(None, (self._stretch(clip, step) for clip in clips)):
            self._begin(localiser, stretch)

    def _stretch(self, clip_id: str, step: str) -> Followed | None:
        from engine.timeline.paths import resolve

        project, video = self.projects.project, self.session.video
        if project is None or video is None:
            return None
        _, clip = project.find_clip(clip_id)
        media = project.find_media(clip.media)
        start = self.timeline.playback.seconds_at(clip.position)
        return Followed(
            clip=clip,
            video=video,
            start=max(0.0, start),
            end=min(self.session.duration, start + clip.length / project.sample_rate),
            sound=resolve(media, self.projects.base),
            heard_from=clip.source_in / media.sample_rate + max(0.0, -start),
            step=step,
        )

    def _begin(self, localiser: Localiser, stretch: Followed) -> None:
        from engine.recommend.pan import moments

        if len(moments(stretch.start, stretch.end)) == 0:
            return
        name = stretch.clip.name

        def fetched(_: None) -> None:
            work = partial(_path, localiser, stretch)
            self._submit("model", work, found, job=YieldingJob(), title=f"Following {name}")

        def found(points: Points) -> None:
            if points:
                self._ready.append((stretch, points))
                self._amend()

        self._submit("decode", partial(_fetch, localiser, stretch), fetched, job=Job(), title=f"Picture for {name}")

    def _submit(
        self, lane: Lane, work: Callable[..., Any], done: Callable[[Any], None], *, job: Job, title: str
    ) -> None:
        runner = self.session.runner
        self._tasks = [task for task in self._tasks if task in runner.jobs]
        self._tasks.append(
            runner.submit(lane, work, owner=self, on_done=done, on_error=self._failed, job=job, title=title)
        )

    def _failed(self, error: EngineError) -> None:
        self.session.say(f"Its pan stays still: {error}")

    def _forget(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks, self._ready = [], []

    def _amend_later(self) -> None:
        if self._ready:
            QTimer.singleShot(0, self, self._amend)  # not within the edit that ended the wait

    def _amend(self) -> None:
        """Give the clips their curves; not while a hit is proposed or something dragged, which an edit would end."""
        proposed = self._hits is not None and self._hits.proposal is not None
        if proposed or self.timeline.gesture is not None:
            return
        ready, self._ready = self._ready, []
        for stretch, points in ready:
            self._give(stretch, points)

    def _give(self, stretch: Followed, points: Points) -> None:
        project = self.projects.project
        now = next((one for one in project.clips() if one.id == stretch.clip.id), None) if project is not None else None
        if project is None or now is None or replace(now, position=stretch.clip.position) != stretch.clip:
            return
        if self.projects.redo_text:  # an edit of ours would take away what can be made again
            return
        begin = self.timeline.playback.sample_at(stretch.start)

        def make(project: Project) -> Change:
            from engine.timeline import edits
            from engine.timeline.document import PanKey

            places = [begin + round(seconds * project.sample_rate) - now.position for seconds, _ in points]
            keys = [PanKey(at=at, pan=pan) for at, (_, pan) in zip(places, points, strict=True)]
            return edits.set_pan_keys(project, now.id, keys)

        if self.projects.do(make, stretch.step):
            still = Action("Keep it still", lambda: self._keep_still(now.id, stretch.clip.pan))
            self.session.say(f"{now.name} follows its source across the picture.", still)

    def _keep_still(self, clip: str, pan: float) -> None:
        from engine.timeline import edits

        project = self.projects.project
        if project is not None and any(one.id == clip for one in project.clips()):
            self.projects.do(lambda project: edits.set_clip_pan(project, clip, pan))
