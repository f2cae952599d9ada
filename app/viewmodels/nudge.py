"""How the chosen sound lies to the picture at the playhead: its sync curve and the offset that is proposed."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.tasks import YieldingJob
from app.viewmodels.localisation import REST_MS, LocalisationViewModel, Place, place_of
from app.viewmodels.rows import SoundRow
from engine.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path

    from engine.jobs import Job
    from engine.recommend import Localiser
    from engine.recommend.nudge import SyncCurve

State = Literal["empty", "working", "full", "failed"]
_KEY = "nudge.curve"


def _curve(localiser: Localiser, video: Path, time: float, place: Place, job: Job) -> SyncCurve:
    """The curve of a sound whose region begins at ``time`` (model lane)."""
    return localiser.sync_curve(video, time, place.path, place.start, job=job)


def describe_offset(offset: float, fps: Fraction) -> str:
    """An offset as people move by it: ``+0.10 s, 3 frames later``."""
    frames = round(abs(offset) * fps)
    if offset == 0:
        return "best where it is"
    unit = "frame" if frames == 1 else "frames"
    return f"{offset:+.2f} s, {frames} {unit} {'later' if offset > 0 else 'earlier'}"


class NudgeViewModel(QObject):
    """The curve of one sound placed at the playhead; worked out only while someone looks (``active``)."""

    changed = Signal()
    """``state``, ``curve``, ``name`` or ``error`` changed."""

    def __init__(self, localisation: LocalisationViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.localisation = localisation
        self.session = localisation.session
        self.active = False
        self.curve: SyncCurve | None = None
        self.error: EngineError | None = None
        self.name = ""
        self._place: Place | None = None
        self._busy = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.look)
        localisation.changed.connect(self._on_localisation)
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
            return "Choose a suggestion to see how it lies to the picture."
        if self.curve is None and self.localisation.absent:
            return "No model that localises sounds is installed."
        if self.curve is None:
            return "Moving the sound about…" if self._busy else "Waiting for the playhead to rest."
        return describe_offset(self.curve.proposed_offset, self.session.fps)

    def set_active(self, active: bool) -> None:
        """Someone looks at the curve, or nobody does any more."""
        self.active = active
        if active and self.curve is None:
            self.look()

    def show_row(self, row: SoundRow | None) -> None:
        """Show the curve of a row's sound as it would lie with its region at the playhead; None shows none."""
        place = place_of(row) if row is not None else None
        if place != self._place:
            self._place, self.name = place, row.name if row is not None else ""
            self._forget()
            self.look()

    def look(self) -> None:
        """Work the curve out for the playhead's place."""
        self._rest.stop()
        localiser, video, place = self.localisation.localiser, self.session.video, self._place
        if not self.active or localiser is None or video is None or place is None or self.session.frame is None:
            return
        self._busy = True
        self.changed.emit()
        self.session.runner.submit(
            "model",
            _curve,
            localiser,
            video,
            self.session.time,
            place,
            owner=self,
            on_done=self._take,
            on_error=self._fail,
            key=_KEY,
            job=YieldingJob(),
        )

    def _stir(self, _time: float = 0.0) -> None:
        """The playhead moves: what was shown is of another place."""
        if self.curve is not None or self.error is not None:
            self._forget()
        if self.active:
            self._rest.start()

    def _on_localisation(self) -> None:
        if self.curve is None and not self._busy and self.error is None:
            self.changed.emit()
            if not self._rest.isActive():
                self.look()

    def _forget(self) -> None:
        self.curve = self.error = None
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
