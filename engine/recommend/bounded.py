"""What was worked out and may be wanted again, kept in memory within a number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any


class BoundedCache:
    """Values by key; the ones unused longest go first. Safe to use from several threads.

    Args:
        limit: bytes that the values together never exceed.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def nbytes(self) -> int:
        """Bytes held now."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> Any:
        """The value kept under ``key``, or None."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, value: Any, nbytes: int) -> None:
        """Keep ``value``, which takes ``nbytes``; one larger than all there is room for is not kept."""
        with self._lock:
            self._drop(key)
            if nbytes > self.limit:
                return
            self._kept[key] = value, nbytes
            self._bytes += nbytes
            while self._bytes > self.limit:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        _, nbytes = self._kept.pop(key, (None, 0))
        self._bytes -= nbytes
