"""The shots of the open film: found in the background once, then what the scrubber and the suggestions go by."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.tasks import Task
from app.viewmodels.session import SessionViewModel
from engine.errors import EngineError
from engine.jobs import Job

if TYPE_CHECKING:
    from engine.recommend.fit_cache import FilmCache
    from engine.recommend.shots import Shot

_SLACK = 1e-4  # s; a playhead on a cut stands in the shot that begins there


def _find(path: Path, cache: FilmCache | None, job: Job) -> tuple[Path, list[Shot]]:
    from engine.recommend.fit_cache import FilmCache
    from engine.recommend.shots import find_shots

    return path, find_shots(path, cache=cache or FilmCache(), job=job)


class ShotsViewModel(QObject):
    """Finds the shots of each film that is opened."""

    changed = Signal()
    """``shots`` or ``finding`` changed."""

    def __init__(
        self, session: SessionViewModel, parent: QObject | None = None, *, cache: FilmCache | None = None
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.shots: list[Shot] = []
        """In order; empty until they are found."""
        self.finding = False
        """Whether they are being looked for."""
        self._cache = cache
        self._task: Task | None = None
        session.film.state_changed.connect(self._on_film_state)

    @property
    def current(self) -> Shot | None:
        """The shot under the playhead, once shots are known."""
        return self.at(self.session.time)

    def at(self, seconds: float) -> Shot | None:
        """The shot shown at a time (s), once shots are known."""
        if not self.shots:
            return None
        from engine.recommend.shots import shot_at

        return shot_at(self.shots, seconds + _SLACK)

    def step(self, direction: int) -> None:
        """Move the playhead to the next (+1) or previous (-1) cut; beyond the last one to the end of the film."""
        if self.session.say_without_picture("its shots are known once it is found"):
            return
        if not self.shots:
            self.session.say("The shots of this film are not known yet." if self.finding else "No film, no shots.")
            return
        now = self.session.time
        starts = [shot.start for shot in self.shots]
        if direction > 0:
            later = [start for start in starts if start > now + _SLACK]
            self.session.seek(later[0] if later else self.session.film.last_frame_time)
        else:
            earlier = [start for start in starts if start < now - _SLACK]
            self.session.seek(earlier[-1] if earlier else starts[0])

    def _on_film_state(self) -> None:
        film = self.session.film
        if self._task is not None:
            self._task.drop()
        self.shots, self.finding = [], False
        if film.state == "open" and film.path is not None:
            self._begin(film.path)
        self.changed.emit()

    def _begin(self, path: Path) -> None:
        self.finding = True
        self._task = self.session.runner.submit(
            "decode",
            _find,
            path,
            self._cache,
            owner=self,
            on_done=self._found,
            on_error=self._failed,
            on_cancelled=self._ended,
            job=Job(),
            title=f"Shots of {path.name}",
        )

    def _found(self, found: tuple[Path, list[Shot]]) -> None:
        path, shots = found
        if path == self.session.film.path:
            self.shots = shots
            self._ended()

    def _failed(self, error: EngineError) -> None:
        self._ended()
        self.session.problem.emit(error)

    def _ended(self) -> None:
        self.finding = False
        self.changed.emit()
