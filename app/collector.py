"""Collects cyclic garbage on the window's thread alone: Qt objects must be destroyed where they live."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 500


class MainThreadCollector(QObject):
    """Takes over from Python's own collector until :meth:`stop`.

    That one runs on whichever thread happens to allocate. On a worker it may find widgets in a cycle and destroy them
    there, which ends the process now and then.

    Args:
        parent: owner.
        interval: ms between two looks.
    """

    def __init__(self, parent: QObject | None = None, interval: int = INTERVAL_MS) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        gc.disable()
        self._timer.start(interval)

    def stop(self) -> None:
        """Let Python collect by itself again."""
        self._timer.stop()
        gc.enable()

    def _look(self) -> None:
        """The oldest generation that is due, as Python's own thresholds say; the whole heap most seldom."""
        counts = gc.get_count()
        due = [g for g in range(3) if counts[g] > self._thresholds[g] > 0]
        if due:
            gc.collect(due[-1])
