"""Where each proposed sound comes from in the picture at hand: asked for in order of need, one step at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.viewmodels.session import SessionViewModel
from engine.errors import EngineError

if TYPE_CHECKING:
    from app.viewmodels.rows import SoundRow
    from engine.media import Frame
    from engine.recommend import Localisation, Localiser

log = logging.getLogger(__name__)

REST_MS = 200
"""The playhead rests once it has stood still for so long."""
AT_ONCE = 2
"""Sounds localised in one step: what two cores do side by side; other work of the lane comes between two steps."""
STALE_AFTER = 0.25  # s; a map this far from the picture says nothing about it any more
MOST_PINS = 6


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a sound to be found in the picture."""

    path: Path
    start: float
    """Where in the file it begins, s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A sound whose contour stays on the picture."""

    place: Place
    name: str
    category: str
    slot: int = 0
    """Its colour: below ``MOST_PINS``, its own as long as it is pinned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    video: Path
    time: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Found:
    time: float
    localisation: Localisation | None
    """None where the sound cannot be read."""


def place_of(row: SoundRow) -> Place:
    """What of a row's sound is looked for: from the region that was proposed on."""
    return Place(row.path, row.start)


def load_localiser() -> Localiser | None:
    """The installed localiser, or None where there is none (model lane)."""
    from engine.recommend import Localiser

    return Localiser.installed()


def _localise(localiser: Localiser, moment: _Moment, places: Sequence[Place]) -> dict[Place, Localisation | None]:
    """One localisation for each place; a sound that cannot be read has none (model lane)."""
    try:
        found = localiser.localize_many(moment.video, moment.time, [(one.path, one.start) for one in places])
    except EngineError as error:
        if len(places) > 1:
            return {one: _localise(localiser, moment, [one])[one] for one in places}
        log.info("%s is not localised: %s", places[0].path, error)
        return {places[0]: None}
    return dict(zip(places, found, strict=True))


