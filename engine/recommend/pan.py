"""Pan that follows the picture: where a placed sound goes over the length of its clip, as a handful of points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.jobs import Job
from engine.recommend.clips import Sound

if TYPE_CHECKING:
    from engine.recommend.localisation import Localisation, Localiser

STEP = 0.5
"""Seconds between two looks; a map speaks for the seconds around its moment, so closer ones say little more."""
MOST_LOOKS = 40
"""Of a longer clip as many, further apart."""
TOLERANCE = 0.08
"""How far, in pan, the points may leave what was seen; a hand on a pan pot is hardly truer."""
MOST_POINTS = 8
CONCENTRATED = 0.3
"""Concentration of a map from which a model without a calibration is believed to see the source."""
_SEEN_SHARE = 0.5
_FEWEST = 3


class Look(NamedTuple):
    """Where the source was seen at a moment."""

    seconds: float
    """s."""
    pan: float
    """-1 (left) to 1 (right)."""
    weight: float
    """How much it is believed, above 0."""


def moments(start: float, end: float) -> list[float]:
    """Times (s of the film) at which a clip from ``start`` to ``end`` is looked at.

    They lie on a grid of the film, so that a clip moved about is looked at where it was before.
    """
    if not 0 <= start < end:
        return []
    step = STEP * math.ceil(max(1.0, (end - start) / STEP / MOST_LOOKS))
    inner = np.arange(math.ceil(start / step), math.floor(end / step) + 1) * step
    return [float(time) for time in inner]


def pan_path(
    localiser: Localiser,
    video: str | Path,
    start: float,
    end: float,
    sound: Sound,
    *,
    job: Job | None = None,
) -> list[tuple[float, float]]:
    """Points (s after ``start``, pan -1..1) along which a sound follows its source; none where it shall stay still.

    The centre of mass of the sound's map is followed wherever its source is in the picture. Of a source that is seen
    in less than half of the looks, or that hardly moves, nothing is followed.

    Args:
        localiser: one thread's at a time.
        video: a film.
        start: s of the film at which the sound begins.
        end: s of the film at which it ends.
        sound: a file, a file and where it is heard from (s), or a waveform and its rate; heard there at ``start``.
        job: counts looks.

    Raises:
        MediaError: the film or the sound cannot be read.
        Cancelled: the job was cancelled.
    """
    times = moments(start, end)
    if len(times) < _FEWEST:
        return []
    if job:
        job.begin(len(times), "Following the source across the picture")
    looks = []
    for time in times:
        found = localiser.localize_placed(video, time, sound, start)
        if _seen(found):
            looks.append(Look(time - start, found.pan, max(found.presence, 1e-3)))
        if job:
            job.step()
    return follow(looks) if len(looks) >= _SEEN_SHARE * len(times) else []


def follow(looks: Sequence[Look]) -> list[tuple[float, float]]:
    """What was seen, without outliers, smoothed and in as few points as :data:`TOLERANCE` allows; none if it is still.

    Single looks that jump aside are taken back (a median of three), the rest is averaged over three looks by weight.
    """
    if len(looks) < _FEWEST:
        return []
    seconds = np.array([look.seconds for look in looks])
    pans = _smoothed(_without_outliers(np.array([look.pan for look in looks])), np.array([one.weight for one in looks]))
    if np.ptp(pans) <= 2 * TOLERANCE:
        return []
    tolerance = TOLERANCE
    kept = simplify(seconds, pans, tolerance)
    while len(kept) > MOST_POINTS:
        tolerance *= 1.25
        kept = simplify(seconds, pans, tolerance)
    return [(float(seconds[n]), round(float(np.clip(pans[n], -1.0, 1.0)), 3)) for n in kept]


def simplify(seconds: np.ndarray, values: np.ndarray, tolerance: float) -> list[int]:
    """Which points of a curve stand for all: between them a straight line is nowhere further off than ``tolerance``.

    Douglas and Peucker (1973), with the distance measured along the value: time and value have no common unit.
    """
    kept = {0, len(seconds) - 1}
    spans = [(0, len(seconds) - 1)]
    while spans:
        first, last = spans.pop()
        inner = slice(first + 1, last)
        if last - first < 2:
            continue
        straight = np.interp(seconds[inner], seconds[[first, last]], values[[first, last]])
        off = np.abs(values[inner] - straight)
        if off.max() > tolerance:
            middle = first + 1 + int(off.argmax())
            kept.add(middle)
            spans += [(first, middle), (middle, last)]
    return sorted(kept)


def _seen(found: Localisation) -> bool:
    if not found.audible:
        return False
    return found.onscreen == "on screen" if found.onscreen is not None else found.presence >= CONCENTRATED


def _without_outliers(pans: np.ndarray) -> np.ndarray:
    """A median of three; the ends are held."""
    beside = np.stack([pans[:-2], pans[1:-1], pans[2:]])
    return np.concatenate([pans[:1], np.median(beside, axis=0), pans[-1:]])


def _smoothed(pans: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Averages over three looks, 1 : 2 : 1 times their weights; the ends are averages of two."""
    padded, share = np.pad(pans * weights, 1), np.pad(weights, 1)
    return (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / (share[:-2] + 2 * share[1:-1] + share[2:])
