"""Reads the sound of what FFmpeg knows, each sample at the place its time stamp gives it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
import soxr

from engine.errors import MediaError
from engine.media.channels import Waveform, to_channels
from engine.media.source import open_container, origin, reading, refuse_encrypted, unreadable

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.packet import Packet

log = logging.getLogger(__name__)

_INDEXED = ("mov", "matroska")  # FFmpeg formats whose time stamps stay true after a seek
_PREROLL = 0.5  # s decoded before the wanted start, so that codecs with memory have settled
_JITTER = 0.03  # s by which stamps may stray before silence is put in or sound left out
_LONGEST_GAP = 60.0  # s of silence believed beyond the length the header gives
_PIECE = 1 << 20  # samples of silence handed out at once


class SoundStream:
    """The sound of one file, open. Time 0 is where its picture starts too.

    Raises:
        MediaError: the file cannot be read or has no sound.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rate = 0
        self._channels = 0
        self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._container.close()

    def read(self, start: float = 0.0, end: float | None = None) -> Iterator[Waveform]:
        """Yields ``(C, n)`` float32 from ``start`` to ``end`` (s) at ``rate`` (Hz, known from the first block on).

        Raises:
            MediaError: nothing in the file can be decoded.
        """
        with reading(self.path):
            pieces = self._pieces(start)
            first = next(pieces, None)
            if first is None:
                if start == 0:
                    raise self._undecodable()
                return
            yield from self._placed(first, pieces, round(start * self.rate), end)

    def _undecodable(self) -> MediaError:
        self._container.close()
        self._open()
        packet = next(self._container.demux(self._stream), None)
        if packet is None or packet.size == 0:
            hint = "Copy or record it again, to the end."
            return MediaError(f"{self.path.name} holds no sound, only a header.", hint, path=self.path)
        return unreadable(self.path, "no sound could be decoded")

    def _open(self) -> None:
        self._container = open_container(self.path)
        stream = self._container.streams.best("audio")
        if stream is None or stream.codec_context is None:
            pictures = bool(self._container.streams.video)
            name = self._container.format.name
            self._container.close()
            if pictures and stream is None:
                hint = "Choose a file with an audio track."
                raise MediaError(f"{self.path.name} has no sound.", hint, path=self.path)
            raise unreadable(self.path, f"format {name}, no sound that can be decoded")
        self._stream: Any = stream
        self._origin = origin(self._container)

    def _pieces(self, start: float) -> Iterator[tuple[int | None, Waveform]]:
        """(place in samples, or None; block) from before ``start`` on, from the beginning where seeks are not exact."""
        if start > 2 * _PREROLL and self._container.format.name.startswith(_INDEXED) and self._seek(start - _PREROLL):
            pieces = self._decoded()
            first = next(pieces, None)
            if first is not None and first[0] is not None and first[0] <= start * self.rate:
                yield first
                yield from pieces
                return
            self._container.close()
            self._open()
        yield from self._anchored()

    def _anchored(self) -> Iterator[tuple[int | None, Waveform]]:
        """From the beginning. A file of sound alone starts with its first sample, whatever its stamps say."""
        pieces = self._decoded()
        alone = not self._container.streams.video and not self._container.format.name.startswith(_INDEXED)
        shift: int | None = None if alone else 0
        for place, block in pieces:
            shift = place if shift is None else shift
            yield (None if place is None else place - (shift or 0)), block

    def _seek(self, seconds: float) -> bool:
        import av

        try:
            self._container.seek(int((Fraction(seconds) + self._origin) / self._stream.time_base), stream=self._stream)
        except (av.FFmpegError, OSError) as exc:
            log.debug("%s cannot seek in its sound: %s", self.path.name, exc)
            return False
        return True

    def _decoded(self) -> Iterator[tuple[int | None, Waveform]]:
        import av

        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except (av.FFmpegError, OSError) as exc:
                log.info("%s ends early: %s", self.path.name, exc)
                return
            if packet is None:
                return
            refuse_encrypted(self.path, packet)
            for frame in self._frames_of(packet):
                if frame.samples:
                    block = self._uniform(frame)
                    yield self._place(frame), block

    def _frames_of(self, packet: Packet) -> list[AudioFrame]:
        import av

        try:
            return packet.decode()  # type: ignore[return-value]
        except (av.FFmpegError, ValueError) as exc:
            log.debug("%s: a damaged packet is left out: %s", self.path.name, exc)
            return []

    def _place(self, frame: AudioFrame) -> int | None:
        if frame.pts is None or frame.time_base is None:
            return None
        return round((frame.pts * frame.time_base - self._origin) * self.rate)

    def _uniform(self, frame: AudioFrame) -> Waveform:
        """``frame`` as float32 in the rate and channels of the first: some streams change theirs midway."""
        block = _float32(frame)
        if not self.rate:
            self.rate, self._channels = frame.sample_rate, block.shape[0]
        if frame.sample_rate != self.rate:
            block = np.ascontiguousarray(soxr.resample(block.T, frame.sample_rate, self.rate).T)
        return to_channels(block, self._channels)

    def _placed(
        self,
        first: tuple[int | None, Waveform],
        rest: Iterator[tuple[int | None, Waveform]],
        start: int,
        end: float | None,
    ) -> Iterator[Waveform]:
        """Blocks that join up from sample ``start`` on: gaps become silence, overlaps are cut."""
        stop = None if end is None else round(end * self.rate)
        known = (self._container.duration or 0) / 1_000_000
        longest = max(_LONGEST_GAP, known) * self.rate
        written, cursor = start, None
        for place, block in _chain(first, rest):
            if cursor is not None and (place is None or abs(place - cursor) <= _JITTER * self.rate):
                place = cursor  # noqa: PLW2901 - stamps rounded to milliseconds must not cut or fill
            elif place is None or place - (cursor or 0) > longest:
                place = cursor or 0  # noqa: PLW2901 - no stamp, or one nobody can mean
            cursor = place + block.shape[1]
            if stop is not None and place > stop:
                place = stop  # noqa: PLW2901
            while written < place:
                piece = min(place - written, _PIECE)
                yield np.zeros((block.shape[0], piece), np.float32)
                written += piece
            wanted = block[:, written - place : None if stop is None else max(0, stop - place)]
            if wanted.shape[1]:
                yield wanted
                written += wanted.shape[1]
            if stop is not None and written >= stop:
                return


def _chain(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest


def _float32(frame: AudioFrame) -> Waveform:
    """``frame`` as ``(C, n)`` float32; integers scaled by their full range, as FFmpeg does."""
    raw: npt.NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        raw = raw.reshape(-1, frame.layout.nb_channels).T
    if raw.dtype.kind == "f":
        return np.ascontiguousarray(raw, dtype=np.float32)
    if raw.dtype == np.uint8:
        return (raw.astype(np.float32) - np.float32(128)) / np.float32(128)
    return raw.astype(np.float32) / np.float32(1 << (8 * raw.dtype.itemsize - 1))
