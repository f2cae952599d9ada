"""The sound browser: search by text and category over the open library, and how far its indexing is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.viewmodels.audition import AuditionViewModel, Wish
from app.viewmodels.page import ADD_FOLDER, CLEAR_SEARCH, OPEN_LIBRARY, RETRY, Page, PanelState
from app.viewmodels.peaks import PeaksViewModel
from app.viewmodels.regions import RegionsViewModel
from app.viewmodels.rows import SoundListModel, SoundRow
from app.viewmodels.session import SessionViewModel
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.library import Library, SoundFile

LIMIT = 5000
"""Rows listed at most; more are found by narrowing the search."""
NEIGHBOURS = 3
DEBOUNCE_MS = 100
_REFRESH_SECONDS = 2.0
SEARCH_HELP = (
    "<b>Find sounds by name, folder or category</b><br>"
    "<code>door wood</code> both words · <code>door, gate</code> either · <code>door -car</code> without a word<br>"
    '<code>"close mic"</code> the words side by side · <code>name:bark</code>, <code>folder:</code>, '
    "<code>category:</code> in one field<br>"
    "<code>licence:cc0</code>, <code>credit:jane</code> by the terms of use · <code>licence:none</code> without any"
)


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """A wish for a list."""

    library: Library
    text: str
    category: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Rows and categories that answer a search."""

    search: Search
    rows: tuple[SoundRow, ...]
    categories: tuple[tuple[str, int], ...]
    total: int


def find(search: Search) -> Found:
    """Search the catalogue (decode lane)."""
    files = search.library.search(search.text, category=search.category, limit=LIMIT)
    categories = tuple((name, count) for name, count in search.library.categories())
    return Found(search, tuple(map(_row, files)), categories, search.library.stats().files)


def shortened(text: str, most: int = 40) -> str:
    """``text`` with its middle left out where it is longer than a narrow panel can show in a line."""
    if len(text) <= most:
        return text
    return f"{text[: most // 2]}…{text[-(most // 2 - 1) :]}"


def _row(file: SoundFile) -> SoundRow:
    from engine.library import title_of

    return SoundRow(
        file_id=file.id,
        path=file.path,
        name=title_of(file.path.name),
        duration=file.duration,
        category=file.category,
        end=file.duration,
        licence=file.licence,
        credit=file.credit,
    )


