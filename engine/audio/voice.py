"""One sounding voice: preloaded blocks, read out by the device callback with faded edges and no new array memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import numpy as np

FADE_SECONDS = 0.005
"""Every edge inside a sound is faded this long, so that starting, stopping and looping never click."""
AUDITION, TRANSPORT = "audition", "transport"
"""Groups of voices: a newer one takes over from those of its own group and leaves the other alone."""


def ramp(frames: int) -> np.ndarray:
    """Gains of a rise from silence without a corner, float32 ``(frames, 1)``."""
    rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(frames, dtype=np.float32) + 0.5) / frames)
    return np.ascontiguousarray(rise[:, None], dtype=np.float32)


class Voice:
    """A region of a sound on its way to the device.

    The window's thread makes it and may :meth:`feed` and :meth:`release` it; the device's callback alone calls
    :meth:`mix_into`. What both touch is single attributes and a deque's two ends, which Python keeps whole
    without a lock.

    Args:
        chunks: float32 ``(n, channels)`` arrays at the device's rate, in playing order.
        length: frames of the region; past it the voice ends, or begins again when ``loop``.
        rate: the device's rate in Hz.
        loop: whether to begin again at the end.
        gain: linear factor.
        soft_start: whether the first frames fade in; a sound's own beginning keeps its attack.
        streamed: whether further chunks arrive by :meth:`feed`; played ones are then let go.
        group: :data:`AUDITION` or :data:`TRANSPORT`.
    """

    def __init__(
        self,
        chunks: Iterable[np.ndarray],
        length: int,
        rate: int,
        *,
        loop: bool = False,
        gain: float = 1.0,
        soft_start: bool = True,
        streamed: bool = False,
        group: str = AUDITION,
    ) -> None:
        self.group = group
        self.length, self.loop, self.gain = max(1, length), loop, gain
        self.soft_start, self.streamed = soft_start, streamed
        self.at = 0
        """Frames since the region's beginning, counted by the callback."""
        self.finished = False
        self.starved = 0
        """Frames of silence played because the next chunk was late."""
        self._chunks = deque(chunks)
        self._within = 0
        self._fed = sum(len(c) for c in self._chunks)
        self._played = 0
        fade = max(1, min(int(rate * FADE_SECONDS), self.length // 2))
        self._rise = ramp(fade)
        self._fall = np.ascontiguousarray(self._rise[::-1])
        self._releasing = False
        self._fallen = 0

    @property
    def ahead(self) -> int:
        """Frames loaded and not yet played (streamed voices)."""
        return self._fed - self._played

    def feed(self, chunk: np.ndarray) -> None:
        """Append a float32 ``(n, channels)`` chunk to a streamed voice."""
        self._fed += len(chunk)
        self._chunks.append(chunk)

    def release(self) -> None:
        """Fade out over the next 5 ms and end."""
        self._releasing = True

    def mix_into(self, out: np.ndarray, scratch: np.ndarray) -> None:
        """Add the next ``len(out)`` frames to ``out (n, channels)``; ``scratch`` is at least as long."""
        filled = 0
        while filled < len(out) and not self.finished:
            piece = scratch[filled : len(out)]
            count = self._take(piece)
            if count == 0:
                self.starved += len(piece)
                break
            filled += count
        if filled:
            block = scratch[:filled]
            if self.gain != 1.0:
                np.multiply(block, self.gain, out=block)
            np.add(out[:filled], block, out=out[:filled])
        elif self._releasing:
            self.finished = True

    def _take(self, piece: np.ndarray) -> int:
        """Copy up to one chunk's or the region's end into ``piece``; returns the frames copied, 0 when starved."""
        if not self._chunks:
            return 0
        chunk = self._chunks[0]
        count = min(len(piece), len(chunk) - self._within, self.length - self.at)
        piece = piece[:count]
        np.copyto(piece, chunk[self._within : self._within + count])
        self._shape(piece, count)
        self._advance(count, len(chunk))
        return count

    def _advance(self, count: int, chunk_length: int) -> None:
        self._within += count
        self._played += count
        self.at += count
        ended = self.at >= self.length
        if self._within >= chunk_length or (ended and not self.streamed):
            self._within = 0
            if self.streamed:
                self._chunks.popleft()
            else:
                self._chunks.rotate(-1)
        if ended:
            self.at = 0 if self.loop else self.length
            self.finished = self.finished or not self.loop

    def _shape(self, piece: np.ndarray, count: int) -> None:
        fade, left = len(self._rise), self.length - self.at
        if self.soft_start and self.at < fade:
            n = min(count, fade - self.at)
            np.multiply(piece[:n], self._rise[self.at : self.at + n], out=piece[:n])
        if left - count < fade:
            first = max(0, left - fade)
            fall = self._fall[fade - left + first : fade - left + count]
            np.multiply(piece[first:], fall, out=piece[first:])
        if self._releasing:
            self._fall_away(piece, count)

    def _fall_away(self, piece: np.ndarray, count: int) -> None:
        n = min(count, len(self._fall) - self._fallen)
        np.multiply(piece[:n], self._fall[self._fallen : self._fallen + n], out=piece[:n])
        piece[n:] = 0.0
        self._fallen += n
        self.finished = self._fallen >= len(self._fall)
