"""One pass over a sound: its windows as log-mels and its peaks, in memory that does not grow with its length."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.features import FrontEnd, window_starts
from engine.jobs import Job
from engine.library.store import PEAK_BINS

# Above this a sound keeps every second window, then every fourth...: an hour is heard every two seconds.
MOST_WINDOWS = 1800
# Windows that stay below this (-72 dB of full scale) are silence; nobody wants silence proposed.
SILENT = 2.5e-4
BLOCK_SECONDS = 30.0
_ROWS = 32


def is_audible(waveform: np.ndarray) -> bool:
    """Whether anything of samples in -1..1, of any shape, reaches :data:`SILENT`."""
    return bool(np.abs(waveform).max(initial=0.0) >= SILENT)


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """What the encoder needs of a sound, and what its row draws."""

    duration: float
    """As decoded, s; headers are not trusted."""
    starts: list[float]
    features: np.ndarray
    """Log-mels of the windows, float32 ``(len(starts), *front.shape)``."""
    peaks: np.ndarray
    """Lowest and highest sample per bin, float32 ``(2, 400)``."""


def listen(path: Path, front: FrontEnd, job: Job) -> Decoded:
    """Decode a sound to the rate and channels of a model's front end, block by block.

    Raises:
        MediaError: it cannot be read or holds no sound.
        Cancelled: the job was cancelled between two blocks.
    """
    from engine.media import audio_blocks

    windows, peaks = _WindowCutter(front), PeakMeter()
    for block in audio_blocks(path, sample_rate=front.sample_rate, channels=front.channels, seconds=BLOCK_SECONDS):
        job.check()
        peaks.add(block[0] if len(block) == 1 else block.mean(axis=0))
        windows.add(block)
    return windows.finish(peaks.bins())


class _WindowCutter:
    """Cuts a stream into the windows of :func:`engine.features.window_starts`, thinned when it gets very long."""

    def __init__(self, front: FrontEnd) -> None:
        self._front = front
        self._samples = 0
        self._rest = np.zeros((front.channels, 0), dtype=np.float32)
        self._tail = self._rest
        self._stride = 1
        self._second = 0
        self._starts: list[float] = []
        # One piece of memory, of which only what is written to counts: a thousand small ones would break the heap up.
        self._features = np.empty((MOST_WINDOWS + _ROWS, *front.shape), dtype=np.float32)

    def add(self, block: np.ndarray) -> None:
        """Take the next samples ``(channels, n)``."""
        rate, channels = self._front.sample_rate, self._front.channels
        self._samples += block.shape[1]
        self._rest = np.concatenate([self._rest, block], axis=1)
        whole = self._rest.shape[1] // rate
        for first in range(0, whole, _ROWS):
            piece = self._rest[:, first * rate : min(whole, first + _ROWS) * rate]
            rows = piece.reshape(channels, -1, rate).swapaxes(0, 1)
            self._hear([float(self._second + first + n) for n in range(len(rows))], rows)
        self._second += whole
        # A last window that ends with the sound reaches back into what was cut already.
        self._tail = np.concatenate([self._tail, block], axis=1)[:, -rate:]
        self._rest = self._rest[:, whole * rate :]

    def finish(self, peaks: np.ndarray) -> Decoded:
        """What was heard, the tail included."""
        rate = self._front.sample_rate
        duration = self._samples / rate
        last = window_starts(duration)[-1]
        if self._samples and last > self._second - 1 and (last % 1 or not self._second):
            self._hear([last], np.pad(self._tail, ((0, 0), (0, rate - self._tail.shape[1])))[None])
        return Decoded(duration, self._starts, self._features[: len(self._starts)].copy(), peaks)

    def _hear(self, starts: list[float], rows: np.ndarray) -> None:
        wanted = [n for n, start in enumerate(starts) if start % self._stride == 0 or start % 1]
        wanted = [n for n in wanted if is_audible(rows[n])]
        if wanted:
            first = len(self._starts)
            self._starts += [starts[n] for n in wanted]
            self._features[first : len(self._starts)] = self._front.sounds(rows[wanted])
        while len(self._starts) > MOST_WINDOWS:
            self._thin()

    def _thin(self) -> None:
        self._stride *= 2
        kept = [n for n, start in enumerate(self._starts) if start % self._stride == 0]
        for place, n in enumerate(kept):
            self._features[place] = self._features[n]
        self._starts = [self._starts[n] for n in kept]


class PeakMeter:
    """Lowest and highest samples of a stream of unknown length, in 400 equal parts at the end."""

    MOST_CHUNKS = 1 << 15

    def __init__(self) -> None:
        self._chunk = 4
        self._rest = np.zeros(0, dtype=np.float32)
        self._low: list[np.ndarray] = []
        self._high: list[np.ndarray] = []
        self._chunks = 0

    def add(self, mono: np.ndarray) -> None:
        """Take the next samples ``(n,)``."""
        samples = np.concatenate([self._rest, mono])
        whole = len(samples) // self._chunk
        rows = samples[: whole * self._chunk].reshape(whole, self._chunk)
        self._low.append(rows.min(axis=1))
        self._high.append(rows.max(axis=1))
        self._rest = samples[whole * self._chunk :]
        self._chunks += whole
        while self._chunks > self.MOST_CHUNKS:
            self._halve()

    def bins(self) -> np.ndarray:
        """Lowest and highest sample per bin, float32 ``(2, 400)``; zeros when there was no sound."""
        if len(self._rest):
            self._low.append(self._rest.min(keepdims=True))
            self._high.append(self._rest.max(keepdims=True))
        low, high = _joined(self._low), _joined(self._high)
        bins = np.zeros((2, PEAK_BINS), dtype=np.float32)
        edges = np.linspace(0, len(low), PEAK_BINS + 1)
        for n in range(PEAK_BINS if len(low) else 0):
            part = slice(int(edges[n]), max(int(edges[n]) + 1, int(np.ceil(edges[n + 1]))))
            bins[:, n] = low[part].min(), high[part].max()
        return bins

    def _halve(self) -> None:
        """Chunks twice as long; of an odd number the last one counts twice, a hair's breadth in the drawing."""
        low, high = _joined(self._low), _joined(self._high)
        if len(low) % 2:
            low, high = np.append(low, low[-1]), np.append(high, high[-1])
        self._low, self._high = [low.reshape(-1, 2).min(axis=1)], [high.reshape(-1, 2).max(axis=1)]
        self._chunk *= 2
        self._chunks = len(self._low[0])


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
