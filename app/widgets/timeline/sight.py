"""Which part of the timeline is in view: scales, scroll bars and what stays in place while they change."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.viewmodels.timeline import TimelineViewModel
from app.widgets.timeline.geometry import Geometry
from app.widgets.timeline.ruler import HEIGHT as RULER

FINEST, ROW_HEIGHTS = 2.0, (22, 34, 48, 72, 108)  # samples a px; px
SPARE = 1.04  # of the project's length that a view of all of it shows


class TimelineSight(QAbstractScrollArea):
    """A scroll area over a :class:`TimelineViewModel`, measured in samples and rows."""

    def __init__(self, viewmodel: TimelineViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewmodel = viewmodel
        self.samples_per_px = 0.0
        """0 until a project was shown."""
        self.row_height = 48
        self._canvas: QPixmap | None = None

    def geometry_now(self) -> Geometry:
        """Where everything lies at the moment."""
        port = self.viewport()
        return Geometry(
            samples_per_px=self.samples_per_px or 1.0,
            left=self.horizontalScrollBar().value(),
            top=self.verticalScrollBar().value(),
            row_height=self.row_height,
            width=port.width(),
            height=port.height(),
        )

    def rows_seen(self) -> range:
        """The rows in view."""
        project = self.viewmodel.shown
        return self.geometry_now().rows(len(project.tracks) if project is not None else 0)

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Show less (above 1) or more of the timeline; what lies at ``x``, or at the playhead, stays there."""
        geometry = self.geometry_now()
        if x is None:
            x = geometry.x_of(self.viewmodel.playback.position)
            x = x if 0 <= x <= geometry.width else geometry.width / 2
        at = (x + geometry.left) * geometry.samples_per_px
        self.samples_per_px = min(max(FINEST, self.samples_per_px / factor), self._widest())
        self._set_ranges()
        self.horizontalScrollBar().setValue(round(at / self.samples_per_px - x))
        self.redraw()

    def zoom_to_fit(self) -> None:
        """Show the whole project."""
        self.samples_per_px = self._widest()
        self._set_ranges()
        self.horizontalScrollBar().setValue(0)
        self.redraw()

    def zoom_rows(self, step: int) -> None:
        """Make rows higher or lower."""
        at = min(range(len(ROW_HEIGHTS)), key=lambda n: abs(ROW_HEIGHTS[n] - self.row_height)) + step
        self.row_height = ROW_HEIGHTS[min(max(0, at), len(ROW_HEIGHTS) - 1)]
        self._set_ranges()
        self.redraw()

    def redraw(self) -> None:
        """Draw everything anew at the next paint."""
        self._canvas = None
        self.viewport().update()

    def reveal_track(self) -> None:
        """Scroll so that the current track can be seen."""
        self._reveal_row(self.viewmodel.track)

    def reveal_clip(self, clip: str) -> None:
        """Scroll so that the head of a clip can be seen."""
        project = self.viewmodel.shown
        if project is None:
            return
        track, placed = project.find_clip(clip)
        self._reveal_row(track.id)
        geometry = self.geometry_now()
        x = geometry.x_of(placed.position)
        if not 0 <= x < geometry.width:
            self.horizontalScrollBar().setValue(round(x + geometry.left - geometry.width / 4))

    def _reveal_row(self, track: str | None) -> None:
        project = self.viewmodel.shown
        rows = [one.id for one in project.tracks] if project is not None else []
        if track not in rows:
            return
        top, bar = rows.index(track) * self.row_height, self.verticalScrollBar()
        height = self.viewport().height()
        if top < bar.value() or top + self.row_height > bar.value() + height:
            bar.setValue(top if top < bar.value() else top + self.row_height - height)

    def sizeHint(self) -> QSize:
        """Three rows."""
        return QSize(640, RULER + 3 * 48 + 8)

    def _widest(self) -> float:
        """Samples a px at which all of the project can be seen."""
        project = self.viewmodel.shown
        end = max(self.viewmodel.end, project.sample_rate) if project is not None else 48_000
        return max(FINEST, math.ceil(end * SPARE / max(1, self.viewport().width())))

    def _set_ranges(self) -> None:
        project, port = self.viewmodel.shown, self.viewport()
        end = self.viewmodel.end * SPARE / self.samples_per_px if project is not None and self.samples_per_px else 0
        horizontal, vertical = self.horizontalScrollBar(), self.verticalScrollBar()
        horizontal.setRange(0, max(0, math.ceil(end) - port.width()))
        horizontal.setPageStep(port.width())
        horizontal.setSingleStep(40)
        rows = len(project.tracks) if project is not None else 0
        vertical.setRange(0, max(0, rows * self.row_height - port.height() + 12))
        vertical.setPageStep(port.height())
        vertical.setSingleStep(self.row_height // 2)
