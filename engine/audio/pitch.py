"""Sounds shifted in pitch at their own length, made once and kept as files."""

from __future__ import annotations

import threading
import weakref
from contextlib import suppress
from pathlib import Path

import numpy as np

from engine.audio.fades import rise
from engine.audio.sources import Readable, SoundSource, mark
from engine.files import atomic_path
from engine.jobs import Job

_PIECE_SECONDS = 120.0
"""Shifted in one go; where longer sounds are joined, steady tones may dip for a moment."""
_JOIN_SECONDS = 0.25
"""Pieces overlap this long and are crossfaded at equal power; so much is also shifted around the wanted part."""
_WINDOW_SECONDS = 0.045
_ATTACK = 4.0
"""Times the power of a hop before that is taken for an attack."""


class PitchedSource:
    """A part of a sound, ``semitones`` higher, numbered as the sound is; silence outside the part.

    Args:
        source: the sound.
        rate: its rate in Hz.
        first: the part's first sample.
        count: the part's length.
        semitones: above 0 is higher.
        folder: where the result is kept.
        lasting: whether the result stays for the next who wants the same, or goes with this object.
    """

    def __init__(
        self,
        source: SoundSource,
        rate: int,
        first: int,
        count: int,
        *,
        semitones: float,
        folder: Path,
        lasting: bool = True,
    ) -> None:
        self._source, self._rate, self._semitones, self._folder = source, rate, semitones, folder
        self._lasting, self._lock = lasting, threading.Lock()
        self._join = round(_JOIN_SECONDS * rate)
        self._first = max(0, first - self._join)
        self._count = first + count + self._join - self._first
        self._made: Readable | None = None

    def prepare(self, job: Job | None = None) -> None:
        """Shift the part now unless that was done before. Raises MediaError, Cancelled."""
        with self._lock:
            if self._made is None:
                self._made = _Kept(self._make(job or self._source.job), self._first)

    def read(self, first: int, count: int) -> np.ndarray:
        """Float32 ``(1 or 2, count)``; shifts the part now if that was not done. Raises MediaError."""
        self.prepare()
        assert self._made is not None
        return self._made.read(first, count)

    def _make(self, job: Job | None) -> Path:
        """The file of the shifted part, made unless it is there."""
        version = (self._first, self._count, self._semitones, "" if self._lasting else id(self))
        target = self._folder / f"{mark(self._source.path, *version)}.npy"
        if not target.exists():
            with atomic_path(target) as temporary:
                self._write(temporary, job)
        if not self._lasting:
            weakref.finalize(self, _remove, target).atexit = False
        return target

    def _write(self, path: Path, job: Job | None) -> None:
        channels = self._source.read(self._first, 1).shape[0]
        out = np.lib.format.open_memmap(path, "w+", np.float32, (channels, self._count))
        piece = round(_PIECE_SECONDS * self._rate)
        for begin in range(0, self._count, piece):
            self._add_piece(out, begin, min(begin + piece + self._join, self._count), job)
        out.flush()

    def _add_piece(self, out: np.ndarray, begin: int, end: int, job: Job | None) -> None:
        """Shift ``begin..end`` and crossfade its beginning with the end of the piece before."""
        shifted = shift(self._source.read(self._first + begin, end - begin), self._rate, self._semitones, job)
        join = min(self._join, end - begin) if begin else 0
        place = (np.arange(join, dtype=np.float32) + 0.5) / max(1, join)
        shifted[:, :join] *= rise(place, "equal_power")
        out[:, begin : begin + join] *= rise(1.0 - place, "equal_power")
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


def _remove(file: Path) -> None:
    with suppress(OSError):  # Windows removes no file that is mapped; it goes with its folder
        file.unlink()


def shift(sound: np.ndarray, rate: int, semitones: float, job: Job | None = None) -> np.ndarray:
    """``sound (C, N)`` at ``rate`` Hz, ``semitones`` higher at the same length: stretched in time, then resampled.

    Raises Cancelled.
    """
    import soxr

    factor = 2.0 ** (semitones / 12)
    window = 1 << max(8, round(np.log2(_WINDOW_SECONDS * rate)))
    padded = np.pad(sound, ((0, 0), (window, window)))
    longer = stretch(padded, factor, window, job)
    shifted = soxr.resample(np.ascontiguousarray(longer.T), factor, 1.0, quality="HQ").T
    return np.ascontiguousarray(shifted[:, window : window + sound.shape[1]], np.float32)


def stretch(sound: np.ndarray, factor: float, window: int, job: Job | None = None) -> np.ndarray:
    """``sound (C, N)`` made ``factor`` as long at its own pitch, by a phase vocoder of three quarters overlap.

    How far a phase turns over one hop is measured between two spectra that lie exactly a hop apart, so nothing need be
    unwrapped. Bins are turned as the peak nearest to them (identity phase locking, Laroche and Dolson 1999), all
    channels as their sum, and at an attack phases begin anew as they were recorded.
    Raises Cancelled.
    """
    hop = window // 4
    length = round(sound.shape[1] * factor)
    places = np.round(np.arange(0, length + hop, hop) / factor).astype(int)
    padded = np.pad(sound, ((0, 0), (window // 2 + hop, window + hop)))
    shape = np.hanning(window + 1)[:-1].astype(np.float32)
    out = np.zeros((sound.shape[0], length + 2 * window), np.float32)
    turned = np.zeros(window // 2 + 1)
    for number, place in enumerate(places):
        if job is not None:
            job.check()
        before, now = (np.fft.rfft(padded[:, at : at + window] * shape) for at in (place, place + hop))
        turn = _turn(turned, before.sum(axis=0), now.sum(axis=0))
        turned = np.angle(now.sum(axis=0)) + turn
        grain = np.fft.irfft(now * np.exp(1j * turn), window) * shape
        out[:, number * hop : number * hop + window] += grain.astype(np.float32)
    return out[:, window // 2 : window // 2 + length] / np.float32(1.5)  # what four squared Hann windows sum to


def _turn(turned: np.ndarray, before: np.ndarray, now: np.ndarray) -> np.ndarray:
    """By how much each bin of ``now`` is to be turned, given the phases ``turned`` a hop before."""
    size = np.abs(now)
    if np.square(size).sum() > _ATTACK * np.square(np.abs(before)).sum():
        return np.zeros_like(turned)
    inner = size[1:-1]
    peaks = np.flatnonzero((inner >= size[:-2]) & (inner > size[2:])) + 1
    if not len(peaks):
        return np.zeros_like(turned)
    nearest = peaks[np.searchsorted((peaks[1:] + peaks[:-1]) / 2, np.arange(len(size)))]
    at_peak = turned + np.angle(now * np.conj(before)) - np.angle(now)
    return at_peak[nearest]
