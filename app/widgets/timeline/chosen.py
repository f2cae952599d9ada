"""The sound that is chosen in the lists, placed at the playhead with what it was proposed from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
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

PATIENCE_MS = 10_000
"""How long a sound is waited for that is to be placed as soon as the list is for the picture at the playhead."""


class ChosenSound(QObject):
    """Finds the row that the person means, and places it.

    Someone who goes to a frame and places at once means the sounds of that frame: while its list is on its way, the
    placing waits, and is given up when the playhead moves on.
    """

    def __init__(self, window: MainWindow, placing: PlacingViewModel) -> None:
        super().__init__(window)
        self.window, self.placing, self.session = window, placing, window.session
        self._lists: dict[str, SoundListView] = {}
        self._suggestions: SuggestionsViewModel | None = None
        self._reveal: Reveal | None = None
        self._waiting: tuple[Callable[[], None], float] | None = None
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._give_up)

    def use(self, library: SoundListView, suggestions: SoundListView, proposals: SuggestionsViewModel) -> None:
        """Sounds of these lists can be placed."""
        self._lists = {"library": library, "suggestions": suggestions}
        self._suggestions = proposals
        proposals.header_changed.connect(self._go_on)
        if isinstance(library.viewmodel, LibraryViewModel):
            self._reveal = Reveal(self.window, library, library.viewmodel)

    def reveal(self, path: Path) -> None:
        """Show a file in the library's list."""
        if self._reveal is not None:
            self._reveal.show(path)

    def place(self) -> None:
        """Place the chosen row of the list with the keys; of the suggestions the best where none is chosen."""
        if self._library_has_keys() or not self._waits(self._place):
            self._place()

    def place_alternates(self) -> None:
        """Place the best suggestion, or the chosen one, and the others under it on muted tracks."""
        if not self._waits(self._place_alternates):
            self._place_alternates()

    def _place(self) -> None:
        row, proposals = self._chosen()
        if row is None:
            self.session.say("Choose a sound in a list first.")
            return
        region = (self._lists["suggestions"] if proposals else self._lists["library"]).viewmodel.regions.of(row.path)
        origin = self._origin(row, proposals) if proposals else None
        self.placing.place_row(row, origin, region, self._pan(row) if proposals else 0.0)

    def _place_alternates(self) -> None:
        row, _ = self._chosen(suggestions_only=True)
        proposals = self._proposals()
        if row is None:
            self.session.say("There are no suggestions to place.")
            return
        others = [other for other in proposals if other.path != row.path]
        self.placing.place_alternates([row, *others], self._origin(row, proposals), self._pan(row))

    def _waits(self, work: Callable[[], None]) -> bool:
        """Whether ``work`` has to wait for the list; it is then done once."""
        late = (
            self._suggestions is not None and self._suggestions.is_late and not self.placing.timeline.playback.playing
        )
        self._waiting = (work, self.session.time) if late else None
        if late:
            self._patience.start()
        return late

    def _go_on(self) -> None:
        if self._waiting is None or self._suggestions is None:
            return
        work, time = self._waiting
        if time != self.session.time:
            self._waiting = None
        elif not self._suggestions.is_late:
            self._waiting = None
            work()

    def _give_up(self) -> None:
        if self._waiting is not None:
            self._waiting = None
            self.session.say("The suggestions for this frame are not there yet; nothing was placed.")

    def _library_has_keys(self) -> bool:
        library = self._lists.get("library")
        return library is not None and QApplication.focusWidget() is library

    def _chosen(self, *, suggestions_only: bool = False) -> tuple[SoundRow | None, list[SoundRow]]:
        """The row meant, and all suggestions where it is one of them."""
        if self._library_has_keys() and not suggestions_only:
            return self._lists["library"].current_row(), []
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
        time = vm.shown_time if vm is not None else None
        return origin_of(
            row,
            proposals,
            float(self.session.time if time is None else time),
            region,
            model.id if model is not None else "",
        )

    def _pan(self, row: SoundRow) -> float:
        """Across the picture, as its source lies there; in the middle where it does not fit or is not seen."""
        from app.viewmodels.localisation import place_of

        return self.window.picture.localisation.pan_for(place_of(row)) if row.fits else 0.0