class LocalisationViewModel(QObject):
    """Keeps the maps of the moment on screen: of the sound in focus, of pinned ones, of a list's first ones.

    Nothing is asked until the playhead rests; the sound in focus goes first. Without a localiser all stays empty.
    """

    changed = Signal()
    """Other maps are there, or ``ready`` changed."""
    pins_changed = Signal()
    """``pins`` changed."""

    def __init__(self, session: SessionViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.localiser: Localiser | None = None
        """Use it in the ``model`` lane only."""
        self.pins: tuple[Pin, ...] = ()
        self._looked_for_model = False
        self._moment: _Moment | None = None
        self._focus: Place | None = None
        self._wanted: tuple[Place, ...] = ()
        self._found: dict[Place, _Found] = {}
        self._prepared: _Moment | None = None
        self._busy = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.settle)
        session.frame_changed.connect(self._on_frame)
        session.video_changed.connect(self._on_video)
        session.library_changed.connect(self.clear_pins)

    @property
    def ready(self) -> bool:
        """Whether there is a localiser."""
        return self.localiser is not None

    @property
    def absent(self) -> bool:
        """Whether a localiser was looked for and there is none."""
        return self._looked_for_model and not self.ready and not self._busy

    def of(self, place: Place | None) -> Localisation | None:
        """What is known of a sound at the moment on screen."""
        found = self._found.get(place) if place is not None else None
        return found.localisation if found is not None else None

    def time_of(self, place: Place | None) -> float:
        """Moment (s) that :meth:`of` speaks of; 0 where nothing is known."""
        found = self._found.get(place) if place is not None else None
        return found.time if found is not None else 0.0

    def pan_for(self, place: Place) -> float:
        """Where to pan a sound that is placed at this moment, -1..1: as its source lies; 0 for ambient and unknown."""
        found = self.of(place)
        return round(found.pan, 2) if found is not None else 0.0

    def focus(self, place: Place | None) -> None:
        """Someone looks at this sound: it goes first."""
        self._focus = place
        self._go_on()

    def prefetch(self, places: Iterable[Place]) -> None:
        """Sounds that may be looked at next, likeliest first."""
        self._wanted = tuple(dict.fromkeys(places))
        self._go_on()

    def toggle_pin(self, row: SoundRow) -> None:
        """Keep a sound's contour on the picture, or take it away; the oldest makes room for one too many."""
        if self.is_pinned(row):
            self._set_pins(tuple(pin for pin in self.pins if pin.place.path != row.path))
        else:
            kept = self.pins[-(MOST_PINS - 1) :]
            slot = min(set(range(MOST_PINS)) - {pin.slot for pin in kept})
            pin = Pin(place=place_of(row), name=row.name, category=row.category, slot=slot)
            self._set_pins((*kept, pin))
        self._go_on()

    def is_pinned(self, row: SoundRow) -> bool:
        """Whether a row's sound is pinned."""
        return self.slot_of(row) is not None

    def slot_of(self, row: SoundRow) -> int | None:
        """Which colour a row's contour has; None where it is not pinned."""
        return next((pin.slot for pin in self.pins if pin.place.path == row.path), None)

    def clear_pins(self) -> None:
        """Take all contours away."""
        self._set_pins(())

    def settle(self) -> None:
        """The playhead rests: what is wanted is looked for here."""
        self._rest.stop()
        frame, video = self.session.frame, self.session.video
        if frame is not None and video is not None:
            self._moment = _Moment(video=video, time=float(frame.time))
            self._go_on()

    def _set_pins(self, pins: tuple[Pin, ...]) -> None:
        if pins != self.pins:
            self.pins = pins
            self.pins_changed.emit()

    def _on_frame(self, frame: Frame) -> None:
        if self._moment is not None and frame.time == self._moment.time and self.session.video == self._moment.video:
            return  # the same picture, now in full size
        self._moment = None
        if any(abs(found.time - frame.time) > STALE_AFTER for found in self._found.values()):
            self._found.clear()
            self.changed.emit()
        self._rest.start()

    def _on_video(self) -> None:
        if self.session.frame is None:
            self._rest.stop()
            self._moment = self._prepared = None
            self._found.clear()
            self.clear_pins()
            self.changed.emit()

    def _outstanding(self) -> list[Place]:
        """Sounds that are not localised at this moment yet, in order of need."""
        assert self._moment is not None
        wished = [self._focus, *(pin.place for pin in self.pins), *self._wanted]
        here = self._moment.time
        known = {place for place, found in self._found.items() if found.time == here}
        return [place for place in dict.fromkeys(wished) if place is not None and place not in known]

    def _go_on(self) -> None:
        """Take the next step; one at a time, so that the lane never runs behind the playhead."""
        if self._busy or self._moment is None or not self._outstanding():
            return
        runner, moment = self.session.runner, self._moment
        self._busy = not self._looked_for_model or self.localiser is not None
        if not self._looked_for_model:
            self._looked_for_model = True
            runner.submit("model", load_localiser, owner=self, on_done=self._loaded, on_error=self._failed)
        elif self.localiser is not None and self._prepared != moment:
            args = (moment.video, moment.time)

            def fetched(_: object) -> None:
                self._prepared = moment
                self._step_done()

            runner.submit("decode", self.localiser.fetch, *args, owner=self, on_done=fetched, on_error=self._failed)
        elif self.localiser is not None:
            self._localise_next(self.localiser, moment)

    def _localise_next(self, localiser: Localiser, moment: _Moment) -> None:
        def localised(found: dict[Place, Localisation | None]) -> None:
            now = self._moment
            if now is None or now == moment:  # a late one is true while the picture has not moved far: see _on_frame
                self._take(moment, found)
            self._step_done()

        places = self._outstanding()[:AT_ONCE]
        self.session.runner.submit(
            "model", _localise, localiser, moment, places, owner=self, on_done=localised, on_error=self._failed
        )

    def _take(self, moment: _Moment, found: dict[Place, Localisation | None]) -> None:
        frame = self.session.frame
        if frame is None or self.session.video != moment.video or abs(frame.time - moment.time) > STALE_AFTER:
            return
        self._found |= {place: _Found(time=moment.time, localisation=one) for place, one in found.items()}
        self.changed.emit()

    def _loaded(self, localiser: Localiser | None) -> None:
        self.localiser = localiser
        self._busy = False
        self.changed.emit()
        self._go_on()

    def _failed(self, error: EngineError) -> None:
        self._moment = None  # tried again when the playhead has moved
        self._busy = False
        self.session.problem.emit(error)

    def _step_done(self) -> None:
        self._busy = False
        self._go_on()
