"""Any file's sound as float32, whole or block by block: libsndfile first, FFmpeg for the rest, soxr between rates."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from engine.errors import MediaError
from engine.media.channels import Waveform, to_channels
from engine.media.sound_stream import SoundStream
from engine.media.source import check_file

log = logging.getLogger(__name__)

_SOUNDFILE_STARTS = {b"RIFF", b"RF64", b"RIFX", b"riff", b"FORM", b"fLaC", b"OggS", b"caff", b".snd"}
# libsndfile counts samples exactly in these; MP3 is left out because it believes the header's length.
_SOUNDFILE = {"WAV", "WAVEX", "RF64", "W64", "AIFF", "FLAC", "OGG", "CAF", "AU"}
_BLOCK = 10.0  # s read at once when the whole is wanted
_MOST_SAMPLES = 1 << 31  # 8 GiB of float32


def load_audio(
    path: Path | str,
    sample_rate: int | None = None,
    channels: int | None = None,
    start: float = 0.0,
    end: float | None = None,
) -> Waveform:
    """The sound of ``path`` as ``(C, N)`` float32, -1..1 at full scale (float files may go beyond).

    Args:
        path: any file with sound; of a film, the stream players choose.
        sample_rate: Hz, or None for the file's own.
        channels: 1 or 2 (or more, from mono), or None for the file's own.
        start: seconds from the start of the file, where its picture starts too; sample-exact.
        end: seconds, or None for the end. Past the end of the file the result is shorter.

    Raises:
        MediaError: no sound, unreadable, or more than 8 GiB.
    """
    blocks: list[Waveform] = []
    total = 0
    for block in audio_blocks(path, sample_rate, channels, _BLOCK, start=start, end=end):
        blocks.append(block)
        total += block.size
        if total > _MOST_SAMPLES:
            hint = "Ask for a part of it, or read it in blocks."
            raise MediaError(f"{Path(path).name} is too long to load at once.", hint, path=path)
    return np.concatenate(blocks, axis=1) if blocks else np.zeros((channels or 1, 0), np.float32)


def audio_blocks(
    path: Path | str,
    sample_rate: int | None = None,
    channels: int | None = None,
    seconds: float = 30.0,
    *,
    start: float = 0.0,
    end: float | None = None,
) -> Iterator[Waveform]:
    """Yields the sound of ``path`` in order as ``(C, n)`` float32 blocks of about ``seconds``; see :func:`load_audio`.

    The blocks joined are what :func:`load_audio` gives, in bounded memory.

    Raises:
        MediaError: no sound, or unreadable.
    """
    path = Path(path)
    if not (start >= 0 and (end is None or end >= start) and seconds > 0):
        raise MediaError(f"{start} to {end} s is no stretch of time.", "Give a start of 0 or more and a later end.")
    resampler = None
    held: Waveform | None = None
    empty = True
    for rate, native in _native_blocks(path, start, end, seconds):
        empty = False
        if held is not None:
            yield from _resampled(resampler, held, last=False)
        held = _finite(to_channels(native, channels))
        if resampler is None and sample_rate not in (None, rate):
            resampler = soxr.ResampleStream(rate, sample_rate, held.shape[0], dtype="float32", quality="HQ")
    if held is not None:
        yield from _resampled(resampler, held, last=True)
    if empty and start == 0 and end is None:
        raise MediaError(
            f"{path.name} holds no sound, only a header.", "Copy or record it again, to the end.", path=path
        )


def open_soundfile(path: Path) -> soundfile.SoundFile | None:
    """``path`` opened by libsndfile, or None where FFmpeg is to be asked. The caller closes it."""
    try:
        with path.open("rb") as opened:
            if opened.read(4) not in _SOUNDFILE_STARTS or path.suffix.lower() == ".raw":
                return None
        file = soundfile.SoundFile(path)
    except (soundfile.LibsndfileError, OSError):
        return None
    # A recorder that crashed leaves length 0, a stream leaves "unknown": FFmpeg reads both to the end.
    if file.format in _SOUNDFILE and 0 < file.frames < 1 << 48 and file.seekable():
        return file
    file.close()
    return None


def _resampled(resampler: Any, block: Waveform, *, last: bool) -> Iterator[Waveform]:
    if resampler is None:
        yield block
        return
    out = resampler.resample_chunk(np.ascontiguousarray(block.T), last=last)
    if len(out):
        yield np.ascontiguousarray(out.T)


def _finite(block: Waveform) -> Waveform:
    return block if np.isfinite(block).all() else np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)


def _native_blocks(path: Path, start: float, end: float | None, seconds: float) -> Iterator[tuple[int, Waveform]]:
    """(rate in Hz, block ``(C, n)``) as the file has them; nothing where the stretch lies past its end."""
    check_file(path)
    file = open_soundfile(path)
    if file is not None:
        with file:
            heard = start > 0 or end is not None
            for block in _soundfile_blocks(file, start, end, seconds):
                heard = True
                yield file.samplerate, block
        if heard:
            return
    yield from _container_blocks(path, start, end, seconds)


def _soundfile_blocks(file: soundfile.SoundFile, start: float, end: float | None, seconds: float) -> Iterator[Waveform]:
    rate = file.samplerate
    position = min(round(start * rate), file.frames)
    stop = file.frames if end is None else min(round(end * rate), file.frames)
    try:
        file.seek(position)
        while position < stop:
            block = file.read(min(stop - position, max(1, round(seconds * rate))), dtype="float32", always_2d=True)
            if not len(block):
                return
            position += len(block)
            yield np.ascontiguousarray(block.T)
    except soundfile.LibsndfileError as exc:
        log.info("%s is damaged after sample %d: %s", file.name, position, exc)


def _container_blocks(path: Path, start: float, end: float | None, seconds: float) -> Iterator[tuple[int, Waveform]]:
    parts: list[Waveform] = []
    rate = length = 0
    with SoundStream(path) as stream:
        for part in stream.read(start, end):
            rate = stream.rate
            parts.append(part)
            length += part.shape[1]
            if length >= seconds * rate:
                yield rate, np.concatenate(parts, axis=1)
                parts, length = [], 0
    if parts:
        yield rate, np.concatenate(parts, axis=1)
