"""What is to be heard from now on: a place, a speed and a loop, as a function from seconds played to places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

Render = Callable[[int, int], np.ndarray]
"""Gives ``(2, count)`` from a sample on."""


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """Play from ``start`` at ``rate`` times the speed, backwards below 0, round ``loop`` (first sample, end).

    A loop holds what runs into its far end: playing forwards from before its end, or backwards from after its start.
    """

    start: int
    rate: Fraction = Fraction(1)
    loop: tuple[int, int] | None = None

    def at(self, frames: float | Fraction) -> float | Fraction:
        """The place (samples) after ``frames`` samples have been played."""
        rate = self.rate if isinstance(frames, Fraction) else float(self.rate)
        place = self.start + rate * frames
        if self.loop is None:
            return place
        first, end = self.loop
        caught = place >= end > self.start if self.rate > 0 else place < first <= self.start
        return first + (place - first) % (end - first) if caught else place

    def runs(self, first: int, count: int) -> Iterator[tuple[Fraction, int]]:
        """Played samples ``first..first + count`` as stretches (place, samples) without a turn of the loop."""
        while count > 0:
            place = Fraction(self.at(Fraction(first)))
            length = min(count, self._until_turn(place))
            yield place, length
            first += length
            count -= length

    def render(self, render: Render, first: int, count: int) -> np.ndarray:
        """The sound of played samples ``first..first + count``, float32 ``(2, count)``."""
        parts = [stretched(render, place, self.rate, length) for place, length in self.runs(first, count)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def _until_turn(self, place: Fraction) -> int:
        if self.loop is None:
            return 1 << 62
        first, end = self.loop
        if self.rate > 0:
            return max(1, -int(-(end - place) / self.rate // 1)) if place < end else 1 << 62
        return max(1, int((first - place) / self.rate // 1) + 1) if place >= first else 1 << 62


def stretched(render: Render, place: Fraction, rate: Fraction, count: int) -> np.ndarray:
    """``count`` samples from ``place`` on at ``rate`` times the speed, as a tape sounds when it is wound.

    At other speeds than 1 each sample is the mean of what it passes over, or lies on the line between two: enough to
    find a place by ear.
    """
    if rate == 1 and place.denominator == 1:
        return render(int(place), count)
    last = place + rate * count
    low, high = int(min(place, last) // 1) - 1, int(max(place, last) // 1) + 3
    sound = render(low, high - low).astype(np.float64)
    places = float(place - low) + float(rate) * np.arange(count + 1)
    if abs(rate) <= 1:
        return np.stack([np.interp(places[:-1], np.arange(high - low), side) for side in sound]).astype(np.float32)
    sums = np.concatenate([np.zeros((2, 1)), np.cumsum(sound, axis=1)], axis=1)
    edges = np.stack([np.interp(places, np.arange(high - low + 1), side) for side in sums])
    return (np.diff(edges, axis=1) / float(rate)).astype(np.float32)
