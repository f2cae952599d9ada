"""Peaks between the samples, by four times oversampling as ITU-R BS.1770-4, annex 2, has it."""

from __future__ import annotations

import numpy as np

_TAPS = 24
"""Samples heard for one between them: twice annex 2's 12, which read up to 0.2 dB low near the top of the band."""
REACH = _TAPS // 2


def _interpolators() -> np.ndarray:
    """Weights ``(3, 24)`` of the samples around a gap for its values at 1/4, 1/2 and 3/4 of it."""
    places = np.arange(_TAPS) - (REACH - 1)
    rows = []
    for quarter in (0.25, 0.5, 0.75):
        distance = quarter - places
        weights = np.sinc(distance) * np.i0(6.0 * np.sqrt(1 - (distance / (REACH + 0.25)) ** 2)) / np.i0(6.0)
        rows.append(weights / weights.sum())
    return np.array(rows)


_WEIGHTS = _interpolators().astype(np.float32)
GREATEST_RATIO = float(np.abs(_WEIGHTS).sum(axis=1).max())
"""No true peak is more than this times the largest sample."""


def between(sound: np.ndarray) -> np.ndarray:
    """Largest magnitudes ``(C, N - 23)`` in the gap after each sample that has 11 before it, of ``sound (C, N)``."""
    count = sound.shape[1] - _TAPS + 1
    product, sums = np.empty_like(sound[:, :count]), np.empty_like(sound[:, :count])
    largest = np.zeros_like(sums)
    for weights in _WEIGHTS:
        np.multiply(sound[:, :count], weights[0], out=sums)
        for tap in range(1, _TAPS):
            np.multiply(sound[:, tap : tap + count], weights[tap], out=product)
            np.add(sums, product, out=sums)
        np.maximum(largest, np.abs(sums, out=sums), out=largest)
    return largest


def oversampled_peaks(sound: np.ndarray) -> np.ndarray:
    """For each sample of ``sound (C, N)`` the largest magnitude at it and in the gaps beside it, ``(C, N)``.

    Within 12 samples of both ends only the samples themselves count.
    """
    peaks = np.abs(sound)
    if sound.shape[1] >= _TAPS:
        gaps = between(sound)
        first = REACH - 1
        reached = peaks[:, first : first + gaps.shape[1]]
        np.maximum(reached, gaps, out=reached)
        reached = peaks[:, first + 1 : first + 1 + gaps.shape[1]]
        np.maximum(reached, gaps, out=reached)
    return peaks


class TruePeak:
    """The highest true peak of all that was heard, in blocks of any size.

    Args:
        channels: of the sound.
    """

    def __init__(self, channels: int = 2) -> None:
        self.value = 0.0
        """Linear."""
        self._tail = np.zeros((channels, _TAPS - 1), np.float32)

    @property
    def db(self) -> float:
        """dBTP; minus infinity in silence."""
        return float(20 * np.log10(self.value)) if self.value > 0 else float("-inf")

    def add(self, block: np.ndarray) -> None:
        """Hear ``block (C, n)``. What cannot exceed the highest so far is not looked at between its samples."""
        sound = np.concatenate([self._tail, block], axis=1)
        self._tail = sound[:, -(_TAPS - 1) :].copy()
        peak = float(max(sound.max(), -sound.min()))
        if peak * GREATEST_RATIO > self.value:
            self.value = max(self.value, peak, float(between(sound).max(initial=0.0)))

    def reset(self) -> None:
        """Forget what was heard."""
        self.value = 0.0
        self._tail.fill(0.0)


def true_peak(sound: np.ndarray) -> float:
    """The true peak of ``sound (C, N)`` in dBTP, silence around it included."""
    meter = TruePeak(sound.shape[0])
    meter.add(np.asarray(sound, np.float32))
    meter.add(np.zeros((sound.shape[0], _TAPS), np.float32))
    return meter.db
