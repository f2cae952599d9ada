"""When things sound: each plan turns an act's rate into event times and strengths inside the scene."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from training.data.synthetic.act import Act
from training.data.synthetic.looks.creatures import stride_seconds
from training.data.synthetic.sounds.impacts import ring_seconds
from training.data.synthetic.sounds.machines import stroke_period

Times = tuple[tuple[float, ...], tuple[float, ...]]
Plan = Callable[[Act], Times]
_EDGE = 0.06  # seconds kept free at both ends, so no onset is cut


def _kept(a: Act, times: list[float], strengths: list[float]) -> Times:
    pairs = [(t, s) for t, s in zip(times, strengths, strict=True) if _EDGE <= t <= a.seconds - _EDGE]
    return tuple(round(t, 5) for t, _ in pairs), tuple(round(s, 4) for _, s in pairs)


def steady(slow: float, fast: float, jitter: float = 0.02, low: float = 0.8) -> Plan:
    """Evenly spaced blows, ``slow`` to ``fast`` seconds apart by the act's rate."""

    def plan(a: Act) -> Times:
        rng, gap = a.rng("plan"), a.between(slow, fast, a.rate)
        count = int(a.seconds / gap) + 2
        start = _EDGE + rng.uniform(0, min(gap, 0.6))
        times = start + gap * (np.arange(count) + jitter * rng.uniform(-1, 1, count))
        return _kept(a, list(times), list(rng.uniform(low, 1.0, count)))

    return plan


def scattered(shortest: float, longest: float, low: float = 0.5) -> Plan:
    """Irregular calls or blows; a high rate keeps near the ``shortest`` gap."""

    def plan(a: Act) -> Times:
        rng = a.rng("plan")
        times, t = [], _EDGE + rng.uniform(0, 0.45)
        while t < a.seconds:
            times.append(t)
            t += (
                shortest
                + (longest - shortest) * (1 - 0.8 * a.rate) * rng.random() ** 1.3
                + 0.1 * shortest * rng.random()
            )
        return _kept(a, times, list(rng.uniform(low, 1.0, len(times))))

    return plan


def bursts(fewest: int, most: int, gap: tuple[float, float], pause: tuple[float, float]) -> Plan:
    """Groups of quick events with pauses between: barks, phrases, runs of keys."""

    def plan(a: Act) -> Times:
        rng, step = a.rng("plan"), a.between(*gap, a.rate)
        times, t = [], _EDGE + rng.uniform(0, 0.35)
        while t < a.seconds:
            for _ in range(int(rng.integers(fewest, most + 1))):
                times.append(t)
                t += step * rng.uniform(0.92, 1.15)
            t += rng.uniform(*pause)
        return _kept(a, times, list(rng.uniform(0.65, 1.0, len(times))))

    return plan


def bouncing(a: Act) -> Times:
    """A dribbled ball: gaps wander, and a longer gap (a higher bounce) lands harder."""
    rng, mean = a.rng("plan"), a.between(0.72, 0.42, a.rate)
    gaps = mean * rng.uniform(0.78, 1.2, int(a.seconds / mean * 1.5) + 3)
    times = _EDGE + rng.uniform(0.05, 0.4) + np.concatenate([[0], np.cumsum(gaps)])
    strengths = np.clip(np.concatenate([[mean], gaps]) / (mean * 1.2), 0.4, 1.0)
    return _kept(a, list(times), list(strengths))


def dropping(a: Act) -> Times:
    """Something hard dropped again and again: bounces that quicken and fade, then a pause."""
    rng, spring = a.rng("plan"), a.between(0.6, 0.78, a.material)
    times, strengths, t = [], [], _EDGE + rng.uniform(0.05, 0.4)
    while t < a.seconds:
        gap, loud = a.between(0.36, 0.24, a.rate) * rng.uniform(0.85, 1.1), 1.0
        while gap > 0.035 and t < a.seconds:
            times.append(t)
            strengths.append(loud)
            t, gap, loud = t + gap, gap * spring, loud * spring
        times.append(t)
        strengths.append(loud)
        t += rng.uniform(0.65, 1.1)
    return _kept(a, times, strengths)


def cantering(a: Act) -> Times:
    """Four hoof falls a stride in a rotating gallop."""
    stride, start = stride_seconds(a), _EDGE + a.rng("plan").uniform(0.0, 0.3)
    times, strengths = [], []
    for k in range(int(a.seconds / stride) + 2):
        for beat, loud in ((0.0, 0.7), (0.14, 0.8), (0.28, 0.85), (0.44, 1.0)):
            times.append(start + stride * (k + beat))
            strengths.append(loud)
    return _kept(a, times, strengths)


def ringing(a: Act) -> Times:
    """Rings with a pause as long as half of them."""
    gap, start = ring_seconds(a) * 1.5, _EDGE + a.rng("plan").uniform(0.0, 0.4)
    times = [start + gap * k for k in range(int(a.seconds / gap) + 2)]
    return _kept(a, times, [1.0] * len(times))


def sawing(a: Act) -> Times:
    """Push and pull in even time."""
    gap, start = stroke_period(a), _EDGE + a.rng("plan").uniform(0.0, 0.3)
    times = [start + gap * k for k in range(int(a.seconds / gap) + 2)]
    return _kept(a, times, [1.0 - 0.15 * (k % 2) for k in range(len(times))])
