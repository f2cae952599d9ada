"""A virtual list of sounds: what it shows of its view-model, and where hand and keys act on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QContextMenuEvent, QDrag, QEnterEvent, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QToolTip, QWidget

from app.viewmodels.audition import AuditionViewModel
from app.viewmodels.peaks import PeaksViewModel
from app.viewmodels.regions import RegionsViewModel
from app.viewmodels.rows import SoundListModel, SoundRow
from app.widgets.result_delegate import ResultDelegate
from app.widgets.sound_list_hand import SoundListHand
from app.widgets.sound_list_keys import SoundListKeys
from app.widgets.waveform import WaveformState

if TYPE_CHECKING:
    import numpy as np

FADE_MS = 120
FADE_FROM = 0.5  # a list that is ranked anew at every step of a scrub must not go dark meanwhile


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
    pin_wanted = Signal(object)
    """The SoundRow whose contour the person wants to keep on the picture, or to let go."""
    fit_wanted = Signal(object)
    """The SoundRow of which the person wants to see where in the film it fits."""
    find_wanted = Signal()
    """The person wants to type into the panel's text field."""

    def __init__(self, viewmodel: SoundListViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewmodel = viewmodel
        self.fit_line: float | None = None
        self.film_runs: Callable[[], bool] = lambda: False
        """Whether the film plays: Space then pauses it rather than start a sound over it."""
        self.pin_slot: Callable[[SoundRow], int | None] = lambda row: None
        """The colour of a row's contour on the picture, `LocalisationViewModel.slot_of`."""
        self.opacity = 1.0
        self.heard = False
        """Whether a sound was played from here since the list got the keys: Space is then the list's."""
        self.cursor_place: tuple[int, float] | None = None
        """Row and share 0..1 of the pointer's or the keys' place in a waveform."""
        self._keys, self._hand = SoundListKeys(self), SoundListHand(self)
        self._delegate = ResultDelegate(self, self)
        self._kept: tuple[int | None, int] = (None, 0)
        self._fade = QVariantAnimation(self)
        self._fade.setDuration(FADE_MS)
        self._fade.setStartValue(FADE_FROM)
        self._fade.setEndValue(1.0)
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

    def slot_of(self, row: SoundRow) -> int | None:
        """Which colour the row's contour has on the picture, if it is pinned."""
        return self.pin_slot(row)

    def waveform_state(self, row: SoundRow) -> WaveformState:
        """Regions, playhead and cursor of the row."""
        length, audition = row.duration or 1.0, self.viewmodel.audition
        chosen = self.viewmodel.regions.of(row.path)
        position = audition.position if self.is_playing(row) else None
        place = self.cursor_place
        here = place is not None and self.viewmodel.rows.row_at(place[0]) == row
        return WaveformState(
            proposed=(row.start / length, row.end / length) if row.has_region else None,
            chosen=(chosen[0] / length, chosen[1] / length) if chosen else None,
            playhead=position / length if position is not None else None,
            played_from=audition.started_at / length,
            cursor=place[1] if place is not None and here else None,
            quiet=not row.fits,
        )

    # what panel, hand and keys ask

    def current_row(self) -> SoundRow | None:
        """The chosen row."""
        return self.viewmodel.rows.row_at(self.currentIndex().row())

    def row_rect(self, number: int) -> QRect:
        """Where row ``number`` is in the viewport."""
        return self.visualRect(self.model().index(number, 0))

    def fade_in(self) -> None:
        """Let a new ranking appear softly."""
        self._fade.stop()
        self._fade.start()

    def play_row(self, number: int, share: float | None = None) -> None:
        """Hear row ``number``: its chosen region, else from ``share`` of its length or its proposed region on."""
        row, regions = self.viewmodel.rows.row_at(number), self.viewmodel.regions
        if row is None:
            return
        self.heard = True
        chosen = regions.of(row.path)
        if chosen is not None and (share is None or chosen[0] <= share * row.duration <= chosen[1]):
            self.viewmodel.audition.play(row.path, *chosen)
            return
        if chosen is not None:
            regions.clear()
        start = row.start if share is None else share * row.duration
        self.viewmodel.audition.play(row.path, start, row.duration or None)

    def choose_take(self, number: int, take: int) -> None:
        """Show and hear another take of row ``number``."""
        row = self.viewmodel.rows.row_at(number)
        if row is None or take > len(row.takes):
            return
        if self.viewmodel.rows.choose_take(number, take):
            self.viewmodel.select(self.viewmodel.rows.row_at(number))
        self.play_row(number)

    def pin_row(self, number: int) -> None:
        """Keep row ``number``'s contour on the picture, or let it go."""
        row = self.viewmodel.rows.row_at(number)
        if row is not None:
            self.pin_wanted.emit(row)

    def ask_fit(self, number: int) -> None:
        """Ask where in the film row ``number`` fits."""
        row = self.viewmodel.rows.row_at(number)
        if row is not None:
            self.fit_wanted.emit(row)

    def place_in(self, row: SoundRow, number: int) -> float:
        """Seconds at the playhead, else at the cursor, else where the row's region begins."""
        position = self.viewmodel.audition.position if self.is_playing(row) else None
        if position is not None:
            return position
        if self.cursor_place is not None and self.cursor_place[0] == number:
            return self.cursor_place[1] * row.duration
        return row.start

    def set_cursor(self, place: tuple[int, float] | None) -> None:
        """Move the cursor in the waveforms to a row and a share 0..1, or take it away."""
        for number in {p[0] for p in (self.cursor_place, place) if p is not None}:
            self._redraw_row(number)
        self.cursor_place = place

    def say_region_not_ready(self) -> None:
        """Rather a sentence than the wrong file."""
        self.notice.emit("The region is still being written; try again in a moment.")

    def drag_out(self, number: int) -> None:
        """Hand row ``number`` out as a real file."""
        index = self.model().index(number, 0)
        mime = self.viewmodel.rows.mimeData([index])
        if not mime.hasUrls():
            self.say_region_not_ready()
            return
        drag = QDrag(self)
        drag.setMimeData(mime)
        drag.setPixmap(self.viewport().grab(self.visualRect(index)))
        drag.setHotSpot(QPoint(24, 12))
        drag.exec(Qt.DropAction.CopyAction)

    def tip_at(self, point: QPoint) -> str:
        """The tooltip for a place in the list."""
        return self._hand.tip_at(point)

    # events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The left button is the hand's."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._hand.press(event.position().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second click of two is a click."""
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hover or drag."""
        point = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._hand.drag(point)
        else:
            super().mouseMoveEvent(event)
            self._hand.hover(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The hand's click or its region's end."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._hand.release(event.position().toPoint())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What else can be done with the row."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        number = self.currentIndex().row() if by_key else self.indexAt(event.pos()).row()
        if self.viewmodel.rows.row_at(number) is not None:
            self.setCurrentIndex(self.model().index(number, 0))
            self.menu_for(number).popup(
                self.viewport().mapToGlobal(self.row_rect(number).center()) if by_key else event.globalPos()
            )

    def menu_for(self, number: int) -> QMenu:
        """The context menu of row ``number``."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Where does this fit?\tF").triggered.connect(lambda: self.ask_fit(number))
        return menu

    def enterEvent(self, event: QEnterEvent) -> None:
        """While the pointer is here the list stays as it is."""
        self.hovered.emit(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The list is free to change again."""
        self._hand.leave()
        self.row_hovered.emit(None)
        self.hovered.emit(False)
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Claim the list's own keys before the window's shortcuts do."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._keys.owns(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The list's keys; all others are the window's, so that the film can be moved from here."""
        if self._keys.owns(event):
            self._keys.press(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show who has the keys."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show who has not."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.heard = False
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        """Tooltips say what the part under the pointer does, and its key."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos()), self)
            return True
        return super().viewportEvent(event)

    # within

    def _set_up(self) -> None:
        self.setModel(self.viewmodel.rows)
        self.setItemDelegate(self._delegate)
        self.setMouseTracking(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayoutMode(QListView.LayoutMode.SinglePass)
        self.setResizeMode(QListView.ResizeMode.Adjust)
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

    def _redraw_row(self, number: int) -> None:
        self.viewport().update(self.row_rect(number))

    def _redraw_playing(self) -> None:
        first = max(0, self.indexAt(QPoint(8, 0)).row())
        last = self.indexAt(QPoint(8, self.viewport().height() - 1)).row()
        for number in range(first, (last if last >= 0 else self.model().rowCount() - 1) + 1):
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
        self._hand.leave()
        number = self.viewmodel.rows.find(key) if key is not None else None
        if number is None:
            self.viewmodel.select(None)
        else:
            self.setCurrentIndex(self.model().index(number, 0))
        self.verticalScrollBar().setValue(scroll)

    def _set_opacity(self, value: float) -> None:
        self.opacity = value
        self.viewport().update()
