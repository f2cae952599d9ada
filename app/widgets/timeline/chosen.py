"""The sound that is chosen in the lists, placed at the playhead with what it was proposed from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.viewmodels.library import LibraryViewModel
from app.viewmodels.rows import SoundRow
from app.viewmodels.suggestions import SuggestionsViewModel
from app.viewmodels.timeline_placing import PlacingViewModel, origin_of
from app.widgets.sound_list import SoundListView
from app.widgets.timeline.reveal import Reveal

if TYPE_CHECKING:
    from app.main_window import MainWindow
    from engine.timeline.document import Origin


class ChosenSound(QObject):
    """Finds the row that the person means, and places it."""

    def __init__(self, window: MainWindow, placing: PlacingViewModel) -> None:
        super().__init__(window)
        self.window, self.placing, self.session = window, placing, window.session
        self._lists: dict[str, SoundListView] = {}
        self._suggestions: SuggestionsViewModel | None = None
        self._reveal: Reveal | None = None

    def use(self, library: SoundListView, suggestions: SoundListView, proposals: SuggestionsViewModel) -> None:
        """Sounds of these lists can be placed."""
        self._lists = {"library": library, "suggestions": suggestions}
        self._suggestions = proposals
        if isinstance(library.viewmodel, LibraryViewModel):
            self._reveal = Reveal(self.window, library, library.viewmodel)

    def reveal(self, path: Path) -> None:
        """Show a file in the library's list."""
        if self._reveal is not None:
            self._reveal.show(path)

    def place(self) -> None:
        """Place the chosen row of the list with the keys; of the suggestions the best where none is chosen."""
        row, proposals = self._chosen()
        if row is None:
            self.session.say("Choose a sound in a list first.")
            return
        region = (self._lists["suggestions"] if proposals else self._lists["library"]).viewmodel.regions.of(row.path)
        origin = self._origin(row, proposals) if proposals else None
        self.placing.place_row(row, origin, region, self._pan(row) if proposals else 0.0)

    def place_alternates(self) -> None:
        """Place the best suggestion, or the chosen one, and the others under it on muted tracks."""
        row, _ = self._chosen(suggestions_only=True)
        proposals = self._proposals()
        if row is None:
            self.session.say("There are no suggestions to place.")
            return
        others = [other for other in proposals if other.path != row.path]
        self.placing.place_alternates([row, *others], self._origin(row, proposals), self._pan(row))

    def _chosen(self, *, suggestions_only: bool = False) -> tuple[SoundRow | None, list[SoundRow]]:
        """The row meant, and all suggestions where it is one of them."""
        focus, library = QApplication.focusWidget(), self._lists.get("library")
        if library is not None and focus is library and not suggestions_only:
            return library.current_row(), []
        proposals = self._proposals()
        chosen = self._lists["suggestions"].current_row() if self._lists else None
        return chosen or (proposals[0] if proposals else None), proposals

    def _proposals(self) -> list[SoundRow]:
        vm = self._suggestions
        rows = vm.rows.rows if vm is not None else ()
        return [row for row in rows if isinstance(row, SoundRow)]

    def _origin(self, row: SoundRow, proposals: list[SoundRow]) -> Origin:
        vm, model = self._suggestions, self.session.model
        region = vm.region if vm is not None else None
        frame = self.session.frame
        time = frame.time if frame is not None else self.session.time
        return origin_of(row, proposals, float(time), region, model.id if model is not None else "")

    def _pan(self, row: SoundRow) -> float:
        """Across the picture, as its source lies there; in the middle where nothing on screen makes it."""
        from app.viewmodels.localisation import place_of

        return self.window.picture.localisation.pan_for(place_of(row))
