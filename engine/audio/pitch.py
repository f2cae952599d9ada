"""Sounds shifted in pitch at their own length, made once and kept as files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.audio.sources import Readable, SoundSource, mark
from engine.files import atomic_path
from engine.jobs import Job

_PIECE_SECONDS = 20.0
_JOIN_SECONDS = 0.25
"""Pieces overlap this long and are crossfaded; so long is also what is shifted before and after the wanted part."""

_WINDOW = 2048


class PitchedSource:
    """A part of a sound, ``semitones`` higher, numbered as the sound is; silence outside the part.

    Args:
        source: the sound.
        rate: its rate in Hz.
        first: the part's first sample.
        count: the part's length.
        semitones: above 0 is higher.
        folder: where the result is kept.
    """

    def __init__(
        self, source: SoundSource, rate: int, first: int, count: int, *, semitones: float, folder: Path
    ) -> None:
        self._source, self._rate, self._semitones, self._folder = source, rate, semitones, folder
        self._join = round(_JOIN_SECONDS * rate)
        self._first = max(0, first - self._join)
        self._count = first + count + self._join - self._first
        self._made: Readable | None = None

    def prepare(self, job: Job | None = None) -> None:
        """Shift the part now unless that was done before. Raises MediaError, Cancelled."""
        if self._made is not None:
            return
        target = self._folder / f"{mark(self._source.path, self._first, self._count, self._semitones)}.npy"
        if not target.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            with atomic_path(target) as temporary:
                self._write(temporary, job)
        self._made = _Kept(target, self._first)

    def read(self, first: int, count: int) -> np.ndarray:
        """Float32 ``(1 or 2, count)``; shifts the part now if that was not done. Raises MediaError."""
        self.prepare()
        assert self._made is not None
        return self._made.read(first, count)

    def _write(self, path: Path, job: Job | None) -> None:
        channels = self._source.read(self._first, 1).shape[0]
        out = np.lib.format.open_memmap(path, "w+", np.float32, (channels, self._count))
        piece = round(_PIECE_SECONDS * self._rate)
        for begin in range(0, self._count, piece):
            if job is not None:
                job.check()
            self._add_piece(out, begin, min(begin + piece + self._join, self._count))
        out.flush()

    def _add_piece(self, out: np.ndarray, begin: int, end: int) -> None:
        """Shift ``begin..end`` and crossfade its beginning with the end of the piece before."""
        shifted = shift(self._source.read(self._first + begin, end - begin), self._rate, self._semitones)
        join = min(self._join, end - begin) if begin else 0
        rising = (np.arange(join, dtype=np.float32) + 0.5) / max(1, join)
        shifted[:, :join] *= rising
        out[:, begin : begin + join] *= 1.0 - rising
        out[:, begin : begin + join] += shifted[:, :join]
        out[:, begin + join : end] = shifted[:, join:]


class _Kept:
    """Samples in a file, mapped rather than loaded."""

    def __init__(self, path: Path, first: int) -> None:
        self._samples = np.load(path, mmap_mode="r")
        self._first = first

    def read(self, first: int, count: int) -> np.ndarray:
        out = np.zeros((self._samples.shape[0], count), np.float32)
        begin, end = max(first, self._first), min(first + count, self._first + self._samples.shape[1])
        if begin < end:
            out[:, begin - first : end - first] = self._samples[:, begin - self._first : end - self._first]
        return out


def shift(sound: np.ndarray, rate: int, semitones: float) -> np.ndarray:
    """``sound (C, N)`` at ``rate`` Hz, ``semitones`` higher at the same length (librosa's phase vocoder)."""
    import librosa

    length = sound.shape[1]
    if length < _WINDOW:
        sound = np.pad(sound, ((0, 0), (0, _WINDOW - length)))
    shifted = librosa.effects.pitch_shift(sound, sr=rate, n_steps=semitones, res_type="soxr_hq")
    return np.ascontiguousarray(shifted[:, :length], np.float32)
