"""A virtual list of sounds under hand and keys: audition, scrub, region, takes and drag-out in place."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from PySide6.QtCore import QElapsedTimer, QEvent, QModelIndex, QPoint, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QDrag,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListView, QToolTip, QWidget

from app.viewmodels.audition import AuditionViewModel
from app.viewmodels.peaks import PeaksViewModel
from app.viewmodels.regions import RegionsViewModel
from app.viewmodels.rows import SoundListModel, SoundRow
from app.widgets.result_delegate import ResultDelegate
from app.widgets.row_layout import RowLayout, lay_out
from app.widgets.waveform import WaveformState

KEYS = (
    ("Up Down", "previous or next sound, heard"),
    ("Enter", "hear the sound from its region on"),
    ("Space  Esc", "stop"),
    ("1 – 9", "another take"),
    (",  .", "move along the waveform"),
    ("I  O", "region begins, ends here"),
    ("R", "forget the region"),
    ("L", "loop"),
    ("S", "hear the waveform under the pointer"),
    ("G", "hear all sounds at one level"),
    ("Ctrl+C", "copy the file, or the region as WAV"),
    ("/", "to the text field"),
)
"""What the list of keys says about sound lists."""
DWELL_MS = 250
"""A pointer crossing the list makes no noise: it must rest on a row this long before it scrubs."""
_GRAIN_MS = 70
_FADE_MS = 120
_TIPS = {
    "glyph": "Hear it (Enter) · stop (Space)",
    "waveform": "Click: hear from here · drag: choose a region (I, O) · drag down: take the file along",
    "score": "How near this picture the sound is, measured on your own library.\nPast the notch it fits.",
    "take": "Another take of this sound (1 – 9)",
}
_OPTION_KEYS = {Qt.Key.Key_L: "loop", Qt.Key.Key_S: "scrub_on_hover", Qt.Key.Key_G: "level_match"}
_OWN_KEYS = {
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Comma,
    Qt.Key.Key_Period,
    Qt.Key.Key_I,
    Qt.Key.Key_O,
    Qt.Key.Key_R,
    Qt.Key.Key_Slash,
    *_OPTION_KEYS,
    *(Qt.Key(Qt.Key.Key_0 + n) for n in range(1, 10)),
}


class SoundListViewModel(Protocol):
    """What a list needs of its panel's view-model."""

    rows: SoundListModel
    audition: AuditionViewModel
    regions: RegionsViewModel
    peaks: PeaksViewModel

    def select(self, row: SoundRow | None) -> None:
        """A row was chosen."""


