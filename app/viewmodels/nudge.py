"""How the chosen sound lies to the picture at the playhead: its sync curve and the offset that is proposed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.tasks import Task
from app.viewmodels.localisation import REST_MS, Place, place_of
from app.viewmodels.rows import SoundRow
from app.viewmodels.session import Action, SessionViewModel
from engine.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path

    from app.viewmodels.timeline import TimelineViewModel
    from engine.recommend.nudge import SyncCurve
    from engine.recommend.synchroniser import Synchroniser

State = Literal["empty", "working", "full", "failed"]
_KEY = "nudge.curve"


def load_synchroniser() -> Synchroniser | None:
    """The installed synchroniser, or None where there is none (model lane)."""
    from engine.recommend import Synchroniser

    return Synchroniser.installed()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedSound:
    """A clip of the timeline as the curve sees it."""

    clip: str
    """Id."""
    name: str
    place: Place
    """What is heard at its beginning."""
    time: float
    """s of the film at which it begins."""


class NudgeViewModel(QObject):
    """The curve of the clip chosen on the timeline, else of the chosen suggestion as it would lie at the playhead.

    It is worked out only while someone looks (``active``).
    """

    changed = Signal()
    """``state``, ``curve``, ``name`` or ``error`` changed."""

    def __init__(self, session: SessionViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.synchroniser: Synchroniser | None = None
        """Use it in the ``model`` lane only."""
        self.active = False
        self.curve: SyncCurve | None = None
        self.error: EngineError | None = None
        self.name = ""
        self._place: Place | None = None
        self._row: SoundRow | None = None
        self._placed: PlacedSound | None = None
        self._timeline: TimelineViewModel | None = None
        self._looked_for_model = self._busy = False
        self._task: Task | None = None
        """What works the curve out."""
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.look)
        self.session.time_changed.connect(self._stir)
        self.session.video_changed.connect(self._stir)

    @property
    def state(self) -> State:
        """Which of the four designed states the curve is in."""
        if self.error is not None:
            return "failed"
        if self.curve is not None:
            return "full"
        return "working" if self._place is not None and self._busy else "empty"

    @property
    def text(self) -> str:
        """One line about the curve, or about what is missing."""
        if self.error is not None:
            return f"{self.error.message} {self.error.hint}"
        if self._place is None:
            return "Choose a suggestion, or one clip on the timeline, to see how it lies to the picture."
        if self.curve is None and self.session.frame is None:
            return "Open the picture to see how the sound lies to it."
        if self.curve is None and self._looked_for_model and self.synchroniser is None and not self._busy:
            return "No model that tells when a sound belongs is installed."
        if self.curve is None:
            return "Moving the sound about…" if self._busy else "Waiting for the playhead to rest."
        return ", ".join(filter(None, (self.proposal, self.note)))

    @property
    def proposal(self) -> str:
        """The offset that is proposed, or that none is; empty without a curve."""
        from engine.recommend.nudge import describe_offset

        if self.curve is None:
            return ""
        return describe_offset(self.curve.proposed_offset, self.session.fps) if self.curve.trusted else "no proposal"

    @property
    def note(self) -> str:
        """How sure that is, and what can be done with it."""
        if self.curve is None:
            return ""
        if not self.curve.trusted:
            return self.curve.doubt
        sure = f"{self.curve.confidence:.0%} sure"
        return f"{sure}; a double click or Shift+Y moves it there" if self.can_take else sure

    @property
    def can_take(self) -> bool:
        """Whether there is a placed sound to be moved by what is proposed."""
        return self._placed is not None and self.curve is not None and self.curve.proposed_offset != 0.0

    def follow(self, timeline: TimelineViewModel) -> None:
        """Show the curve of the one clip that is selected there."""
        self._timeline = timeline
        timeline.selection_changed.connect(self._on_clips)
        timeline.changed.connect(self._on_clips)

    def take(self) -> None:
        """Move the placed sound by the offset that is proposed."""
        from engine.recommend.nudge import describe_offset
        from engine.timeline import edits

        timeline, placed, curve = self._timeline, self._placed, self.curve
        if timeline is None or placed is None or curve is None or not self.can_take:
            self.session.say(self._why_not())
            return
        said = describe_offset(curve.proposed_offset, self.session.fps)
        by = round(curve.proposed_offset * timeline.rate)
        if timeline.projects.do(lambda project: edits.move_clips(project, [placed.clip], by)):
            self.session.say(f"Moved {placed.name} {said}.", Action("Undo", timeline.projects.undo))

    def _why_not(self) -> str:
        """What is in the way of moving a sound."""
        if not self.active:
            return "The sync curve is worked out while it is open: Ctrl+5."
        if self._placed is None:
            return "Choose one clip on the timeline: the curve proposes how far to move it."
        return "The curve proposes to leave it where it is." if self.curve is not None else self.text

    def set_active(self, active: bool) -> None:
        """Someone looks at the curve, or nobody does any more."""
        self.active = active
        if active and self.curve is None:
            self.look()

    def show_row(self, row: SoundRow | None) -> None:
        """Show the curve of a row's sound as it would lie with its region at the playhead; None shows none."""
        self._row = row
        if self._placed is None:
            self._show(place_of(row) if row is not None else None, row.name if row is not None else "")

    def look(self) -> None:
        """Work the curve out for the playhead's place."""
        self._rest.stop()
        video, place, runner = self.session.video, self._place, self.session.runner
        if not self.active or video is None or place is None or self.session.frame is None:
            return
        if not self._looked_for_model:
            self._looked_for_model = self._busy = True
            runner.submit("model", load_synchroniser, owner=self, on_done=self._loaded, on_error=self._fail)
        elif self.synchroniser is not None:
            self._fetch(self.synchroniser, video, place)
        self.changed.emit()

    def _fetch(self, synchroniser: Synchroniser, video: Path, place: Place) -> None:
        """Decode the picture beside all other work, then ask the model."""
        time = self._placed.time if self._placed is not None else self.session.time
        submit = partial(self.session.runner.submit, owner=self, on_error=self._fail, key=_KEY)

        def ask(_: object) -> None:
            work = (synchroniser.sync_curve, video, time, place.path, place.start)
            self._task = submit("model", *work, on_done=self._take)

        self._busy = True
        self._task = submit("decode", synchroniser.fetch, video, time, on_done=ask)

    def _show(self, place: Place | None, name: str) -> None:
        if place != self._place:
            self._place, self.name = place, name
            self._forget()
            self.look()

    def _on_clips(self) -> None:
        placed = self._chosen()
        if placed == self._placed:
            return
        self._placed, self._place = placed, None
        if placed is not None:
            self._show(placed.place, placed.name)
        else:
            self._forget()
            self.show_row(self._row)

    def _chosen(self) -> PlacedSound | None:
        """The one clip that is selected, where the film shows something at it."""
        from engine.timeline.paths import resolve

        timeline = self._timeline
        project = timeline.projects.project if timeline is not None else None
        if timeline is None or project is None or len(timeline.selection) != 1 or timeline.gesture is not None:
            return None
        clip = next((one for one in project.clips() if one.id in timeline.selection), None)
        if clip is None or clip.reverse:  # backwards no model has heard it
            return None
        media = project.find_media(clip.media)
        time = timeline.playback.seconds_at(clip.position)
        if not 0 <= time < self.session.duration:
            return None
        place = Place(resolve(media, timeline.projects.base), clip.source_in / media.sample_rate)
        return PlacedSound(clip=clip.id, name=clip.name, place=place, time=time)

    def _stir(self, _time: float = 0.0) -> None:
        """The playhead moves: what was shown is of another place, unless it is a clip's."""
        if self._placed is not None:
            return
        if self.curve is not None or self.error is not None or self._task is not None:
            self._forget()
        if self.active:
            self._rest.start()

    def _loaded(self, synchroniser: Synchroniser | None) -> None:
        self._busy = False
        self.synchroniser = synchroniser
        self.look()

    def _forget(self) -> None:
        """What is shown or worked out is of another place."""
        if self._task is not None:
            self._task.drop()
        self.curve = self.error = self._task = None
        self._busy = False
        self.changed.emit()

    def _take(self, curve: SyncCurve) -> None:
        self._busy = False
        self.curve = curve
        self.changed.emit()

    def _fail(self, error: EngineError) -> None:
        self._busy = False
        self.error = error
        self.changed.emit()
