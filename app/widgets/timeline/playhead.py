"""The playhead on its way: the view follows it, and only the places it left and came to are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView

AHEAD = 24  # px left of the playhead when the view turns a page
_NOWHERE = -10


class Playhead:
    """Knows where the playhead was painted last."""

    def __init__(self, view: TimelineView) -> None:
        self._view, self._x = view, _NOWHERE

    def drawn(self) -> None:
        """Everything is drawn anew, the playhead where it is now."""
        view = self._view
        self._x = round(view.geometry_now().x_of(view.viewmodel.playback.position))

    def move(self, position: int) -> None:
        """It is at another project sample; while playing, the view turns a page where it left it."""
        view, geometry = self._view, self._view.geometry_now()
        x = geometry.x_of(position)
        if view.viewmodel.playback.playing and not 0 <= x <= geometry.width:
            view.horizontalScrollBar().setValue(round(position / geometry.samples_per_px) - AHEAD)
        self._paint_at(round(view.geometry_now().x_of(position)))

    def _paint_at(self, x: int) -> None:
        """Paint where it was and where it is; nothing while it stays within its pixel."""
        if x == self._x:
            return
        for place in (self._x, x):
            self._view.viewport().update(QRect(place - 3, 0, 6, self._view.viewport().height()))
            self._view.ruler.update(QRect(place - 7, 0, 14, self._view.ruler.height()))
        self._x = x
