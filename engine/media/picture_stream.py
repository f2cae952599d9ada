"""The picture stream of one file: opened, sought, and decoded packet by packet, whatever is missing or damaged."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import MediaError
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
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_FIRST_PACKETS = 600  # packets without a picture after which a stream counts as undecodable
_FAR = 1 << 54  # ticks; beyond any film


class PictureStream:
    """One open file and the stream players would show. Not for two threads at once.

    Raises:
        MediaError: the file cannot be read or has no picture.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.untimed = False
        """Whether the file holds no stamps: frames are counted then, and seeking would lose count."""
        self._seen = False
        self.container, self.stream = self._open()
        kind = self.container.format.name
        self.still = kind.endswith("_pipe") or kind == "image2"
        """Whether the file is one picture without a time."""
        # An MPEG program stream stamps some pictures only; right after a seek FFmpeg counts the others wrongly.
        self.settles = Fraction(1 if kind == "mpeg" else 0)
        """Seconds to seek earlier than needed."""
        self.origin = origin(self.container)
        self.time_base = Fraction(self.stream.time_base or Fraction(1, 1000))

    def close(self) -> None:
        """Frees the decoder and the file."""
        self.container.close()

    def reopen(self) -> None:
        """Goes back to the start, the one way that every format knows."""
        self.container.close()
        self.container, self.stream = self._open()

    def seek(self, pts: int) -> bool:
        """Goes to a key frame at or before stamp ``pts``, as far as the file's index tells; False where it cannot."""
        import av

        try:
            self.container.seek(pts, stream=self.stream)
        except (av.FFmpegError, OSError):
            return False
        return True

    def key_before(self, pts: int) -> int | None:
        """The stamp of the key frame that a seek to ``pts`` would find, or None where the file has no index."""
        entries = self.stream.index_entries
        place = entries.search_timestamp(pts, backward=True) if len(entries) else -1
        return entries[place].timestamp if place >= 0 else None

    def packets(self) -> Iterator[Packet[Any]]:
        """Packets onwards from the file's position."""
        with reading(self.path):
            yield from self.container.demux(self.stream)

    def frames(self) -> Generator[VideoFrame, None, None]:
        """Frames onwards from the file's position, each with a stamp; damaged packets are left out.

        Raises:
            MediaError: the stream is encrypted.
        """
        import av
        from av.packet import Packet

        barren, clock = 0, _Clock(self)
        packets: Iterator[Packet[Any]] = self.container.demux(self.stream)
        while barren <= _FIRST_PACKETS:
            try:
                packet: Packet[Any] | None = next(packets, None)
            except (av.FFmpegError, OSError):
                packet, packets = Packet(), iter(())  # the rest is missing; an empty packet brings out what came before
            if packet is None:
                return
            refuse_encrypted(self.path, packet)
            frames = self._decoded(packet)
            barren = 0 if frames else barren + 1
            for frame in frames:
                self._learn(frame)
                yield clock.stamped(frame)

    def undecodable(self) -> MediaError:
        """The error for a stream of which no frame could be decoded."""
        self.reopen()
        packet = next(self.packets(), None)
        if packet is None or packet.size == 0:
            hint = "Copy or record it again, to the end."
            message = f"{self.path.name} was cut short: it announces a picture that is not in it."
            return MediaError(message, hint, path=self.path)
        return unreadable(self.path, "no frame could be decoded")

    def _open(self) -> tuple[InputContainer, VideoStream]:
        container = open_container(self.path)
        stream = video_stream(container)
        if stream is None:
            container.close()
            raise self._no_picture()
        stream.thread_type = "AUTO"
        return container, stream

    def _decoded(self, packet: Packet[Any]) -> list[VideoFrame]:
        import av

        try:
            return self.stream.codec_context.decode(packet)
        except (av.FFmpegError, ValueError):
            return []

    def _learn(self, frame: VideoFrame) -> None:
        if not self._seen:
            self._seen, self.untimed = True, frame.pts is None

    def last_stamp(self) -> int:
        """A stamp not before the last, from the headers; searches past the end start there."""
        ends = [self.stream.duration] if self.stream.duration else []
        if self.container.duration:
            ends.append(math.ceil(Fraction(self.container.duration, 1_000_000) / self.time_base))
        return (self.stream.start_time or 0) + max(ends, default=_FAR)

    def _no_picture(self) -> MediaError:
        if looks_like_text(self.path):  # FFmpeg takes some texts for subtitles
            return unreadable(self.path)
        hint = "Choose a film or a still image; sounds go into a library."
        return MediaError(f"{self.path.name} has no picture.", hint, path=self.path)


class _Clock:
    """Gives a stamp to frames that carry none, one frame's length after the one before."""

    def __init__(self, source: PictureStream) -> None:
        rate = source.stream.average_rate or source.stream.guessed_rate or Fraction(25)
        self._step = max(1, round(1 / (rate * source.time_base)))
        self._next = source.stream.start_time or 0

    def stamped(self, frame: VideoFrame) -> VideoFrame:
        if frame.pts is None:
            frame.pts = self._next
        self._next = frame.pts + self._step
        return frame
