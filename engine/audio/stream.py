"""Feeds a voice longer than memory should hold: the next block of the file, read whenever little is left ahead."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.audio.voice import Voice
from engine.media import load_audio

BLOCK_SECONDS = 10.0
AHEAD_SECONDS = 15.0
"""A voice with less than this loaded ahead is hungry."""


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
        self._path, self._rate, self._channels = path, rate, channels
        self._next, self._start, self._end = begin, start, end

    @property
    def hungry(self) -> bool:
        """Whether the voice wants another block: it sounds, is not all read, and little is left ahead."""
        unread = self.voice.loop or self._next < self._end
        return unread and not self.voice.finished and self.voice.ahead < AHEAD_SECONDS * self._rate

    def top_up(self) -> None:
        """Read and hand over the next block; call it from a worker, one at a time. Raises MediaError."""
        if self._next >= self._end:
            self._next = self._start
        last = min(self._end, self._next + BLOCK_SECONDS)
        sound = load_audio(self._path, sample_rate=self._rate, channels=self._channels, start=self._next, end=last)
        wanted = round(last * self._rate) - round(self._next * self._rate)
        self.voice.feed(_exactly(sound.T, wanted))
        self._next = last


def _exactly(frames: np.ndarray, wanted: int) -> np.ndarray:
    """Frames cut or filled with silence to ``wanted``: headers and decoders disagree by a few at a file's end."""
    frames = frames[:wanted]
    if len(frames) < wanted:
        frames = np.concatenate([frames, np.zeros((wanted - len(frames), frames.shape[1]), np.float32)])
    return np.ascontiguousarray(frames, np.float32)
