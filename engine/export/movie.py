"""A movie: the picture's packets as they are, and the mix beside them at the exact place.

The sound track always begins at the file's time 0, with silence up to the first frame. An encoder's priming (AAC's
1024 samples) then lies before 0, where an edit list hides it; behind an empty edit it would stay audible.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import ProjectError
from engine.jobs import Job
from engine.media.channels import Waveform
from engine.timeline.timecode import format_frames, parse_frames

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet

Render = Callable[[int, int], Waveform]
"""(first timeline sample, count) -> float32 ``(2, count)``."""

_MP4_CODECS = {"h264", "hevc", "av1", "vp9", "mpeg4", "mpeg2video", "mpeg1video", "mjpeg", "vvc"}
_AAC_RATES = {8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000}
_AAC_BITS = 320_000
_BLOCK = 1024  # samples in one AAC frame
_LOOK_AHEAD = 48  # packets read to find the earliest picture; coders reorder 16 at most
_NOT_OURS = {"major_brand", "minor_version", "compatible_brands", "encoder", "timecode", "creation_time"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a film's headers say that decides how it is wrapped."""

    codec: str
    has_sound: bool
    rate: Fraction | None
    """Frames a second, see :class:`engine.media.VideoInfo`."""
    still: bool = False
    """Whether it is a single image without time."""

    @property
    def suffix(self) -> str:
        """``.mp4``, or ``.mov`` where MP4 does not take the codec."""
        return ".mp4" if self.codec in _MP4_CODECS else ".mov"


def look(video: Path) -> Picture:
    """What ``video`` is made of; :class:`MediaError` when it cannot be read."""
    from engine.media import probe
    from engine.media.source import open_container, video_stream

    with open_container(video) as container:
        stream = _picture_stream(container, video, video_stream)
        info = probe(video)
        return Picture(
            codec=stream.codec_context.codec.canonical_name,
            has_sound=bool(container.streams.audio),
            rate=info.video.fps if info.video is not None else None,
            still=info.kind == "image",
        )


def write_movie(
    video: Path,
    target: Path,
    render: Render,
    *,
    offset: int,
    sample_rate: int,
    timecode: tuple[str, Fraction] | None = None,
    job: Job | None = None,
) -> None:
    """Writes ``video``'s picture and the sound of ``render`` to ``target`` (MP4 with AAC, or MOV with 24-bit PCM).

    Args:
        video: the film; its first picture stream is copied packet by packet, nothing is encoded again.
        target: a temporary path whose suffix chooses the container.
        render: the mix; asked for in order, from before ``offset`` where the film starts late.
        offset: timeline sample of the film's time 0, as :func:`engine.media.source.origin` has it.
        sample_rate: Hz, of ``render``.
        timecode: at the film's time 0, and its frame rate, for a time code track.
        job: counts seconds of picture; the caller begins it.

    Raises:
        ProjectError: the codec does not fit the container, or the film's packets carry no times.
    """
    import av

    from engine.media.source import open_container, origin, video_stream

    with open_container(video) as source:
        stream = _picture_stream(source, video, video_stream)
        packets, first = _from_first(_readable(source, stream, video), video)
        base = Fraction(0) if source.format.name.startswith("mov") else first
        try:
            with av.open(str(target), "w", options={"movie_timescale": _timescale(stream)}) as container:
                container.metadata.update({k: v for k, v in source.metadata.items() if k not in _NOT_OURS})
                picture = _copied_stream(container, stream, target, video)
                late = base - origin(source)  # the film's time at the new file's 0
                if timecode:
                    container.metadata["timecode"] = _shifted(*timecode, late)
                    picture.codec_context.framerate = timecode[1]
                start = offset + round(late * sample_rate)
                sound = _Sound(container, target, render, sample_rate, start=start)
                _copy(_moved(packets, base), picture, sound, job)
        except (av.FFmpegError, ValueError) as exc:
            if isinstance(exc, OSError):  # a full disk is one too
                raise
            raise _misfit(stream.codec_context.name, target, video, exc) from exc


def _shifted(text: str, rate: Fraction, seconds: Fraction) -> str:
    """Time code ``text`` moved by the whole frames in ``seconds``: frames between two grids keep their number."""
    return format_frames(parse_frames(text, rate) + math.trunc(seconds * rate), rate, ";" in text)


def _timescale(stream: Any) -> str:
    """Ticks a second for edit lists; FFmpeg's own choice rounds the first frame's time to 1 ms."""
    return str(min(stream.time_base.denominator, 1 << 20))


def _picture_stream(container: InputContainer, video: Path, find: Callable[[Any], Any]) -> Any:
    stream = find(container)
    if stream is None:
        hint = "Choose another picture, or export sound alone."
        raise ProjectError(f"{video.name} has no picture to copy.", hint, path=video)
    return stream


