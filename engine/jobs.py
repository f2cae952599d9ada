"""Progress and cancellation of long work, as a plain object that one thread writes and another polls."""

from __future__ import annotations

import threading

from engine.errors import Cancelled


class Job:
    """Counts steps of long work and carries the wish to stop it.

    The worker calls :meth:`begin` and :meth:`step`; any other thread reads ``done``, ``total`` and ``message``
    and may call :meth:`cancel`. Reads need no lock: each is a single attribute load.
    """

    def __init__(self) -> None:
        self.done: float = 0
        self.total: float = 0
        self.message = ""
        self._cancelled = threading.Event()

    def begin(self, total: float, message: str = "") -> None:
        """Start a stage of ``total`` steps; 0 means the length is unknown."""
        self.done, self.total, self.message = 0, total, message
        self.check()

    def step(self, n: float = 1, message: str | None = None) -> None:
        """Count ``n`` steps done. Raises :class:`Cancelled` when the owner asked to stop."""
        self.done += n
        if message is not None:
            self.message = message
        self.check()

    def cancel(self) -> None:
        """Ask the worker to stop at its next step."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether someone asked to stop."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise :class:`Cancelled` when the owner asked to stop."""
        if self.cancelled:
            raise Cancelled

    @property
    def fraction(self) -> float | None:
        """Share done in 0..1, or None while the length is unknown."""
        return min(1.0, self.done / self.total) if self.total else None
