"""Keeps decoded frames within a number of bytes; read from the window's thread while another one decodes."""

from __future__ import annotations

import threading
from bisect import bisect_right, insort
from collections import OrderedDict

from engine.media.frame import Frame


class FrameCache:
    """Frames by time stamp, each with the stamp at which the next one takes over; the least recently used go first.

    Args:
        limit_bytes: pictures together never hold more.
    """

    def __init__(self, limit_bytes: int) -> None:
        self.limit = limit_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, tuple[Frame, int | None]] = OrderedDict()
        self._stamps: list[int] = []
        self._bytes = 0

    @property
    def nbytes(self) -> int:
        """Bytes of pictures held now."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._kept)

    def put(self, frame: Frame, end: int | None) -> None:
        """Keeps ``frame`` as shown from its stamp to ``end`` (ticks; None: unknown). A reduced one never replaces."""
        with self._lock:
            old = self._kept.get(frame.pts)
            if frame.image.nbytes > self.limit or (old and frame.reduced and not old[0].reduced):
                return
            if old:
                self._bytes -= old[0].image.nbytes
            else:
                insort(self._stamps, frame.pts)
            self._kept[frame.pts] = frame, end
            self._kept.move_to_end(frame.pts)
            self._bytes += frame.image.nbytes
            self._evict()

    def shown_at(self, target: int, *, full: bool = False) -> Frame | None:
        """The frame known to be shown at stamp ``target``, or None. ``full`` leaves reduced ones out."""
        with self._lock:
            place = bisect_right(self._stamps, target) - 1
            if place < 0:
                return None
            frame, end = self._kept[self._stamps[place]]
            if end is None or target >= end or (full and frame.reduced):
                return None
            self._kept.move_to_end(frame.pts)
            return frame

    def nearest(self, target: int) -> Frame | None:
        """The frame whose stamp is nearest to ``target``, or None while nothing is kept."""
        with self._lock:
            place = bisect_right(self._stamps, target)
            around = self._stamps[max(0, place - 1) : place + 1]
            if not around:
                return None
            return self._kept[min(around, key=lambda stamp: abs(stamp - target))][0]

    def gap(self, start: int, stop: int) -> int | None:
        """The first stamp from ``start`` on that no kept frame covers, or None when all is covered up to ``stop``."""
        with self._lock:
            while start <= stop:
                place = bisect_right(self._stamps, start) - 1
                end = self._kept[self._stamps[place]][1] if place >= 0 else None
                if end is None or end <= start:
                    return start
                start = end
            return None

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._kept.clear()
            self._stamps.clear()
            self._bytes = 0

    def _evict(self) -> None:
        while self._bytes > self.limit:
            stamp, (frame, _) = self._kept.popitem(last=False)
            self._stamps.pop(bisect_right(self._stamps, stamp) - 1)
            self._bytes -= frame.image.nbytes
