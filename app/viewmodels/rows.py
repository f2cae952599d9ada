"""What a list of sounds shows: one frozen row a sound, in a Qt model that keeps it virtual and can be dragged out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, QUrl, Signal

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
DRAG_MIME = "text/uri-list"
MOST_TAKES = 9
"""Takes with a chip and a number key; the others are found in the library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundRow:
    """One sound in a list."""

    file_id: int
    path: Path
    name: str
    """Name without suffix, as read in the row."""
    duration: float
    """Length of the file in s; 0 while unknown."""
    category: str = ""
    start: float = 0.0
    """Where the proposed region begins in the file, s."""
    end: float = 0.0
    """Where it ends, s."""
    rank: int | None = None
    score: float | None = None
    """Calibrated, 0..1; None in lists that are not ranked."""
    fits: bool = True
    takes: tuple[SoundRow, ...] = ()
    """All takes of the family, best first, this one among them; empty where there is one only."""
    onscreen: str | None = field(default=None, compare=False)
    """"on screen" or "ambient" at the moment shown; empty while not known and of what does not fit, None where nothing
    can tell."""
    pinned: bool = field(default=False, compare=False)
    """Whether its contour stays on the picture."""
    licence: str = ""
    """Empty where nothing is said of it."""
    credit: str = ""

    @property
    def key(self) -> int:
        """What stays the same of a row when a list is ranked anew."""
        return self.file_id

    @property
    def has_region(self) -> bool:
        """Whether the proposal is less than the whole sound."""
        return self.duration > 0 and (self.end - self.start) < self.duration - 0.02

    def with_take(self, number: int) -> SoundRow:
        """The row showing its take ``number`` (1-9); itself where there is no such take."""
        if not 1 <= number <= min(MOST_TAKES, len(self.takes)):
            return self
        said = None if self.onscreen is None else ""  # of another sound nothing is known yet
        return replace(self.takes[number - 1], rank=self.rank, takes=self.takes, onscreen=said)

    @property
    def take(self) -> int:
        """Number of the shown take, from 1."""
        return next((n for n, take in enumerate(self.takes, 1) if take.key == self.key), 1)


@dataclass(frozen=True, slots=True)
class Divider:
    """A line of text between rows, which cannot be chosen."""

    text: str


class SoundListModel(QAbstractListModel):
    """Rows of sounds and dividers; any number, for only the visible ones are asked for."""

    rows_replaced = Signal()
    """Other rows are shown (not merely another take of one)."""

    def __init__(self, file_of: Callable[[SoundRow], Path | None], parent: QObject | None = None) -> None:
        """``file_of`` gives the file a row is dragged out as, or None where it cannot be yet."""
        super().__init__(parent)
        self._rows: Sequence[SoundRow | Divider] = ()
        self._file_of = file_of

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Number of rows and dividers."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row itself (:data:`ROW_ROLE`), and a sentence about it for screen readers."""
        row = self.row_at(index.row()) if index.isValid() else None
        if role == ROW_ROLE:
            return self._rows[index.row()] if index.isValid() else None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name if row is not None else getattr(self.data(index, ROW_ROLE), "text", None)
        if role == Qt.ItemDataRole.AccessibleTextRole and row is not None:
            return describe(row)
        if role == Qt.ItemDataRole.ToolTipRole and row is not None:
            return tip(row)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Sounds can be chosen and dragged; dividers cannot."""
        if index.isValid() and isinstance(self._rows[index.row()], SoundRow):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        return Qt.ItemFlag.NoItemFlags

    def supportedDragActions(self) -> Qt.DropAction:
        """Copy only: the source never moves."""
        return Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        """Rows leave as files."""
        return [DRAG_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The rows' files; without URLs when a chosen region is still being written."""
        rows = [row for row in (self.row_at(i.row()) for i in indexes) if row is not None]
        mime = QMimeData()
        files = [file for file in map(self._file_of, rows) if file is not None]
        if files:
            mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        return mime

    def row_at(self, number: int) -> SoundRow | None:
        """The sound in row ``number``, or None for a divider or no row."""
        row = self._rows[number] if 0 <= number < len(self._rows) else None
        return row if isinstance(row, SoundRow) else None

    def find(self, key: int) -> int | None:
        """Row number of the sound with this key, also when it is a folded take."""
        for number, row in enumerate(self._rows):
            if isinstance(row, SoundRow) and (row.key == key or any(take.key == key for take in row.takes)):
                return number
        return None

    def neighbour(self, number: int, step: int) -> int | None:
        """The next sound's row number from ``number`` in direction ``step`` (+1, -1), skipping dividers."""
        number += step
        while 0 <= number < len(self._rows):
            if isinstance(self._rows[number], SoundRow):
                return number
            number += step
        return None

    def around(self, row: SoundRow, reach: int) -> list[SoundRow]:
        """The row and its neighbours up to ``reach`` rows away, nearest first and the following before the former."""
        number = self.find(row.key)
        if number is None:
            return []
        places = (number, *(number + side * n for n in range(1, reach + 1) for side in (1, -1)))
        return [near for near in map(self.row_at, places) if near is not None]

    @property
    def rows(self) -> Sequence[SoundRow | Divider]:
        """Everything listed."""
        return self._rows

    def set_rows(self, rows: Sequence[SoundRow | Divider]) -> None:
        """Show other rows; nothing is announced when they are the same."""
        if list(rows) == list(self._rows):
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
        self.rows_replaced.emit()

    def annotate(self, told: Callable[[SoundRow], SoundRow]) -> None:
        """Change what is said of each sound (not which sound it is); only rows that look other are drawn again."""
        rows = list(self._rows)
        for number, row in enumerate(rows):
            if not isinstance(row, SoundRow):
                continue
            new = told(row)
            if (new.onscreen, new.pinned) != (row.onscreen, row.pinned):
                rows[number] = new
                self._rows = rows
                self.dataChanged.emit(self.index(number), self.index(number))

    def choose_take(self, number: int, take: int) -> bool:
        """Show another take (1-9) in row ``number``. Returns whether it changed."""
        row = self.row_at(number)
        if row is None or (other := row.with_take(take)) == row or not row.takes:
            return False
        self._rows = [*self._rows[:number], other, *self._rows[number + 1 :]]
        index = self.index(number)
        self.dataChanged.emit(index, index)
        return True


def describe(row: SoundRow) -> str:
    """A row as a sentence."""
    parts = [f"{row.rank}." if row.rank is not None else "", row.name, row.category, f"{row.duration:.1f} seconds"]
    if row.score is not None:
        parts.append("fits" if row.fits else "does not fit")
    if row.onscreen:
        parts.append(row.onscreen)
    if row.pinned:
        parts.append("pinned to the picture")
    if len(row.takes) > 1:
        parts.append(f"take {row.take} of {len(row.takes)}")
    return ", ".join(part for part in parts if part)


def tip(row: SoundRow) -> str:
    """Where a row's file lies, and beneath it the licence and whom to credit, where that is known."""
    named = (("Licence", row.licence), ("Credit", row.credit))
    return "\n".join([str(row.path), *(f"{name}: {text}" for name, text in named if text)])


def format_duration(seconds: float) -> str:
    """A length people read at a glance: ``0.42 s``, ``12.3 s``, ``3:05``, ``1:02:03``."""
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
