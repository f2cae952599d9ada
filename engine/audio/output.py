"""The sound device: one PortAudio stream opened ahead and kept running, into which voices are handed without a lock."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import deque
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from engine.audio import portaudio
from engine.audio.voice import AUDITION
from engine.errors import DeviceError

log = logging.getLogger(__name__)

RATE = 48_000
"""Film sound's rate, asked for first; a device that refuses it is opened at its own."""
LATENCY = 0.02
"""Seconds of buffer asked for: short enough to feel immediate, long enough for a busy Python to refill it."""
MOST_LATENCY = 0.06
"""Seconds of buffer that a machine too busy for less is given: a late sound is better than a broken one."""
_BROKEN = 3
"""Gaps heard since the stream was opened after which it is opened anew with twice the buffer."""
_STALLED = 3.0
"""Seconds without a call after which a device counts as gone; some sound servers ask for two seconds at once."""
_SETTLING = 0.15
_LONGEST_DELAY = 2.0
"""Seconds; drivers that do not know their delay tell nonsense."""
_SCRATCH = 16_384
_SWITCH_SECONDS = 0.001
"""Longest a busy Python thread may keep the callback waiting; at Python's own 5 ms a busy window makes gaps."""


class Sounding(Protocol):
    """What the callback mixes: a :class:`~engine.audio.voice.Voice` or a ring that is written while it is heard."""

    group: str
    finished: bool

    def release(self) -> None:
        """Fade out and end."""
        ...

    def mix_into(self, out: np.ndarray, scratch: np.ndarray) -> None:
        """Add the next ``len(out)`` frames to ``out``."""
        ...


