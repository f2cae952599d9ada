"""The open film: where the playhead is and which frame is on screen; the newest position always wins."""

from __future__ import annotations

import bisect
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from app.tasks import Runner
from app.viewmodels.film_frames import FilmFrames, open_proxied, open_reader
from app.viewmodels.timecode import parse_time
from engine.errors import EngineError
from engine.timeline.timecode import Counting, frames_a_second

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.media import Frame, MediaInfo, VideoReader

State = Literal["empty", "opening", "open", "failed", "missing"]
DEFAULT_FPS = Fraction(25)
_ROUNDED = 6e-4  # s; a stamp in whole milliseconds may lie this much behind its frame's place


def _stamps(path: Path) -> tuple[Path, list[float]]:
    from engine.media import VideoReader

    with VideoReader(path) as reader:  # a reader of its own: the scrub's reader stays free
        return path, [float(t) for t in reader.frame_times]


class FilmViewModel(QObject):
    """Opens a video or still, seeks, steps, and hands out frames as they are decoded."""

    state_changed = Signal()
    """``state`` changed: empty, opening, open, failed (then ``error`` says why) or missing (``missing`` says what)."""
    counting_changed = Signal()
    """``counting`` changed while the same film stays open."""
    stamps_known = Signal()
    """``stamps`` are read."""
    find_wanted = Signal()
    """The person wants to say where the missing picture is."""
    time_changed = Signal(float)
    """The playhead moved to this time (s)."""
    preview_changed = Signal(object)
    """A Frame near the playhead, true but not exact, to show at once."""
    frame_changed = Signal(object)
    """The exact Frame for the newest playhead position; with a proxy it comes small first, then in full size."""

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runner = runner
        self.state: State = "empty"
        self.path: Path | None = None
        self.info: MediaInfo | None = None
        self.error: EngineError | None = None
        self.missing = ""
        """Name of the picture that belongs here, while its file is gone."""
        self._lost_length = 0.0
        self.time = 0.0
        self._stamps: Sequence[float] = ()
        self._counting: Counting | None = None
        self._proxied = False
        self._frames = FilmFrames(runner, self)
        self._frames.preview_changed.connect(self.preview_changed)
        self._frames.frame_changed.connect(self.frame_changed)
        self._frames.broken.connect(self._fail)

    @property
    def frame(self) -> Frame | None:
        """The exact frame shown last."""
        return self._frames.frame

    @property
    def rough(self) -> list[Frame]:
        """Filmstrip pictures in order of time; they serve as first previews of a scrub."""
        return self._frames.rough

    @rough.setter
    def rough(self, pictures: list[Frame]) -> None:
        self._frames.rough = pictures

    @property
    def looks_ahead(self) -> bool:
        """Whether frames are being decoded ahead at this moment."""
        return self._frames.looks_ahead

    @property
    def is_sought(self) -> bool:
        """Whether the film stands and the frame at the playhead is not there yet."""
        return self._frames.is_sought

    @property
    def fps(self) -> Fraction:
        """Frames a second of the film; the project's, or else 25, while nothing with a rate is open."""
        video = self.info.video if self.info is not None else None
        if video is not None:
            return video.fps
        return self._counting.rate if self._counting is not None else DEFAULT_FPS

    @property
    def counting(self) -> Counting:
        """How frames are numbered: as the project says, else as the film's own time code does."""
        return self._counting or self.own_counting or Counting(DEFAULT_FPS)

    @property
    def own_counting(self) -> Counting | None:
        """How the open picture itself numbers its frames, whatever the project says; None while none is open."""
        video = self.info.video if self.info is not None else None
        return Counting.of(video.fps, video.timecode) if video is not None else None

    @property
    def duration(self) -> float:
        """Length of the film in seconds; 0 for a still image."""
        return float(self.info.duration or 0.0) if self.info is not None else 0.0

    @property
    def length(self) -> float:
        """Seconds the playhead may go over: the film's, or those of a missing one as its project remembers them."""
        return self.duration or self._lost_length

    @property
    def goes(self) -> bool:
        """Whether the playhead can be moved; without its picture too, where the length of a missing one is known."""
        return (self.state == "missing" and self._lost_length > 0) or (self.state == "open" and not self.is_still)

    @property
    def is_still(self) -> bool:
        """Whether the open picture is a still image."""
        return self.info is not None and self.info.kind == "image"

    @property
    def proxied(self) -> bool:
        """Whether frames come through a proxy."""
        return self._proxied

    @property
    def knows_stamps(self) -> bool:
        """Whether every frame's own time is known; until then steps go by the rate."""
        return bool(self._stamps)

    @property
    def stamps(self) -> Sequence[float]:
        """Every frame's own time (s), once known."""
        return self._stamps

    @property
    def last_frame_time(self) -> float:
        """Time in seconds at which the last frame begins."""
        if self._stamps:
            return float(self._stamps[-1])
        return max(0.0, self.length - float(1 / self.fps))

    @property
    def timecode(self) -> str:
        """The playhead as time code."""
        return self.counting.at(self.time)

    def open(self, path: Path) -> None:
        """Open a video or still image; the window stays usable while the file is read."""
        self.close()
        self.path = path
        self._set_state("opening")
        self.runner.submit("decode", open_reader, path, owner=self, on_done=self._opened, on_error=self._failed)

    def close(self) -> None:
        """Forget the film."""
        self._frames.forget()
        self._proxied = False
        self.path = self.info = self.error = None
        self.missing, self._lost_length = "", 0.0
        self.time, self._stamps = 0.0, ()
        self._set_state("empty")

    def lack(self, name: str, length: float = 0.0) -> None:
        """Show that the picture that belongs here is missing; the playhead still goes over its ``length`` (s)."""
        self.close()
        self.missing, self._lost_length = name, length
        self._set_state("missing")

    def count_by(self, counting: Counting | None) -> None:
        """Number frames as a project says; None for the film's own time code."""
        if counting != self._counting:
            self._counting = counting
            self.counting_changed.emit()

    def seek(self, seconds: float) -> None:
        """Move the playhead; something true shows at once, the exact frame as soon as it is decoded."""
        if not self._frames.ready:
            if self.goes:  # the picture is missing: what counts time and what lies on the timeline still follow
                self.time = min(max(0.0, seconds), self.last_frame_time)
                self.time_changed.emit(self.time)
            return
        before, self.time = self.time, min(max(0.0, seconds), self.last_frame_time)
        self._frames.aim(before, self.time)
        self.time_changed.emit(self.time)
        self._frames.show(before)

    def play_by(self, clock: Callable[[], float], rate: float) -> None:
        """Frames are due by ``clock`` (s of the film) from now on: they are decoded ahead, and small where a proxy is.

        Whoever plays it still seeks to each new frame; a frame decoded in time is then shown without waiting.
        """
        self._frames.play_by(clock, rate)

    def rest(self) -> None:
        """It plays no more: the frame it stands on comes in full size."""
        self._frames.rest()

    def due(self) -> Frame | None:
        """The frame that is due at this very moment while the film plays, if it was decoded in time."""
        return self._frames.due(self.last_frame_time)

    def seek_text(self, text: str) -> None:
        """Move to typed time code. Raises ProjectError when it is none, or none of this film."""
        self.seek(self.stamp_near(parse_time(text, self.counting, now=self.time, last=self.duration)))

    def stamp_near(self, seconds: float) -> float:
        """A frame's own time where one begins just behind ``seconds`` (s); else ``seconds``."""
        after = bisect.bisect_left(self._stamps, seconds)
        if after < len(self._stamps) and self._stamps[after] - seconds <= _ROUNDED:
            return float(self._stamps[after])
        return seconds

    def step(self, frames: int) -> None:
        """Move by whole frames, by the file's own time stamps once they are known."""
        if self._stamps:
            here = bisect.bisect_right(self._stamps, self.time + 1e-6) - 1
            self.seek(float(self._stamps[min(max(0, here + frames), len(self._stamps) - 1)]))
        else:
            self.seek(self.time + frames * float(1 / self.fps))

    def step_seconds(self, seconds: int) -> None:
        """Move by seconds of time code, which are whole frames: 24 of them at 23.976."""
        wanted = self.time + float(seconds * frames_a_second(self.fps) / self.fps)
        shown = bisect.bisect_right(self._stamps, wanted + _ROUNDED) - 1
        self.seek(float(self._stamps[max(0, shown)]) if self._stamps else wanted)

    def use_proxy(self, proxy: Path) -> None:
        """Decode through a proxy of the open film from now on."""
        if self.path is not None and self.state == "open":
            work = (open_proxied, self.path, proxy, self.time, self._frames.direction)
            self.runner.submit("decode", *work, owner=self, on_done=self._swap_reader)

    def shows(self, seconds: float) -> bool:
        """Whether the frame that is due at ``seconds`` is shown, or being sought while nothing plays."""
        if self._frames.is_behind:
            return False
        if self._stamps:
            return bisect.bisect_right(self._stamps, seconds) == bisect.bisect_right(self._stamps, self.time)
        return int(seconds * self.fps) == int(self.time * self.fps)

    def _opened(self, opened: tuple[Path, VideoReader]) -> None:
        path, reader = opened
        if path != self.path or self.state != "opening":
            reader.close()  # another film was opened meanwhile
            return
        self._frames.use(reader)
        self.info = reader.info
        self._set_state("open")
        if self._frames.untouched:  # nobody who was told has moved it yet
            self.seek(0.0)
        if not self.is_still:
            self.runner.submit(
                "decode", _stamps, path, owner=self, on_done=self._know_stamps, on_error=self.runner.problem.emit
            )

    def _failed(self, error: EngineError) -> None:
        if error.path is None or error.path == self.path:
            self._fail(error)

    def _fail(self, error: EngineError) -> None:
        self.error = error
        self._set_state("failed")

    def _know_stamps(self, known: tuple[Path, list[float]]) -> None:
        if known[0] == self.path:
            self._stamps = known[1]
            self.stamps_known.emit()

    def _swap_reader(self, opened: tuple[Path, VideoReader]) -> None:
        path, reader = opened
        if path != self.path or self.state != "open":
            reader.close()
            return
        self._frames.use(reader)
        self._proxied = True

    def _set_state(self, state: State) -> None:
        self.state = state
        self.state_changed.emit()
