"""The thread behind the transport: renders ahead of what is heard, and minds the device as it comes and goes."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import suppress

import numpy as np

from engine.audio.clip import resample
from engine.audio.mixer import Mixer
from engine.audio.output import OutputDevice
from engine.audio.playback import Playback
from engine.audio.programme import Programme
from engine.audio.voice import TRANSPORT, Voice
from engine.errors import Cancelled, DeviceError, Problem
from engine.timeline.document import Project

_TURN_SECONDS = 0.015
_RETRY_SECONDS = 2.0


class MixFeed:
    """Feeds the runs it is given to a device. Public calls return at once; the thread begins with the first of them.

    Args:
        mixer: used by the thread alone from then on.
        device: what is heard on.
    """

    def __init__(self, mixer: Mixer, device: OutputDevice) -> None:
        self.device = device
        self.muted = False
        self.problem: DeviceError | None = None
        """Why nothing can be heard, while that is so."""
        self.wanted: Playback | None = None
        """What is to be heard."""
        self._mixer = mixer
        self._heard: Playback | None = None
        self._starved = 0
        self._grains: deque[tuple[int, float]] = deque(maxlen=1)
        self._updates: deque[Project] = deque(maxlen=1)
        self._places: deque[int] = deque(maxlen=1)
        self._wants_device = self._looks_again = self._closing = False
        self._retry_at = 0.0
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def unread(self) -> list[Problem]:
        """Sounds that are silent though their files are there."""
        return self._mixer.unread

    @property
    def xruns(self) -> int:
        """How often sound broke off: the device's own count, and blocks that were not rendered in time."""
        heard = self._heard
        return self.device.xruns + self._starved + (heard.starved if heard is not None else 0)

    def play(self, playback: Playback | None) -> None:
        """Have this heard from now on in place of what was; None is silence."""
        self.wanted = playback
        if playback is None:
            self.wake()
        else:
            self._start()

    def grain(self, position: int, seconds: float) -> None:
        """Sound a moment of the mix; a newer one takes over."""
        self._grains.append((position, seconds))
        self._start()

    def stand(self, position: int) -> None:
        """Read what will be heard from here."""
        self._places.append(position)
        self.wake()

    def update(self, project: Project) -> None:
        """Render this version from now on."""
        self._updates.append(project)
        self._start()

    def look_again(self) -> None:
        """Look for sounds that were missing."""
        self._looks_again = True
        self.wake()

    def warm(self, position: int) -> None:
        """Open the device and read what will be heard from here."""
        self._wants_device = True
        self._places.append(position)
        self._start()

    def wake(self) -> None:
        """Have the thread look at what changed."""
        self._wake.set()

    def silence(self) -> None:
        """Be silent at once and for good; the thread ends when what it renders is done, or its mixer is cancelled."""
        self.wanted = None
        if not self._closing:  # once: later another mix may be heard on the device
            self._closing = True
            self.device.stop(TRANSPORT)
        self.wake()

    def close(self) -> None:
        """Silence, and wait for the thread to end."""
        self.silence()
        if self._thread is not None:
            self._thread.join()
        if self._heard is not None and self._heard.voice is not None:
            self._heard.voice.release()

    def _start(self) -> None:
        if self._thread is None and not self._closing:
            self._thread = threading.Thread(target=self._run, name="transport", daemon=True)
            self._thread.start()
        self.wake()

    def _run(self) -> None:
        with suppress(Cancelled):
            while not self._closing:
                self._wake.wait(_TURN_SECONDS if self.wanted is not None else None)
                self._wake.clear()
                self.turn()

    def turn(self) -> None:
        """Do what is due; the thread takes one turn after another."""
        if self._updates:
            self._mixer.update(self._updates.popleft())
        if self._looks_again:
            self._looks_again = False
            self._mixer.look_again()
        if self.wanted is not self._heard:
            self._leave()
        if self._grains:
            self._play_grain(*self._grains.popleft())
        if self._heard is not None:
            self._keep_playing(self._heard)
        elif self._places:
            self._make_ready(self._places.popleft())

    def _leave(self) -> None:
        """Count the faults of the run before; without a next one its sound ends here."""
        before, self._heard = self._heard, self.wanted
        if before is not None:
            self._starved += before.starved
            self._mixer.forget_wishes()
        if self._heard is None:
            self.device.stop(TRANSPORT)

    def _play_grain(self, position: int, seconds: float) -> None:
        if self.muted or not self._device_ready():
            return
        sound = self._mixer.render(position, round(seconds * self._mixer.rate)).T
        frames = resample(sound, self._mixer.rate, self.device.rate)
        frames = frames if self.device.channels == 2 else np.ascontiguousarray(frames.mean(axis=1, keepdims=True))
        self.device.play(Voice([frames], len(frames), self.device.rate, group=TRANSPORT))

    def _keep_playing(self, playback: Playback) -> None:
        now = time.monotonic()
        if playback.ended(now) or self.muted or not self._device_ready():
            self._go_unheard(playback)
        elif playback.voice is None or playback.voice.opened != self.device.opened:
            if playback.voice is not None:
                playback.disconnect(now)
            playback.connect(self.device, time.monotonic())
        else:
            playback.fill()

    def _go_unheard(self, playback: Playback) -> None:
        if playback.voice is not None or not playback.clock.running:
            playback.disconnect(time.monotonic())
            self.device.stop(TRANSPORT)

    def _make_ready(self, position: int) -> None:
        """While nothing plays, read what is heard when it plays from here."""
        Playback(self._mixer, Programme(position)).rehearse()
        if self._wants_device:
            self._wants_device = False
            self._device_ready()

    def _device_ready(self) -> bool:
        """Whether the device plays; opens it, now and then again, where it does not."""
        if self.device.ready:
            return True
        if self._heard is not None and self._heard.voice is not None:
            self._heard.disconnect(time.monotonic())
        if time.monotonic() < self._retry_at:
            return False
        try:
            self.device.open()
        except DeviceError as error:
            self.problem, self._retry_at = error, time.monotonic() + _RETRY_SECONDS
            return False
        self.problem = None
        return True
