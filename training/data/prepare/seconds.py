"""The seconds of a video: the middle frame of each, and its sound, read in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.features import SAMPLE_RATE
from engine.features.picture import resize
from training.data.encode import STEREO_RATE

# Below this a second counts as silent and teaches nothing: -60 dBFS.
SILENCE = 1e-3
IDENTICAL = 1e-3
"""Channels that differ by less than this share of the signal's RMS (-60 dB) are one channel twice."""
WIDE = (240, 480)
"""Height and width that frames are stored at (Paper C's; the square that papers A and B see is squeezed from it)."""
_BLOCK = 10.0  # s of sound read at once
_CACHE = 16 << 20  # bytes of decoded pictures: they are asked for in order


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """One second of a video."""

    middle: float
    """s from the start of the video."""
    frame: np.ndarray
    """uint8 ``(240, 480, 3)``: the whole frame, squeezed."""
    sound: np.ndarray
    """float32 mono ``(48000,)``."""
    stereo: np.ndarray | None
    """float32 ``(2, 16000)``, where it was asked for."""


def seconds_of(video: Path, sound: Path | None = None, *, stereo: bool = False) -> Iterator[Second]:
    """Each whole second of a video; its sound is in ``sound`` where that is another file."""
    from engine.media import VideoReader

    heard = sound or video
    mono = _pieces(heard, SAMPLE_RATE, 1)
    both = _pieces(heard, STEREO_RATE, 2) if stereo else None
    with VideoReader(video, _CACHE) as reader:
        for second in range(int(reader.duration + 1e-3)):
            piece = next(mono, None)
            if piece is None:
                return
            pair = next(both, np.zeros((2, STEREO_RATE), np.float32)) if both is not None else None
            frame = resize(reader.frame_at(second + 0.5).image, WIDE)
            yield Second(middle=second + 0.5, frame=frame, sound=piece[0], stereo=pair)


def is_silent(sound: np.ndarray) -> bool:
    """Whether nothing can be heard in a waveform (RMS below -60 dBFS)."""
    return bool(np.sqrt(np.mean(np.square(sound))) < SILENCE)


def fake_stereo(sound: Path) -> str:
    """Why the sound of a file is not real stereo, as the end of a sentence; empty where it is.

    Fake is a single channel, or two that differ by no more than -60 dB of the signal over all audible seconds. The
    whole file is read, at the rate that Paper C hears.
    """
    from engine.media import audio_blocks
    from engine.media.channels import to_channels

    signal = difference = 0.0
    for block in audio_blocks(sound, STEREO_RATE, None, 1.0):
        if block.shape[0] == 1:
            return "has one channel"
        left, right = to_channels(block, 2)
        if not (is_silent(left) and is_silent(right)):
            signal += float(np.sum(left**2 + right**2)) / 2
            difference += float(np.sum((left - right) ** 2))
    return "has two channels that are the same" if signal and difference <= IDENTICAL**2 * signal else ""


def _pieces(sound: Path, rate: int, channels: int) -> Iterator[np.ndarray]:
    """Whole seconds ``(channels, rate)``; a last one that lacks less than 50 ms is filled up with silence."""
    from engine.media import audio_blocks

    held = np.zeros((channels, 0), np.float32)
    for block in audio_blocks(sound, rate, channels, _BLOCK):
        held = np.concatenate([held, block], axis=1)
        while held.shape[1] >= rate:
            yield held[:, :rate]
            held = held[:, rate:]
    if held.shape[1] >= 0.95 * rate:
        yield np.pad(held, ((0, 0), (0, rate - held.shape[1])))
