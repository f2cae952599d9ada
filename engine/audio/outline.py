"""How a whole sound looks and where its hits are: extremes over ever longer stretches, read once from the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.jobs import Job
from engine.media import audio_blocks

BIN = 256
"""Samples of the finest extremes; at 48 kHz 5 ms."""
_STEP = 4
"""Each coarser level joins so many of the finer one's."""
_LOOK_BACK = 6  # bins, 32 ms at 48 kHz: the quiet before a hit
_RISE_DB = 9.0
_FLOOR_DB = -50.0
_APART = 10  # bins, 53 ms at 48 kHz: what follows sooner belongs to the same hit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outline:
    """The extremes of a sound, all channels together, and its hits."""

    frames: int
    """Samples of the sound at its own rate."""
    levels: tuple[np.ndarray, ...]
    """float32 ``(2, n)`` lowest and highest of each :data:`BIN` samples, then of four times as many, and so on."""
    onsets: np.ndarray
    """Samples at which a hit begins, ascending, within a bin."""

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return sum(level.nbytes for level in self.levels) + self.onsets.nbytes

    def columns(self, first: float, last: float, count: int) -> np.ndarray:
        """Lowest and highest, float32 ``(2, count)``, of ``count`` equal parts of samples ``first..last``."""
        a_bin, level = BIN, 0
        while level + 1 < len(self.levels) and (last - first) / max(1, count) >= a_bin * _STEP:
            a_bin, level = a_bin * _STEP, level + 1
        values = self.levels[level]
        edges = np.clip((np.linspace(first, last, count + 1) / a_bin).astype(int), 0, values.shape[1] - 1)
        starts = edges[:-1]
        if count > edges[-1] - edges[0]:
            return values[:, starts]
        values = values[:, : edges[-1] + 1]
        return np.stack([np.minimum.reduceat(values[0], starts), np.maximum.reduceat(values[1], starts)])


def read_outline(path: Path | str, job: Job | None = None) -> Outline:
    """The outline of the sound at ``path``, in bounded memory.

    Raises:
        MediaError: nothing can be heard in it.
        Cancelled: the job was cancelled.
    """
    parts, rest, frames = [], np.zeros((2, 0), np.float32), 0
    for block in audio_blocks(path):
        if job is not None:
            job.check()
        frames += block.shape[1]
        ends = np.stack([block.min(axis=0), block.max(axis=0)])
        ends = np.concatenate([rest, ends], axis=1)
        whole = ends.shape[1] // BIN * BIN
        parts.append(_joined(ends[:, :whole], BIN))
        rest = ends[:, whole:]
    if rest.shape[1]:
        parts.append(np.array([[rest[0].min()], [rest[1].max()]], np.float32))
    finest = np.concatenate(parts, axis=1) if parts else np.zeros((2, 1), np.float32)
    return Outline(frames=frames, levels=_pyramid(finest), onsets=_onsets(finest))


def _joined(values: np.ndarray, many: int) -> np.ndarray:
    shaped = values.reshape(2, -1, many)
    return np.stack([shaped[0].min(axis=1, initial=0.0), shaped[1].max(axis=1, initial=0.0)]).astype(np.float32)


def _pyramid(finest: np.ndarray) -> tuple[np.ndarray, ...]:
    levels = [finest]
    while levels[-1].shape[1] > _STEP:
        values = levels[-1]
        missing = -values.shape[1] % _STEP
        levels.append(_joined(np.pad(values, ((0, 0), (0, missing)), mode="edge"), _STEP))
    return tuple(levels)


def _onsets(finest: np.ndarray) -> np.ndarray:
    """First samples of bins that are much louder than all of the quiet before them.

    A rise over the loudest of the last 32 ms is a hit; a sound that begins loud begins with one.
    """
    peaks = np.maximum(finest[1], -finest[0])
    decibels = 20 * np.log10(np.maximum(peaks, 1e-6))
    before = np.concatenate([np.full(_LOOK_BACK, -120.0), decibels])
    quiet = np.lib.stride_tricks.sliding_window_view(before, _LOOK_BACK)[: len(decibels)].max(axis=1)
    rising = np.flatnonzero((decibels > _FLOOR_DB) & (decibels - np.maximum(quiet, _FLOOR_DB) > _RISE_DB))
    found: list[int] = []
    for place in rising.tolist():
        if not found or place - found[-1] > _APART:
            found.append(place)
    return np.array(found, np.int64) * BIN