class OutputDevice:
    """The default sound output, mixing voices from memory.

    The callback takes new voices from a deque, fades out the ones before, and adds up preloaded arrays; it never
    decodes, waits or asks for array memory.

    Args:
        device: a PortAudio device's number or name; None is the system's default.
        latency: seconds of buffer to ask for.
    """

    def __init__(self, device: int | str | None = None, latency: float = LATENCY) -> None:
        self.rate, self.channels = RATE, 2
        self.underruns = 0
        """Gaps heard since the stream was opened."""
        self.xruns = 0
        """Gaps heard since ever."""
        self.opened = 0
        """How often a stream was opened; voices live as long as theirs."""
        self.heard_at = self.called_at = 0.0
        """When (``time.monotonic``) the block asked for last is heard, and when it was asked for."""
        self.settled_at = 0.0
        """From when on ``heard_at`` can be believed: a stream first asks for blocks in haste, to fill its buffer."""
        self._device, self._wanted_latency = device, latency
        self._stream: Any = None
        self._opening = threading.Lock()
        self._incoming: deque[Sounding | str] = deque()
        self._voices: list[Sounding] = []
        self._scratch = np.zeros((_SCRATCH, self.channels), np.float32)
        self._delay = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the stream is running."""
        return self._stream is not None and bool(self._stream.active)

    @property
    def latency(self) -> float:
        """Seconds between the callback and the loudspeaker, as the device says; 0 while closed."""
        return float(self._stream.latency) if self._stream is not None else 0.0

    def open(self) -> None:
        """Open and start the stream unless it is :attr:`ready`; safe to call from any thread, any number of times.

        Raises:
            DeviceError: PortAudio is not installed, or there is no output it can open.
        """
        with self._opening:
            if self.ready:
                return
            if self.struggles:
                self._wanted_latency = min(2 * self._wanted_latency, MOST_LATENCY)
                log.info("%d gaps heard: the sound output gets %.0f ms", self.underruns, self._wanted_latency * 1e3)
            self._shut()
            sounddevice = portaudio.sounddevice()
            sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_SECONDS))
            try:
                self._start(sounddevice)
            except (sounddevice.PortAudioError, ValueError) as first:
                self._retry(sounddevice, first)
            log.info("sound output open: %d Hz, %d channels, %.1f ms", self.rate, self.channels, self.latency * 1e3)

    @property
    def ready(self) -> bool:
        """Whether it plays as it is; else :meth:`open` takes a moment."""
        return self.is_open and not (self.struggles or self.stalled)

    @property
    def struggles(self) -> bool:
        """Whether its buffer proved too short; :meth:`open` then gives it a longer one."""
        return self.underruns >= _BROKEN and self._wanted_latency < MOST_LATENCY

    @property
    def stalled(self) -> bool:
        """Whether an open stream has not asked for sound lately: the device was unplugged or its server ended."""
        return self._stream is not None and time.monotonic() - self.called_at > _STALLED

    def play(self, voice: Sounding) -> None:
        """Hand ``voice`` to the callback; what sounded before in its group fades out under it."""
        self._incoming.append(voice)

    def stop(self, group: str = AUDITION) -> None:
        """Fade out everything of a group."""
        self._incoming.append(group)

    def close(self) -> None:
        """Stop and close the stream; :meth:`open` may follow."""
        with self._opening:
            self._shut()

    def __enter__(self) -> OutputDevice:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def render(self, out: np.ndarray) -> None:
        """Mix the next block into ``out``, float32 ``(n, channels)``; what the device's callback does."""
        voices = self._voices
        while self._incoming:
            coming = self._incoming.popleft()
            group = coming if isinstance(coming, str) else coming.group
            for sounding in voices:
                if sounding.group == group:
                    sounding.release()
            if not isinstance(coming, str):
                voices.append(coming)
        out.fill(0.0)
        if not voices:
            return
        for first in range(0, len(out), _SCRATCH):
            block = out[first : first + _SCRATCH]
            for voice in voices:
                if not voice.finished:
                    voice.mix_into(block, self._scratch)
        np.clip(out, -1.0, 1.0, out=out)
        for position in range(len(voices) - 1, -1, -1):
            if voices[position].finished:
                del voices[position]

    def _callback(self, out: np.ndarray, _frames: int, moments: Any, status: Any) -> None:
        if status and self._voices:
            self.underruns += 1
            self.xruns += 1
        delay = moments.outputBufferDacTime - moments.currentTime
        self.called_at = time.monotonic()
        self.heard_at = self.called_at + (delay if 0.0 < delay < _LONGEST_DELAY else self._delay)
        self.render(out)

    def _start(self, sounddevice: ModuleType) -> None:
        about = sounddevice.query_devices(self._device, "output")
        channels = min(2, int(about["max_output_channels"]))
        rate = RATE
        try:
            sounddevice.check_output_settings(self._device, channels, "float32", samplerate=rate)
        except sounddevice.PortAudioError:
            rate = int(about["default_samplerate"])
        self._match(rate, channels)
        self._stream = sounddevice.OutputStream(
            samplerate=rate,
            device=self._device,
            channels=channels,
            dtype="float32",
            latency=self._wanted_latency,
            callback=self._callback,
        )
        self._delay = float(self._stream.latency)
        self.opened += 1
        self.called_at = time.monotonic()
        self.settled_at = self.called_at + _SETTLING
        self._stream.start()

    def _match(self, rate: int, channels: int) -> None:
        """Take on the device's form; voices made for another form could not be played on and are dropped."""
        if (rate, channels) != (self.rate, self.channels):
            self.rate, self.channels = rate, channels
            self._scratch = np.zeros((_SCRATCH, channels), np.float32)
            self._incoming.clear()
            self._voices.clear()

    def _retry(self, sounddevice: ModuleType, first: Exception) -> None:
        """PortAudio lists devices once, when loaded: list them again, for one may have come since."""
        sounddevice._terminate()
        sounddevice._initialize()
        try:
            self._start(sounddevice)
        except (sounddevice.PortAudioError, ValueError) as exc:
            self._shut()
            raise DeviceError(
                "No sound output could be opened.",
                "Connect or switch on a sound device, then play again; everything but hearing works without one.",
                detail=f"{first}; again: {exc}",
            ) from exc

    def _shut(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        self.underruns = 0
        self._incoming.clear()
        self._voices.clear()
