"""Sounds dragged onto the timeline, from our own lists and from other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

from app.viewmodels.timeline_placing import PlacingViewModel, Wanted
from app.widgets.dropped import local_files
from app.widgets.sound_list import SoundListView

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView


class Drops(QObject):
    """Watches what is dragged over a view and its ruler: shows where it would begin, and places it there."""

    def __init__(self, view: TimelineView, placing: PlacingViewModel) -> None:
        super().__init__(view)
        self._view, self._viewmodel, self._placing = view, view.viewmodel, placing
        self.place: tuple[int, int] | None = None
        """Project sample and row where it would begin."""
        self.length: int | None = None
        """Project samples that it would last, once that is known."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Sounds may be dropped, from the lists and from other programs."""
        if isinstance(event, QDragEnterEvent):  # a drag move and a drop in Qt's eyes, so it is asked for first
            self._enter(event)
        elif isinstance(event, QDragMoveEvent):
            self._move(event, watched)
            event.acceptProposedAction()
        elif isinstance(event, QDropEvent):
            self._drop(event, watched)
            event.acceptProposedAction()
        elif event.type() == QEvent.Type.DragLeave:
            self._leave()
        else:
            return False
        return True

    def _enter(self, event: QDragEnterEvent) -> None:
        wanted = self._dropped(event)
        if not wanted:
            event.ignore()
            return
        event.acceptProposedAction()
        self.length = None
        self._viewmodel.projects.session.runner.submit(
            "decode",
            _seconds_of,
            wanted,
            owner=self,
            on_done=self._know_length,
            on_error=lambda _: None,  # the drop itself says what is wrong
            key="drop.length",
        )

    def _know_length(self, seconds: float) -> None:
        self.length = round(seconds * self._viewmodel.rate)
        if self.place is not None:
            self._view.viewport().update()

    def _move(self, event: QDragMoveEvent, watched: QObject) -> None:
        if self._viewmodel.shown is not None:
            at = self._viewmodel.snapped(self._view.geometry_now().sample_at(event.position().x()))
            self.place = (at, self._row(event, watched))
            self._view.viewport().update()

    def _row(self, event: QDropEvent, watched: QObject) -> int:
        """The row under the pointer; from the ruler it is the next new one."""
        project = self._viewmodel.shown
        if watched is not self._view.viewport():
            return len(project.tracks) if project is not None else 0
        return max(0, self._view.geometry_now().row_at(event.position().y()))

    def _leave(self) -> None:
        self.place = self.length = None
        self._view.viewport().update()

    def _drop(self, event: QDropEvent, watched: QObject) -> None:
        geometry, project = self._view.geometry_now(), self._viewmodel.shown
        at = self._viewmodel.snapped(geometry.sample_at(event.position().x())) if project is not None else 0
        row = self._row(event, watched)
        track = project.tracks[row].id if project is not None and row < len(project.tracks) else None
        self._leave()
        self._placing.drop(self._dropped(event), at, track)
        self._view.setFocus()

    def _dropped(self, event: QDropEvent) -> list[Wanted]:
        """Rows of our own lists with their region; files as they are."""
        source = event.source()
        if isinstance(source, SoundListView) and (row := source.current_row()) is not None:
            return [self._placing.wanted_of(row, source.viewmodel.regions.of(row.path))]
        return [Wanted(path=path) for path in local_files(event.mimeData())]


def _seconds_of(wanted: list[Wanted]) -> float:
    """How long sounds last together, of each the part that is wanted."""
    from engine.media import probe

    return sum(max(0.0, (one.end or probe(one.path).duration) - one.start) for one in wanted)
