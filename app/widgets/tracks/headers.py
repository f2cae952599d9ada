"""Track headers: name, mute, solo, fader, pan and meter, painted for the rows in view alone, and moved by hand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from app import theme
from app.viewmodels.mixer import COLOURS, MixerViewModel, fader_level, fader_place, level_text, pan_text
from app.widgets.timeline.colour_menu import add_colours
from app.widgets.tracks.name_field import HEIGHT, LEAST, NameField
from app.widgets.tracks.paint import paint_meter, paint_track
from app.widgets.tracks.parts import METER, TIPS, WIDTH, Part, parts_of

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView
    from engine.timeline.document import Track

__all__ = ["TrackHeaders", "paint_meter"]
_FINE = 0.2


class TrackHeaders(QWidget):
    """Draws the headers beside a timeline, and moves what they show."""

    def __init__(self, view: TimelineView, mixer: MixerViewModel) -> None:
        super().__init__(view)
        self._view, self._mixer = view, mixer
        self._held: tuple[str, Part, float] | None = None
        self._x = 0.0
        self.setAccessibleName("Tracks")
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_levels(self) -> None:
        """Draw the meters anew, and nothing else."""
        self.update(QRect(WIDTH - METER - 6, 0, METER + 6, self.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows in view."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.WINDOW))
        project = self._view.viewmodel.shown
        if project is None:
            return
        meters_only = event.rect().left() >= WIDTH - METER - 6
        for row in self._view.geometry_now().rows(len(project.tracks)):
            box = self._row_box(row)
            track = project.tracks[row]
            current = track.id == self._view.viewmodel.track
            painter.fillRect(box, QColor(theme.RAISED if current else theme.PANEL))
            parts = parts_of(box)
            if not meters_only:
                paint_track(painter, track, box, parts, current)
            paint_meter(painter, parts.meter, self._mixer.peaks(row))

    # events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the track; take hold of a fader, or press a button."""
        track = self._track_at(event.position())
        if track is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)
        self._view.viewmodel.set_track(track.id)
        part = self._part_at(event.position())
        if part == "mute":
            self._mixer.toggle_mute(track.id)
        elif part == "solo":
            self._mixer.toggle_solo(track.id)
        elif part in ("fader", "pan"):
            self._x = event.position().x()
            self._held = (track.id, part, fader_place(track.gain_db) if part == "fader" else track.pan)
            self._mixer.begin_drag()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the fader that is held."""
        if self._held is None:
            return
        name, part, began = self._held
        parts = parts_of(self._row_box(self._view.geometry_now().row_at(event.position().y())))
        fine = _FINE if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1.0
        way = (event.position().x() - self._x) * fine
        if part == "fader":
            level = fader_level(began + way / parts.fader.width())
            self._mixer.set_gain(name, level)
            told = f"{level_text(level)} dB"
        else:
            pan = min(1.0, max(-1.0, began + 2 * way / max(1.0, parts.pan.width())))
            self._mixer.set_pan(name, pan)
            told = pan_text(pan)
        QToolTip.showText(event.globalPosition().toPoint(), told, self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self._held is not None:
            self._held = None
            self._mixer.end_drag()
            QToolTip.hideText()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Faders go back to 0 dB, pans to the middle; names are typed."""
        track, part = self._track_at(event.position()), self._part_at(event.position())
        if track is None:
            return
        if part == "fader":
            self._mixer.set_gain(track.id, 0.0)
        elif part == "pan":
            self._mixer.set_pan(track.id, 0.0)
        elif part == "name":
            self.rename(track.id)
        else:
            self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What else can be done with a track."""
        track = self._track_at(QPointF(event.pos()))
        if track is not None:
            self._view.viewmodel.set_track(track.id)
            self.menu_for(track.id).popup(event.globalPos())

    def menu_for(self, track_id: str) -> QMenu:
        """The context menu of a track."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        told = self._view.keys.told
        menu.addAction(told("Rename…\t{track_rename}"), lambda: self.rename(track_id))
        project = self._view.viewmodel.shown
        if project is not None:
            add_colours(menu, COLOURS, project.track(track_id).colour, partial(self._mixer.set_colour, track_id))
        menu.addAction("Move up", lambda: self._mixer.move_track(track_id, -1))
        menu.addAction("Move down", lambda: self._mixer.move_track(track_id, 1))
        menu.addAction(told("Add a track below\t{track_new}"), self._view.viewmodel.add_track)
        menu.addSeparator()
        menu.addAction("Remove this track", self._view.viewmodel.remove_track)
        return menu

    def rename(self, track_id: str) -> None:
        """Type the track's name in its place; Enter keeps it, Escape does not."""
        project = self._view.viewmodel.shown
        rows = [track.id for track in project.tracks] if project is not None else []
        if project is None or track_id not in rows:
            return
        box = parts_of(self._row_box(rows.index(track_id))).name
        place = QRect(round(box.left()) - 4, round(box.top()) - 1, LEAST, HEIGHT)
        NameField(project.track(track_id).name, self, place, partial(self._mixer.rename, track_id), self._view)

    def viewportTip(self, point: QPointF) -> str:
        """What the part at a place does."""
        tip = TIPS.get(self._part_at(point), "") if self._track_at(point) is not None else ""
        return self._view.keys.told(tip)

    def event(self, event: QEvent) -> bool:
        """Tooltips name the part and its key."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.viewportTip(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _row_box(self, row: int) -> QRect:
        return QRect(0, self._view.geometry_now().row_top(row), WIDTH - 1, self._view.row_height - 1)

    def _track_at(self, point: QPointF) -> Track | None:
        project, row = self._view.viewmodel.shown, self._view.geometry_now().row_at(point.y())
        there = project is not None and 0 <= row < len(project.tracks)
        return project.tracks[row] if project is not None and there else None

    def _part_at(self, point: QPointF) -> Part:
        return parts_of(self._row_box(self._view.geometry_now().row_at(point.y()))).at(point)
