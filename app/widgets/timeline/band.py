"""The rubber band: what it touches is selected while it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView


class Band:
    """Selects clips by a frame drawn over them; ``box`` is that frame in the view while there is one."""

    def __init__(self, view: TimelineView) -> None:
        self._view, self._viewmodel = view, view.viewmodel
        self.box: QRect | None = None
        self._from = QPointF()
        self._before: frozenset[str] = frozenset()
        self._kept: frozenset[str] = frozenset()

    def begin(self, point: QPointF, add: bool) -> None:
        """Draw from here; with ``add`` what is selected stays so."""
        self._from, self.box = point, QRect(point.toPoint(), point.toPoint())
        project, row = self._viewmodel.shown, self._view.geometry_now().row_at(point.y())
        if project is not None and 0 <= row < len(project.tracks):
            self._viewmodel.set_track(project.tracks[row].id)
        self._before = self._viewmodel.selection
        self._kept = self._before if add else frozenset()
        if not add:
            self._viewmodel.select([])

    def stretch(self, point: QPointF) -> None:
        """Draw to here."""
        self.box = QRect(self._from.toPoint(), point.toPoint()).normalized()
        project, geometry = self._viewmodel.shown, self._view.geometry_now()
        if project is None:
            return
        start, end = geometry.sample_at(self.box.left()), geometry.sample_at(self.box.right())
        rows = range(max(0, geometry.row_at(self.box.top())), geometry.row_at(self.box.bottom()) + 1)
        found = set(self._kept)
        for track in project.tracks[rows.start : rows.stop]:
            index = self._viewmodel.indexes.of(track)
            found.update(track.clips[number].id for number in index.between(start, end).tolist())
        self._viewmodel.select(found)
        self._view.viewport().update()

    def end(self) -> None:
        """Let it go; what is selected stays."""
        self.box = None
        self._view.viewport().update()

    def give_up(self) -> None:
        """Let it go; what was selected is so again."""
        self._viewmodel.select(self._before)
        self.end()
