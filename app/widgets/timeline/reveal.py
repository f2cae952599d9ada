"""A clip's sound shown in the library: chosen in its list, searched for by name where it is not there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from app.viewmodels.library import LibraryViewModel
from app.viewmodels.session import Action
from app.widgets.sound_list import SoundListView

if TYPE_CHECKING:
    from app.main_window import MainWindow


class Reveal(QObject):
    """Finds files in the library's list."""

    def __init__(self, window: MainWindow, library: SoundListView, viewmodel: LibraryViewModel) -> None:
        super().__init__(window)
        self._window, self._list, self._viewmodel = window, library, viewmodel
        self._wanted: Path | None = None
        viewmodel.rows.rows_replaced.connect(self._on_rows)

    def show(self, path: Path) -> None:
        """Choose the file's row; asked for by name where other sounds are listed."""
        session = self._viewmodel.session
        if "library" in self._window.docks:
            self._window.docks["library"].show()
        if session.library is None:
            session.say("No library is open.", Action("Open its folder", lambda: open_folder(path)))
        elif not self._choose(path):
            self._wanted = path
            self._search(f'name:"{path.stem}"')

    def _search(self, text: str) -> None:
        self._viewmodel.set_category(None)
        self._viewmodel.text_changed.emit(text)
        self._viewmodel.set_text(text)

    def _on_rows(self) -> None:
        """What was asked for has come: it holds the file, or the library does not have it."""
        wanted, vm = self._wanted, self._viewmodel
        if wanted is None or vm.text != f'name:"{wanted.stem}"':
            return
        self._wanted = None
        if not self._choose(wanted):
            action = Action("Open its folder", lambda: open_folder(wanted))
            vm.session.say(f"{wanted.name} is not in the open library.", action)

    def _choose(self, path: Path) -> bool:
        rows = self._viewmodel.rows
        for number in range(rows.rowCount()):
            row = rows.row_at(number)
            if row is not None and path in (row.path, *(take.path for take in row.takes)):
                index = rows.index(number, 0)
                self._list.setCurrentIndex(index)
                self._list.scrollTo(index)
                self._list.setFocus()
                return True
        return False


def open_folder(path: Path) -> None:
    """Show the folder of a file in the system's own program."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
