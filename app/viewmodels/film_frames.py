"""Frames of the open film as they are decoded: one request at a time, the newest place first, ahead while it plays."""

from __future__ import annotations

import bisect
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.tasks import Runner
from engine.errors import EngineError
from engine.jobs import Job

if TYPE_CHECKING:
    from engine.media import Frame, VideoReader

AHEAD = 0.5
"""Seconds at the film's own speed that are decoded ahead while it plays, as far as memory goes."""
_SLACK = 1e-6  # s; a frame's stamp in binary fractions may lie this much off


def open_reader(path: Path) -> tuple[Path, VideoReader]:
    """A reader of a film or still that knows what it is, with the path it was asked for by."""
    from engine.media import VideoReader

    return path, _known(VideoReader(path))


def open_proxied(path: Path, proxy: Path, seconds: float, direction: int) -> tuple[Path, VideoReader]:
    """A reader through a proxy that already holds what comes next, so that a film that plays changes over in step."""
    from engine.media import VideoReader

    reader = _known(VideoReader(path, proxy=proxy))
    reader.frame_at(seconds)
    reader.prefetch(seconds, direction, span=2 * AHEAD)
    return path, reader


def _known(reader: VideoReader) -> VideoReader:
    """``reader`` with what it says of its file, which it opens once more for that: never in the window's thread."""
    try:
        reader.info  # noqa: B018 - it is kept from now on
    except EngineError:
        reader.close()
        raise
    return reader


class FilmFrames(QObject):
    """Owns the reader of a film. Whoever moves the playhead says so in two steps: :meth:`aim`, then :meth:`show`."""

    preview_changed = Signal(object)
    """A Frame near the playhead, true but not exact."""
    frame_changed = Signal(object)
    """The exact Frame for the newest place; with a proxy it comes small first, then in full size."""
    broken = Signal(object)
    """The EngineError of a film of which not even one picture can be decoded."""

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runner = runner
        self.frame: Frame | None = None
        """The exact one shown last."""
        self.rough: list[Frame] = []
        """Filmstrip pictures in order of time; they serve as first previews of a scrub."""
        self.direction = 1
        """Which way the playhead went last."""
        self._reader: VideoReader | None = None
        self._retired: list[VideoReader] = []
        self._time = 0.0
        self._wanted: float | None = None
        self._busy = False
        self._prefetch: Job | None = None
        self._looked_from = -1.0
        self._rate = 0.0
        self._previewed: Frame | None = None
        self._clock: Callable[[], float] | None = None

    @property
    def ready(self) -> bool:
        """Whether there is a film to decode."""
        return self._reader is not None

    @property
    def untouched(self) -> bool:
        """Whether no frame was shown or asked for yet."""
        return self._wanted is None and self.frame is None

    @property
    def looks_ahead(self) -> bool:
        """Whether frames are being decoded ahead at this moment."""
        return self._prefetch is not None

    @property
    def is_behind(self) -> bool:
        """Whether the film plays forwards and the frame at the playhead is not there yet."""
        return self._runs_on and self._wanted is not None

    @property
    def is_sought(self) -> bool:
        """Whether the film stands and the frame at the playhead is not there yet."""
        return not self._runs_on and self._wanted is not None

    def use(self, reader: VideoReader) -> None:
        """Decode with this reader from now on; the one before is closed as soon as it rests."""
        self._retire()
        self._reader, self._looked_from = reader, -1.0

    def forget(self) -> None:
        """Let go of the film."""
        self._retire()
        self._clock, self._rate, self._time = None, 0.0, 0.0
        self.frame, self._wanted, self.rough = None, None, []

    def aim(self, before: float, seconds: float) -> None:
        """The playhead went from ``before`` to ``seconds``; it is not told yet."""
        self.direction = -1 if seconds < before else 1
        self._wanted = self._time = seconds

    def show(self, before: float) -> None:
        """The playhead was told: show something true at once, the exact frame as soon as it is decoded."""
        if self._clock is not None and self._show_kept():
            return
        if self._prefetch is not None and not 0 <= self._time - before <= self._span:
            self._prefetch.cancel()  # a jump: what it decodes is of another place
        preview = self._preview(self._time)
        if preview is not None and not (self._runs_on and preview is self._previewed):
            self._previewed = preview
            self.preview_changed.emit(preview)
        self._decode_next()

    def play_by(self, clock: Callable[[], float], rate: float) -> None:
        """Frames are due by ``clock`` (s of the film) from now on; see :meth:`FilmViewModel.play_by`."""
        self._clock, self._rate, self._looked_from = clock, rate, -1.0
        self.direction = -1 if rate < 0 else 1
        if not self._busy:
            self._look_ahead()

    def rest(self) -> None:
        """It plays no more: the frame it stands on comes in full size."""
        if self._clock is None:
            return
        self._clock, self._rate = None, 0.0
        late = self._wanted is not None or (self.frame is not None and self.frame.reduced)
        if self._reader is not None and late:
            self._wanted = self._time
            self._decode_next()

    def due(self, last: float) -> Frame | None:
        """The frame that is due at this very moment, up to the one of ``last`` (s), if it was decoded in time."""
        if self._clock is None or self._reader is None:
            return None
        return self._reader.kept_at(min(max(0.0, self._clock() + _SLACK), last))

    # within

    @property
    def _runs_on(self) -> bool:
        """Whether the film plays forwards: then all frames come from what is decoded ahead."""
        return self._clock is not None and self._rate > 0

    @property
    def _span(self) -> float:
        """Seconds to decode ahead."""
        return AHEAD * max(1.0, abs(self._rate))

    def _preview(self, seconds: float) -> Frame | None:
        assert self._reader is not None
        near = self._reader.cached_near(seconds)
        at = bisect.bisect_left(self.rough, seconds, key=lambda f: f.time)
        candidates = [f for f in (near, *self.rough[max(0, at - 1) : at + 1]) if f is not None]
        return min(candidates, key=lambda f: abs(f.time - seconds), default=None)

    def _show_kept(self) -> bool:
        """Show the frame at the playhead if it was decoded ahead, and see that the next ones are. Returns whether."""
        assert self._reader is not None
        frame = self._reader.kept_at(self._time)
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
        if reader is None or reader.info.kind == "image":
            return
        enough = min(self._span, reader.reach) / 2 if self._clock is not None else 0.0
        if self._looked_from >= 0 and abs(self._time - self._looked_from) <= enough:
            return
        self._looked_from, self._busy, self._prefetch = self._time, True, Job()

        def ended(_: object = None) -> None:
            self._busy, self._prefetch = False, None
            self._after_decode()

        def failed(_: EngineError) -> None:
            self._clock = None  # the frame itself is asked for then, and that failure is told
            ended()

        now = self._clock if self._runs_on else None
        work = partial(reader.prefetch, self._time, self.direction, span=self._span, now=now)
        self.runner.submit(
            "decode", work, owner=self, on_done=ended, on_error=failed, on_cancelled=ended, job=self._prefetch
        )

    def _decode_failed(self, error: EngineError) -> None:
        if self.frame is None:  # not even one picture: the film as a whole has failed
            self._retire()
            self.broken.emit(error)
        else:
            self.runner.problem.emit(error)

    def _retire(self) -> None:
        if self._reader is not None:
            self._retired.append(self._reader)
        self._reader = None
        if not self._busy:
            self._close_retired()

    def _close_retired(self) -> None:
        while self._retired:
            self._retired.pop().close()
