"""What the viewer shows: the newest frame, and over it the map of where a suggestion comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from app.viewmodels.localisation import LocalisationViewModel, Pin, Place, place_of
from app.viewmodels.rows import SoundRow
from app.viewmodels.session import SessionViewModel
from engine.errors import EngineError

if TYPE_CHECKING:
    import numpy as np

    from engine.media import Frame
    from engine.recommend import Localisation

OverlayMode = Literal["heat", "contours"]
STALE_AFTER = 0.25  # s; a map this far from the picture says nothing about it any more


class PictureViewModel(QObject):
    """Holds the frame on screen and its overlay; asks the model for a map only while the overlay is on.

    The sound that is looked at has a map of its own (:class:`LocalisationViewModel`). Until it is there, and where no
    localiser is installed, the picture encoder's attention stands in, the same for every sound.
    """

    frame_changed = Signal()
    """``frame`` is another picture."""
    map_changed = Signal()
    """``map`` ((h, w) float32 in 0..1, or None) changed."""
    overlay_changed = Signal()
    """``overlay_on``, ``opacity`` or ``mode`` changed."""

    def __init__(self, session: SessionViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.frame: Frame | None = None
        self.exact = False
        self.map: np.ndarray | None = None
        self.map_time = 0.0
        self.overlay_on = True
        self.opacity = 0.6
        self.mode: OverlayMode = "heat"
        self.localisation = LocalisationViewModel(session, self)
        self._focus: Place | None = None
        self._pointed = False
        self._attention: np.ndarray | None = None
        self._attention_time = 0.0
        self._bind()

    def set_overlay(self, on: bool) -> None:
        """Show or hide the map."""
        if on != self.overlay_on:
            self.overlay_on = on
            self.overlay_changed.emit()
            self._ask_for_map()

    def toggle_overlay(self) -> None:
        """Show the map if it is hidden, hide it if it is shown."""
        self.set_overlay(not self.overlay_on)

    def set_opacity(self, opacity: float) -> None:
        """How strongly the map covers the picture, 0..1."""
        self.opacity = min(1.0, max(0.0, opacity))
        self.overlay_changed.emit()

    def set_mode(self, mode: OverlayMode) -> None:
        """Draw the map as heat or as contour lines."""
        self.mode = mode
        self.overlay_changed.emit()

    def show_map_for(self, row: SoundRow | None) -> None:
        """Show where a row's sound comes from; None shows where the picture encoder looks."""
        self._focus = place_of(row) if row is not None else None
        self.localisation.focus(self._focus)
        self._choose_map()
        if self.map is None:
            self._ask_for_map()

    def set_pointed(self, on: bool) -> None:
        """Whether the person points at a region: what the encoder makes of the whole frame is then not the matter."""
        if on != self._pointed:
            self._pointed = on
            self._choose_map()

    def catch_up(self) -> None:
        """Just before it is painted, take the frame that is due by now: while the film plays, time went by since."""
        frame = self.session.film.due()
        if frame is not None and frame is not self.frame:
            self._take(frame, exact=True)

    @property
    def pinned(self) -> list[tuple[Pin, Localisation | None]]:
        """Pinned sounds with what is known of them at this moment, the oldest first."""
        return [(pin, self.localisation.of(pin.place)) for pin in self.localisation.pins]

    def _choose_map(self) -> None:
        """Lay the focused sound's own map over the picture, or the attention that stands in for it."""
        own = self.localisation.of(self._focus)
        if own is not None:
            self.set_map(own.map, self.localisation.time_of(self._focus))
        else:
            self.set_map(None if self._pointed else self._attention, self._attention_time)

    def _bind(self) -> None:
        film = self.session.film
        film.preview_changed.connect(self._show_preview)
        film.frame_changed.connect(self._show_exact)
        film.state_changed.connect(self._on_film_state)
        self.session.model_changed.connect(self._on_model)
        self.localisation.changed.connect(self._choose_map)

    def _show_preview(self, frame: Frame) -> None:
        self._show(frame, exact=False)

    def _show_exact(self, frame: Frame) -> None:
        self._show(frame, exact=True)
        self._ask_for_map()

    def _show(self, frame: Frame, *, exact: bool) -> None:
        self._take(frame, exact=exact)
        self.frame_changed.emit()

    def _take(self, frame: Frame, *, exact: bool) -> None:
        self.frame, self.exact = frame, exact
        if self._attention is not None and abs(frame.time - self._attention_time) > STALE_AFTER:
            self._attention = None
        if self.map is not None and abs(frame.time - self.map_time) > STALE_AFTER:
            self.set_map(None, 0.0)

    def _on_film_state(self) -> None:
        if self.session.film.state != "open":
            self.frame = self._attention = None
            self.set_map(None, 0.0)
            self.frame_changed.emit()

    def _on_model(self) -> None:
        if self.session.recommender is None:
            self._attention = None
            self.set_map(None, 0.0)
        else:
            self._ask_for_map()

    def _ask_for_map(self) -> None:
        recommender, video, frame = self.session.recommender, self.session.video, self.frame
        if recommender is None or frame is None or not self.exact or not self.overlay_on:
            return

        def arrived(values: Any) -> None:
            now = self.frame if self.session.video == video else None
            if now is not None and abs(now.time - frame.time) <= STALE_AFTER:
                self._attention, self._attention_time = values, frame.time
                self._choose_map()

        self.session.runner.submit(
            "model",
            recommender.picture_map,
            frame.image,
            owner=self,
            on_done=arrived,
            on_error=self._map_failed,
            key="picture.map",
        )

    def _map_failed(self, error: EngineError) -> None:
        self._attention = None
        self._choose_map()
        self.session.problem.emit(error)

    def set_map(self, values: np.ndarray | None, time: float) -> None:
        """Lay a map ((h, w) float32 in 0..1, None for none) over the picture of ``time`` (s)."""
        if values is self.map:
            self.map_time = time
            return
        self.map, self.map_time = values, time
        self.map_changed.emit()
