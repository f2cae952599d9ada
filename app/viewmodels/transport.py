"""Playing: the mix of the open project, or the silent picture by a monotonic clock; space, J K L, loop."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.session import SessionViewModel

FASTEST = 8.0
TICK_MS = 8  # the clock is read at least twice a display frame; what is on screen is decided by the clock, not by ticks


class TransportViewModel(QObject):
    """Moves the session's playhead while playing; late frames are dropped, never shown late."""

    changed = Signal()
    """``playing``, ``rate``, ``loop`` or ``movable`` changed."""
    moved = Signal()
    """``timecode`` changed."""

    def __init__(self, session: SessionViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.rate = 1.0
        """Speed of the film: 1 as shot, negative backwards."""
        self.loop = False
        self._anchor = (0.0, 0.0)
        self._expected = 0.0
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._playback: PlaybackViewModel | None = None
        self._last_loop: tuple[int, int] | None = None
        session.video_changed.connect(self.pause)
        session.time_changed.connect(self._on_time)
        session.video_changed.connect(self.moved)
        session.film.counting_changed.connect(self.moved)

    def use(self, playback: PlaybackViewModel) -> None:
        """Play the mix while a project is open; the picture follows its clock."""
        self._playback = playback
        playback.changed.connect(self._on_playback)
        playback.ready_changed.connect(self._on_ready)
        playback.faults_changed.connect(self.changed)
        playback.position_changed.connect(self._on_position)
        playback.projects.changed.connect(self._on_edit)

    @property
    def mix(self) -> PlaybackViewModel | None:
        """What plays the open project, or None while the picture alone is played."""
        return self._playback if self._playback is not None and self._playback.ready else None

    @property
    def movable(self) -> bool:
        """Whether there is something to play: a project, with or without its picture, or a film."""
        return self.mix is not None or self._has_film

    @property
    def _has_film(self) -> bool:
        film = self.session.film
        return film.state == "open" and not film.is_still

    @property
    def timecode(self) -> str:
        """The playhead as time code; a project counts on where its picture has ended or is missing."""
        film = self.session.film
        if self._playback is not None and self._playback.projects.project is not None:
            return film.counting.at(self._playback.seconds)
        return film.timecode

    @property
    def faults(self) -> str:
        """What is wrong with the sound, in two words; empty while nothing is.

        Gaps behave as the overload lamps of other workstations do: the word stays once playing has ended, so that who
        looked away still sees it, a click puts it out, and so does the next start from standing still. What the
        project has met altogether is kept in :attr:`faults_told`.
        """
        if self.mix is None:
            return ""
        if self.mix.problem is not None:
            return "no sound"
        return _gaps(self.mix.gaps) if self.mix.gaps else ""

    @property
    def faults_told(self) -> str:
        """The same as a sentence, with the next step; empty while nothing is wrong."""
        if self.mix is not None and self.mix.problem is not None:
            return str(self.mix.problem)
        if self.mix is None or not self.mix.gaps:
            return ""
        return (
            f"The sound broke off: {_gaps(self.mix.gaps)} since it was started or this was cleared, "
            f"{self.mix.xruns} since the project was opened (xruns).\nClick to clear; the next start clears it too."
        )

    def clear_faults(self) -> None:
        """The person has seen the gaps so far."""
        if self.mix is not None:
            self.mix.clear_gaps()

    @property
    def playing(self) -> bool:
        """Whether the playhead is moving by itself."""
        return self.mix.playing if self.mix is not None else self._timer.isActive()

    def toggle(self) -> None:
        """Play from here at the film's own rate, or pause."""
        if self.playing:
            self.pause()
        else:
            self.play(1.0)

    def play(self, rate: float) -> None:
        """Play at a speed; at the end it starts over."""
        if self.mix is not None:
            self.mix.play(rate)
            return
        film = self.session.film
        if film.state != "open" or film.is_still:
            return
        self.rate = rate
        if rate > 0 and film.time >= film.last_frame_time - 1e-6:
            film.seek(0.0)
        self._set_anchor(film.time)
        film.play_by(lambda: self.position_at(time.monotonic()), rate)
        self._timer.start()
        self.changed.emit()

    def pause(self) -> None:
        """Stop where the playhead is."""
        if self.mix is not None:
            self.mix.pause()
        elif self.playing:
            self._timer.stop()
            self.rate = 1.0
            self.session.film.rest()
            self.changed.emit()

    def faster(self) -> None:
        """L: forwards, and again for twice as fast."""
        self.play(min(FASTEST, self.rate * 2) if self.playing and self.rate > 0 else 1.0)

    def backwards(self) -> None:
        """J: backwards, and again for twice as fast."""
        self.play(max(-FASTEST, self.rate * 2) if self.playing and self.rate < 0 else -1.0)

    def set_loop(self, loop: bool) -> None:
        """Start over at the end instead of stopping; in a project go round its in and out points, or the whole."""
        if self.mix is not None:
            whole = (0, max(1, self.mix.end))
            self._set_points((self._last_loop or whole) if loop else None)
            return
        self.loop = loop
        self.changed.emit()

    def set_in(self) -> None:
        """The loop begins at the playhead."""
        if self.mix is not None:
            here, loop = self.mix.position, self.mix.loop
            end = loop[1] if loop is not None and loop[1] > here else max(self.mix.end, here + 1)
            self._set_points((here, end))

    def set_out(self) -> None:
        """The loop ends at the playhead."""
        if self.mix is not None and self.mix.position > 0:
            here, loop = self.mix.position, self.mix.loop
            self._set_points((loop[0] if loop is not None and loop[0] < here else 0, here))

    def step(self, frames: int) -> None:
        """Move by whole frames, with their sound where a project is open."""
        if self.mix is not None:
            self.mix.step(frames)
        else:
            self.session.step(frames)

    def to_start(self) -> None:
        """Move to the first frame, or to the project's start where no film is there."""
        if self.mix is not None and not self._has_film:
            self.mix.locate(0)
        else:
            self.session.seek(0.0)

    def to_end(self) -> None:
        """Move to the last frame, or to the project's end where no film is there."""
        if self.mix is not None and not self._has_film:
            self.mix.locate(self.mix.end)
        else:
            self.session.seek(self.session.film.last_frame_time)

    def seek_text(self, text: str) -> None:
        """Move to typed time code. Raises ProjectError when it is none, or none of this film or project."""
        if self.mix is not None:
            self.mix.locate_text(text)
        else:
            self.session.film.seek_text(text)

    def position_at(self, now: float) -> float:
        """Where the playhead belongs (s) when the monotonic clock reads ``now`` (s)."""
        began, start = self._anchor
        return start + (now - began) * self.rate

    def _set_points(self, loop: tuple[int, int] | None) -> None:
        from engine.timeline import edits

        assert self._playback is not None
        self._playback.projects.do(lambda project: edits.set_loop(project, loop))
        self._on_edit()

    def _on_edit(self, _touched: object = None) -> None:
        loop = self.mix.loop if self.mix is not None else None
        self._last_loop = loop or self._last_loop
        if (loop is not None) != self.loop:
            self.loop = loop is not None
            self.changed.emit()

    def _on_playback(self) -> None:
        if self.mix is not None:
            self.rate = self.mix.rate or 1.0
        self.changed.emit()

    def _on_ready(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self.session.film.rest()
        self.rate, self.loop, self._last_loop = 1.0, False, None
        self._on_edit()
        self.changed.emit()

    def _tick(self) -> None:
        film = self.session.film
        at, end = self.position_at(time.monotonic()), film.duration
        if 0.0 <= at < end:
            self._move(at)
        elif self.loop:
            self._move(0.0 if self.rate > 0 else film.last_frame_time)
            self._set_anchor(film.time)
        else:
            film.seek(film.last_frame_time if self.rate > 0 else 0.0)
            self.pause()

    def _move(self, seconds: float) -> None:
        film = self.session.film
        if film.shows(seconds):
            return  # the same frame is still due
        self._expected = min(seconds, film.last_frame_time)
        film.seek(seconds)

    def _on_position(self, _position: int) -> None:
        self.moved.emit()

    def _on_time(self, seconds: float) -> None:
        self.moved.emit()
        if self._timer.isActive() and seconds != self._expected:
            self._set_anchor(seconds)  # someone else moved the playhead: play on from there

    def _set_anchor(self, seconds: float) -> None:
        self._anchor = (time.monotonic(), seconds)
        self._expected = seconds


def _gaps(count: int) -> str:
    return f"{count} gap{'' if count == 1 else 's'}"
