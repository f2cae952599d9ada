"""Play, stop, shuttle, step, scrub and loop through the mix of a project, by one clock that picture follows."""

from __future__ import annotations

import threading
import time
from fractions import Fraction
from typing import Literal

import numpy as np

from engine.audio.clip import resample
from engine.audio.framegrid import FrameGrid
from engine.audio.meters import Reading
from engine.audio.mixer import Mixer
from engine.audio.output import OutputDevice
from engine.audio.playback import Playback
from engine.audio.programme import Programme
from engine.audio.voice import TRANSPORT, Voice
from engine.errors import DeviceError
from engine.timeline.document import Project

FASTEST = 8
"""Times the speed that pressing J or L again leads to, doubling."""
GRAIN_SECONDS = 0.08
_TURN_SECONDS = 0.015
_RETRY_SECONDS = 2.0
_SHORTEST_STEP, _LONGEST_STEP = 0.03, 0.25

State = Literal["paused", "playing"]


class Transport:
    """Moves through the mix. Its calls return at once; a thread of its own renders ahead and minds the device.

    The clock is the device's sample counter less its delay. Muted, without a device, or after one dropped out, a
    monotonic clock takes over in step; sound joins in step when it can be heard again.

    Args:
        mixer: from the first sound on it belongs to the transport's thread; edits go through :meth:`update`.
        device: shared with the audition player; one of its own where None.
        grid: where frames of picture begin; the project's frame rate where None.
    """

    def __init__(self, mixer: Mixer, device: OutputDevice | None = None, grid: FrameGrid | None = None) -> None:
        self.device = device or OutputDevice()
        project = mixer.project
        self.grid = grid or FrameGrid(project.sample_rate, project.frame_rate)
        self.problem: DeviceError | None = None
        """Why nothing can be heard, while that is so."""
        self.end = project.end
        """Sample at which playing stops by itself."""
        self._mixer, self._rate = mixer, project.sample_rate
        self._loop = project.loop
        self._muted = self._k_held = self._closing = False
        self._position = 0
        self._ready_at, self._warm = -1, False
        self._playback: Playback | None = None
        self._heard: Playback | None = None
        self._starved = 0
        self._grain: tuple[int, float] | None = None
        self._update: Project | None = None
        self._retry_at = 0.0
        self._lock = threading.RLock()  # between callers and the feeding thread; the device's callback never takes it
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def state(self) -> State:
        """Whether it plays, at whatever speed."""
        return "paused" if self._playback is None else "playing"

    @property
    def rate(self) -> Fraction:
        """Times the speed, below 0 backwards; 0 while paused."""
        playback = self._playback
        return Fraction(0) if playback is None else playback.programme.rate

    @property
    def position(self) -> int:
        """The sample of the timeline being heard now, or where it stands."""
        with self._lock:
            if self._playback is None:
                return self._position
            place = int(self._playback.place(time.monotonic()))
            return min(max(0, place), self._stop_at(self._playback))

    @property
    def frame(self) -> int:
        """Number of the frame of picture that belongs to :attr:`position`."""
        return self.grid.at(self.position)

    @property
    def levels(self) -> Reading | None:
        """The meters of what is heard now; None in silence."""
        playback = self._playback
        return None if playback is None else playback.levels(time.monotonic())

    @property
    def xruns(self) -> int:
        """How often sound broke off: the device's own count, and blocks that were not rendered in time."""
        heard = self._heard
        voice = heard.voice if heard is not None else None
        return self.device.xruns + self._starved + (voice.starved if voice is not None else 0)

    @property
    def loop(self) -> tuple[int, int] | None:
        """First sample and end of what is played round; it may be set while playing. Raises ValueError where empty."""
        return self._loop

    @loop.setter
    def loop(self, loop: tuple[int, int] | None) -> None:
        if loop is not None and not 0 <= loop[0] < loop[1]:
            raise ValueError("a loop must end after it begins")
        with self._lock:
            self._loop = loop
            if self._playback is not None:
                self._go(self.position, self.rate, running=True)

    @property
    def muted(self) -> bool:
        """Whether it runs without sound; it may be set while playing."""
        return self._muted

    @muted.setter
    def muted(self, muted: bool) -> None:
        self._muted = muted
        self._wake.set()

    def play(self, rate: Fraction | int = 1) -> None:
        """Play at ``rate`` times the speed from where it stands. Raises ValueError for a rate of 0."""
        if rate == 0:
            raise ValueError("to stand still, pause")
        with self._lock:
            self._go(self.position, Fraction(rate), running=self._playback is not None)

    def pause(self) -> None:
        """Stand still on what was heard last."""
        with self._lock:
            self._position, self._playback = self.position, None
        self._wake.set()

    def locate(self, position: int) -> None:
        """Go to a sample, and play on from there if it plays."""
        with self._lock:
            self._position = max(0, position)
            if self._playback is not None:
                self._go(self._position, self.rate, running=False)
        self._wake.set()

    def press(self, key: Literal["J", "K", "L"]) -> None:
        """J and L play backwards and forwards, again doubles up to 8 times; K pauses; with K held they step a frame."""
        if key == "K":
            self._k_held = True
            self.pause()
            return
        sign = 1 if key == "L" else -1
        if self._k_held:
            self.step(sign)
            return
        rate = self.rate * sign
        self.play(sign * min(FASTEST, 2 * rate if rate > 0 else 1))

    def release(self, key: Literal["J", "K", "L"]) -> None:
        """Let go of a key."""
        if key == "K":
            self._k_held = False

    def step(self, frames: int) -> None:
        """Pause and go some frames on, or back below 0, to a frame's first sample, with a frame's length of sound."""
        with self._lock:
            self.pause()
            number = max(self.grid.at(self._position) + frames, self.grid.at(0))
            self._position = max(0, self.grid.start(number))
            length = (self.grid.start(number + 1) - self.grid.start(number)) / self._rate
        self._sound_grain(min(max(length, _SHORTEST_STEP), _LONGEST_STEP))

    def scrub(self, position: int) -> None:
        """Pause at a sample and let a grain of its sound be heard, as a hand moves over the timeline."""
        with self._lock:
            self._playback, self._position = None, max(0, position)
        self._sound_grain(GRAIN_SECONDS)

    def update(self, project: Project) -> None:
        """Play this version of the project from now on, as of what is not yet rendered."""
        with self._lock:
            self._update, self.end = project, project.end
            if project.loop != self._loop:
                self.loop = project.loop
        self._start()

    def warm(self) -> None:
        """Have the device opened and the sounds at this place read before playing; :attr:`problem` tells a failure."""
        self._warm = True
        self._start()

    def close(self) -> None:
        """Silence, and end the thread; mixer and device stay their owners'."""
        self.pause()
        self._closing = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self.device.stop(TRANSPORT)

    def _go(self, position: int, rate: Fraction, *, running: bool) -> None:
        """Begin a run; ``running`` keeps the clock going from here, else it waits for the first sound."""
        playback = Playback(self._mixer, Programme(position, rate, self._loop))
        if running:
            playback.clock.run_free(time.monotonic())
        self._playback = playback
        self._start()

    def _sound_grain(self, seconds: float) -> None:
        self._grain = (self._position, seconds)
        self._start()

    def _start(self) -> None:
        if self._thread is None and not self._closing:
            self._thread = threading.Thread(target=self._feed, name="transport", daemon=True)
            self._thread.start()
        self._wake.set()

    def _stop_at(self, playback: Playback) -> int:
        """The sample beyond which this run does not go."""
        programme = playback.programme
        free = programme.loop is not None or programme.rate < 0 or programme.start >= self.end
        return 1 << 62 if free else self.end

    # What follows belongs to the feeding thread.

    def _feed(self) -> None:
        while not self._closing:
            self._wake.wait(_TURN_SECONDS if self._playback is not None else None)
            self._wake.clear()
            self._turn()

    def _turn(self) -> None:
        self._take_update()
        if self._playback is not self._heard:
            self._leave()
        self._play_grain()
        self._keep_playing()
        self._make_ready()

    def _take_update(self) -> None:
        with self._lock:
            project, self._update = self._update, None
        if project is not None:
            self._mixer.update(project)

    def _play_grain(self) -> None:
        with self._lock:
            grain, self._grain = self._grain, None
        if grain is None or self._muted or not self._device_ready():
            return
        position, seconds = grain
        sound = self._mixer.render(position, round(seconds * self._rate)).T
        frames = resample(sound, self._rate, self.device.rate)
        frames = frames if self.device.channels == 2 else np.ascontiguousarray(frames.mean(axis=1, keepdims=True))
        self.device.play(Voice([frames], len(frames), self.device.rate, group=TRANSPORT))

    def _keep_playing(self) -> None:
        playback = self._heard
        if playback is None:
            return
        if self._muted or not self._device_ready():
            self._go_unheard(playback)
        elif playback.voice is None or playback.voice.opened != self.device.opened:
            if playback.voice is not None:
                playback.disconnect(time.monotonic())
            playback.connect(self.device, time.monotonic())
        else:
            playback.fill()
        self._stop_at_end(playback)

    def _make_ready(self) -> None:
        """While it stands, read what is heard when it plays from here."""
        if self._heard is not None or self._position == self._ready_at:
            return
        self._ready_at = self._position
        Playback(self._mixer, Programme(self._ready_at)).rehearse()
        if self._warm:
            self._warm = False
            self._device_ready()

    def _leave(self) -> None:
        """Count the faults of the run before; without a next one its sound ends here."""
        before, self._heard = self._heard, self._playback
        if before is not None:
            self._starved += before.starved + (before.voice.starved if before.voice is not None else 0)
            self._mixer.forget_wishes()
        if self._heard is None:
            self.device.stop(TRANSPORT)

    def _go_unheard(self, playback: Playback) -> None:
        if playback.voice is not None or not playback.clock.running:
            playback.disconnect(time.monotonic())
            self.device.stop(TRANSPORT)

    def _device_ready(self) -> bool:
        """Whether the device plays; opens it, now and then again, where it does not."""
        if self.device.is_open and not (self.device.stalled or self.device.struggles):
            return True
        if self._heard is not None and self._heard.voice is not None:
            self._heard.disconnect(time.monotonic())
        if time.monotonic() < self._retry_at:
            return False
        try:
            if self.device.stalled:
                self.device.close()
            self.device.open()
        except DeviceError as error:
            self.problem, self._retry_at = error, time.monotonic() + _RETRY_SECONDS
            return False
        self.problem = None
        return True

    def _stop_at_end(self, playback: Playback) -> None:
        place = playback.place(time.monotonic())
        back_at_start = playback.programme.rate < 0 and playback.programme.loop is None and place <= 0
        if back_at_start or place >= self._stop_at(playback):
            with self._lock:
                if self._playback is playback:
                    self._position = 0 if back_at_start else self.end
                    self._playback = None
            self._wake.set()
