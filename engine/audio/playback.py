"""One run of the transport: its programme, the ring it is written to, its clock, and the meters of what is heard."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import Any

import numpy as np

from engine.audio.clock import Clock
from engine.audio.meters import MixMeters, Reading
from engine.audio.mixer import Mixer
from engine.audio.output import OutputDevice
from engine.audio.programme import Programme
from engine.audio.ring import RingVoice

RING_SECONDS = 0.5
AHEAD_SECONDS = 0.2
"""So much is rendered before it is heard; an edit is heard after this time."""
_START_SECONDS = 0.06
_JOIN_SECONDS = 0.3
"""Rendered before a sound that joins a running picture is handed over; it must reach to when it is heard."""
_PIECE = 1024
_READ_AHEAD_SECONDS = 3.0


class Playback:
    """Plays ``programme`` of ``mixer``, to ``end`` if it begins before it.

    All but :meth:`place`, :meth:`ended`, :meth:`end_at` and :meth:`levels` belongs to the feeding thread.
    """

    def __init__(self, mixer: Mixer, programme: Programme, end: int | None = None) -> None:
        self.programme, self.clock = programme, Clock()
        self.last = _last(programme, end)
        """The sample at which it ends by itself; None where it does not."""
        self.voice: RingVoice | None = None
        self._starved = 0
        self._mixer, self._rate = mixer, mixer.rate
        self._rendered = 0
        self._read_to = -1
        self._converter: Any = None
        self._meters = MixMeters(self._rate, len(mixer.project.tracks))
        self._readings: deque[tuple[float, Reading]] = deque(maxlen=256)

    @property
    def starved(self) -> int:
        """How often blocks were not rendered in time."""
        voice = self.voice
        return self._starved + (voice.starved if voice is not None else 0)

    def place(self, now: float) -> float:
        """The sample of the timeline that is heard at ``now`` (``time.monotonic``)."""
        return float(self.programme.at(self.clock.seconds(now) * self._rate))

    def ended(self, now: float) -> bool:
        """Whether it reached its last sample by ``now``."""
        last = self.last
        if last is None:
            return False
        return (self.place(now) - last) * (1 if self.programme.rate > 0 else -1) >= 0

    def end_at(self, end: int, now: float) -> None:
        """The project ends here from now on; what plays beyond it already plays on."""
        self.last = _last(self.programme, end if self.place(now) < end else None)

    def levels(self, now: float) -> Reading | None:
        """The meters as of what is heard at ``now``; None before the first sound."""
        seconds, latest = self.clock.seconds(now), None
        for begun, reading in list(self._readings):
            if begun > seconds:
                break
            latest = reading
        return latest

    def connect(self, device: OutputDevice, now: float) -> None:
        """Begin to be heard on ``device``: from the beginning, or in step with a clock that is running already."""
        join = None
        self._rendered = 0
        if self.clock.running:
            seconds = self.clock.seconds(now)
            self._rendered = int(seconds * self._rate)
            join = now - (seconds - self._rendered / self._rate)
        self._readings.clear()
        self._converter = _converter(self._rate, device.rate)
        self.voice = RingVoice(device, RING_SECONDS, begun=self._rendered / self._rate, join=join)
        self.fill(_START_SECONDS if join is None else _JOIN_SECONDS)
        device.play(self.voice)
        self.clock.follow(self.voice)

    def rehearse(self) -> None:
        """Render and measure the first moment, so that all it takes is in memory when it counts."""
        self._read_ahead()
        self._measure(self.programme.render(self._mixer.render, 0, _PIECE))

    def disconnect(self, now: float) -> None:
        """Go on unheard."""
        self.clock.run_free(now)
        if self.voice is not None:
            self._starved += self.voice.starved
        self.voice = None

    def fill(self, seconds: float = AHEAD_SECONDS) -> None:
        """Render until ``seconds`` lie ahead in the ring."""
        voice = self.voice
        while voice is not None and voice.ahead < seconds * voice.rate:
            self._read_ahead()
            sound = self.programme.render(self._mixer.render, self._rendered, _PIECE)
            self._measure(sound)
            self._rendered += _PIECE
            voice.write(_frames(sound, voice, self._converter))

    def _measure(self, sound: np.ndarray) -> None:
        place = self.programme.at(Fraction(self._rendered))
        if self._meters.tracks != len(self._mixer.project.tracks):
            self._meters = MixMeters(self._rate, len(self._mixer.project.tracks))
        self._meters.add(sound, self._mixer.peaks(int(place), 1))
        self._readings.append(((self._rendered + _PIECE) / self._rate, self._meters.reading()))

    def _read_ahead(self) -> None:
        second = self._rendered // self._rate
        if second == self._read_to:
            return
        self._read_to = second
        reach = int(_READ_AHEAD_SECONDS * self._rate)
        for place, count in self.programme.runs(self._rendered, reach):
            ends = sorted((int(place), int(place + self.programme.rate * count)))
            self._mixer.read_ahead(ends[0], ends[1] - ends[0])


def _last(programme: Programme, end: int | None) -> int | None:
    if programme.loop is not None:
        return None
    if programme.rate < 0:
        return 0
    return end if end is not None and programme.start < end else None


def _converter(rate: int, device_rate: int) -> Any:
    if rate == device_rate:
        return None
    import soxr

    return soxr.ResampleStream(rate, device_rate, 2, dtype="float32", quality="HQ")


def _frames(sound: np.ndarray, voice: RingVoice, converter: Any) -> np.ndarray:
    """``sound (2, n)`` in the device's form, ``(m, channels)``."""
    frames = sound.T if converter is None else converter.resample_chunk(np.ascontiguousarray(sound.T))
    return frames if voice.channels == 2 else frames.mean(axis=1, keepdims=True)
