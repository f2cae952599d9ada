"""Track headers: name, mute, solo, fader, pan and meter, painted for the rows in view alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QToolTip, QWidget

from app import theme
from app.viewmodels.mixer import MixerViewModel, fader_level, fader_place, level_text, meter_place, pan_text
from app.widgets.timeline.clips import shades

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView
    from engine.timeline.document import Track

WIDTH = 216  # px
METER = 12
_FINE = 0.2
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
Part = Literal["name", "mute", "solo", "fader", "pan", "level", "meter"]
TIPS: dict[str, str] = {
    "name": "Double-click: rename · right click: more",
    "mute": "Mute  (Shift+M)",
    "solo": "Solo  (Shift+S)",
    "fader": "Level: drag, with Ctrl finely, double-click for 0 dB  (Alt+Up, Alt+Down)",
    "pan": "Pan: drag, with Ctrl finely, double-click for the middle  (Alt+Shift+Left, Alt+Shift+Right)",
}


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the parts of one header lie."""

    name: QRectF
    mute: QRectF
    solo: QRectF
    fader: QRectF
    pan: QRectF
    level: QRectF
    meter: QRectF

    def at(self, point: QPointF) -> Part:
        """The part at a place; the name where there is no other."""
        for part in ("mute", "solo", "fader", "pan"):
            box = getattr(self, part)
            if not box.isEmpty() and box.adjusted(-2, -3, 2, 3).contains(point):
                return part
        return "name"


def parts_of(row: QRect) -> Parts:
    """The parts of a header in ``row``; low rows have everything in one line."""
    meter = QRectF(row.right() - METER - 3, row.top() + 3, METER, row.height() - 6)
    if row.height() < 40:
        middle = row.center().y() - 8
        return Parts(
            QRectF(10, row.top(), 62, row.height()),
            QRectF(76, middle, 18, 16),
            QRectF(97, middle, 18, 16),
            QRectF(122, middle, 56, 16),
            QRectF(),
            QRectF(),
            meter,
        )
    top, low = row.top() + 4, row.top() + 25
    return Parts(
        QRectF(10, top, 128, 18),
        QRectF(10, low, 18, 16),
        QRectF(31, low, 18, 16),
        QRectF(56, low, 88, 16),
        QRectF(152, low, 38, 16),
        QRectF(138, top, 52, 18),
        meter,
    )


