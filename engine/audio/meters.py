"""What the meters of a mixer show: peaks that fall slowly and are held, loudness and true peak of the master."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.audio.loudness import LoudnessMeter
from engine.audio.true_peak import TruePeak

HOLD_SECONDS = 1.5
FALL_DB_PER_SECOND = 20.0


class PeakMeters:
    """Peaks of several channels: a level that rises at once and falls 20 dB/s, and the highest of late, held 1.5 s.

    Attributes:
        levels: float64, linear, in the shape of what is heard.
        held: likewise.
        over: whether a channel ever went beyond full scale; until :meth:`reset`.
    """

    def __init__(self, shape: tuple[int, ...], rate: int) -> None:
        self._rate = rate
        self.levels, self.held = np.zeros(shape), np.zeros(shape)
        self.over = np.zeros(shape, bool)
        self._ages = np.zeros(shape)

    def add(self, peaks: np.ndarray, count: int) -> None:
        """Hear ``count`` samples whose largest magnitudes were ``peaks``."""
        seconds = count / self._rate
        np.maximum(self.levels * 10 ** (-FALL_DB_PER_SECOND * seconds / 20), peaks, out=self.levels)
        self._ages += seconds
        fresh = (peaks >= self.held) | (self._ages > HOLD_SECONDS)
        self.held = np.where(fresh, self.levels, self.held)
        self._ages[fresh] = 0.0
        self.over |= peaks > 1.0

    def reset(self) -> None:
        """Back to silence."""
        for values in (self.levels, self.held, self.over, self._ages):
            values.fill(0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """The meters at one moment. Linear peaks; LUFS and dBTP, minus infinity for silence.

    Attributes:
        tracks: ``(T, 2)`` levels after each fader, in the project's order.
        tracks_held: likewise, held.
        master: ``(2,)`` levels of what goes to the device or file.
        master_held: likewise, held.
    """

    tracks: np.ndarray
    tracks_held: np.ndarray
    master: np.ndarray
    master_held: np.ndarray
    momentary: float
    short_term: float
    integrated: float
    true_peak: float


@dataclass(slots=True)
class MixMeters:
    """All meters of a mix, fed as it is rendered.

    Attributes:
        rate: Hz.
        tracks: how many.
    """

    rate: int
    tracks: int
    _track_peaks: PeakMeters = field(init=False)
    _master_peaks: PeakMeters = field(init=False)
    _loudness: LoudnessMeter = field(init=False)
    _true_peak: TruePeak = field(init=False)

    def __post_init__(self) -> None:
        self._track_peaks = PeakMeters((self.tracks, 2), self.rate)
        self._master_peaks = PeakMeters((2,), self.rate)
        self._loudness, self._true_peak = LoudnessMeter(self.rate), TruePeak()

    def add(self, master: np.ndarray, track_peaks: np.ndarray) -> None:
        """Hear ``master (2, n)``, during which the tracks' largest magnitudes were ``track_peaks (T, 2)``."""
        count = master.shape[1]
        self._track_peaks.add(track_peaks, count)
        self._master_peaks.add(np.maximum(master.max(axis=1), -master.min(axis=1)), count)
        self._loudness.add(master)
        self._true_peak.add(master)

    def reading(self) -> Reading:
        """What they show now."""
        return Reading(
            tracks=self._track_peaks.levels.copy(),
            tracks_held=self._track_peaks.held.copy(),
            master=self._master_peaks.levels.copy(),
            master_held=self._master_peaks.held.copy(),
            momentary=self._loudness.momentary,
            short_term=self._loudness.short_term,
            integrated=self._loudness.integrated,
            true_peak=self._true_peak.db,
        )

    def reset(self) -> None:
        """Begin a new measurement."""
        self._track_peaks.reset()
        self._master_peaks.reset()
        self._loudness.reset()
        self._true_peak.reset()
