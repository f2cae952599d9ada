"""The filmstrip's pictures: made coarse to fine in the background, so a long film has an overview within a moment."""

from __future__ import annotations

import bisect
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.viewmodels.fit import FitViewModel
from app.viewmodels.session import SessionViewModel
from app.viewmodels.shots import ShotsViewModel

if TYPE_CHECKING:
    from engine.media import Frame

HEIGHT = 72  # px; twice a strip row's height on an ordinary screen, so 200 % scaling stays crisp
COUNT = 96  # pictures of one film; more would be narrower than a strip shows
BATCH = 8  # pictures between two deliveries; each opens the file once
WORTH_OPENING = 0.2  # s of film a strip needs


def coarse_to_fine(count: int) -> list[int]:
    """The indices 0..count-1 so that every beginning of the list is spread evenly over all of it."""
    step = 1 << max(0, count - 1).bit_length()
    order: list[int] = []
    seen: set[int] = set()
    while step >= 1:
        fresh = [index for index in range(0, count, step) if index not in seen]
        order += fresh
        seen.update(fresh)
        step //= 2
    return order


class FilmstripViewModel(QObject):
    """Makes small pictures of the open film in the decode lane and keeps them in order of time.

    ``shots`` and ``fit``, where they are given, are laid over the pictures.
    """

    changed = Signal()
    """``pictures`` grew or was emptied."""

    def __init__(
        self,
        session: SessionViewModel,
        parent: QObject | None = None,
        *,
        shots: ShotsViewModel | None = None,
        fit: FitViewModel | None = None,
    ) -> None:
        super().__init__(parent)
        self.session, self.shots, self.fit = session, shots, fit
        self.pictures: list[Frame] = []
        self._path: Path | None = None
        self._times: list[float] = []
        session.film.state_changed.connect(self._on_film_state)

    def nearest(self, seconds: float) -> Frame | None:
        """The strip picture nearest to a time, or None while there is none."""
        at = bisect.bisect_left(self.pictures, seconds, key=lambda f: f.time)
        return min(self.pictures[max(0, at - 1) : at + 1], key=lambda f: abs(f.time - seconds), default=None)

    def _on_film_state(self) -> None:
        film = self.session.film
        if film.state == "open" and not film.is_still and film.duration > WORTH_OPENING and film.path is not None:
            self._begin(film.path, film.duration)
        elif film.state != "open":
            self._clear()

    def _begin(self, path: Path, duration: float) -> None:
        self._clear()
        count = max(2, min(COUNT, int(duration * float(self.session.fps))))
        self._path = path
        self._times = [(index + 0.5) * duration / count for index in coarse_to_fine(count)]
        self._next()

    def _clear(self) -> None:
        self._path, self._times, self.pictures = None, [], []
        self.session.film.rough = []
        self.changed.emit()

    def _next(self) -> None:
        if self._path is None or not self._times:
            return
        batch, self._times = sorted(self._times[:BATCH]), self._times[BATCH:]
        path = self._path
        self.session.runner.submit(
            "decode",
            _thumbnails,
            path,
            batch,
            owner=self,
            on_done=lambda frames: self._add(path, frames),
            on_error=lambda error: self._give_up(path),
        )

    def _add(self, path: Path, frames: list[Frame]) -> None:
        if path != self._path:
            return
        for frame in frames:
            bisect.insort(self.pictures, frame, key=lambda f: f.time)
        self.session.film.rough = self.pictures
        self.changed.emit()
        self._next()

    def _give_up(self, path: Path) -> None:
        # A film whose frames cannot be decoded says so through the playhead; a strip with gaps is no second message.
        if path == self._path:
            self._times = []


def _thumbnails(path: Path, times: list[float]) -> list[Frame]:
    from engine.media import VideoReader

    with VideoReader(path) as reader:
        return list(reader.thumbnails(times, HEIGHT))
