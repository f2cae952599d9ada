"""A voice that is written while it is heard: one thread fills a ring ahead, the device's callback alone empties it."""

from __future__ import annotations

import numpy as np

from engine.audio.output import OutputDevice
from engine.audio.voice import FADE_SECONDS, TRANSPORT, ramp


class RingVoice:
    """Sound on its way to the device through a ring of fixed size.

    :meth:`write` belongs to one thread, :meth:`mix_into` to the callback. Each counts its own frames and reads the
    other's count, which Python keeps whole without a lock; neither ever writes what the other reads.

    Args:
        device: what will play it.
        seconds: how much the ring holds.
        begun: where the programme stands in seconds at its first frame.
        join: a moment (``time.monotonic``) at which the programme stood at ``begun`` and ran on unheard; the callback
            then leaves out what would have been heard by now. None begins with the first frame whenever that is heard.
    """

    group = TRANSPORT

    def __init__(self, device: OutputDevice, seconds: float, *, begun: float = 0.0, join: float | None = None) -> None:
        self.rate, self.channels, self.begun = device.rate, device.channels, begun
        self.opened = device.opened
        self.finished = False
        self.written = 0
        """Frames filled in since the beginning."""
        self.at = 0
        """Frames taken out."""
        self.starved = 0
        """How often the callback found too little."""
        self.mark: tuple[int, float] | None = None
        """Frames taken out before the latest block, and when (``time.monotonic``) that block is heard."""
        self._device, self._join = device, join
        self._ring = np.zeros((max(1, round(seconds * device.rate)), device.channels), np.float32)
        fade = max(1, int(device.rate * FADE_SECONDS))
        self._rise, self._fall = ramp(fade), np.ascontiguousarray(ramp(fade)[::-1])
        self._risen = self._fallen = 0
        self._releasing = self._dry = False

    @property
    def room(self) -> int:
        """Frames that can be written now."""
        return len(self._ring) - (self.written - self.at)

    @property
    def ahead(self) -> int:
        """Frames written and not yet taken."""
        return self.written - self.at

    def write(self, frames: np.ndarray) -> None:
        """Append ``frames (n, channels)``, no more than there is :attr:`room`."""
        place = self.written % len(self._ring)
        first = min(len(frames), len(self._ring) - place)
        self._ring[place : place + first] = frames[:first]
        self._ring[: len(frames) - first] = frames[first:]
        self.written += len(frames)

    def release(self) -> None:
        """Fade out over the next 5 ms and end."""
        self._releasing = True

    def mix_into(self, out: np.ndarray, scratch: np.ndarray) -> None:
        """Add the next frames to ``out (n, channels)``, fewer where the ring has run dry."""
        heard_at = self._device.heard_at
        if self._join is not None:
            if self._device.called_at < self._device.settled_at:
                self.finished = self._releasing
                return
            self.at = min(max(0, round((heard_at - self._join) * self.rate)), self.written)
            self._join = None
        self.mark = (self.at, heard_at)
        count = min(len(out), self.written - self.at)
        self._note_dryness(count < len(out))
        if count:
            block = scratch[:count]
            self._copy(block, count)
            self._shape(block, count)
            np.add(out[:count], block, out=out[:count])
            self.at += count
        if self._releasing and (count < len(out) or self._fallen >= len(self._fall)):
            self.finished = True

    def _note_dryness(self, dry: bool) -> None:
        if dry and not self._dry and not self._releasing:
            self.starved += 1
        self._dry = dry

    def _copy(self, block: np.ndarray, count: int) -> None:
        place = self.at % len(self._ring)
        first = min(count, len(self._ring) - place)
        np.copyto(block[:first], self._ring[place : place + first])
        if first < count:
            np.copyto(block[first:], self._ring[: count - first])

    def _shape(self, block: np.ndarray, count: int) -> None:
        if self._risen < len(self._rise):
            n = min(count, len(self._rise) - self._risen)
            np.multiply(block[:n], self._rise[self._risen : self._risen + n], out=block[:n])
            self._risen += n
        if self._releasing:
            n = min(count, len(self._fall) - self._fallen)
            np.multiply(block[:n], self._fall[self._fallen : self._fallen + n], out=block[:n])
            block[n:] = 0.0
            self._fallen += n