class TrackHeaders(QWidget):
    """Draws the headers beside a timeline, and moves what they show."""

    def __init__(self, view: TimelineView, mixer: MixerViewModel) -> None:
        super().__init__(view)
        self._view, self._mixer = view, mixer
        self._held: tuple[str, Part, float] | None = None
        self._x = 0.0
        self._name: QLineEdit | None = None
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
                self._paint_track(painter, track, box, parts, current)
            self._paint_meter(painter, parts.meter, self._mixer.peaks(row))

    def _paint_track(self, painter: QPainter, track: Track, box: QRect, parts: Parts, current: bool) -> None:
        hue = shades(track.colour, track.name, track.mute)[1]
        painter.fillRect(QRect(0, box.top(), 4, box.height()), QColor(theme.ACCENT) if current else hue)
        painter.setPen(QColor(theme.QUIET if track.mute else theme.TEXT))
        painter.setFont(theme.font(theme.SMALL, bold=current))
        name = painter.fontMetrics().elidedText(track.name, Qt.TextElideMode.ElideRight, int(parts.name.width()))
        painter.drawText(parts.name, _LEFT, name)
        self._button(painter, parts.mute, "M", theme.WARM if track.mute else "")
        self._button(painter, parts.solo, "S", theme.AMBER if track.solo else "")
        self._fader(painter, parts.fader, fader_place(track.gain_db), fader_place(0.0))
        painter.setFont(theme.figures(theme.SMALL))
        painter.setPen(QColor(theme.QUIET))
        if parts.level.width():
            painter.drawText(parts.level, _RIGHT, f"{level_text(track.gain_db)} dB")
            self._fader(painter, parts.pan, (track.pan + 1) / 2, 0.5, from_middle=True)

    @staticmethod
    def _button(painter: QPainter, box: QRectF, letter: str, lit: str) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.LINE))
        painter.setBrush(QColor(lit) if lit else QColor(theme.WINDOW))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(theme.font(theme.SMALL, bold=bool(lit)))
        painter.setPen(QColor(theme.ON_ACCENT if lit else theme.QUIET))
        painter.drawText(box, _CENTRE, letter)

    @staticmethod
    def _fader(painter: QPainter, box: QRectF, place: float, rest: float, *, from_middle: bool = False) -> None:
        middle = box.center().y()
        x, zero = box.left() + place * box.width(), box.left() + rest * box.width()
        painter.fillRect(QRectF(box.left(), middle - 1.5, box.width(), 3), QColor(theme.LINE))
        first = min(x, zero) if from_middle else box.left()
        last = max(x, zero) if from_middle else x
        painter.fillRect(QRectF(first, middle - 1.5, last - first, 3), QColor(theme.QUIET))
        painter.fillRect(QRectF(zero, middle - 5, 1, 10), QColor(theme.LINE))
        painter.fillRect(QRectF(x - 2, middle - 6, 4, 12), QColor(theme.TEXT))

    @staticmethod
    def _paint_meter(painter: QPainter, box: QRectF, peaks: tuple[float, float, float]) -> None:
        paint_meter(painter, box, peaks)

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
        menu.addAction("Rename…\tF2", lambda: self.rename(track_id))
        menu.addAction("Move up", lambda: self._mixer.move_track(track_id, -1))
        menu.addAction("Move down", lambda: self._mixer.move_track(track_id, 1))
        menu.addAction("Add a track below\tCtrl+T", self._view.viewmodel.add_track)
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
        field = _NameField(project.track(track_id).name, self)
        field.setGeometry(QRectF(box.left() - 4, box.top() - 1, 150, 22).toRect())
        field.editingFinished.connect(lambda: self._renamed(field, track_id))
        field.show()
        field.setFocus()
        field.selectAll()

    def viewportTip(self, point: QPointF) -> str:
        """What the part at a place does."""
        return TIPS.get(self._part_at(point), "") if self._track_at(point) is not None else ""

    def event(self, event: QEvent) -> bool:
        """Tooltips name the part and its key."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.viewportTip(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _renamed(self, field: _NameField, track_id: str) -> None:
        if field.kept:
            self._mixer.rename(track_id, field.text())
        field.blockSignals(True)
        field.deleteLater()
        self._view.setFocus()

    def _row_box(self, row: int) -> QRect:
        return QRect(0, self._view.geometry_now().row_top(row), WIDTH - 1, self._view.row_height - 1)

    def _track_at(self, point: QPointF) -> Track | None:
        project, row = self._view.viewmodel.shown, self._view.geometry_now().row_at(point.y())
        there = project is not None and 0 <= row < len(project.tracks)
        return project.tracks[row] if project is not None and there else None

    def _part_at(self, point: QPointF) -> Part:
        return parts_of(self._row_box(self._view.geometry_now().row_at(point.y()))).at(point)


class _NameField(QLineEdit):
    """A field that Escape leaves as it was."""

    kept = True

    def keyPressEvent(self, event: object) -> None:
        """Escape gives up."""
        if event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            self.kept = False
            self.editingFinished.emit()
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]


def paint_meter(painter: QPainter, box: QRectF, peaks: tuple[float, float, float]) -> None:
    """Two bars with the held peak over both; amber from -6 dBFS on, warm at full scale."""
    width = (box.width() - 1) / 2
    for number, peak in enumerate(peaks[:2]):
        bar = QRectF(box.left() + number * (width + 1), box.top(), width, box.height())
        painter.fillRect(bar, QColor(theme.WINDOW))
        for low, high, colour in ((0.0, 0.9, theme.ACCENT), (0.9, 0.999, theme.AMBER), (0.999, 1.0, theme.WARM)):
            place = min(meter_place(peak), high)
            if place > low:
                top, bottom = bar.bottom() - place * bar.height(), bar.bottom() - low * bar.height()
                painter.fillRect(QRectF(bar.left(), top, width, bottom - top), QColor(colour))
    held = meter_place(peaks[2])
    if held > 0:
        colour = theme.WARM if peaks[2] >= 1 else theme.TEXT
        painter.fillRect(QRectF(box.left(), box.bottom() - held * box.height(), box.width(), 1), QColor(colour))
