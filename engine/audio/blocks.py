"""Clips' sounds at the project's rate, in blocks on a fixed grid, in bounded memory, read ahead of the playhead."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from engine.audio.sources import Readable

Name = tuple[str, int]
"""Of a block: the region's and the block's number."""
BLOCK = 32_768
"""About how many project samples a block holds; exactly so where nothing is resampled."""
FINEST = 65_536
"""Ratios of source to project samples are taken to the nearest fraction with a denominator up to this."""
_REACH = 192
"""Samples at the lower of two rates that the resampler hears before and after one; 128 change nothing within 1e-7."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """What a clip plays, as project samples from 0 to ``length``, and the grid on which it is resampled.

    Attributes:
        name: tells regions with other samples apart.
        source: numbered samples at the media's own rate.
        first: the window's first sample in the source.
        span: samples of the window; a reversed clip plays them from the last.
        ratio: source samples a project sample.
        length: project samples.
        reverse: whether the window plays backwards.
    """

    name: str
    source: Readable
    first: int
    span: int
    ratio: Fraction
    length: int
    reverse: bool = False

    @property
    def block(self) -> int:
        """Project samples a block: a whole number of periods of the ratio, so that blocks begin on source samples."""
        period = self.ratio.denominator
        return period * max(1, BLOCK // period)

    def render(self, number: int) -> np.ndarray:
        """Block ``number``, float32 ``(1 or 2, n)``, contiguous. Raises MediaError."""
        begin = number * self.block
        count = min(self.block, self.length - begin)
        if self.ratio == 1:
            return np.ascontiguousarray(self._read(begin, count))
        return self._resampled(begin, count)

    def _resampled(self, begin: int, count: int) -> np.ndarray:
        """Each block is resampled alone with what lies around it: the same samples whenever and wherever asked for."""
        import soxr

        period, ratio = self.ratio.denominator, self.ratio
        before = period * math.ceil(_REACH / min(Fraction(1), ratio) / period)
        after = math.ceil(_REACH * max(Fraction(1), ratio)) + 1
        first = int((begin - before) * ratio)
        last = math.ceil((begin + count) * ratio) + after
        heard = soxr.resample(
            np.ascontiguousarray(self._read(first, last - first).T), ratio.numerator, ratio.denominator, quality="HQ"
        )
        return np.ascontiguousarray(heard[before : before + count].T, np.float32)

    def _read(self, first: int, count: int) -> np.ndarray:
        if not self.reverse:
            return self.source.read(self.first + first, count)
        end = self.first + self.span
        return self.source.read(end - first - count, count)[:, ::-1]


def nearest_ratio(speed: Fraction, media_rate: int, project_rate: int) -> Fraction:
    """Source samples a project sample; see :data:`FINEST`."""
    return (speed * Fraction(media_rate, project_rate)).limit_denominator(FINEST)


class BlockCache:
    """The latest blocks, bounded in bytes; read ahead by threads of its own where it has any.

    Args:
        most_bytes: blocks not asked for longest go first beyond this.
        threads: how many read ahead.
    """

    def __init__(self, most_bytes: int, threads: int = 0) -> None:
        self.nbytes = 0
        self._most = most_bytes
        self._blocks: OrderedDict[Name, np.ndarray] = OrderedDict()
        self._coming: dict[Name, Future[np.ndarray]] = {}
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(threads, "read-ahead") if threads else None

    def get(self, region: Region, number: int) -> np.ndarray:
        """A block, from memory or read now. Raises MediaError."""
        name = (region.name, number)
        with self._lock:
            block = self._blocks.get(name)
            if block is not None:
                self._blocks.move_to_end(name)
                return block
            coming = self._coming.get(name)
            if coming is not None and coming.cancel():
                del self._coming[name]
                coming = None
        if coming is not None:
            return coming.result()
        block = region.render(number)
        self._keep(name, block)
        return block

    def read_ahead(self, wanted: Iterable[tuple[Region, int]]) -> None:
        """Have the threads read what of ``wanted`` is not there, in this order."""
        if self._threads is None:
            return
        for region, number in wanted:
            name = (region.name, number)
            with self._lock:
                if name in self._blocks or name in self._coming:
                    continue
                self._coming[name] = self._threads.submit(self._fetch, name, region, number)

    def forget_wishes(self) -> None:
        """Drop what was to be read ahead and is not begun: the playhead went elsewhere."""
        with self._lock:
            coming = list(self._coming.items())
        for name, future in coming:
            if future.cancel():
                with self._lock:
                    self._coming.pop(name, None)

    def close(self) -> None:
        """End the threads and let go of everything."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        with self._lock:
            self._blocks.clear()
            self._coming.clear()
            self.nbytes = 0

    def _fetch(self, name: Name, region: Region, number: int) -> np.ndarray:
        try:
            block = region.render(number)
            self._keep(name, block)
            return block
        finally:
            with self._lock:
                self._coming.pop(name, None)

    def _keep(self, name: Name, block: np.ndarray) -> None:
        with self._lock:
            older = self._blocks.pop(name, None)
            self._blocks[name] = block
            self.nbytes += block.nbytes - (older.nbytes if older is not None else 0)
            while self.nbytes > self._most and len(self._blocks) > 1:
                self.nbytes -= self._blocks.popitem(last=False)[1].nbytes
