"""What a file holds, told from its headers and its first picture."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from engine.errors import MediaError
from engine.media.decode import Decoder
from engine.media.rate import frame_rate
from engine.media.sound_stream import SoundStream
from engine.media.source import check_file, first_start, open_container, origin, reading, unreadable, video_stream

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet

_GUESSES_LENGTH = {"mp3", "aac", "ac3", "eac3", "dts"}  # without a table FFmpeg divides size by bit rate


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoInfo:
    """The picture of a file, as displayed."""

    width: int
    """Pixels, upright and square."""
    height: int
    fps: Fraction
    """The rate nearly all frames keep to, else the average of a variable one; 1 for a still image. Positions come from
    the time stamps, never from this."""
    frames: int | None
    """As the header says; None where it does not."""
    rotation: int
    """Degrees counter-clockwise by which the stored picture is turned to be upright: 0, 90, 180 or 270."""
    codec: str
    pixel_aspect: Fraction
    """Width over height of a stored pixel."""
    timecode: str = ""
    """``HH:MM:SS:FF`` of the first frame, with a semicolon in drop frame; empty where the file has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioInfo:
    """The sound of a file."""

    sample_rate: int
    """Hz."""
    channels: int
    codec: str
    frames: int | None
    """Samples per channel; None where only decoding would tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaInfo:
    """A file that can be opened."""

    path: Path
    kind: Literal["video", "audio", "image"]
    duration: float
    """Seconds; 0 for a still image."""
    video: VideoInfo | None
    audio: AudioInfo | None


def probe(path: Path | str, *, quick: bool = False) -> MediaInfo:
    """What ``path`` holds.

    Args:
        path: any file.
        quick: take the header's word for the length of MP3 and its like, where it is often wrong; otherwise their
            packets are counted (no decoding).

    Raises:
        MediaError: nothing in it can be seen or heard.
    """
    path = Path(path)
    known = _probe_sound(path)
    if known is not None:
        return known
    container = open_container(path)
    try:
        with reading(path):
            return _probe_container(path, container, quick)
    finally:
        container.close()


def _probe_sound(path: Path) -> MediaInfo | None:
    """The answer of libsndfile, whose counts are exact, for the formats it is first choice for."""
    from engine.media.audio import open_soundfile

    check_file(path)
    file = open_soundfile(path)
    if file is None:
        return None
    with file:
        audio = AudioInfo(
            sample_rate=file.samplerate, channels=file.channels, codec=file.subtype.lower(), frames=file.frames
        )
        return MediaInfo(path=path, kind="audio", duration=file.frames / file.samplerate, video=None, audio=audio)


def _probe_container(path: Path, container: InputContainer, quick: bool) -> MediaInfo:
    stream = container.streams.best("audio")
    audio = _audio_info(stream)
    has_picture = video_stream(container) is not None
    duration = _length(container, stream, quick or has_picture)
    if not has_picture:
        if audio is None:
            raise unreadable(path, f"format {container.format.name}, no stream that can be decoded")
        return MediaInfo(path=path, kind="audio", duration=duration, video=None, audio=audio)
    with Decoder(path) as decoder:
        try:
            video = video_info(decoder, _timecode(container))
        except MediaError:
            if audio is None or not _can_be_heard(path):
                raise
            return MediaInfo(path=path, kind="audio", duration=duration, video=None, audio=audio)
        if decoder.still:
            return MediaInfo(path=path, kind="image", duration=0.0, video=video, audio=None)
        return MediaInfo(path=path, kind="video", duration=duration or decoder.measured_end(), video=video, audio=audio)


def video_info(decoder: Decoder, timecode: str = "") -> VideoInfo:
    """What is shown, from the first decoded frame of ``decoder``; its position is lost."""
    layout = decoder.layout
    rate = frame_rate(decoder)
    stream = decoder.stream  # asked for last: reading stamps opens the file again
    return VideoInfo(
        width=layout.width,
        height=layout.height,
        fps=rate,
        frames=1 if decoder.still else stream.frames or None,
        rotation=layout.rotation,
        codec=stream.codec_context.name,
        pixel_aspect=layout.pixel_aspect,
        timecode=timecode,
    )


def _timecode(container: InputContainer) -> str:
    """What the file, or the first of its streams that knows, says of the time code of its start."""
    texts = (container.metadata.get("timecode"), *(stream.metadata.get("timecode") for stream in container.streams))
    return next((text for text in texts if text), "")


def _can_be_heard(path: Path) -> bool:
    try:
        with SoundStream(path) as stream:
            return next(stream.read(), None) is not None
    except MediaError:
        return False


def _audio_info(stream: Any) -> AudioInfo | None:
    context = stream.codec_context if stream is not None else None
    if context is None or not context.sample_rate or not context.channels:
        return None
    return AudioInfo(sample_rate=context.sample_rate, channels=context.channels, codec=context.name, frames=None)


def _length(container: InputContainer, stream: Any, quick: bool) -> float:
    if not quick and stream is not None and container.format.name.split(",")[0] in _GUESSES_LENGTH:
        counted = sum(_heard(packet) for packet in container.demux(stream))
        if counted > 0:
            return float(counted)
    if container.duration is not None:
        return max(0.0, float(Fraction(container.duration, 1_000_000) - _counted_from(container)))
    ends = [(s.duration * s.time_base) for s in container.streams if s.duration and s.time_base]
    return float(max(ends, default=Fraction(0)) - min(Fraction(0), origin(container)))


def _counted_from(container: InputContainer) -> Fraction:
    """Seconds before time 0 that FFmpeg's duration counts too: Matroska and NUT tell the last stamp as length."""
    told = container.format.name.startswith(("matroska", "nut"))
    return origin(container) - (0 if told else first_start(container))


def _heard(packet: Packet[Any]) -> Fraction:
    """Seconds of sound in ``packet``, less what its encoder says is padding."""
    if not packet.duration:
        return Fraction(0)
    seconds = packet.duration * packet.time_base
    if packet.has_sidedata("skip_samples"):
        start, end = struct.unpack_from("<II", bytes(packet.get_sidedata("skip_samples")))
        seconds -= Fraction(start + end, packet.stream.codec_context.sample_rate)
    return max(Fraction(0), seconds)
