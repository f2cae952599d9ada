"""Triangular dither: float samples become integers whose error is noise, not distortion."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


class Dither:
    """Rounds float samples to integers with TPDF dither of two steps peak to peak.

    The noise is drawn from ``seed`` alone, so the same file comes out each time. Stretches of digital silence stay so.

    Args:
        bits: of the integers.
        seed: of the noise.
    """

    def __init__(self, *, bits: int, seed: int = 0) -> None:
        self._full = 1 << (bits - 1)
        self._noise = np.random.default_rng(seed)

    def apply(self, frames: npt.NDArray[np.float32]) -> npt.NDArray[np.int32]:
        """``(n, C)`` float, full scale at 1, as int32; what is beyond full scale is clipped."""
        drawn = self._noise.random((2, *frames.shape), dtype=np.float32)
        dither = np.where(np.any(frames, axis=1, keepdims=True), drawn[0] - drawn[1], 0)
        scaled = np.rint(frames.astype(np.float64) * self._full + dither)
        return np.clip(scaled, -self._full, self._full - 1).astype(np.int32)