def _readable(source: InputContainer, stream: Any, video: Path) -> Iterator[Packet]:
    """Packets with content; what FFmpeg says about the film becomes a :class:`MediaError`."""
    from engine.media.source import reading

    with reading(video):
        packets = source.demux(stream)
    while True:
        with reading(video):
            packet = next(packets, None)
        if packet is None:
            return
        if packet.size:
            yield packet


def _from_first(packets: Iterator[Packet], video: Path) -> tuple[Iterator[Packet], Fraction]:
    """All packets again, and when (s) the earliest picture among them is shown."""
    head = list(islice(packets, _LOOK_AHEAD))
    shown = [packet.pts for packet in head if packet.pts is not None and not packet.is_discard]
    if not shown or any(packet.pts is None for packet in head):
        hint = "Convert it to H.264 in MP4 first, for instance with Shutter Encoder or ffmpeg."
        raise ProjectError(f"The pictures of {video.name} carry no times, so they cannot be copied.", hint, path=video)
    _fill_decode_times(head)
    return chain(head, packets), min(shown) * Fraction(head[0].time_base)


def _fill_decode_times(head: list[Packet]) -> None:
    """Matroska gives the first few packets none: they lie one picture's length apart before the first known."""
    known = next((n for n, packet in enumerate(head) if packet.dts is not None), None)
    if known is None:
        return
    for n, packet in enumerate(head[:known]):
        packet.dts = (head[known].dts or 0) - (known - n) * max(1, packet.duration or 1)


def _copied_stream(container: OutputContainer, stream: Any, target: Path, video: Path) -> Any:
    try:
        copied: Any = container.add_stream_from_template(stream, opaque=True)  # no encoder of that name is needed
    except ValueError as exc:
        raise _misfit(stream.codec_context.name, target, video, exc) from exc
    if stream.codec_context.name == "hevc":
        copied.codec_context.codec_tag = "hvc1"  # FFmpeg's own choice, hev1, does not play on a Mac
    return copied


def _misfit(codec: str, target: Path, video: Path, exc: Exception) -> ProjectError:
    hint = "Convert the picture to H.264 first, or export the mix as a wave file."
    return ProjectError(
        f"{target.suffix[1:].upper()} does not take {codec} pictures as they are.", hint, detail=str(exc), path=video
    )


def _moved(packets: Iterator[Packet], base: Fraction) -> Iterator[Packet]:
    """``packets`` earlier by ``base`` seconds."""
    for packet in packets:
        shift = round(base / Fraction(packet.time_base))
        packet.pts = (packet.pts or 0) - shift
        packet.dts = None if packet.dts is None else packet.dts - shift
        yield packet


def _copy(packets: Iterator[Packet], picture: Any, sound: _Sound, job: Job | None) -> None:
    """Writes packets, and after each the sound up to its end, so that the file is interleaved."""
    end = Fraction(0)
    for packet in packets:
        last, end = end, max(end, ((packet.pts or 0) + (packet.duration or 0)) * Fraction(packet.time_base))
        packet.stream = picture
        picture.container.mux(packet)
        sound.write_until(end)
        if job:
            job.step(float(end - last))
    sound.finish(end)


class _Sound:
    """Encodes the mix block by block from the file's time 0 on."""

    def __init__(self, container: OutputContainer, target: Path, render: Render, rate: int, *, start: int) -> None:
        self._pcm = target.suffix.lower() == ".mov"
        if not self._pcm and rate not in _AAC_RATES:
            hint = "Export a .mov instead, which carries any rate."
            raise ProjectError(f"AAC knows no sample rate of {rate} Hz.", hint)
        self._container, self._render, self._rate, self._start = container, render, rate, start
        self._done = 0
        self._stream: Any = (
            container.add_stream("pcm_s24le", rate=rate, layout="stereo")
            if self._pcm
            else container.add_stream("aac", rate=rate, layout="stereo", bit_rate=_AAC_BITS)
        )

    def write_until(self, seconds: Fraction) -> None:
        """Encodes whole blocks up to ``seconds`` of the file."""
        while self._done + _BLOCK <= int(seconds * self._rate):
            self._write(_BLOCK)

    def finish(self, seconds: Fraction) -> None:
        """Encodes what is left up to ``seconds`` and drains the encoder."""
        self.write_until(seconds)
        left = round(seconds * self._rate) - self._done
        if left > 0:
            self._write(left)
        self._container.mux(self._stream.encode(None))

    def _write(self, count: int) -> None:
        frame = self._frame(self._render(self._start + self._done, count))
        frame.sample_rate, frame.pts, frame.time_base = self._rate, self._done, Fraction(1, self._rate)
        self._container.mux(self._stream.encode(frame))
        self._done += count

    def _frame(self, block: Waveform) -> Any:
        import av

        if not self._pcm:
            return av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
        full = np.clip(np.rint(block.T.astype(np.float64) * (1 << 23)), -(1 << 23), (1 << 23) - 1)
        packed = (full.astype(np.int32) << 8).reshape(1, -1)  # the encoder takes the upper 24 bits
        return av.AudioFrame.from_ndarray(packed, format="s32", layout="stereo")
