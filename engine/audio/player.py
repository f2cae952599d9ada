"""Audition: one sound at a time on a warm device, a region of it, looped, stopped without a click."""

from __future__ import annotations

import numpy as np

from engine.audio.clip import Clip, prepare
from engine.audio.output import OutputDevice
from engine.audio.stream import Feeder
from engine.audio.voice import Voice


class Player:
    """Plays one clip at a time; a newer one takes over under a 5 ms crossfade.

    Args:
        device: the output; one of its own on the system's default device where None.
    """

    def __init__(self, device: OutputDevice | None = None) -> None:
        self.device = device or OutputDevice()
        self.feeder: Feeder | None = None
        """Present while a sound longer than its loaded head plays; its ``top_up`` is called from a worker."""
        self._voice: Voice | None = None
        self._start = 0.0

    def warm(self) -> None:
        """Open the device ahead of the first sound. Raises DeviceError where there is none."""
        self.device.open()

    def play(
        self, waveform: np.ndarray, sample_rate: int, loop: bool = False, *, gain: float = 1.0, speed: float = 1.0
    ) -> None:
        """Play a waveform ``(C, N)`` in -1..1 from its beginning. Raises DeviceError."""
        self.device.open()
        clip = prepare(waveform, sample_rate, self.device.rate, self.device.channels, speed=speed)
        self.play_clip(clip, loop=loop, gain=gain)

    def play_clip(
        self, clip: Clip, start: float | None = None, end: float | None = None, *, loop: bool = False, gain: float = 1.0
    ) -> None:
        """Play the seconds ``start..end`` of a prepared clip at once.

        Seconds are the file's, as is :attr:`position`. An ``end`` beyond the clip is read from the clip's file while
        it plays. Raises DeviceError.
        """
        self.device.open()
        start = clip.offset if start is None else min(max(start, clip.offset), clip.end)
        end = max(start, (clip.file_end or clip.end) if end is None else end)
        rate = clip.rate
        first = round((start - clip.offset) * rate)
        length = max(1, round((end - start) * rate))
        streamed = clip.source is not None and not clip.covers(start, end)
        head = clip.samples[first:] if streamed else clip.samples[first : first + length]
        voice = Voice(
            [head],
            length if streamed else len(head),
            rate,
            loop=loop,
            gain=gain,
            soft_start=start > 0,
            streamed=streamed,
        )
        self.feeder = None
        if streamed and clip.source is not None:
            self.feeder = Feeder(voice, clip.source, rate, self.device.channels, begin=clip.end, start=start, end=end)
        self._voice, self._start = voice, start
        self.device.play(voice)

    def scrub(self, clip: Clip, seconds: float, length: float = 0.12) -> None:
        """Play a grain of a clip at ``seconds`` in the file, as a hand moves over its waveform. Raises DeviceError."""
        if clip.offset <= seconds < clip.end:
            self.play_clip(clip, seconds, min(seconds + length, clip.end))

    def stop(self) -> None:
        """Fade out and be silent."""
        self._voice, self.feeder = None, None
        self.device.stop()

    @property
    def playing(self) -> bool:
        """Whether a sound is on its way to the loudspeaker."""
        return self._voice is not None and not self._voice.finished

    @property
    def loop(self) -> bool:
        """Whether what plays begins again at its end; may be set while it plays."""
        return self._voice is not None and self._voice.loop

    @loop.setter
    def loop(self, on: bool) -> None:
        if self._voice is not None:
            self._voice.loop = on

    @property
    def position(self) -> float | None:
        """Seconds in the file of what is heard now, the device's delay taken off; None when silent."""
        if not self.playing or self._voice is None:
            return None
        return self._start + max(0.0, self._voice.at / self.device.rate - self.device.latency)

    def close(self) -> None:
        """Silence and close the device."""
        self.stop()
        self.device.close()
