"""The open sound library, the model that made it, and the indexing of folders into it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.tasks import Runner, Task, YieldingJob
from engine.errors import EngineError, LibraryError

if TYPE_CHECKING:
    from engine.jobs import Job
    from engine.library import IndexReport, Library
    from engine.models import Model
    from engine.recommend import Recommender

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A library with the model that answers for it."""

    library: Library
    model: Model
    recommender: Recommender


def _open_library(path: Path) -> Library:
    from engine.library import Library

    return Library.open(path)


def _load_recommender(library: Library, known: Model | None) -> Ready:
    from engine.models import load
    from engine.recommend import Recommender

    fits = known is not None and known.fingerprint == library.model_fingerprint
    model = known if fits and known is not None else load(library.model_id)
    return Ready(library=library, model=model, recommender=Recommender(library, model))


def _create_library(path: Path, model_id: str) -> Ready:
    from engine.library import Library
    from engine.models import load
    from engine.recommend import Recommender

    model = load(model_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    library = Library.create(path, model)
    return Ready(library=library, model=model, recommender=Recommender(library, model))


def _index(library: Library, folder: Path, model: Model, job: Job) -> IndexReport:
    from engine.library import index_folder

    return index_folder(library, folder, model, job)


class CollectionViewModel(QObject):
    """Opens or creates a library, loads its model lazily, and indexes folders with progress and cancel."""

    library_changed = Signal()
    """Another library is open, or none (``library``)."""
    content_changed = Signal()
    """Sounds were added to or removed from the open library."""
    model_changed = Signal()
    """``model`` and ``recommender`` are ready, or gone, or ``model_loading`` changed."""
    indexing_changed = Signal()
    """``indexing`` (the Task with its job, or None) changed."""
    indexed = Signal(object)
    """An IndexReport of an indexing that ran to its end."""
    index_cancelled = Signal()
    """The indexing was stopped; what it did so far is kept."""
    failed = Signal(object)
    """An EngineError: the library, its model or the indexing failed; ``error`` keeps it."""

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runner = runner
        self.library: Library | None = None
        self.library_path: Path | None = None
        self.model: Model | None = None
        self.recommender: Recommender | None = None
        self.model_loading = False
        self.indexing: Task | None = None
        self.error: EngineError | None = None
        self._folders: list[Path] = []
        self._last_model: Model | None = None

    @property
    def waiting(self) -> tuple[Path, ...]:
        """Folders that are indexed once the library and its model are there."""
        return tuple(self._folders)

    def open(self, path: Path, folder: Path | None = None) -> None:
        """Open a library file; its sounds are listed at once, its model follows, and with it a folder to be indexed.

        A bad one replaces none.
        """
        failed = self._replace(path, folder)
        self.runner.submit(
            "model", _open_library, path, owner=self, on_done=self._opened, on_error=failed, key="library.open"
        )

    def add_folder(self, folder: Path, library_path: Path, model_id: str) -> None:
        """Index a folder into the open library, or into a new one at ``library_path`` made with ``model_id``."""
        if self.library is not None and self.model is None and not self.model_loading:
            self.failed.emit(self.error or LibraryError("The open library has no model.", "Open or make another."))
            return
        on_its_way = self.library_path is not None and self.error is None
        if self.library is not None or on_its_way:
            self._folders.append(folder)
            self._index_next()
        elif library_path.exists():
            self.open(library_path, folder)
        else:
            self.create(library_path, model_id, folder)

    def open_when_made(self, make: Callable[[Job], Path], title: str) -> None:
        """Run work in the model lane that makes a library, shown as indexing, and open what it returns."""
        self.close()

        def made(path: Path) -> None:
            self._end_indexing()
            self.open(path)

        def stopped() -> None:
            self._end_indexing()
            self.index_cancelled.emit()

        self.indexing = self.runner.submit(
            "model",
            make,
            owner=self,
            on_done=made,
            on_error=self._index_failed,
            on_cancelled=stopped,
            job=YieldingJob(),
            title=title,
        )
        self.indexing_changed.emit()

    def create(self, path: Path, model_id: str, folder: Path | None = None) -> None:
        """Make an empty library for a model, and index a folder into it. What cannot be made replaces nothing."""
        failed = self._replace(path, folder)
        self._set_loading(True)
        self.runner.submit(
            "model",
            _create_library,
            path,
            model_id,
            owner=self,
            on_done=self._created,
            on_error=failed,
            key="library.open",
        )

    def cancel_indexing(self) -> None:
        """Stop the indexing, or the wait for it; sounds indexed so far stay."""
        waiting = bool(self._folders)
        self._folders.clear()
        if self.indexing is not None:
            self.indexing.cancel()
        elif waiting:
            self.index_cancelled.emit()

    def close(self) -> None:
        """Close the library and forget its model; folders that wait or are being indexed are no other library's."""
        self._folders.clear()
        if self.indexing is not None:
            self.indexing.drop()
            self._end_indexing()
        library, self.library = self.library, None
        self.library_path = self.model = self.recommender = self.error = None
        self.model_loading = False
        if library is not None:
            self.runner.submit("model", library.close)  # after whatever the lane still does with it
            self.library_changed.emit()
            self.model_changed.emit()

    def _replace(self, path: Path, folder: Path | None) -> Callable[[EngineError], None]:
        """Close what is open, for another library; returns what to do where that fails: tell, and open it again."""
        before = self.library_path if self.library is not None else None
        self.close()
        self.library_path = path
        if folder is not None:
            self._folders.append(folder)

        def failed(error: EngineError) -> None:
            if isinstance(error, LibraryError):
                self.library_path = None
            self._give_up(error)
            if before is not None and before != path:
                self.open(before)

        return failed

    def _opened(self, library: Library) -> None:
        self.library = library
        self.library_changed.emit()
        self._set_loading(True)

        def failed(error: EngineError) -> None:
            if library is self.library:  # else another one was opened meanwhile
                self._give_up(error)

        self.runner.submit(
            "model",
            _load_recommender,
            library,
            self._last_model,
            owner=self,
            on_done=self._loaded,
            on_error=failed,
            key="library.model",
        )

    def _created(self, ready: Ready) -> None:
        self.library = ready.library
        self.library_changed.emit()
        self._loaded(ready)

    def _loaded(self, ready: Ready) -> None:
        if ready.library is not self.library:
            return
        self._last_model = ready.model
        self.model, self.recommender = ready.model, ready.recommender
        self._set_loading(False)
        self._index_next()

    def _index_next(self) -> None:
        if not self._folders or self.indexing is not None or self.library is None or self.model is None:
            return
        folder = self._folders.pop(0)
        self.indexing = self.runner.submit(
            "model",
            _index,
            self.library,
            folder,
            self.model,
            owner=self,
            on_done=self._indexed,
            on_error=self._index_failed,
            on_cancelled=self._index_stopped,
            job=YieldingJob(),
            title=f"Indexing {folder.name or folder}",
        )
        self.indexing_changed.emit()

    def _indexed(self, report: IndexReport) -> None:
        self._end_indexing()
        self.content_changed.emit()
        self.indexed.emit(report)
        self._index_next()

    def _index_failed(self, error: EngineError) -> None:
        self._end_indexing()
        self._fail(error)
        self._index_next()

    def _index_stopped(self) -> None:
        self._end_indexing()
        self.content_changed.emit()
        self.index_cancelled.emit()
        self._index_next()

    def _end_indexing(self) -> None:
        self.indexing = None
        self.indexing_changed.emit()

    def _give_up(self, error: EngineError) -> None:
        """There is no library or no model: nothing will be indexed."""
        self._folders.clear()
        self._fail(error)

    def _fail(self, error: EngineError) -> None:
        self.error = error
        self._set_loading(False)
        self.failed.emit(error)

    def _set_loading(self, loading: bool) -> None:
        self.model_loading = loading
        self.model_changed.emit()
