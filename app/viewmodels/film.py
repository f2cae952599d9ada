"""The open film: where the playhead is and which frame is on screen; the newest position always wins."""

from __future__ import annotations

import bisect
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from app.tasks import Runner
from app.viewmodels.timecode import parse_time
from engine.errors import EngineError
from engine.jobs import Job
from engine.timeline.timecode import Counting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.media import Frame, MediaInfo, VideoReader

State = Literal["empty", "opening", "open", "failed", "missing"]
DEFAULT_FPS = Fraction(25)
AHEAD = 0.5
"""Seconds at the film's own speed that are decoded ahead while it plays, as far as memory goes."""

_SLACK = 1e-6  # s; a frame's stamp in binary fractions may lie this much off
_ROUNDED = 6e-4  # s; a stamp in whole milliseconds may lie this much behind its frame's place


def _open_reader(path: Path) -> tuple[Path, VideoReader]:
    from engine.media import VideoReader

    return path, VideoReader(path)


def _open_proxied(path: Path, proxy: Path, seconds: float, direction: int) -> tuple[Path, VideoReader]:
    """A reader through a proxy that already holds what comes next, so that a film that plays changes over in step."""
    from engine.media import VideoReader

    reader = VideoReader(path, proxy=proxy)
    reader.frame_at(seconds)
    reader.prefetch(seconds, direction, span=2 * AHEAD)
    return path, reader


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
        self.frame: Frame | None = None
        self.rough: list[Frame] = []
        """Filmstrip pictures in order of time; they serve as first previews of a scrub."""
        self._reader: VideoReader | None = None
        self._retired: list[VideoReader] = []
        self._stamps: Sequence[float] = ()
        self._counting: Counting | None = None
        self._wanted: float | None = None
        self._busy = False
        self._prefetch: Job | None = None
        self._direction = 1
        self._looked_from = -1.0
        self._proxied = False
        self._rate = 0.0
        self._previewed: Frame | None = None
        self._clock: Callable[[], float] | None = None

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
    def _runs_on(self) -> bool:
        """Whether the film plays forwards: then all frames come from what is decoded ahead."""
        return self._clock is not None and self._rate > 0

    @property
    def _span(self) -> float:
        """Seconds to decode ahead."""
        return AHEAD * max(1.0, abs(self._rate))

    @property
    def timecode(self) -> str:
        """The playhead as time code."""
        return self.counting.at(self.time)

    def open(self, path: Path) -> None:
        """Open a video or still image; the window stays usable while the file is read."""
        self.close()
        self.path = path
        self._set_state("opening")
        self.runner.submit("decode", _open_reader, path, owner=self, on_done=self._opened, on_error=self._failed)

    def close(self) -> None:
        """Forget the film."""
        self._retire_reader()
        self._proxied = False
        self._clock, self._rate = None, 0.0
        self.path = self.info = self.frame = self.error = self._wanted = None
        self.missing, self._lost_length = "", 0.0
        self.time, self._stamps, self.rough = 0.0, (), []
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
        if self._reader is None:
            if self.goes:  # the picture is missing: what counts time and what lies on the timeline still follow
                self.time = min(max(0.0, seconds), self.last_frame_time)
                self.time_changed.emit(self.time)
            return
        before, self.time = self.time, min(max(0.0, seconds), self.last_frame_time)
        self._direction = -1 if self.time < before else 1
        self._wanted = self.time
        self.time_changed.emit(self.time)
        if self._clock is not None and self._show_kept():
            return
        if self._prefetch is not None and not 0 <= self.time - before <= self._span:
            self._prefetch.cancel()  # a jump: what it decodes is of another place
        preview = self._preview(self.time)
        if preview is not None and not (self._runs_on and preview is self._previewed):
            self._previewed = preview
            self.preview_changed.emit(preview)
        self._decode_next()

    def play_by(self, clock: Callable[[], float], rate: float) -> None:
        """Frames are due by ``clock`` (s of the film) from now on: they are decoded ahead, and small where a proxy is.

        Whoever plays it still seeks to each new frame; a frame decoded in time is then shown without waiting.
        """
        self._clock, self._rate, self._looked_from = clock, rate, -1.0
        self._direction = -1 if rate < 0 else 1
        if not self._busy:
            self._look_ahead()

    def rest(self) -> None:
        """It plays no more: the frame it stands on comes in full size."""
        if self._clock is None:
            return
        self._clock, self._rate = None, 0.0
        late = self._wanted is not None or (self.frame is not None and self.frame.reduced)
        if self._reader is not None and late:
            self._wanted = self.time
            self._decode_next()

    def due(self) -> Frame | None:
        """The frame that is due at this very moment while the film plays, if it was decoded in time."""
        if self._clock is None or self._reader is None:
            return None
        return self._reader.kept_at(min(max(0.0, self._clock() + _SLACK), self.last_frame_time))

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

    def use_proxy(self, proxy: Path) -> None:
        """Decode through a proxy of the open film from now on."""
        if self.path is not None and self.state == "open":
            work = (_open_proxied, self.path, proxy, self.time, self._direction)
            self.runner.submit("decode", *work, owner=self, on_done=self._swap_reader)

    def shows(self, seconds: float) -> bool:
        """Whether the frame that is due at ``seconds`` is shown, or being sought while nothing plays."""
        if self._runs_on and self._wanted is not None:
            return False
        if self._stamps:
            return bisect.bisect_right(self._stamps, seconds) == bisect.bisect_right(self._stamps, self.time)
        return int(seconds * self.fps) == int(self.time * self.fps)

    def _opened(self, opened: tuple[Path, VideoReader]) -> None:
        path, reader = opened
        if path != self.path or self.state != "opening":
            reader.close()  # another film was opened meanwhile
            return
        self._reader, self.info, self._looked_from = reader, reader.info, -1.0
        self._set_state("open")
        if self._wanted is None and self.frame is None:  # nobody who was told has moved it yet
            self.seek(0.0)
        if not self.is_still:
            self.runner.submit(
                "decode", _stamps, path, owner=self, on_done=self._know_stamps, on_error=self.runner.problem.emit
            )

    def _failed(self, error: EngineError) -> None:
        if error.path is None or error.path == self.path:
            self.error = error
            self._set_state("failed")

    def _know_stamps(self, known: tuple[Path, list[float]]) -> None:
        if known[0] == self.path:
            self._stamps = known[1]
            self.stamps_known.emit()

    def _preview(self, seconds: float) -> Frame | None:
        assert self._reader is not None
        near = self._reader.cached_near(seconds)
        at = bisect.bisect_left(self.rough, seconds, key=lambda f: f.time)
        candidates = [f for f in (near, *self.rough[max(0, at - 1) : at + 1]) if f is not None]
        return min(candidates, key=lambda f: abs(f.time - seconds), default=None)

    def _show_kept(self) -> bool:
        """Show the frame at the playhead if it was decoded ahead, and see that the next ones are. Returns whether."""
        assert self._reader is not None
        frame = self._reader.kept_at(self.time)
        if frame is None:
            return False
        self._wanted, self._previewed, self.frame = None, None, frame
        self.frame_changed.emit(frame)
        if not self._busy:
            self._look_ahead()
        return True

    def _decode_next(self) -> None:
        if self._runs_on:  # what is decoded ahead skips what is over, and so comes to what is missing by itself
            if not self._busy:
                self._looked_from = -1.0
                self._look_ahead()
            return
        # One request at a time in flight; whatever the playhead did meanwhile, only its newest place is next.
        if self._prefetch is not None:
            self._prefetch.cancel()
        if not self._busy and self._wanted is not None and self._reader is not None:
            self._decode(self._reader, self._wanted, full=False)

    def _decode(self, reader: VideoReader, wanted: float, *, full: bool) -> None:
        self._busy = True

        def decoded(frame: Frame) -> None:
            self._busy = False
            if reader is self._reader:
                self._take(reader, wanted, frame)
            self._after_decode()

        def failed(error: EngineError) -> None:
            self._busy = False
            if reader is self._reader:
                self._wanted = None if self._wanted == wanted else self._wanted
                self._decode_failed(error)
            self._after_decode()

        work = partial(reader.frame_at, wanted, full=full)
        self.runner.submit("decode", work, owner=self, on_done=decoded, on_error=failed)

    def _take(self, reader: VideoReader, wanted: float, frame: Frame) -> None:
        if wanted != self._wanted:
            self.preview_changed.emit(frame)  # late, but true: a scrub without it would freeze until the hand rests
            return
        self.frame = frame
        self.frame_changed.emit(frame)
        if wanted != self._wanted:
            return  # someone moved on while being told
        if frame.reduced and self._clock is None:
            self._decode(reader, wanted, full=True)
        else:
            self._wanted = None

    def _after_decode(self) -> None:
        self._close_retired()
        if self._busy:
            return
        if self._wanted is not None and not self._runs_on:
            self._decode_next()
        elif self._prefetch is None:
            self._look_ahead()

    def _look_ahead(self) -> None:
        """Decode what the scrub will want next, until it wants something else."""
        reader = self._reader
        if reader is None or self.is_still:
            return
        enough = min(self._span, reader.reach) / 2 if self._clock is not None else 0.0
        if self._looked_from >= 0 and abs(self.time - self._looked_from) <= enough:
            return
        self._looked_from, self._busy, self._prefetch = self.time, True, Job()

        def ended(_: object = None) -> None:
            self._busy, self._prefetch = False, None
            self._after_decode()

        def failed(_: EngineError) -> None:
            self._clock = None  # the frame itself is asked for then, and that failure is told
            ended()

        now = self._clock if self._runs_on else None
        work = partial(reader.prefetch, self.time, self._direction, span=self._span, now=now)
        self.runner.submit(
            "decode", work, owner=self, on_done=ended, on_error=failed, on_cancelled=ended, job=self._prefetch
        )

    def _decode_failed(self, error: EngineError) -> None:
        if self.frame is None:  # not even one picture: the film as a whole has failed
            self._retire_reader()
            self.error = error
            self._set_state("failed")
        else:
            self.runner.problem.emit(error)

    def _swap_reader(self, opened: tuple[Path, VideoReader]) -> None:
        path, reader = opened
        if path != self.path or self.state != "open":
            reader.close()
            return
        self._retire_reader()
        self._reader, self._looked_from, self._proxied = reader, -1.0, True

    def _retire_reader(self) -> None:
        if self._reader is not None:
            self._retired.append(self._reader)
        self._reader = None
        if not self._busy:
            self._close_retired()

    def _close_retired(self) -> None:
        while self._retired:
            self._retired.pop().close()

    def _set_state(self, state: State) -> None:
        self.state = state
        self.state_changed.emit()
