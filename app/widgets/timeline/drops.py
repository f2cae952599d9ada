"""Sounds dragged onto the timeline, from our own lists and from other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QDragMoveEvent, QDropEvent

from app.viewmodels.timeline_placing import PlacingViewModel, Wanted
from app.widgets.sound_list import SoundListView

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView


class Drops:
    """Knows where what is dragged over the timeline would begin, and places it there."""

    def __init__(self, view: TimelineView, placing: PlacingViewModel) -> None:
        self._view, self._viewmodel, self._placing = view, view.viewmodel, placing
        self.place: tuple[int, int] | None = None
        """Project sample and row where it would begin."""

    def move(self, event: QDragMoveEvent) -> None:
        """Something is dragged over the timeline."""
        if self._viewmodel.shown is not None:
            geometry = self._view.geometry_now()
            at = self._viewmodel.snapped(geometry.sample_at(event.position().x()))
            self.place = (at, max(0, geometry.row_at(event.position().y())))
            self._view.viewport().update()

    def leave(self) -> None:
        """It goes elsewhere."""
        self.place = None
        self._view.viewport().update()

    def drop(self, event: QDropEvent) -> None:
        """Place what was dropped where it was let go."""
        geometry, project = self._view.geometry_now(), self._viewmodel.shown
        at = self._viewmodel.snapped(geometry.sample_at(event.position().x())) if project is not None else 0
        row = geometry.row_at(event.position().y())
        track = project.tracks[row].id if project is not None and 0 <= row < len(project.tracks) else None
        self.leave()
        self._placing.drop(self._dropped(event), at, track)

    def _dropped(self, event: QDropEvent) -> list[Wanted]:
        """Rows of our own lists with their region; files as they are."""
        source = event.source()
        if isinstance(source, SoundListView) and (row := source.current_row()) is not None:
            return [self._placing.wanted_of(row, source.viewmodel.regions.of(row.path))]
        urls = [url for url in event.mimeData().urls() if url.isLocalFile()]
        return [Wanted(path=Path(url.toLocalFile())) for url in urls]
