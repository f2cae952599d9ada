"""Writes pictures and sound: MP4 with H.264 and AAC, and WAV; both appear under their name only when complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import soundfile

from engine.errors import MediaError
from engine.files import atomic_path
from engine.jobs import Job
from engine.media.channels import Waveform, to_channels

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.video.stream import VideoStream

Picture = npt.NDArray[np.uint8]

_AUDIO_BLOCK = 1024  # samples in one AAC frame
_WAV_LIMIT = (1 << 32) - (1 << 16)  # RIFF counts bytes in 32 bits; RF64 takes over above


def write_video(
    path: Path | str,
    frames: Iterable[Picture],
    fps: Fraction | int,
    sound: Waveform | None = None,
    sample_rate: int = 48000,
    *,
    crf: int = 20,
    job: Job | None = None,
) -> Path:
    """Writes ``frames`` (each ``(H, W, 3)`` uint8 RGB, all of one size) as MP4: H.264 yuv420p, BT.709, with AAC stereo.

    Args:
        path: the target; replaced only when everything is written.
        frames: consumed once, one at a time. Odd sides grow by one repeated row or column: yuv420p has even sides only.
        fps: frames per second, exact.
        sound: ``(C, N)`` float32 in -1..1 starting with the first frame, folded or copied to stereo.
        sample_rate: of ``sound``, in Hz.
        crf: H.264 quality, 0 (lossless) to 51.
        job: counts frames written; the caller begins it.

    Raises:
        MediaError: no frames, frames of different sizes, or a target that cannot be written.
    """
    import av

    path = Path(path)
    pictures = iter(frames)
    first = next(pictures, None)
    if first is None:
        raise MediaError(f"There are no frames to write into {path.name}.", "Give at least one picture.", path=path)
    try:
        with atomic_path(path) as temporary, av.open(str(temporary), "w", format="mp4") as container:
            video = _video_stream(container, first, Fraction(fps), crf)
            audio = None if sound is None else _SoundWriter(container, sound, sample_rate)
            _encode(container, video, audio, chain([first], pictures), job)
    except (av.FFmpegError, OSError) as exc:
        raise _cannot_write(path, exc) from exc
    return path


def write_wav(path: Path | str, waveform: Waveform, sample_rate: int, subtype: str = "PCM_24") -> Path:
    """Writes ``waveform`` ``(C, N)`` or ``(N,)`` as WAV, or RF64 from 4 GB on.

    Values beyond -1..1 are clipped, unless ``subtype`` is a float one.

    Raises:
        MediaError: values that are no numbers, an unknown ``subtype``, or a target that cannot be written.
    """
    path = Path(path)
    samples = np.atleast_2d(np.asarray(waveform))
    if not np.isfinite(samples).all():
        raise MediaError(f"{path.name} would hold values that are no numbers.", "Render the sound again.", path=path)
    wide = samples.size * 4 > _WAV_LIMIT
    try:
        with atomic_path(path) as temporary:
            soundfile.write(temporary, samples.T, sample_rate, subtype=subtype, format="RF64" if wide else "WAV")
    except (soundfile.LibsndfileError, OSError, ValueError) as exc:
        raise _cannot_write(path, exc) from exc
    return path


def _cannot_write(path: Path, exc: Exception) -> MediaError:
    hint = "Check that the folder exists, may be written to and has free space."
    return MediaError(f"{path.name} could not be written.", hint, detail=str(exc), path=path)


def _video_stream(container: OutputContainer, first: Picture, fps: Fraction, crf: int) -> VideoStream:
    from av.video.reformatter import ColorRange, Colorspace

    height, width = first.shape[:2]
    stream: VideoStream = container.add_stream("libx264", rate=fps, options={"crf": str(crf), "preset": "veryfast"})
    stream.width, stream.height, stream.pix_fmt = width + width % 2, height + height % 2, "yuv420p"
    stream.codec_context.color_range = ColorRange.MPEG
    stream.codec_context.colorspace = Colorspace.ITU709
    stream.codec_context.color_primaries = stream.codec_context.color_trc = 1  # BT.709
    return stream


def _encode(
    container: OutputContainer,
    video: VideoStream,
    audio: _SoundWriter | None,
    pictures: Iterator[Picture],
    job: Job | None,
) -> None:
    size, fps = (video.height, video.width), Fraction(video.codec_context.framerate)
    for number, picture in enumerate(pictures):
        frame = _video_frame(picture, size)
        frame.pts, frame.time_base = number, 1 / fps
        container.mux(video.encode(frame))
        if audio:
            audio.write_until(Fraction(number + 1) / fps)
        if job:
            job.step()
    container.mux(video.encode(None))
    if audio:
        audio.finish()


def _video_frame(picture: Picture, size: tuple[int, int]) -> Any:
    import av
    from av.video.reformatter import ColorRange, Colorspace

    grow = [(0, size[0] - picture.shape[0]), (0, size[1] - picture.shape[1]), (0, 0)]
    if any(after not in (0, 1) for _, after in grow) or picture.dtype != np.uint8:
        shape = " x ".join(map(str, picture.shape))
        raise MediaError(f"A frame of {shape} {picture.dtype} does not match the film.", "Give uint8 RGB of one size.")
    padded = np.pad(picture, grow, mode="edge") if any(after for _, after in grow) else picture
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(padded), format="rgb24")
    return frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)


class _SoundWriter:
    """Encodes a waveform bit by bit, so that picture and sound interleave in the file."""

    def __init__(self, container: OutputContainer, sound: Waveform, sample_rate: int) -> None:
        self._container = container
        self._sound = to_channels(np.atleast_2d(sound), 2)
        self._rate = sample_rate
        self._done = 0
        self._stream: AudioStream = container.add_stream("aac", rate=sample_rate, layout="stereo", bit_rate=192_000)

    def write_until(self, seconds: Fraction) -> None:
        """Encodes whole blocks up to ``seconds``."""
        target = min(int(seconds * self._rate), self._sound.shape[1])
        while self._done + _AUDIO_BLOCK <= target:
            self._write(self._sound[:, self._done : self._done + _AUDIO_BLOCK])

    def finish(self) -> None:
        """Encodes what is left and drains the encoder."""
        while self._done < self._sound.shape[1]:
            self._write(self._sound[:, self._done : self._done + _AUDIO_BLOCK])
        self._container.mux(self._stream.encode(None))

    def _write(self, block: Waveform) -> None:
        import av

        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = self._rate, self._done, Fraction(1, self._rate)
        self._container.mux(self._stream.encode(frame))
        self._done += block.shape[1]