class SoundListView(QListView):
    """The list; binds to a view-model's rows, audition, regions and outlines."""

    row_hovered = Signal(object)
    """The SoundRow under the pointer, or None."""
    hovered = Signal(bool)
    """The pointer came or went."""
    notice = Signal(str)
    """A sentence for the status line."""
    find_wanted = Signal()
    """The person wants to type into the panel's text field."""

    def __init__(self, viewmodel: SoundListViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewmodel = viewmodel
        self.fit_line: float | None = None
        self.opacity = 1.0
        self._delegate = ResultDelegate(self, self)
        self._hovered_row = self._pressed_row = -1
        self._cursor: tuple[int, float] | None = None
        """Row and share 0..1 of the pointer's or the keys' place in a waveform."""
        self._press: QPoint | None = None
        self._dragging_region = False
        self._kept: tuple[tuple[int, str] | None, int] = (None, 0)
        self._resting, self._grain = QElapsedTimer(), QElapsedTimer()
        self._fade = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=_FADE_MS)
        self._fade.valueChanged.connect(self._set_opacity)
        self._set_up()
        self._listen()

    # what the delegate asks

    def peaks_of(self, row: SoundRow) -> np.ndarray | None:
        """The outline, if it is there."""
        return self.viewmodel.peaks.get(row.file_id)

    def is_playing(self, row: SoundRow) -> bool:
        """Whether the row is heard now."""
        return self.viewmodel.audition.now_playing == row.path

    def has_focus(self) -> bool:
        """Whether keys go to the list."""
        return self.hasFocus()

    def waveform_state(self, row: SoundRow) -> WaveformState:
        """Regions, playhead and cursor of the row."""
        length = row.duration or 1.0
        chosen = self.viewmodel.regions.of(row.path)
        position = self.viewmodel.audition.position if self.is_playing(row) else None
        cursor = self._cursor
        here = cursor is not None and self.viewmodel.rows.row_at(cursor[0]) == row
        return WaveformState(
            proposed=(row.start / length, row.end / length) if row.has_region else None,
            chosen=(chosen[0] / length, chosen[1] / length) if chosen else None,
            playhead=position / length if position is not None else None,
            played_from=self.viewmodel.audition.started_at / length,
            cursor=cursor[1] if cursor is not None and here else None,
            quiet=not row.fits,
        )

    # what the panel calls

    def current_row(self) -> SoundRow | None:
        """The chosen row."""
        return self.viewmodel.rows.row_at(self.currentIndex().row())

    def fade_in(self) -> None:
        """Let a new ranking appear softly."""
        self._fade.stop()
        self._fade.start()

    def play_row(self, number: int, share: float | None = None) -> None:
        """Hear row ``number``: its chosen region, else from ``share`` of its length or its proposed region on."""
        row = self.viewmodel.rows.row_at(number)
        if row is None:
            return
        chosen = self.viewmodel.regions.of(row.path)
        if chosen is not None and (share is None or chosen[0] <= share * row.duration <= chosen[1]):
            self.viewmodel.audition.play(row.path, *chosen)
            return
        self.viewmodel.regions.clear()
        start = row.start if share is None else share * row.duration
        self.viewmodel.audition.play(row.path, start, row.duration or None)

    # hand

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub, draw a region, or take the file along."""
        point = event.position().toPoint()
        if not event.buttons() & Qt.MouseButton.LeftButton or self._press is None:
            super().mouseMoveEvent(event)
            self._hover(point)
            return
        across, down = abs(point.x() - self._press.x()), abs(point.y() - self._press.y())
        if self._dragging_region or (self._pressed_part() == "waveform" and across > 3 and across >= down):
            self._drag_region(point)
        elif max(across, down) >= QApplication.startDragDistance():
            self.startDrag(Qt.DropAction.CopyAction)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the row; what happens next depends on where the hand goes."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        point = event.position().toPoint()
        index = self.indexAt(point)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self.viewmodel.rows.row_at(index.row()) is not None:
            self._press, self._pressed_row = point, index.row()
            self.setCurrentIndex(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click plays; the end of a drag settles the region and plays it."""
        point, pressed = event.position().toPoint(), self._press
        dragged, self._dragging_region, self._press = self._dragging_region, False, None
        if event.button() != Qt.MouseButton.LeftButton or pressed is None:
            super().mouseReleaseEvent(event)
        elif dragged:
            self.viewmodel.regions.settle()
            self.play_row(self._pressed_row)
        elif self.indexAt(point).row() == self._pressed_row:
            self._click(point)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second click of two is a click."""
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The list is free to change again."""
        self._set_cursor(None)
        self._hovered_row = -1
        self.row_hovered.emit(None)
        self.hovered.emit(False)
        super().leaveEvent(event)

    def enterEvent(self, event: QEvent) -> None:  # type: ignore[override]
        """While the pointer is here the list stays as it is."""
        self.hovered.emit(True)
        super().enterEvent(event)  # type: ignore[arg-type]

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Hand the row out as a real file; a region that is still being written is said, not dragged wrongly."""
        index = self.model().index(self._pressed_row, 0) if self._press is not None else self.currentIndex()
        self._press = None
        mime = self.viewmodel.rows.mimeData([index])
        if not mime.hasUrls():
            self.notice.emit("The region is still being written; drag again in a moment.")
            return
        drag = QDrag(self)
        drag.setMimeData(mime)
        drag.setPixmap(self.viewport().grab(self.visualRect(index)))
        drag.setHotSpot(QPoint(24, 12))
        drag.exec(Qt.DropAction.CopyAction)

    # keys

    def event(self, event: QEvent) -> bool:
        """Claim the list's own keys before the window's shortcuts do."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of :data:`KEYS`."""
        key = Qt.Key(event.key())
        if self._is_copy(event):
            self._copy()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        elif not self._is_own(event):
            event.ignore()  # the window's: film keys work while the list has the focus
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.play_row(self.currentIndex().row())
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Escape):
            self.viewmodel.audition.stop()
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self._choose_take(self.currentIndex().row(), key - Qt.Key.Key_0)
        elif key in _OPTION_KEYS:
            self.viewmodel.audition.toggle_option(_OPTION_KEYS[key])
        elif key == Qt.Key.Key_Slash:
            self.find_wanted.emit()
        else:
            self._edit_region(key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show who has the keys."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show who has not."""
        super().focusOutEvent(event)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        """Tooltips say what the part under the pointer does, and its key."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos()), self)
            return True
        return super().viewportEvent(event)

    def tip_at(self, point: QPoint) -> str:
        """The tooltip for a place in the list."""
        row, parts = self._row_under(point)
        if row is None or parts is None:
            return ""
        part = parts.part_at(point)
        return row.category if part == "category" else _TIPS.get(part, str(row.path))

    # within

    def _set_up(self) -> None:
        self.setModel(self.viewmodel.rows)
        self.setItemDelegate(self._delegate)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def _listen(self) -> None:
        vm, redraw = self.viewmodel, self.viewport().update
        vm.rows.modelAboutToBeReset.connect(self._keep_place)
        vm.rows.rows_replaced.connect(self._return_to_place)
        vm.peaks.ready.connect(redraw)
        vm.peaks.forgotten.connect(self._delegate.waveforms.clear)
        vm.regions.changed.connect(redraw)
        vm.audition.now_playing_changed.connect(redraw)
        vm.audition.position_changed.connect(self._redraw_playing)
        self.selectionModel().currentChanged.connect(self._on_current)

    def _is_own(self, event: QKeyEvent) -> bool:
        if self._is_copy(event):
            return True
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier & ~Qt.KeyboardModifier.ShiftModifier:
            return False
        if event.key() == Qt.Key.Key_Space or event.key() == Qt.Key.Key_Escape:
            return self.viewmodel.audition.now_playing is not None  # else they are the window's
        return event.key() in _OWN_KEYS

    @staticmethod
    def _is_copy(event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_C and event.modifiers() == Qt.KeyboardModifier.ControlModifier

    def _copy(self) -> None:
        row = self.current_row()
        mime = self.viewmodel.rows.mimeData([self.currentIndex()])
        if row is not None and mime.hasUrls():
            QGuiApplication.clipboard().setMimeData(mime)
            self.notice.emit(f"Copied {mime.urls()[0].fileName()}.")

    def _step(self, step: int) -> None:
        number = self.viewmodel.rows.neighbour(self.currentIndex().row(), step)
        if number is not None:
            self.setCurrentIndex(self.model().index(number, 0))
            self.play_row(number)

    def _choose_take(self, number: int, take: int) -> None:
        if self.viewmodel.rows.choose_take(number, take):
            self.viewmodel.select(self.viewmodel.rows.row_at(number))
        row = self.viewmodel.rows.row_at(number)
        if row is not None and take <= len(row.takes):
            self.play_row(number)

    def _edit_region(self, key: Qt.Key) -> None:
        row, number = self.current_row(), self.currentIndex().row()
        if row is None or row.duration <= 0:
            return
        if key == Qt.Key.Key_R:
            self.viewmodel.regions.clear()
        elif key in (Qt.Key.Key_Comma, Qt.Key.Key_Period):
            share = self._place(row, number) / row.duration + (0.01 if key == Qt.Key.Key_Period else -0.01)
            self._set_cursor((number, min(max(share, 0.0), 1.0)))
            self.viewmodel.audition.scrub(row.path, share * row.duration)
        elif key in (Qt.Key.Key_I, Qt.Key.Key_O):
            place, (start, end) = self._place(row, number), self.viewmodel.regions.of(row.path) or (0.0, row.duration)
            chosen = (place, max(place, end)) if key == Qt.Key.Key_I else (min(place, start), place)
            self.viewmodel.regions.choose(row.path, *chosen)
            self.viewmodel.regions.settle()

    def _place(self, row: SoundRow, number: int) -> float:
        """Seconds at the playhead, else at the cursor, else where the row's region begins."""
        position = self.viewmodel.audition.position if self.is_playing(row) else None
        if position is not None:
            return position
        if self._cursor is not None and self._cursor[0] == number:
            return self._cursor[1] * row.duration
        return row.start

    def _click(self, point: QPoint) -> None:
        row, parts = self._row_under(point)
        if row is None or parts is None:
            return
        part = parts.part_at(point)
        if part == "take":
            self._choose_take(self._pressed_row, parts.take_at(point))
        elif part == "glyph" and self.is_playing(row):
            self.viewmodel.audition.stop()
        else:
            self.play_row(self._pressed_row, parts.share_at(point) if part == "waveform" else None)

    def _drag_region(self, point: QPoint) -> None:
        row = self.viewmodel.rows.row_at(self._pressed_row)
        if row is None or self._press is None:
            return
        parts = lay_out(self.visualRect(self.model().index(self._pressed_row, 0)), row)
        self._dragging_region = True
        first, last = parts.share_at(self._press), parts.share_at(point)
        self._set_cursor((self._pressed_row, last))
        self.viewmodel.regions.choose(row.path, first * row.duration, last * row.duration)

    def _hover(self, point: QPoint) -> None:
        row, parts = self._row_under(point)
        number = self.indexAt(point).row() if row is not None else -1
        if number != self._hovered_row:
            self._hovered_row = number
            self._resting.start()
            self.row_hovered.emit(row)
        if row is None or parts is None or parts.part_at(point) != "waveform":
            self._set_cursor(None)
            return
        share = parts.share_at(point)
        moved = self._cursor != (number, share)
        self._set_cursor((number, share))
        if moved:
            self._scrub(row, share)

    def _scrub(self, row: SoundRow, share: float) -> None:
        audition = self.viewmodel.audition
        if not audition.scrub_on_hover or audition.now_playing is not None or self._resting.elapsed() < DWELL_MS:
            return
        if not self._grain.isValid() or self._grain.elapsed() >= _GRAIN_MS:
            self._grain.start()
            audition.scrub(row.path, share * row.duration)

    def _pressed_part(self) -> str:
        if self._press is None:
            return ""
        _, parts = self._row_under(self._press)
        return parts.part_at(self._press) if parts is not None else ""

    def _row_under(self, point: QPoint) -> tuple[SoundRow | None, RowLayout | None]:
        index = self.indexAt(point)
        row = self.viewmodel.rows.row_at(index.row()) if index.isValid() else None
        return (row, lay_out(self.visualRect(index), row)) if row is not None else (None, None)

    def _set_cursor(self, cursor: tuple[int, float] | None) -> None:
        for number in {c[0] for c in (self._cursor, cursor) if c is not None}:
            self._redraw_row(number)
        self._cursor = cursor

    def _redraw_row(self, number: int) -> None:
        self.viewport().update(self.visualRect(self.model().index(number, 0)))

    def _redraw_playing(self) -> None:
        first, last = self.indexAt(QPoint(8, 0)).row(), self.indexAt(QPoint(8, self.viewport().height() - 1)).row()
        for number in range(max(0, first), (last if last >= 0 else self.model().rowCount() - 1) + 1):
            row = self.viewmodel.rows.row_at(number)
            if row is not None and self.is_playing(row):
                self._redraw_row(number)

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.viewmodel.select(self.viewmodel.rows.row_at(current.row()))

    def _keep_place(self) -> None:
        row = self.current_row()
        self._kept = (row.key if row is not None else None, self.verticalScrollBar().value())

    def _return_to_place(self) -> None:
        key, scroll = self._kept
        self._cursor, self._hovered_row = None, -1
        number = self.viewmodel.rows.find(key) if key is not None else None
        if number is None:
            self.viewmodel.select(None)
        else:
            self.setCurrentIndex(self.model().index(number, 0))
        self.verticalScrollBar().setValue(scroll)

    def _set_opacity(self, value: float) -> None:
        self.opacity = value
        self.viewport().update()


def keys_of_lists() -> tuple[str, tuple[tuple[str, str], ...]]:
    """The group of keys for the window's list of keys."""
    return "Sound lists", KEYS
