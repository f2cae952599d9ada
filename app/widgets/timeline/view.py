"""The timeline: clips on tracks under a ruler, painted by one widget that draws only what can be seen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QToolTip, QWidget

from app.viewmodels.mixer import MixerViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_placing import PlacingViewModel
from app.widgets.timeline.canvas import copy_part, draw_clips, paint_over
from app.widgets.timeline.clips import ClipPainter
from app.widgets.timeline.drops import Drops
from app.widgets.timeline.hand import TimelineHand
from app.widgets.timeline.keys import TimelineKeys
from app.widgets.timeline.menus import TimelineMenus
from app.widgets.timeline.playhead import Playhead
from app.widgets.timeline.ruler import HEIGHT as RULER
from app.widgets.timeline.ruler import Ruler
from app.widgets.timeline.sight import TimelineSight
from app.widgets.tracks.headers import TrackHeaders
from app.widgets.tracks.parts import WIDTH as HEADERS

_STEP = 1.25


class TimelineView(TimelineSight):
    """Shows a :class:`TimelineViewModel`; ruler and track headers stay in place while clips scroll."""

    hit_taken = Signal(bool)
    """The person took the proposed hit, or left it."""

    def __init__(
        self,
        viewmodel: TimelineViewModel,
        placing: PlacingViewModel,
        mixer: MixerViewModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(viewmodel, parent)
        self.placing, self.mixer = placing, mixer
        self.painter = ClipPainter(viewmodel.outlines.get, viewmodel.indexes)
        self.hand, self.drops = TimelineHand(self), Drops(self, placing)
        self.hit: int | None = None
        """Project sample of a proposed hit."""
        self._fitted = False
        self.playhead = Playhead(self)
        self.ruler = Ruler(self)
        self.headers = TrackHeaders(self, mixer)
        self.keys = TimelineKeys(self)
        self.menus = TimelineMenus(self)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.redraw)
        self._set_up()
        self._listen()

    def _listen(self) -> None:
        viewmodel = self.viewmodel
        viewmodel.changed.connect(self._on_changed)
        viewmodel.selection_changed.connect(self.redraw)
        viewmodel.outlines.ready.connect(lambda _: self.redraw())
        viewmodel.missing.changed.connect(self.redraw)
        viewmodel.playback.position_changed.connect(self.playhead.move)
        viewmodel.projects.opened_changed.connect(self._on_project)
        self.mixer.metered.connect(self.headers.show_levels)

    def seek_to_x(self, x: float) -> None:
        """Move the playhead to a place in the view, onto a frame while things snap."""
        sample = self.geometry_now().sample_at(x)
        self.viewmodel.playback.locate(self.viewmodel.snapped(sample))

    def redraw(self) -> None:
        """Draw everything anew at the next paint."""
        super().redraw()
        self.playhead.drawn()
        self.ruler.update()
        self.headers.update()
        self.hand.hover_again()

    def show_hit(self, position: int | None) -> None:
        """Draw where a hit is proposed, or nowhere."""
        self.hit = position
        self.viewport().update()

    def take_hit(self) -> None:
        """Take the proposal of where a hit lies."""
        self.hit_taken.emit(True)

    def show_numbers(self) -> None:
        """Let level, pan, speed, pitch and fades of what is selected be typed."""
        self.menus.show_numbers()

    def leave(self) -> None:
        """Leave what is nearest: a drag, a proposal, the selection."""
        if self.viewmodel.gesture is not None or self.hand.band is not None:
            self.hand.give_up()
            self.ruler.hand.give_up()
            QToolTip.hideText()
        elif self.hit is not None:
            self.hit_taken.emit(False)
        else:
            self.viewmodel.select([])

    # events

    def paintEvent(self, event: QPaintEvent) -> None:
        """What was drawn, and what moves over it."""
        if self._canvas is None:
            self._canvas = draw_clips(self)
            if self.painter.waves.late:
                self._later.start()
        painter = QPainter(self.viewport())
        copy_part(painter, self._canvas, event.rect())
        if self.viewmodel.shown is not None:
            paint_over(painter, self, self.geometry_now(), self.viewmodel.shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ruler and headers keep to their edges."""
        super().resizeEvent(event)
        frame = self.frameWidth()
        port = self.viewport().geometry()
        self.ruler.setGeometry(port.left(), frame, port.width(), RULER)
        self.headers.setGeometry(frame, port.top(), HEADERS, port.height())
        if self._fitted and self.viewmodel.shown is not None and self.samples_per_px > self._widest():
            self.samples_per_px = self._widest()
        self._set_ranges()
        self.redraw()

    def changeEvent(self, event: QEvent) -> None:
        """Back in the window: a missing sound may have come, or one may have gone, while another program was used."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.viewmodel.missing.look()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Scrolled: draw the other part."""
        self.redraw()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The left button is the hand's."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton:
            self.hand.press(event.position(), event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag or hover."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.hand.move(event.position(), event.modifiers())
            self._show_words(event)
        else:
            self.hand.hover(event.position(), event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The gesture ends."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.hand.release(event.position())
            QToolTip.hideText()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A handle goes back to rest; a clip shows its numbers."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.hand.double_click(event.position())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the clip under the pointer, or with the one that is selected; else with the ground."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        if self.viewmodel.shown is not None:
            place = self.menus.place_of_keys() if by_key else QPointF(event.pos())
            self.menus.menu_at(place).popup(self.viewport().mapToGlobal(place.toPoint()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl zoom at the pointer, with Shift sideways, with Alt make rows higher."""
        notches = event.angleDelta().y() or event.angleDelta().x()
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.zoom(_STEP ** (notches / 120), event.position().x())
        elif modifiers & Qt.KeyboardModifier.AltModifier:
            self.zoom_rows(1 if notches > 0 else -1)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier or not event.angleDelta().y():
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - notches)
        else:
            super().wheelEvent(event)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Claim the timeline's own keys before the window's shortcuts do."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.keys.owns(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The timeline's keys; all others are the window's."""
        self.hand.key_moved(event, down=True)
        if not self.keys.press(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """The pointer over a handle tells what Alt makes of it."""
        self.hand.key_moved(event, down=False)
        event.ignore()

    def viewportEvent(self, event: QEvent) -> bool:
        """Tooltips say what the part under the pointer does."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self.hand.tip_at(event.pos(), QGuiApplication.keyboardModifiers())
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        if event.type() == QEvent.Type.Leave:
            self.hand.hover(None, Qt.KeyboardModifier.NoModifier)
        return super().viewportEvent(event)

    # within

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportMargins(HEADERS, RULER, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for place in (self.viewport(), self.ruler):
            place.setAcceptDrops(True)
            place.installEventFilter(self.drops)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName("Timeline")
        self.setMinimumHeight(RULER + 40)

    def _show_words(self, event: QMouseEvent) -> None:
        words = self.hand.words()
        if words:
            QToolTip.showText(event.globalPosition().toPoint(), words, self)

    def _on_changed(self) -> None:
        if self.viewmodel.shown is not None and not self.samples_per_px:
            self.zoom_to_fit()
        self._set_ranges()
        self.redraw()

    def _on_project(self) -> None:
        self.painter.waves.clear()
        self.hit = None
        if self.viewmodel.shown is not None:
            self._fitted = True
            self.zoom_to_fit()