class LibraryViewModel(QObject):
    """The browser's list, its search, its categories and its four states."""

    state_changed = Signal()
    """``state``, ``page``, ``summary`` or ``error`` changed."""
    categories_changed = Signal()
    """``categories`` or ``category`` changed."""
    progress_changed = Signal()
    """``progress`` or ``progress_text`` moved."""
    text_changed = Signal(str)
    """The search text was changed other than by typing."""
    selected_changed = Signal(object)
    """The chosen SoundRow, or None."""
    action_requested = Signal(str)
    """A button of the empty page that the window answers (``app.viewmodels.page`` names them)."""

    def __init__(self, session: SessionViewModel, audition: AuditionViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.audition = session, audition
        self.peaks = PeaksViewModel(session.runner, self)
        self.regions = RegionsViewModel(session.runner, parent=self)
        self.regions.problem.connect(session.problem)
        self.rows = SoundListModel(lambda row: self.regions.file_of(row.path), self)
        self.text = ""
        self.category: str | None = None
        self.categories: tuple[tuple[str, int], ...] = ()
        self.total = 0
        self.error: EngineError | None = None
        self._found: Found | None = None
        self._refreshed = 0.0
        self._typing = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._typing.timeout.connect(self._search)
        self._listen()

    @property
    def state(self) -> PanelState:
        """Which of the four designed states the panel is in."""
        if self.error is not None and not self.rows.rowCount():
            return "failed"
        if self.rows.rowCount():
            return "full"
        searching = self.session.library is not None and self._found is None
        return "working" if self.indexing or searching or self._opening else "empty"

    @property
    def page(self) -> Page:
        """What to say while there is no list."""
        if self.indexing:
            return Page("waveform", "Reading your sounds", shortened(self.progress_text))
        if self._opening or (self.session.library is not None and self._found is None):
            waits = "Your sounds are read as soon as the model is awake." if self.session.collection.waiting else ""
            return Page("waveform", "Opening the library", waits)
        if self.session.library is not None and self.total:
            words = f"“{self.text}”" if self.text else "This category"
            where = f" in {self.category}" if self.text and self.category else ""
            said = f"{words} matches none of the {self.total:,} sounds{where}." if self.text else f"{words} is empty."
            return Page("magnify", "No sound matches", said, (CLEAR_SEARCH,))
        if self.session.preparing is not None:
            return Page("waveform", "The film is being made", "Its sounds follow as soon as it is open.")
        text = "Add a folder of your own sounds. They stay where they are and are never changed."
        return Page("folder-music-outline", "No sounds yet", text, (ADD_FOLDER, OPEN_LIBRARY))

    @property
    def summary(self) -> str:
        """How many sounds are listed, of how many."""
        listed = self.rows.rowCount()
        if listed >= LIMIT:
            return f"first {listed:,} of {self.total:,}; search to narrow"
        return f"{listed:,} of {self.total:,}" if self.text or self.category else f"{self.total:,} sounds"

    @property
    def indexing(self) -> bool:
        """Whether a folder is being read into the library."""
        return self.session.indexing is not None

    @property
    def progress(self) -> float | None:
        """Share of the indexing done, 0..1, or None while unknown."""
        task = self.session.indexing
        return task.job.fraction if task is not None and task.job is not None else None

    @property
    def progress_text(self) -> str:
        """What the indexing does now."""
        task = self.session.indexing
        return (task.job.message or task.title) if task is not None and task.job is not None else ""

    def set_text(self, text: str) -> None:
        """Search for text; asked for once typing pauses."""
        if text.strip() != self.text:
            self.text = text.strip()
            self._typing.start()

    def set_category(self, category: str | None) -> None:
        """List one category, or all for None."""
        if category != self.category:
            self.category = category
            self.categories_changed.emit()
            self._search()

    def press(self, button: str) -> None:
        """A button of the page was pressed."""
        if button == CLEAR_SEARCH:
            self.text, self.category = "", None
            self.text_changed.emit("")
            self.categories_changed.emit()
            self._search()
        elif button == "Cancel":
            self.session.cancel_indexing()
        elif button == RETRY:
            self._retry()
        else:
            self.action_requested.emit(button)

    def select(self, row: SoundRow | None) -> None:
        """A row was chosen: its neighbours are loaded, for the arrow keys go there next."""
        self.selected_changed.emit(row)
        if row is not None:
            self.audition.prefetch(Wish(near.path) for near in self.rows.around(row, NEIGHBOURS))

    @property
    def _opening(self) -> bool:
        return self.session.library is None and self.session.collection.library_path is not None and self.error is None

    def _listen(self) -> None:
        session = self.session
        session.library_changed.connect(self._on_library)
        session.content_changed.connect(self._on_content)
        session.video_changed.connect(self.state_changed)  # while the demo's film is made its sounds are on their way
        session.model_changed.connect(self.state_changed)  # a new library is made only once its model is there
        session.indexing_changed.connect(self._on_indexing)
        session.runner.progress.connect(self._on_progress)
        session.collection.failed.connect(self._on_failed)

    def _on_library(self) -> None:
        self.peaks.use(self.session.library)
        self.regions.clear()
        self._found = self.error = None
        self.category, self.categories, self.total = None, (), 0
        self.rows.set_rows(())
        self.categories_changed.emit()
        self.state_changed.emit()
        if self.session.library is not None:
            self._search()

    def _on_content(self) -> None:
        self.peaks.forget()
        self._search()

    def _on_indexing(self) -> None:
        self.error = None
        self.state_changed.emit()
        self.progress_changed.emit()

    def _on_progress(self) -> None:
        if not self.indexing:
            return
        self.progress_changed.emit()
        if time.monotonic() - self._refreshed > _REFRESH_SECONDS:
            self._search()  # names are in the catalogue long before their sound has been listened to

    def _on_failed(self, error: EngineError) -> None:
        self.error = error
        self.state_changed.emit()

    def _retry(self) -> None:
        path = self.session.collection.library_path
        self.error = None
        if self.session.library is not None:
            self._search()
        elif path is not None:
            self.session.open_library(path)
        self.state_changed.emit()

    def _search(self) -> None:
        library = self.session.library
        if library is None:
            return
        self._refreshed = time.monotonic()
        self.session.runner.submit(
            "decode",
            find,
            Search(library, self.text, self.category),
            owner=self,
            on_done=self._came,
            on_error=self._on_failed,
            key="library.search",
        )

    def _came(self, found: Found) -> None:
        if found.search.library is not self.session.library:
            return
        self._found, self.error, self.total = found, None, found.total
        self.rows.set_rows(found.rows)
        if found.categories != self.categories:
            self.categories = found.categories
            self.categories_changed.emit()
        self.state_changed.emit()
