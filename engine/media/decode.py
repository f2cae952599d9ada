"""Walks through one video stream: to the exact frame of a time, or frame by frame."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from engine.errors import MediaError
from engine.media.frame import Frame
from engine.media.picture import Layout
from engine.media.source import (
    looks_like_text,
    open_container,
    origin,
    reading,
    refuse_encrypted,
    unreadable,
    video_stream,
)

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.frame import VideoFrame

_TOLERANCE = Fraction(1, 2_000_000)  # s; a stamp printed with six decimals still finds its own frame
_FIRST_PACKETS = 600  # packets without a picture after which a stream counts as undecodable
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
        self._container = open_container(self.path)
        stream = video_stream(self._container)
        if stream is None:
            self._container.close()
            raise self._no_picture()
        stream.thread_type = "AUTO"
        self.stream = stream
        kind = self._container.format.name
        self.still = kind.endswith("_pipe") or kind == "image2"  # one picture without a time
        self.origin = origin(self._container)
        self.time_base = Fraction(stream.time_base or Fraction(1, 1000))
        self._started = False
        self._untimed = False  # no stamps in the file: frames are counted, and seeking would lose count
        self._frames = self._decode()
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
        self._container.close()

    # what it is

    @cached_property
    def first(self) -> VideoFrame:
        """The first frame that can be decoded. Raises :class:`MediaError` when there is none."""
        self._rewind()
        frame = next(self._frames, None)
        if frame is None:
            raise self._undecodable()
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
            raise self._undecodable()
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

    def stamps(self) -> list[int]:
        """Every frame's stamp in showing order, from the packets alone; the position is lost."""
        first = self.first.pts or 0  # also tells whether there are stamps at all
        self._rewind()
        with reading(self.path):
            if self._untimed:
                found = {frame.pts for frame in self._frames}
            else:
                found = {p.pts for p in self._container.demux(self.stream) if not p.is_discard}
        self._rewind()
        return sorted(stamp for stamp in found if stamp is not None) or [first]

    def length(self) -> float:
        """Seconds of picture: what the header says, else measured."""
        if self.stream.duration:
            return float(self.stream.duration * self.time_base)
        if self._container.duration:
            return self._container.duration / 1_000_000
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
        if self._untimed or self._ahead is None or (self._ahead.pts or 0) >= target:
            return True
        entries = self.stream.index_entries
        key = entries.search_timestamp(min(target, END), backward=True) if len(entries) else -1
        if key < 0:
            return target - (self._ahead.pts or 0) < 2 / self.time_base
        return bool(entries[key].timestamp <= (self._ahead.pts or 0))

    def _seek_before(self, target: int) -> None:
        """Decodes from a key frame so that ``_ahead`` is at or before ``target``.

        Demuxers index by decoding time and may land on a key frame shown after the target; then it goes further back.
        """
        first = self.first.pts or 0
        step = max(1, round(1 / (2 * self.time_base)))
        # An MPEG program stream stamps some pictures only; right after a seek FFmpeg counts them wrongly.
        back = 2 * step if self._container.format.name == "mpeg" else 0
        while target - back > first and not self._untimed:
            if not self._seek(min(target, self._last_stamp()) - back):
                break
            if self._ahead is not None and (self._ahead.pts or 0) <= target:
                return
            back = back * 4 or step
        self._rewind()
        self._ahead = next(self._frames, None)

    def _last_stamp(self) -> int:
        ends = [self.stream.duration] if self.stream.duration else []
        if self._container.duration:
            ends.append(math.ceil(Fraction(self._container.duration, 1_000_000) / self.time_base))
        start = self.stream.start_time or 0
        return start + max(ends, default=END >> 8)

    def _seek(self, pts: int) -> bool:
        import av

        try:
            self._container.seek(pts, stream=self.stream)
        except (av.FFmpegError, OSError):
            return False
        self._frames = self._decode()
        self._current, self._ahead = None, next(self._frames, None)
        return True

    def _rewind(self) -> None:
        """Opens the file anew: the one way back to the start that every format knows."""
        if not self._started:
            return
        self._container.close()
        self._container = open_container(self.path)
        stream = video_stream(self._container)
        if stream is None:
            raise self._no_picture()
        stream.thread_type = "AUTO"
        self.stream = stream
        self._frames = self._decode()
        self._current = self._ahead = None

    def _decode(self) -> Generator[VideoFrame, None, None]:
        """Frames onwards from the file's position, each with a stamp; damaged packets are left out."""
        import av
        from av.packet import Packet

        self._started = True
        barren = 0
        clock = _Clock(self)
        packets: Iterator[Packet[Any]] = self._container.demux(self.stream)
        while True:
            try:
                packet: Packet[Any] | None = next(packets, None)
            except (av.FFmpegError, OSError):
                packet, packets = Packet(), iter(())  # the rest is missing; an empty packet brings out what came before
            if packet is None:
                return
            refuse_encrypted(self.path, packet)
            frames = self._frames_of(packet)
            barren = 0 if frames else barren + 1
            if barren > _FIRST_PACKETS:
                return
            for frame in frames:
                self._untimed |= frame.pts is None
                yield clock.stamped(frame)

    def _frames_of(self, packet: Packet) -> list[VideoFrame]:
        import av

        try:
            return self.stream.codec_context.decode(packet)
        except (av.FFmpegError, ValueError):
            return []

    def _no_picture(self) -> MediaError:
        if looks_like_text(self.path):  # FFmpeg takes some texts for subtitles
            return unreadable(self.path)
        hint = "Choose a film or a still image; sounds go into a library."
        return MediaError(f"{self.path.name} has no picture.", hint, path=self.path)

    def _undecodable(self) -> MediaError:
        packet = self._first_packet()
        if packet is None or packet.size == 0:
            hint = "Copy or record it again, to the end."
            message = f"{self.path.name} was cut short: it announces a picture that is not in it."
            return MediaError(message, hint, path=self.path)
        return unreadable(self.path, "no frame could be decoded")

    def _first_packet(self) -> Packet | None:
        self._rewind()
        with reading(self.path):
            return next(self._container.demux(self.stream), None)


class _Clock:
    """Gives a stamp to frames that carry none, one frame's length after the one before."""

    def __init__(self, decoder: Decoder) -> None:
        rate = decoder.stream.average_rate or decoder.stream.guessed_rate or Fraction(25)
        self._step = max(1, round(1 / (rate * decoder.time_base)))
        self._next = decoder.stream.start_time or 0

    def stamped(self, frame: VideoFrame) -> VideoFrame:
        if frame.pts is None:
            frame.pts = self._next
        self._next = frame.pts + self._step
        return frame
