"""The pointer over a sound list: scrub, click, region, take, drag-out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QPoint
from PySide6.QtWidgets import QApplication

from app.viewmodels.rows import SoundRow, tip
from app.widgets.row_layout import RowLayout, lay_out

if TYPE_CHECKING:
    from app.widgets.sound_list import SoundListView

DWELL_MS = 250
"""A pointer crossing the list makes no noise: it must rest on a row this long before it scrubs."""
_GRAIN_MS = 70
_CLICK_PX = 3
TIPS = {
    "glyph": "Hear it (Enter) · stop (Space)",
    "waveform": "Click: hear from here · drag: choose a region (I, O) · drag down: take the file along",
    "score": "How near this picture the sound is, measured on your own library.\nPast the notch it fits.",
    "take": "Another take of this sound (1 – 9)",
    "pin": "Keep its place on the picture, or let it go (C)",
    "onscreen": "Whether the sound's source is seen in this picture",
}


class SoundListHand:
    """Follows the pointer and tells the list what it means."""

    def __init__(self, view: SoundListView) -> None:
        self._view = view
        self._hovered = self._pressed = -1
        self._press: QPoint | None = None
        self._drawing = False
        self._resting, self._grain = QElapsedTimer(), QElapsedTimer()

    def press(self, point: QPoint) -> None:
        """The button went down: choose the row; what it means depends on where the hand goes."""
        index = self._view.indexAt(point)
        if self._view.viewmodel.rows.row_at(index.row()) is not None:
            self._press, self._pressed, self._drawing = point, index.row(), False
            self._view.setCurrentIndex(index)

    def drag(self, point: QPoint) -> None:
        """The pointer moves with the button down: along the waveform a region, else the file is taken along."""
        if self._press is None:
            return
        across, down = abs(point.x() - self._press.x()), abs(point.y() - self._press.y())
        if self._drawing or (self._pressed_part() == "waveform" and across > _CLICK_PX and across >= down):
            self._draw_region(point)
        elif max(across, down) >= QApplication.startDragDistance():
            self._press = None
            self._view.drag_out(self._pressed)

    def release(self, point: QPoint) -> None:
        """The button came up: a click plays, a drawn region settles and plays."""
        pressed, drew = self._press, self._drawing
        self._press, self._drawing = None, False
        if pressed is None:
            return
        if drew:
            self._view.viewmodel.regions.settle()
            self._view.play_row(self._pressed)
        elif self._view.indexAt(point).row() == self._pressed:
            self._click(point)

    def hover(self, point: QPoint) -> None:
        """The pointer moves with no button down."""
        row, parts = self._under(point)
        number = self._view.indexAt(point).row() if row is not None else -1
        if number != self._hovered:
            self._hovered = number
            self._resting.start()
            self._view.row_hovered.emit(row)
        if row is None or parts is None or parts.part_at(point) != "waveform":
            self._view.set_cursor(None)
            return
        cursor = (number, parts.share_at(point))
        moved = self._view.cursor_place != cursor
        self._view.set_cursor(cursor)
        if moved:
            self._scrub(row, cursor[1])

    def leave(self) -> None:
        """The pointer left the list, or the rows under it changed."""
        self._hovered = -1
        self._view.set_cursor(None)

    def tip_at(self, point: QPoint) -> str:
        """What the part under the pointer does, and its key."""
        row, parts = self._under(point)
        if row is None or parts is None:
            return ""
        part = parts.part_at(point)
        return row.category if part == "category" else TIPS.get(part, tip(row))

    def _click(self, point: QPoint) -> None:
        row, parts = self._under(point)
        if row is None or parts is None:
            return
        part = parts.part_at(point)
        if part == "take":
            self._view.choose_take(self._pressed, parts.take_at(point))
        elif part == "pin":
            self._view.pin_row(self._pressed)
        elif part == "glyph" and self._view.is_playing(row):
            self._view.viewmodel.audition.stop()
        else:
            self._view.play_row(self._pressed, parts.share_at(point) if part == "waveform" else None)

    def _draw_region(self, point: QPoint) -> None:
        row = self._view.viewmodel.rows.row_at(self._pressed)
        if row is None or self._press is None:
            return
        self._drawing = True
        parts = lay_out(self._view.row_rect(self._pressed), row)
        first, last = parts.share_at(self._press), parts.share_at(point)
        self._view.set_cursor((self._pressed, last))
        self._view.viewmodel.regions.choose(row.path, first * row.duration, last * row.duration)

    def _scrub(self, row: SoundRow, share: float) -> None:
        audition = self._view.viewmodel.audition
        if not audition.scrub_on_hover or audition.now_playing is not None or self._resting.elapsed() < DWELL_MS:
            return
        if not self._grain.isValid() or self._grain.elapsed() >= _GRAIN_MS:
            self._grain.start()
            audition.scrub(row.path, share * row.duration)

    def _pressed_part(self) -> str:
        if self._press is None:
            return ""
        _, parts = self._under(self._press)
        return parts.part_at(self._press) if parts is not None else ""

    def _under(self, point: QPoint) -> tuple[SoundRow | None, RowLayout | None]:
        index = self._view.indexAt(point)
        row = self._view.viewmodel.rows.row_at(index.row()) if index.isValid() else None
        return (row, lay_out(self._view.row_rect(index.row()), row)) if row is not None else (None, None)
