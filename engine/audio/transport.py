"""Play, stop, shuttle, step, scrub and loop through the mix of a project, by one clock that picture follows."""

from __future__ import annotations

import threading
import time
from fractions import Fraction
from typing import Literal

from engine.audio.feeding import MixFeed
from engine.audio.framegrid import FrameGrid
from engine.audio.meters import Reading
from engine.audio.mixer import Mixer
from engine.audio.output import OutputDevice
from engine.audio.playback import Playback
from engine.audio.programme import Programme
from engine.errors import DeviceError, Problem
from engine.timeline.document import Project

FASTEST = 8
"""Times the speed that pressing J or L again leads to, doubling."""
GRAIN_SECONDS = 0.08
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
        project = mixer.project
        offset = project.video.offset if project.video is not None else 0
        self.grid = grid or FrameGrid(project.sample_rate, project.frame_rate, offset=offset)
        self.end = project.end
        """Sample at which playing stops by itself."""
        self._mixer, self._rate, self._loop = mixer, project.sample_rate, project.loop
        self._position, self._k_held = 0, False
        self._feed = MixFeed(mixer, device or OutputDevice())
        self._lock = threading.RLock()  # between callers; neither the feeding thread nor the device's callback takes it

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def device(self) -> OutputDevice:
        """What is heard on."""
        return self._feed.device

    @property
    def problem(self) -> DeviceError | None:
        """Why nothing can be heard, while that is so."""
        return self._feed.problem

    @property
    def unread(self) -> list[Problem]:
        """Sounds that are silent though their files are there, as far as they were to be heard."""
        return self._feed.unread

    @property
    def xruns(self) -> int:
        """How often sound broke off: the device's own count, and blocks that were not rendered in time."""
        return self._feed.xruns

    @property
    def state(self) -> State:
        """Whether it plays, at whatever speed."""
        return "paused" if self._playing() is None else "playing"

    @property
    def rate(self) -> Fraction:
        """Times the speed, below 0 backwards; 0 while paused."""
        playback = self._playing()
        return Fraction(0) if playback is None else playback.programme.rate

    @property
    def position(self) -> int:
        """The sample of the timeline being heard now, or where it stands."""
        with self._lock:
            playback = self._playing()
            return self._position if playback is None else max(0, int(playback.place(time.monotonic())))

    @property
    def frame(self) -> int:
        """Number of the frame of picture that belongs to :attr:`position`."""
        return self.grid.at(self.position)

    @property
    def levels(self) -> Reading | None:
        """The meters of what is heard now; None in silence."""
        playback = self._playing()
        return None if playback is None else playback.levels(time.monotonic())

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
            if (rate := self.rate) != 0:
                self._go(self.position, rate, running=True)

    @property
    def muted(self) -> bool:
        """Whether it runs without sound; it may be set while playing."""
        return self._feed.muted

    @muted.setter
    def muted(self, muted: bool) -> None:
        self._feed.muted = muted
        self._feed.wake()

    def play(self, rate: Fraction | int = 1) -> None:
        """Play at ``rate`` times the speed from where it stands. Raises ValueError for a rate of 0."""
        if rate == 0:
            raise ValueError("to stand still, pause")
        with self._lock:
            self._go(self.position, Fraction(rate), running=self.rate != 0)

    def pause(self) -> None:
        """Stand still on what was heard last."""
        with self._lock:
            self._position = self.position
            self._feed.play(None)

    def locate(self, position: int) -> None:
        """Go to a sample, and play on from there if it plays."""
        with self._lock:
            rate, self._position = self.rate, max(0, position)
            if rate != 0:
                self._go(self._position, rate, running=False)
            else:
                self._feed.stand(self._position)

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
            self._feed.grain(self._position, min(max(length, _SHORTEST_STEP), _LONGEST_STEP))

    def scrub(self, position: int) -> None:
        """Pause at a sample and let a grain of its sound be heard, as a hand moves over the timeline."""
        with self._lock:
            self._feed.play(None)
            self._position = max(0, position)
            self._feed.grain(self._position, GRAIN_SECONDS)

    def update(self, project: Project) -> None:
        """Play this version of the project from now on, as of what is not yet rendered."""
        with self._lock:
            self.end = project.end
            if project.loop != self._loop:
                self.loop = project.loop
            if (playback := self._playing()) is not None:
                playback.end_at(project.end, time.monotonic())
        self._feed.update(project)

    def look_again(self) -> None:
        """Sounds that were missing may be there by now: have them heard."""
        self._feed.look_again()

    def warm(self) -> None:
        """Have the device opened and the sounds at this place read before playing; :attr:`problem` tells a failure."""
        self._feed.warm(self._position)

    def silence(self) -> None:
        """Stop at once and for good; :meth:`close` waits for the thread, which a cancelled mixer ends soon."""
        self.pause()
        self._feed.silence()

    def close(self) -> None:
        """Silence, and end the thread; mixer and device stay their owners'."""
        self.silence()
        self._feed.close()

    def _playing(self) -> Playback | None:
        """What plays, unless it came to its end."""
        with self._lock:
            playback = self._feed.wanted
            if playback is not None and playback.last is not None and playback.ended(time.monotonic()):
                self._position = playback.last
                self._feed.play(None)
                return None
            return playback

    def _go(self, position: int, rate: Fraction, *, running: bool) -> None:
        """Begin a run; ``running`` keeps the clock going from here, else it waits for the first sound."""
        playback = Playback(self._mixer, Programme(position, rate, self._loop), self.end)
        if running:
            playback.clock.run_free(time.monotonic())
        self._feed.play(playback)
