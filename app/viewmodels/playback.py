"""Hearing the open project: the engine's transport plays the mix, and the picture follows its clock."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.viewmodels.project import ProjectViewModel
from app.viewmodels.timecode import parse_time
from engine.errors import DeviceError

if TYPE_CHECKING:
    from engine.audio import OutputDevice
    from engine.audio.meters import Reading
    from engine.audio.mixer import Mixer
    from engine.audio.transport import Transport
    from engine.timeline.document import Project

TICK_MS = 8  # the clock is read at least twice a display frame
_SLACK = 1e-3  # samples; a frame's stamp in binary fractions may lie this much off
_READING_THREADS = 2
_PATIENCE = 2.0  # s that copies of sounds get to be removed on quitting; else the next mix removes them


Made = tuple["Transport", "Mixer"]


def _make(project: Project, base: Path, device: OutputDevice) -> Made:
    from engine.audio.mixer import Mixer
    from engine.audio.transport import Transport

    mixer = Mixer(project, base, threads=_READING_THREADS)
    return Transport(mixer, device), mixer


def _close(made: Made, closed: threading.Event) -> None:
    for one in made:
        one.close()
    closed.set()


class PlaybackViewModel(QObject):
    """Owns the transport of the open project. ``position`` is its playhead in project samples; the film's follows."""

    ready_changed = Signal()
    """``ready`` changed."""
    changed = Signal()
    """``playing`` or ``rate`` changed."""
    position_changed = Signal(int)
    """The playhead is at this project sample."""
    faults_changed = Signal()
    """``xruns``, ``gaps`` or ``problem`` changed."""

    def __init__(
        self, projects: ProjectViewModel, device: Callable[[], OutputDevice], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.projects, self.session = projects, projects.session
        self.position = 0
        self.xruns = 0
        """How often sound broke off since the project was opened."""
        self.problem: DeviceError | None = None
        """Why nothing can be heard, while that is so."""
        self._device = device
        self._transport: Transport | None = None
        self._mixer: Mixer | None = None
        self._following = self._was_playing = False
        self._told = (False, 0.0)
        self._before = self._cleared = 0
        self._unread: set[Path] = set()
        """Sounds that were told to be silent."""
        self._gridded: tuple[object, ...] = ()
        """What the transport's frame grid was made of."""
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        projects.opened_changed.connect(self._on_project)
        projects.changed.connect(self._on_edit)
        self.session.film.stamps_known.connect(self._use_stamps)
        self.session.film.state_changed.connect(self._on_film)
        self.session.time_changed.connect(self._on_time)

    @property
    def gaps(self) -> int:
        """How often sound broke off since playing began, or since :meth:`clear_gaps`."""
        return self.xruns - self._cleared

    @property
    def ready(self) -> bool:
        """Whether the project can be played."""
        return self._transport is not None

    @property
    def playing(self) -> bool:
        """Whether it plays, at whatever speed."""
        return self._transport is not None and self._transport.state == "playing"

    @property
    def rate(self) -> float:
        """Times the speed, below 0 backwards; 0 while paused."""
        return float(self._transport.rate) if self._transport is not None else 0.0

    @property
    def end(self) -> int:
        """Project sample at which the last clip or the picture ends."""
        project = self.projects.project
        return project.end if project is not None else 0

    @property
    def loop(self) -> tuple[int, int] | None:
        """In and out point, project samples."""
        project = self.projects.project
        return project.loop if project is not None else None

    @property
    def levels(self) -> Reading | None:
        """The meters of what is heard now; None in silence."""
        return self._transport.levels if self._transport is not None else None

    @property
    def seconds(self) -> float:
        """The film's time (s) at the playhead; below 0 before it begins."""
        project = self.projects.project
        return self.seconds_at(self.position) if project is not None else self.session.time

    def seconds_at(self, position: int) -> float:
        """The film's time (s) at a project sample."""
        project = self.projects.project
        assert project is not None
        offset = project.video.offset if project.video is not None else 0
        return (position - offset) / project.sample_rate

    def sample_at(self, seconds: float) -> int:
        """The first project sample at or after a time (s) of the film."""
        project = self.projects.project
        assert project is not None
        offset = project.video.offset if project.video is not None else 0
        return max(0, math.ceil(seconds * project.sample_rate - _SLACK) + offset)

    def play(self, rate: float) -> None:
        """Play at a speed; at the end of the project it starts over, at the out point where the loop begins."""
        project = self.projects.project
        if self._transport is None or project is None:
            return
        if not self.playing:
            self.clear_gaps()
        over = self.position - (project.loop[1] if project.loop is not None else self._transport.end)
        if rate > 0 and over >= 0 and (project.loop is None or over * project.frame_rate < project.sample_rate):
            begin = project.loop[0] if project.loop is not None else 0
            self._transport.locate(begin)
            self._show(begin)
        self._transport.play(Fraction(rate))
        self._timer.start()
        self._tell(self.playing, self.rate)

    def pause(self) -> None:
        """Stand still on what was heard last."""
        if self._transport is not None and self._was_playing:
            self._transport.pause()
            self._tick()

    def look_again(self) -> None:
        """Sounds that were missing may be there by now: have them heard."""
        if self._transport is not None:
            self._transport.look_again()

    def clear_gaps(self) -> None:
        """The person has seen the ``gaps`` so far; ``xruns`` keeps counting all of them."""
        self._look_at_faults()
        if self.gaps:
            self._cleared = self.xruns
            self.faults_changed.emit()

    def locate(self, position: int) -> None:
        """Go to a project sample; while paused a moment of its sound is heard."""
        position = max(0, position)
        if self.projects.project is None:
            return
        if self._transport is not None:
            if self.playing:
                self._transport.locate(position)
            else:
                self._transport.scrub(position)
        self._show(position)

    def step(self, frames: int) -> None:
        """Pause and go on by whole frames: by the film's own stamps, beyond it by the project's rate."""
        self.pause()
        project, film = self.projects.project, self.session.film
        if project is None:
            return
        seconds = self.seconds
        leaves = frames > 0 and seconds >= film.last_frame_time and self.end > self.sample_at(film.duration)
        if film.state == "open" and not film.is_still and 0 <= seconds < film.duration and not leaves:
            self.session.step(frames)
            return
        from engine.timeline.timecode import frames_to_samples, samples_to_frames

        rate, offset = project.frame_rate, project.video.offset if project.video is not None else 0
        number = samples_to_frames(self.position - offset, rate, project.sample_rate) + frames
        self.locate(offset + frames_to_samples(number, rate, project.sample_rate))

    def locate_text(self, text: str) -> None:
        """Go to typed time code. Raises ProjectError when it is none, or none of this project."""
        film, first, last = self.session.film, self.seconds_at(0), self.seconds_at(max(1, self.end))
        seconds = parse_time(text, film.counting, now=self.seconds, first=first, last=last)
        self.locate(self.sample_at(film.stamp_near(seconds)))

    def close(self) -> None:
        """The window closes: silence, and a moment for the project's sounds to be let go of."""
        closing = self._let_go()
        if closing is not None:
            closing.wait(_PATIENCE)

    def _let_go(self) -> threading.Event | None:
        """Silence at once; what is being read is given up off this thread. Returns what tells that it is done."""
        self._timer.stop()
        transport, mixer, self._transport, self._mixer = self._transport, self._mixer, None, None
        self._tell(self.playing, self.rate)
        if transport is None or mixer is None:
            return None
        closing = self._end((transport, mixer))
        self.ready_changed.emit()
        return closing

    def _end(self, made: Made) -> threading.Event:
        transport, mixer = made
        transport.silence()
        mixer.cancel()
        closed = threading.Event()
        self.session.runner.submit("decode", _close, made, closed)
        return closed

    def _on_project(self) -> None:
        self._let_go()
        self.xruns = self._cleared = 0
        self.problem = None
        self._unread.clear()
        history, project = self.projects.history, self.projects.project
        if project is None:
            return
        self.position = self.sample_at(self.session.time)

        def done(made: Made) -> None:
            if self.projects.history is history and self._transport is None:
                self._take(*made)
            else:
                self._end(made)  # another project was opened meanwhile

        work = (_make, project, self.projects.base, self._device())
        self.session.runner.submit("decode", *work, owner=self, on_done=done)

    def _take(self, transport: Transport, mixer: Mixer) -> None:
        project = self.projects.project
        assert project is not None
        self._transport, self._mixer = transport, mixer
        self._before = transport.xruns  # the device may have sounded before, for auditions
        transport.update(project)  # it may have been edited meanwhile
        self._gridded = ()
        self._use_stamps()
        transport.locate(self.position)
        transport.warm()
        self.ready_changed.emit()
        self.position_changed.emit(self.position)

    def _on_edit(self, _touched: frozenset[str]) -> None:
        project = self.projects.project
        if self._transport is not None and project is not None:
            self._transport.update(project)
            self._use_stamps()

    def _on_film(self) -> None:
        """A picture that comes late, as one found again does, opens where the project stands."""
        if self._transport is not None and self.session.film.state == "open":
            self._show(self.position)

    def _use_stamps(self) -> None:
        """Frames of picture begin where the film's own stamps say, as soon as they are known."""
        project, stamps = self.projects.project, self.session.film.stamps
        if self._transport is None or project is None:
            return
        offset = project.video.offset if project.video is not None else 0
        key = (project.frame_rate, offset, id(stamps))
        if key != self._gridded:
            from engine.audio.framegrid import FrameGrid

            self._gridded = key
            self._transport.grid = FrameGrid(project.sample_rate, project.frame_rate, stamps or None, offset)

    def _on_time(self, seconds: float) -> None:
        """Someone moved the film's playhead."""
        if not self._following and self.projects.project is not None:
            self._following = True
            self.locate(self.sample_at(seconds))
            self._following = False

    def _tick(self) -> None:
        if self._transport is None:
            return
        manner = (self.playing, self.rate)  # asked first: at the end the place is exact only once it has stopped
        self._show(self._transport.position)
        self._tell(*manner)
        self._look_at_faults()

    def _look_at_faults(self) -> None:
        if self._transport is None:
            return
        xruns, problem = self._transport.xruns - self._before, self._transport.problem
        if xruns != self.xruns or problem is not self.problem:
            self.xruns, self.problem = xruns, problem
            self.faults_changed.emit()
        for unread in self._transport.unread:
            if unread.path not in self._unread:
                self._unread.add(unread.path)
                self.session.say(f"{unread.message} {unread.hint}")

    def _tell(self, playing: bool, rate: float) -> None:
        if not playing:
            self._timer.stop()
        self._was_playing = playing
        if (playing, rate) != self._told:
            self._told = (playing, rate)
            if playing:
                self.session.film.play_by(self._film_now, rate)
            else:
                self.session.film.rest()
            self.changed.emit()

    def _film_now(self) -> float:
        """The film's time (s) of the sample heard at this very moment."""
        return self.seconds_at(self._transport.position) if self._transport is not None else self.seconds

    def _show(self, position: int) -> None:
        """Put playhead and picture at a sample; the same frame is not asked for twice."""
        self.position = position
        film, seconds = self.session.film, max(0.0, self.seconds_at(position)) + 1e-6
        if not self._following and film.goes and not film.shows(seconds):
            self._following = True
            film.seek(min(seconds, film.last_frame_time))
            self._following = False
        self.position_changed.emit(position)
