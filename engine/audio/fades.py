"""Gains over a clip's length: fades in two shapes, and the short ramps that keep cut edges from clicking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DECLICK_SECONDS = 0.005
"""A cut inside a sound is ramped this long."""
SHAPES = ("equal_power", "linear", "declick")


def rise(fraction: np.ndarray, shape: str) -> np.ndarray:
    """Gain 0..1 at ``fraction`` 0..1 of a fade-in; a fade-out is the same from its end.

    ``equal_power`` is a quarter sine: the squares of a fade-out and a fade-in that meet sum to 1. ``declick`` is a
    raised cosine, which has no corner at either end.

    Raises:
        ValueError: an unknown shape.
    """
    if shape == "equal_power":
        return np.sin(fraction * (np.pi / 2))
    if shape == "linear":
        return fraction
    if shape == "declick":
        return 0.5 - 0.5 * np.cos(fraction * np.pi)
    raise ValueError(f"no fade has the shape {shape!r}; choose one of {', '.join(SHAPES)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The fades of one clip, in samples of its ``length``; where both reach, both apply."""

    length: int
    fade_in: int = 0
    fade_out: int = 0
    shape_in: str = "equal_power"
    shape_out: str = "equal_power"

    def gains(self, first: int, count: int) -> np.ndarray | None:
        """Float32 gains ``(count,)`` from sample ``first`` of the clip on; None where all are 1."""
        rising = first < self.fade_in
        falling = first + count > self.length - self.fade_out
        if not (rising or falling):
            return None
        place = np.arange(first, first + count) + 0.5  # between samples, so that two fades that meet are mirror images
        gains = np.ones(count)
        if rising:
            gains *= rise(np.minimum(1.0, place / self.fade_in), self.shape_in)
        if falling:
            gains *= rise(np.minimum(1.0, (self.length - place) / self.fade_out), self.shape_out)
        return gains.astype(np.float32)
