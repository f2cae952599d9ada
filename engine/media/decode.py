"""Walks through one video stream: to the exact frame of a time, or frame by frame."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from engine.errors import MediaError
from engine.media.frame import Frame
from engine.media.picture import Layout
from engine.media.picture_stream import PictureStream
from engine.media.source import reading

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_TOLERANCE = Fraction(1, 2_000_000)  # s; a stamp printed with six decimals still finds its own frame
END = 1 << 62  # beyond every time stamp


class Decoder:
    """One video stream, open and positioned somewhere. Not for two threads at once.

    After each :meth:`find`, ``current`` is the newest frame at or before the target and ``ahead`` the frame after it,
    so asking for a later frame of the same group of pictures continues instead of seeking.

    Raises:
        MediaError: the file cannot be read or has no picture.
    """

    def __init__(self, path: Path | str, height: int | None = None) -> None:
        self.path = Path(path)
        self._height = height
        self._source = PictureStream(self.path)
        self.still = self._source.still
        self.origin = self._source.origin
        self.time_base = self._source.time_base
        self._frames = self._source.frames()
        self._current: VideoFrame | None = None
        self._ahead: VideoFrame | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Frees the decoder and the file."""
        self._frames.close()
        self._current = self._ahead = None
        self._source.close()

    # what it is

    @property
    def stream(self) -> VideoStream:
        """What the headers say."""
        return self._source.stream

    @cached_property
    def first(self) -> VideoFrame:
        """The first frame that can be decoded. Raises :class:`MediaError` when there is none."""
        frame = next(self._frames, None)
        if frame is None:
            raise self._source.undecodable()
        self._current, self._ahead = None, frame
        return frame

    @cached_property
    def layout(self) -> Layout:
        """How its frames are shown."""
        first = self.first
        return Layout(self.stream, first, self._height, photograph=self.path.read_bytes() if self.still else b"")

    # time

    def ticks(self, seconds: float) -> int:
        """The last stamp at or before ``seconds``. Raises :class:`MediaError` for what is no number."""
        if math.isnan(seconds):
            raise MediaError("The time asked for is not a number.", "Give seconds from the start.", path=self.path)
        if math.isinf(seconds):
            return END if seconds > 0 else -END
        return math.floor((Fraction(seconds) + _TOLERANCE + self.origin) / self.time_base)

    def seconds(self, pts: int) -> float:
        """Seconds from the start of the file of stamp ``pts``; 0 for a still image."""
        return 0.0 if self.still else float(pts * self.time_base - self.origin)

    def shown(self, frame: VideoFrame) -> Frame:
        """``frame`` as people see it."""
        with reading(self.path):
            return Frame(self.layout.rgb(frame), self.seconds(frame.pts or 0), frame.pts or 0)

    # walking

    def find(
        self, target: int, *, slack: int = 0, passed: Callable[[VideoFrame, int], None] | None = None
    ) -> tuple[VideoFrame, int]:
        """The frame shown at stamp ``target`` and the stamp that ends it.

        That is the last frame whose stamp is not after ``target``; the first one before all, the last one past the end.

        Args:
            target: in ticks.
            slack: a frame up to so many ticks early will do, if it comes first (the end it returns is then its own).
            passed: called with each frame decoded on the way and its end.
        """
        target = max(target, self.first.pts or 0)
        if not self._within_reach(target):
            self._seek_before(target)
        while self._ahead is not None and (self._ahead.pts or 0) <= target:
            self._current, self._ahead = self._ahead, next(self._frames, None)
            if passed:
                passed(self._current, self._end_of_current())
            if slack and (self._current.pts or 0) >= target - slack:
                break
        if self._current is None:
            raise self._source.undecodable()
        return self._current, self._end_of_current()

    def run(self) -> Iterator[tuple[VideoFrame, int]]:
        """Frames from the one found last onwards, each with the stamp that ends it."""
        if self._current is not None:
            yield self._current, self._end_of_current()
        while self._ahead is not None:
            self._current, self._ahead = self._ahead, next(self._frames, None)
            yield self._current, self._end_of_current()

    def from_start(self) -> Iterator[tuple[VideoFrame, int]]:
        """Every frame, each with the stamp that ends it."""
        self.find(self.first.pts or 0)
        return self.run()

    def stamps(self, most: int | None = None) -> list[int]:
        """Stamps of every frame, or of the first ``most``, in showing order, from the packets; the position is lost."""
        first = self.first.pts or 0  # also tells whether there are stamps at all
        self._rewind()
        if self._source.untimed:
            found = {frame.pts for frame in islice(self._frames, most)}
        else:
            found = {packet.pts for packet in islice(self._source.packets(), most) if not packet.is_discard}
        self._rewind()
        return sorted(stamp for stamp in found if stamp is not None) or [first]

    def length(self) -> float:
        """Seconds of picture: what the header says, else measured."""
        if self.stream.duration:
            return float(self.stream.duration * self.time_base)
        if self._source.container.duration:
            return self._source.container.duration / 1_000_000
        return self.measured_end()

    def measured_end(self) -> float:
        """Seconds at which the last frame ends, where no header says so."""
        stamps = self.stamps()
        step = (stamps[-1] - stamps[0]) // (len(stamps) - 1) if len(stamps) > 1 else 0
        return self.seconds(stamps[-1] + step)

    def _end_of_current(self) -> int:
        return END if self._ahead is None else self._ahead.pts or 0

    def _within_reach(self, target: int) -> bool:
        """Whether decoding onwards gets to ``target`` at least as fast as a seek would."""
        here = self._current if self._current is not None else self._ahead
        if here is None or (here.pts or 0) > target:
            return False
        if self._source.untimed or self._ahead is None or (self._ahead.pts or 0) >= target:
            return True
        key = self._source.key_before(target)
        if key is None:
            return target - (self._ahead.pts or 0) < 2 / self.time_base
        return key <= (self._ahead.pts or 0)

    def _seek_before(self, target: int) -> None:
        """Decodes from a key frame so that ``_ahead`` is at or before ``target``.

        Demuxers index by decoding time and may land on a key frame shown after the target; then it goes further back.
        """
        first = self.first.pts or 0
        step = max(1, round(1 / (2 * self.time_base)))
        back = round(self._source.settles / self.time_base)
        aim = min(target, self._source.last_stamp())
        while aim - back > first and not self._source.untimed:
            if not self._seek(aim - back):
                break
            if self._ahead is not None and (self._ahead.pts or 0) <= target:
                return
            back = back * 4 or step
        self._rewind()
        self._ahead = next(self._frames, None)

    def _seek(self, pts: int) -> bool:
        if not self._source.seek(pts):
            return False
        self._frames = self._source.frames()
        self._current, self._ahead = None, next(self._frames, None)
        return True

    def _rewind(self) -> None:
        self._source.reopen()
        self._frames = self._source.frames()
        self._current = self._ahead = None
