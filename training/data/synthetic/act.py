"""One performance of one sounding thing: who, where and when; its look and its sound both read the same act."""

from __future__ import annotations

import math
import zlib
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Colour = tuple[float, float, float]  # red, green, blue in 0..255
Wave = NDArray[np.float32]  # mono, 48 kHz
Picture = NDArray[np.floating[Any]]  # (H, W, 3) or (H, W)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a look draws and a sound plays; both are functions of it and nothing else, so they stay in step."""

    seed: int
    size: float
    """0 small .. 1 large: lower pitch, bigger body."""
    material: float
    """0 dull .. 1 ringing: decay time, and the colour or finish that shows it."""
    rate: float
    """0 slow .. 1 fast."""
    tint: Colour
    accent: Colour
    x: float
    """Where it stands at time 0, in picture heights from the left edge."""
    y: float
    """The ground under it, in picture heights from the top."""
    scale: float
    """Picture heights per unit of its drawing."""
    drift: float
    """Sideways travel, picture heights a second."""
    facing: int
    """1 looks right, -1 looks left."""
    seconds: float
    aspect: float
    events: tuple[float, ...]
    """Onsets in seconds, ascending; empty for things that sound all the time."""
    strengths: tuple[float, ...]
    """One in 0..1 per event."""

    def rng(self, what: str, index: int = 0) -> np.random.Generator:
        """A generator of its own for each purpose, the same on every call."""
        return np.random.default_rng((self.seed, zlib.crc32(what.encode()), index))

    def between(self, low: float, high: float, amount: float | None = None) -> float:
        """``low`` for the smallest instance, ``high`` for the largest (or by ``amount`` in 0..1), geometrically."""
        share = self.size if amount is None else amount
        return float(low * (high / low) ** share)

    def x_at(self, t: float) -> float:
        """Where it stands at ``t`` seconds, in picture heights."""
        return self.x + self.drift * t

    def last(self, t: float) -> tuple[int, float]:
        """Index of the newest event at ``t`` (-1 before the first) and seconds since it (large before the first)."""
        index = bisect_right(self.events, t) - 1
        return index, (t - self.events[index] if index >= 0 else 99.0)

    def until(self, t: float) -> float:
        """Seconds to the next event, large after the last."""
        index = bisect_right(self.events, t)
        return self.events[index] - t if index < len(self.events) else 99.0

    def lift(self, t: float, reach: float = 0.3) -> float:
        """0 in the moment of a blow, 1 when drawn back for the next; falls faster than it rises."""
        rise = min(1.0, self.last(t)[1] / reach)
        fall = min(1.0, self.until(t) / (reach * 0.6))
        return math.sin(min(rise, fall) * math.pi / 2)

    def pulse(self, t: float, tau: float) -> float:
        """Strength of the newest event, fading with time constant ``tau`` seconds."""
        index, since = self.last(t)
        return self.strengths[index] * math.exp(-since / tau) if index >= 0 else 0.0

    def gust(self, t: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """A slow swell in 0..1 (wind, waves of heat), the same for picture and sound."""
        phase = self.rng("gust").uniform(0, 2 * np.pi, 3)
        speed = 0.5 + 0.9 * self.rate
        t = np.asarray(t, dtype=np.float64)
        swell = (
            np.sin(2.1 * speed * t + phase[0])
            + 0.6 * np.sin(3.7 * speed * t + phase[1])
            + 0.3 * np.sin(7.3 * t + phase[2])
        )
        return np.clip(0.5 + swell / 3.2, 0.0, 1.0)
