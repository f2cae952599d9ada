"""Feeds a voice longer than what is loaded of its sound: the next blocks of the file, whenever little is left ahead."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.audio.voice import Voice

BLOCK_SECONDS = 2.5
TOP_UP_SECONDS = 5.0
AHEAD_SECONDS = 15.0
"""A voice with less than this loaded ahead is hungry."""
EDGE_SECONDS = 1
"""Read before the wanted place and thrown away: a resampler needs what came before to join without a seam."""


class Feeder:
    """Tops up one streamed voice from its file, round and round where the voice loops.

    Args:
        voice: the voice to feed, whose first chunk ends at ``begin``.
        path: the file.
        rate: the device's rate in Hz.
        channels: the device's channels.
        begin: seconds in the file where the first block to read begins.
        start: seconds where the region begins, to which a loop returns.
        end: seconds where the region ends.
    """

    def __init__(
        self, voice: Voice, path: Path | str, rate: int, channels: int, *, begin: float, start: float, end: float
    ) -> None:
        self.voice = voice
        self._path, self._rate, self._channels = Path(path), rate, channels
        self._start, self._end = start, end
        self._blocks: Iterator[np.ndarray] | None = None
        self._place = begin
        self._left = voice.length - voice.ahead

    @property
    def hungry(self) -> bool:
        """Whether the voice wants more: it sounds, is not all read, and little is left ahead."""
        unread = self.voice.loop or self._left > 0
        return unread and not self.voice.finished and self.voice.ahead < AHEAD_SECONDS * self._rate

    def top_up(self) -> None:
        """Read and hand over some seconds more; call it from a worker, one at a time. Raises MediaError."""
        wanted = int(TOP_UP_SECONDS * self._rate)
        while wanted > 0 and (self._left > 0 or self.voice.loop):
            if self._left <= 0:
                self._place, self._left, self._blocks = self._start, self.voice.length, None
            chunk = self._next_chunk()[: self._left]
            self.voice.feed(chunk)
            self._left -= len(chunk)
            wanted -= len(chunk)

    def _next_chunk(self) -> np.ndarray:
        if self._blocks is None:
            self._blocks = self._read_from(self._place)
        block = next(self._blocks, None)
        if block is None:  # headers promise more than there is: silence to the region's end
            return np.zeros((int(BLOCK_SECONDS * self._rate), self._channels), np.float32)
        return block

    def _read_from(self, place: float) -> Iterator[np.ndarray]:
        from engine.media import audio_blocks

        # From a whole second on, where any two rates have a sample at the same moment: blocks then join exactly.
        first = max(0, math.floor(place) - EDGE_SECONDS)
        skip = round((place - first) * self._rate)
        end = self._end + EDGE_SECONDS
        for block in audio_blocks(self._path, self._rate, self._channels, BLOCK_SECONDS, start=first, end=end):
            skipped = min(skip, block.shape[1])
            skip -= skipped
            if skipped < block.shape[1]:
                yield np.ascontiguousarray(block[:, skipped:].T, np.float32)
