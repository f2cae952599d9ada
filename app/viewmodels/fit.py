"""Where does this sound fit: the fit curve of one picked sound over the film, and its peaks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.tasks import Task, YieldingJob
from app.viewmodels.page import PanelState
from app.viewmodels.rows import SoundRow
from app.viewmodels.session import SessionViewModel
from engine.errors import EngineError, LibraryError

if TYPE_CHECKING:
    from engine.jobs import Job
    from engine.recommend import Recommender
    from engine.recommend.fit import FilmEmbeddings, FitCurve, Peak
    from engine.recommend.fit_cache import FilmCache

AT_ONCE = 1800.0
"""Seconds; shorter films are looked through once other work rests, longer ones when a sound is first picked."""
_SLACK = 1e-4
_FLAT = 1e-3
"""Scores within so little are the same everywhere: their noise is not drawn as a shape."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """How well a sound fits the film."""

    row: SoundRow
    curve: FitCurve
    peaks: tuple[Peak, ...]
    """By time."""
    best: Peak
    fits: float
    """Score from which it is said to fit."""

    @property
    def reaches(self) -> bool:
        """Whether it fits anywhere."""
        return self.best.score >= self.fits

    def height(self, score: float) -> float:
        """Where a score is drawn, 0..1 of the curve's own range: where it comes nearest shows however little fits."""
        low, high = float(self.curve.scores.min()), float(self.curve.scores.max())
        return min(1.0, max(0.0, (score - low) / max(high - low, _FLAT)))


def _look_through(
    path: Path, recommender: Recommender, cache: FilmCache | None, job: Job
) -> tuple[Path, str, FilmEmbeddings]:
    from engine.recommend.fit import embed_film
    from engine.recommend.fit_cache import FilmCache

    model = recommender.model
    return path, model.fingerprint, embed_film(path, model, cache=cache or FilmCache(), job=job)


def _fit(recommender: Recommender, film: FilmEmbeddings, row: SoundRow) -> Fit:
    from engine.recommend import FITS
    from engine.recommend.fit import fit_curve, peaks, sound_in_library

    file = recommender.library.files([row.file_id]).get(row.file_id)
    if file is None:
        raise LibraryError(f"“{row.name}” is no longer in the library.", "Choose another sound.", path=row.path)
    curve = fit_curve(film, sound_in_library(recommender.library, file), recommender.calibration)
    found = peaks(curve)
    by_time = tuple(sorted(found, key=lambda peak: peak.time))
    return Fit(row=row, curve=curve, peaks=by_time, best=found[0], fits=FITS)


def _number(score: float) -> str:
    return f"{score:.2f}" if score >= 0.1 else f"{score:.3f}"


