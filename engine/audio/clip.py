"""A sound made ready for the device: decoded, at the device's rate and channels, with the gain that would level it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.errors import MediaError

HEAD_SECONDS = 30.0
"""Longer stretches are played from a head of this length while the rest follows in blocks."""
TARGET_RMS_DB = -23.0
"""Level that gain-matched audition brings sounds to, dB RMS of their loud parts."""
_EDGE_SECONDS = 0.5
"""Read beyond the clip and cut off: a resampler needs what follows to end without an edge."""
_BLOCK_SECONDS = 0.4
_GATE_DB = -70.0
_RELATIVE_GATE_DB = -10.0


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A stretch of a sound in the device's own form.

    Attributes:
        samples: float32 ``(n, channels)``.
        rate: Hz.
        offset: seconds in the file at which the stretch begins.
        gain: linear factor that brings it to :data:`TARGET_RMS_DB` without clipping.
        source: the file, if it came from one.
        file_end: seconds at which the file ends; the clip's own end where None.
    """

    samples: np.ndarray
    rate: int
    offset: float = 0.0
    gain: float = 1.0
    source: Path | None = None
    file_end: float | None = None

    @property
    def end(self) -> float:
        """Seconds in the file at which the stretch ends."""
        return self.offset + len(self.samples) / self.rate

    @property
    def nbytes(self) -> int:
        """Bytes of memory held."""
        return self.samples.nbytes

    def covers(self, start: float, end: float) -> bool:
        """Whether the file's seconds ``start..end`` lie inside, to a hundredth of a second."""
        return self.offset <= start + 1e-9 and end <= self.end + 0.01


def load_clip(path: Path | str, rate: int, channels: int, start: float = 0.0, *, seconds: float = HEAD_SECONDS) -> Clip:
    """About ``seconds`` of a file around ``start`` (s) onwards, in the device's form.

    The clip begins and, unless the file ends before, ends at a whole second, where what is read later joins on.

    Raises:
        MediaError: the file cannot be read or holds no sound there.
    """
    from engine.media import load_audio, probe  # here: the window is up before libsndfile and OpenCV are loaded

    first = math.floor(start)
    last = math.ceil(start + seconds)
    sound = load_audio(path, sample_rate=rate, channels=channels, start=first, end=last + _EDGE_SECONDS)
    whole = sound.shape[-1] < (last - first + _EDGE_SECONDS) * rate - 1
    sound = sound[:, : (last - first) * rate]
    if sound.shape[-1] <= round((start - first) * rate):
        raise MediaError(
            f"{Path(path).name} holds no sound at {start:.2f} s.", "Choose a region inside the sound.", path=path
        )
    clip = prepare(sound, rate, rate, channels, offset=float(first), source=Path(path))
    return clip if whole else replace(clip, file_end=max(clip.end, probe(path).duration))


def prepare(
    waveform: np.ndarray,
    sample_rate: int,
    rate: int,
    channels: int,
    *,
    speed: float = 1.0,
    offset: float = 0.0,
    source: Path | None = None,
) -> Clip:
    """A waveform ``(C, N)`` or ``(N,)`` in the device's form; ``speed`` 2 is an octave up in half the time.

    Raises:
        ValueError: speed or rate is not positive.
    """
    from engine.media.channels import to_channels

    if speed <= 0 or sample_rate <= 0:
        raise ValueError("speed and sample rate must be above zero")
    mixed = to_channels(np.atleast_2d(np.asarray(waveform, np.float32)), channels)
    samples = resample(mixed.T, sample_rate * speed, rate)
    return Clip(samples, rate, offset, levelling_gain(samples, rate), source)


def resample(frames: np.ndarray, from_rate: float, to_rate: float) -> np.ndarray:
    """Frames ``(n, channels)`` at another rate, contiguous float32; the same array where nothing changes."""
    if from_rate == to_rate or not len(frames):
        return np.ascontiguousarray(frames, np.float32)
    import soxr

    return np.ascontiguousarray(soxr.resample(frames, from_rate, to_rate, quality="HQ"), np.float32)


def levelling_gain(frames: np.ndarray, rate: int) -> float:
    """Linear gain that brings frames ``(n, channels)`` to :data:`TARGET_RMS_DB`, never above what their peak allows.

    Loud parts alone count, as in EBU R128's gating (0.4 s blocks, -70 dB absolute, -10 dB relative) but unweighted,
    which also holds for sounds shorter than a block. Silence gives 1.
    """
    if not len(frames):
        return 1.0
    size = max(1, int(_BLOCK_SECONDS * rate))
    power = np.add.reduceat(np.square(frames).mean(axis=1), np.arange(0, len(frames), size))
    power = power / np.diff(np.append(np.arange(0, len(frames), size), len(frames)))
    loud = power[power > 10 ** (_GATE_DB / 10)]
    if not loud.size:
        return 1.0
    loud = loud[loud >= loud.mean() * 10 ** (_RELATIVE_GATE_DB / 10)]
    wanted = 10 ** (TARGET_RMS_DB / 20) / math.sqrt(float(loud.mean()))
    return min(wanted, 1.0 / float(np.abs(frames).max()))
