"""Faults of our own that nobody caught: told in the window, each once, instead of to a terminal nobody sees."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType

from app.tasks import as_engine_error
from engine.errors import EngineError


class Unforeseen:
    """Stands in for ``sys.excepthook`` while the window is open: Qt hands it what a slot or an event handler raised.

    Args:
        tell: where an error is shown.
    """

    def __init__(self, tell: Callable[[EngineError], None]) -> None:
        self._tell = tell
        self._known: set[tuple[type[BaseException], str, int]] = set()

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Tell of ``error``; one that comes again from the same line, as with every paint, is told once."""
        if not isinstance(error, Exception):
            sys.__excepthook__(kind, error, trace)
            return
        last = trace
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        place = (kind, last.tb_frame.f_code.co_filename, last.tb_lineno) if last is not None else (kind, "", 0)
        if place not in self._known:
            self._known.add(place)
            self._tell(as_engine_error(error))
