"""Pointing at the picture: the region a hand or the keys choose, for which sounds are proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.viewmodels.session import SessionViewModel
from app.viewmodels.shots import ShotsViewModel

if TYPE_CHECKING:
    from engine.recommend.region import Region
    from engine.recommend.shots import Shot

_MOVE = 0.05
_LEAST = 0.05
"""Shares of the picture: one step of the keys, and the smallest box they make."""


class PointingViewModel(QObject):
    """Holds the region; it belongs to the shot it was drawn in."""

    changed = Signal()
    """What is drawn over the picture changed: ``shown``."""
    region_changed = Signal()
    """``region`` changed."""

    def __init__(
        self, session: SessionViewModel, shots: ShotsViewModel | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.region: Region | None = None
        """Fractions x1, y1, x2, y2 of the picture, from the top left; None is the whole frame."""
        self._shots = shots
        self._shot: Shot | None = None
        self._corner: tuple[float, float] | None = None
        self._rubber: Region | None = None
        session.film.state_changed.connect(self._on_film_state)
        session.time_changed.connect(self._on_time)

    @property
    def shown(self) -> Region | None:
        """The box being drawn, else the region."""
        return self._rubber or self.region

    @property
    def can_point(self) -> bool:
        """Whether there is a picture to point at."""
        return self.session.frame is not None

    def begin(self, x: float, y: float) -> None:
        """The button went down at a place in the picture (fractions)."""
        if self.can_point:
            self._corner = (_within(x), _within(y))

    def stretch(self, x: float, y: float) -> None:
        """The pointer drags a box to here."""
        if self._corner is None:
            return
        (left, top), (right, bottom) = self._corner, (_within(x), _within(y))
        self._rubber = (min(left, right), min(top, bottom), max(left, right), max(top, bottom))
        self.changed.emit()

    def finish(self) -> None:
        """The button came up: the box that was drawn is the region; without one, the place that was clicked."""
        corner, rubber = self._corner, self._rubber
        self._corner = self._rubber = None
        if rubber is not None:
            self._take(rubber)
        elif corner is not None:
            self.point(*corner)

    def point(self, x: float = 0.5, y: float = 0.5) -> None:
        """Point at a place of the picture (fractions)."""
        frame = self.session.frame
        if frame is None:
            self.session.say_without_picture("things in it can be pointed at once it is found")
            return
        from engine.recommend.region import around

        height, width, _ = frame.image.shape
        self._take(around(x, y, width / height))

    def move(self, across: int, down: int) -> None:
        """Move the region by steps of a twentieth of the picture; it stays inside."""
        if self.region is None:
            return
        x1, y1, x2, y2 = self.region
        dx = min(max(across * _MOVE, -x1), 1 - x2)
        dy = min(max(down * _MOVE, -y1), 1 - y2)
        self._take((x1 + dx, y1 + dy, x2 + dx, y2 + dy))

    def grow(self, across: int, down: int) -> None:
        """Make the region wider and higher, or less so, by steps of a twentieth of the picture."""
        if self.region is None:
            return
        x1, y1, x2, y2 = self.region
        right = min(1.0, max(x1 + _LEAST, x2 + across * _MOVE))
        bottom = min(1.0, max(y1 + _LEAST, y2 + down * _MOVE))
        self._take((x1, y1, right, bottom))

    def clear(self) -> bool:
        """Back to the whole frame. Returns whether there was a region or a box being drawn."""
        had = self.shown is not None
        self._corner = self._rubber = None
        if self.region is not None:
            self._take(None)
        elif had:
            self.changed.emit()
        return had

    def _take(self, region: Region | None) -> None:
        self.region = region
        self._shot = self._shots.current if self._shots is not None and region is not None else None
        self.changed.emit()
        self.region_changed.emit()

    def _on_film_state(self) -> None:
        if self.session.film.state != "open":
            self.clear()

    def _on_time(self, seconds: float) -> None:
        if self.region is None or self._shot is None or self._shots is None:
            return
        if self._shots.at(seconds) != self._shot:
            self.clear()


def _within(value: float) -> float:
    return min(1.0, max(0.0, value))