class FitViewModel(QObject):
    """Keeps the film's embeddings and the curve of the picked sound."""

    changed = Signal()
    """``row``, ``fit``, ``error`` or ``fraction`` changed."""

    def __init__(
        self, session: SessionViewModel, parent: QObject | None = None, *, cache: FilmCache | None = None
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.row: SoundRow | None = None
        """The picked sound."""
        self.fit: Fit | None = None
        self.error: EngineError | None = None
        self._cache = cache
        self._film: FilmEmbeddings | None = None
        self._seen: tuple[Path, str] | None = None
        """Film and model that ``_film`` or the running work belong to."""
        self._looking = False
        self._task: Task | None = None
        session.film.state_changed.connect(self._on_film_state)
        session.model_changed.connect(self._on_model)
        session.library_changed.connect(self.clear)
        session.content_changed.connect(self._refresh)
        session.runner.progress.connect(self._on_progress)
        session.runner.jobs_changed.connect(self._start_ahead)

    @property
    def state(self) -> PanelState:
        """Nothing picked, being worked out, shown, or failed."""
        if self.error is not None:
            return "failed"
        if self.row is None:
            return "empty"
        return "full" if self.fit is not None else "working"

    @property
    def fraction(self) -> float | None:
        """How much of the film has been looked through, 0..1, while that runs."""
        task = self._task if self._looking else None
        return task.job.fraction if task is not None and task.job is not None else None

    @property
    def word(self) -> str:
        """What the strip says of the picked sound; empty while none is."""
        if self.row is None:
            return ""
        if self.error is not None:
            return f"{self.row.name}: {self.error.message}  ✕"
        if self.fit is None:
            done = "" if self.fraction is None else f" {self.fraction:.0%}"
            return f"looking through the film for {self.row.name}{done}  ✕"
        needed = "" if self.fit.reaches else f", fits from {self.fit.fits:.2f}"
        return f"{self.row.name}, best {_number(self.fit.best.score)}{needed}  ✕"

    def show(self, row: SoundRow) -> None:
        """Show where a sound of the library fits."""
        if self.session.say_without_picture("where a sound fits is seen once it is found"):
            return
        if self.session.film.is_still:
            self.session.say("A still picture has no time to look through.")
            return
        if not self.session.film.duration or self.session.recommender is None:
            self.session.say("Open a film and a library first: then a sound can be asked where it fits.")
            return
        self.row, self.fit, self.error = row, None, None
        if self._film is not None:
            self._work_out()
        elif not self._looking:
            self._begin()
        self.changed.emit()

    def clear(self) -> bool:
        """Take the curve away. Returns whether there was one."""
        had = self.row is not None
        self.row = self.fit = self.error = None
        if had:
            self.changed.emit()
        return had

    def step(self, direction: int) -> None:
        """Move the playhead to the next (+1) or previous (-1) peak."""
        if self.session.say_without_picture("where a sound fits is seen once it is found"):
            return
        if self.fit is None:
            self.session.say("Choose a sound and press F to see where it fits; then go from peak to peak.")
            return
        now = self.session.time
        times = [peak.time for peak in self.fit.peaks]
        later, earlier = [t for t in times if t > now + _SLACK], [t for t in times if t < now - _SLACK]
        if direction > 0 and later:
            self.session.seek(later[0])
        elif direction < 0 and earlier:
            self.session.seek(earlier[-1])

    def _begin(self) -> None:
        """Look through the film; other questions to the model go in between."""
        path, recommender = self.session.film.path, self.session.recommender
        if path is None or recommender is None:
            return
        self._seen, self._looking = (path, recommender.model.fingerprint), True
        self._task = self.session.runner.submit(
            "model",
            _look_through,
            path,
            recommender,
            self._cache,
            owner=self,
            on_done=self._looked_through,
            on_error=self._failed,
            on_cancelled=self._stopped,
            job=YieldingJob(),
            title=f"Looking through {path.name}",
        )

    def _looked_through(self, looked: tuple[Path, str, FilmEmbeddings]) -> None:
        path, fingerprint, film = looked
        if self._seen != (path, fingerprint):
            return
        self._film, self._looking = film, False
        self._work_out()

    def _work_out(self) -> None:
        recommender, film, row = self.session.recommender, self._film, self.row
        if recommender is not None and film is not None and row is not None:
            self.session.runner.submit(
                "model",
                _fit,
                recommender,
                film,
                row,
                owner=self,
                on_done=self._worked_out,
                on_error=self._failed,
                key="fit.curve",
            )

    def _worked_out(self, fit: Fit) -> None:
        if self.row is None or fit.row != self.row:
            return
        self.fit = fit
        self.changed.emit()
        best = self.session.film.counting.at(fit.best.time)
        if fit.reaches:
            self.session.say(f"“{fit.row.name}” fits best at {best}. Ctrl+PgUp and Ctrl+PgDown go from peak to peak.")
        else:
            self.session.say(f"“{fit.row.name}” fits nowhere in this film; it comes nearest at {best}.")

    def _failed(self, error: EngineError) -> None:
        self._looking = False
        self.error = error if self.row is not None else None
        self.changed.emit()
        if self.row is not None:
            self.session.problem.emit(error)

    def _stopped(self) -> None:
        self._looking = False
        if self.clear():
            self.session.say("Stopped looking through the film. Press F on a sound to go on.")

    def _refresh(self) -> None:
        if self.fit is not None:
            self._work_out()

    def _on_film_state(self) -> None:
        self._forget()
        self._start_ahead()

    def _on_model(self) -> None:
        recommender = self.session.recommender
        if recommender is None:
            return
        if self._seen is not None and self._seen[1] != recommender.model.fingerprint:
            self._forget()
        self._start_ahead()

    def _start_ahead(self) -> None:
        film = self.session.film
        ready = film.state == "open" and self.session.recommender is not None and self._seen is None
        if ready and not self.session.runner.jobs and 0 < film.duration <= AT_ONCE:
            self._begin()

    def _forget(self) -> None:
        if self._task is not None:
            self._task.drop()
        self._film = self._seen = None
        self._looking = False
        self.clear()

    def _on_progress(self) -> None:
        if self.state == "working":
            self.changed.emit()
