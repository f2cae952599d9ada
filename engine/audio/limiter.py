"""A true-peak limiter without memory: the gain at a sample follows from the sound a little before and after it alone.

Whoever renders a moment, from wherever, hears the same samples: nothing depends on where rendering began.
"""

from __future__ import annotations

import numpy as np

from engine.audio.true_peak import GREATEST_RATIO, REACH, oversampled_peaks

_ATTACK_SECONDS = 0.003
_HOLD_SECONDS = 0.020
_RELEASE_SECONDS = 0.080
_MARGIN_DB = 0.05
"""The gain moves, which may raise peaks between samples by a hair: the ceiling is aimed at this far below."""


class Limiter:
    """Holds the true peak of ``(2, N)`` under a ceiling.

    The gain falls over 3 ms before a peak, is held for 20 ms and then rises as its mean over the last 80 ms does:
    quickly after a short peak, slowly after loud passages.

    Args:
        rate: Hz.
        ceiling_db: dBTP.
    """

    def __init__(self, rate: int, ceiling_db: float) -> None:
        self._ceiling = 10 ** ((ceiling_db - _MARGIN_DB) / 20)
        half = max(1, round(_ATTACK_SECONDS * rate / 2))
        window = np.hanning(2 * half + 3)[1:-1]
        self._smooth = window / window.sum()
        self._half, self._hold = half, round(_HOLD_SECONDS * rate)
        self._release = max(1, round(_RELEASE_SECONDS * rate))
        self.before = self._release + 2 * half + self._hold + REACH
        """Samples that must be known before the ones to limit."""
        self.after = 2 * half + REACH
        """Samples that must be known after them."""

    def idle(self, peak: float) -> bool:
        """Whether sound of this sample peak, context included, passes unchanged."""
        return peak * GREATEST_RATIO <= self._ceiling

    def gains(self, sound: np.ndarray) -> np.ndarray | None:
        """Gains ``(n,)`` for ``sound (2, before + n + after)`` without its context; None where all are 1."""
        peaks = oversampled_peaks(sound).max(axis=0)[REACH : sound.shape[1] - REACH]
        wanted = np.minimum(1.0, self._ceiling / np.maximum(peaks, self._ceiling).astype(np.float64))
        if wanted.min() >= 1.0:
            return None
        # The lowest from half an attack ahead back to the end of the hold, then smoothed over an attack: every value
        # averaged has the peak in its reach, so the mean is never above what the peak asks for.
        held = _sliding_minimum(wanted, self._hold + 2 * self._half + 1)
        smooth = np.convolve(held, self._smooth, mode="valid")
        total = np.cumsum(smooth)
        slow = (total[self._release :] - total[: -self._release]) / self._release
        return np.minimum(slow, smooth[self._release :])


def _sliding_minimum(values: np.ndarray, size: int) -> np.ndarray:
    """The least of each ``size`` neighbours, ``(N - size + 1,)``, by doubling the reach until it is wide enough."""
    reach = 1
    while 2 * reach <= size:
        values = np.minimum(values[:-reach], values[reach:])
        reach *= 2
    rest = size - reach
    return np.minimum(values[: len(values) - rest], values[rest:]) if rest else values
