"""The top right corner in words: device, model, library, and the work going on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.tasks import Task
from app.viewmodels.session import SessionViewModel

if TYPE_CHECKING:
    from engine.library import Library

RECOUNT_AFTER = 1.0  # s


class IndicatorsViewModel(QObject):
    """Gathers what the corner says; it asks the library for its size off the main thread."""

    changed = Signal()
    """``device``, ``model`` or ``library`` changed."""
    tasks_changed = Signal()
    """The running work or its progress changed: read ``task`` and ``more``."""

    def __init__(self, session: SessionViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._files: int | None = None
        session.model_changed.connect(self.changed)
        session.library_changed.connect(self._count)
        session.content_changed.connect(self._count)
        session.runner.jobs_changed.connect(self.tasks_changed)
        session.runner.progress.connect(self.tasks_changed)
        session.runner.progress.connect(self._recount)
        self._counted_at = 0.0

    @property
    def device(self) -> str:
        """Where the model runs, e.g. CPU or CUDA; empty until a model is loaded."""
        model = self.session.model
        return str(model.device).split(":", maxsplit=1)[0].upper() if model is not None else ""

    @property
    def model(self) -> str:
        """The model's id, or what is happening to it."""
        if self.session.model is not None:
            return self.session.model.id
        return "loading model…" if self.session.model_loading else "no model"

    @property
    def library(self) -> str:
        """How many sounds the open library has."""
        if self.session.library is None:
            return "no library"
        return "library" if self._files is None else f"{self._files:,} sound{'' if self._files == 1 else 's'}"

    @property
    def task(self) -> Task | None:
        """The job begun last, or None."""
        return next(reversed(self.session.runner.jobs), None)

    @property
    def more(self) -> int:
        """How many jobs run beside it."""
        return max(0, len(self.session.runner.jobs) - 1)

    def cancel(self) -> None:
        """Stop the job that is shown."""
        task = self.task
        if task is None:
            return
        if task is self.session.indexing:
            self.session.cancel_indexing()
        else:
            task.cancel()

    def _recount(self) -> None:
        """The number grows while a folder is read; now and then is often enough."""
        if self.session.indexing is not None and time.monotonic() - self._counted_at > RECOUNT_AFTER:
            self._ask_for_count()

    def _count(self) -> None:
        self._files = None
        self._ask_for_count()
        self.changed.emit()

    def _ask_for_count(self) -> None:
        self._counted_at = time.monotonic()
        library = self.session.library
        if library is not None:
            self.session.runner.submit(
                "decode", _files_of, library, owner=self, on_done=self._counted, key="indicators.count"
            )

    def _counted(self, files: int) -> None:
        self._files = files
        self.changed.emit()


def _files_of(library: Library) -> int:
    stats: Any = library.stats()
    return int(stats.files)
