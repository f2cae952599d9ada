"""Waveform outlines of the sounds on screen, fetched in batches off the window's thread."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.tasks import Runner
from engine.errors import EngineError

if TYPE_CHECKING:
    import numpy as np

    from engine.library import Library

MOST_KEPT = 4096
"""Outlines kept: 3 kB each."""


def _fetch(library: Library, ids: tuple[int, ...]) -> tuple[Library, dict[int, np.ndarray]]:
    import numpy as np

    return library, {file_id: np.asarray(library.peaks(file_id), np.float32) for file_id in ids}


class PeaksViewModel(QObject):
    """Hands out outlines that are there and fetches those that are not; the newest wishes first."""

    ready = Signal()
    """Outlines that were missing have come: draw again."""

    forgotten = Signal()
    """Outlines handed out before may no longer be true."""

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._library: Library | None = None
        self._kept: OrderedDict[int, np.ndarray] = OrderedDict()
        self._missing: dict[int, None] = {}
        self._fetching = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._fetch_missing)

    def use(self, library: Library | None) -> None:
        """Answer for another library; nothing of the former is kept."""
        self._library = library
        self._kept.clear()
        self._missing.clear()
        self.forgotten.emit()
        self.ready.emit()

    def forget(self) -> None:
        """Fetch anew: the library's contents changed."""
        self.use(self._library)

    def get(self, file_id: int) -> np.ndarray | None:
        """The outline ``(2, bins)`` (min, max in -1..1), or None and ``ready`` when it has come."""
        found = self._kept.get(file_id)
        if found is not None:
            self._kept.move_to_end(file_id)
        elif self._library is not None:
            self._missing[file_id] = None
            if not self._soon.isActive():
                self._soon.start()
        return found

    def _fetch_missing(self) -> None:
        if self._fetching or not self._missing or self._library is None:
            return
        ids = tuple(reversed(self._missing))[:64]  # what was asked last is what is on screen now
        self._missing.clear()
        self._fetching = True
        self._runner.submit("decode", _fetch, self._library, ids, owner=self, on_done=self._came, on_error=self._failed)

    def _came(self, fetched: tuple[Library, dict[int, np.ndarray]]) -> None:
        self._fetching = False
        library, peaks = fetched
        if library is not self._library:
            self._fetch_missing()
            return
        self._kept.update(peaks)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        self.ready.emit()

    def _failed(self, error: EngineError) -> None:
        # A closed or damaged library is said by those who search it; rows without an outline stay usable.
        self._fetching = False
