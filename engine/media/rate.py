"""The frame rate of a film: the one nearly all its frames keep to, else the average of a variable one."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from av.video.stream import VideoStream

    from engine.media.decode import Decoder

STANDARD_RATES = tuple(
    Fraction(rate)
    for rate in ("24000/1001", "24", "25", "30000/1001", "30", "48000/1001", "48", "50", "60000/1001", "60", "120")
)
"""Frames/s."""

_NEAR = Fraction(1, 5000)  # 24 and 23.976 are five times as far apart
_SLACK = 0.0005  # s; a frame that keeps to a rate is no further off
_KEEP = 0.95  # of all frames
_LISTED, _READ = 20_000, 2_000  # frames looked at, of an index and of packets
_FEW = 3  # intervals, of which nothing can be told


def standard_rate(fps: Fraction) -> Fraction:
    """The standard frame rate within 0.02 % of ``fps`` (24 and 23.976 are 0.1 % apart), else ``fps`` simplified."""
    nearest = min(STANDARD_RATES, key=lambda rate: abs(rate - fps))
    return nearest if abs(nearest - fps) < fps * _NEAR else fps.limit_denominator(1001)


def header_rate(stream: VideoStream) -> Fraction | None:
    """Frames/s that a film's header gives as its average and as its nominal rate alike; None where they differ."""
    average, nominal, base = stream.average_rate, stream.guessed_rate, stream.base_rate
    # FFmpeg's guess is the average itself where the base rate is past belief.
    agreed = average and nominal and base and all(abs(average - rate) < rate * _NEAR for rate in (nominal, base))
    return standard_rate(Fraction(average)) if average and agreed else None


def frame_rate(decoder: Decoder) -> Fraction:
    """Frames/s of a film, 1 of a still image.

    Headers hold a nominal rate and an average. Where they agree that is it, but for Matroska, whose header gives both
    as one wish. Else the frames' own stamps decide: one long gap, or a last frame that stands, moves the average of a
    film whose time code counts on as if it were steady.
    """
    if decoder.still:
        return Fraction(1)
    stream, wished = decoder.stream, decoder.stream.container.format.name.startswith("matroska")
    average, nominal, agreed = stream.average_rate, stream.guessed_rate, header_rate(stream)
    if agreed and not wished:
        return agreed
    stamps, tick = _stamps(decoder), Fraction(decoder.time_base)
    if wished and len(stamps) > _FEW:
        average = Fraction(len(stamps) - 1, int(stamps[-1] - stamps[0])) / tick
    return steady_rate(stamps, tick, nominal) or standard_rate(Fraction(average or nominal or 25))


def steady_rate(stamps: np.ndarray, tick: Fraction, nominal: Fraction | None = None) -> Fraction | None:
    """The rate that 95 % of the intervals between ``stamps`` keep to within half a millisecond, or a tick; else None.

    Args:
        stamps: int64 ``(N,)``, in order, in ticks.
        tick: s.
        nominal: frames/s, chosen before any other rate that fits as well.
    """
    intervals = np.diff(stamps)
    if len(intervals) < _FEW:
        return None
    kept = np.abs(intervals - np.median(intervals)) * float(tick) <= max(_SLACK, float(tick))
    if kept.mean() < _KEEP:
        return None
    start, end = _longest_run(kept)
    count = end - start
    interval = Fraction(int(stamps[end] - stamps[start]), count) * tick
    # Stamps are rounded to ticks: a run tells its interval no better than to a tick spread over all of it.
    doubt = interval * _NEAR + tick / count
    if nominal and abs(1 / Fraction(nominal) - interval) <= doubt:
        return standard_rate(Fraction(nominal))
    nearest = min(STANDARD_RATES, key=lambda rate: abs(1 / rate - interval))
    return nearest if abs(1 / nearest - interval) <= doubt else standard_rate(1 / interval)


def _longest_run(kept: np.ndarray) -> tuple[int, int]:
    """Start and end of the longest stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], kept, [False])).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - starts))
    return int(starts[longest]), int(ends[longest])


def _stamps(decoder: Decoder) -> np.ndarray:
    """The first frames' stamps in order; from the index where it lists them all, else from the packets."""
    entries, count = decoder.stream.index_entries, decoder.stream.frames
    if count and len(entries) == count:  # decoding times, whose intervals are those of the frames
        stamps = [entry.timestamp for entry in islice(entries, _LISTED)]
    else:
        stamps = decoder.stamps(_READ)
    return np.sort(np.array(stamps, np.int64))
