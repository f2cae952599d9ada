"""The timeline: clips on tracks under a ruler, painted by one widget that draws only what can be seen."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from app import theme
from app.viewmodels.mixer import MixerViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_placing import PlacingViewModel, Wanted
from app.widgets.sound_list import SoundListView
from app.widgets.timeline.clips import ClipPainter
from app.widgets.timeline.geometry import Geometry
from app.widgets.timeline.hand import TimelineHand
from app.widgets.timeline.keys import TimelineKeys
from app.widgets.timeline.ruler import HEIGHT as RULER
from app.widgets.timeline.ruler import Ruler
from app.widgets.tracks.headers import TrackHeaders
from app.widgets.tracks.parts import WIDTH as HEADERS

FINEST, ROW_HEIGHTS = 2.0, (22, 34, 48, 72, 108)  # samples a px; px
SPARE = 1.04  # of the project's length that a view of all of it shows
_STEP = 1.25


class TimelineView(QAbstractScrollArea):
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
        super().__init__(parent)
        self.viewmodel, self.placing, self.mixer = viewmodel, placing, mixer
        self.samples_per_px = 0.0
        """0 until a project was shown."""
        self.row_height = 48
        self.painter = ClipPainter(viewmodel.outlines.get, viewmodel.indexes)
        self.hand = TimelineHand(self)
        self.hit: int | None = None
        """Project sample of a proposed hit."""
        self._canvas: QPixmap | None = None
        self._drop: tuple[int, int] | None = None
        self._fitted, self._playhead = False, -10
        self.ruler = Ruler(self)
        self.headers = TrackHeaders(self, mixer)
        self.keys = TimelineKeys(self)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.redraw)
        self._set_up()
        viewmodel.changed.connect(self._on_changed)
        viewmodel.selection_changed.connect(self.redraw)
        viewmodel.outlines.ready.connect(lambda _: self.redraw())
        viewmodel.playback.position_changed.connect(self._on_position)
        viewmodel.projects.opened_changed.connect(self._on_project)
        mixer.metered.connect(self.headers.show_levels)

    # view

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

    def seek_to_x(self, x: float) -> None:
        """Move the playhead to a place in the view, onto a frame while things snap."""
        sample = self.geometry_now().sample_at(x)
        self.viewmodel.playback.locate(self.viewmodel.snapped(sample))

    def redraw(self) -> None:
        """Draw everything anew at the next paint."""
        self._canvas = None
        self._playhead = round(self.geometry_now().x_of(self.viewmodel.playback.position))
        self.viewport().update()
        self.ruler.update()
        self.headers.update()

    def show_hit(self, position: int | None) -> None:
        """Draw where a hit is proposed, or nowhere."""
        self.hit = position
        self.viewport().update()

    def take_hit(self) -> None:
        """Take the proposal of where a hit lies."""
        self.hit_taken.emit(True)

    def leave(self) -> None:
        """Leave what is nearest: a drag, a proposal, the selection."""
        if self.viewmodel.gesture is not None:
            self.viewmodel.cancel()
        elif self.hit is not None:
            self.hit_taken.emit(False)
        else:
            self.viewmodel.select([])

    def reveal_track(self) -> None:
        """Scroll so that the current track can be seen."""
        project = self.viewmodel.shown
        rows = [track.id for track in project.tracks] if project is not None else []
        if self.viewmodel.track not in rows:
            return
        top, bar = rows.index(self.viewmodel.track) * self.row_height, self.verticalScrollBar()
        height = self.viewport().height()
        if top < bar.value() or top + self.row_height > bar.value() + height:
            bar.setValue(top if top < bar.value() else top + self.row_height - height)

    # events

    def paintEvent(self, event: QPaintEvent) -> None:
        """What was drawn, and what moves over it."""
        if self._canvas is None:
            self._canvas = self._draw()
        painter = QPainter(self.viewport())
        ratio, part = self._canvas.devicePixelRatio(), event.rect()
        source = QRectF(part.x() * ratio, part.y() * ratio, part.width() * ratio, part.height() * ratio)
        painter.drawPixmap(QRectF(part), self._canvas, source)
        if self.viewmodel.shown is None:
            return
        geometry = self.geometry_now()
        self._paint_over(painter, geometry)
        x = round(geometry.x_of(self.viewmodel.playback.position))
        painter.fillRect(QRect(x - 1, 0, 2, geometry.height), QColor(theme.ACCENT))

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
            self.hand.hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The gesture ends."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.hand.release(event.position())
            QToolTip.hideText()

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
        if not self.keys.press(event):
            event.ignore()

    def viewportEvent(self, event: QEvent) -> bool:
        """Tooltips say what the part under the pointer does."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.hand.tip_at(event.pos()), self)
            return True
        return super().viewportEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Sounds may be dropped, from the lists and from other programs."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where it would begin."""
        if self.viewmodel.shown is not None:
            geometry = self.geometry_now()
            at = self.viewmodel.snapped(geometry.sample_at(event.position().x()))
            self._drop = (at, max(0, geometry.row_at(event.position().y())))
            self.viewport().update()
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It goes elsewhere."""
        self._drop = None
        self.viewport().update()

    def dropEvent(self, event: QDropEvent) -> None:
        """Place what was dropped where it was let go."""
        geometry, project = self.geometry_now(), self.viewmodel.shown
        at = self.viewmodel.snapped(geometry.sample_at(event.position().x())) if project is not None else 0
        row = geometry.row_at(event.position().y())
        track = project.tracks[row].id if project is not None and 0 <= row < len(project.tracks) else None
        self._drop = None
        self.placing.drop(self._dropped(event), at, track)
        self.setFocus()
        event.acceptProposedAction()

    # within

    def _dropped(self, event: QDropEvent) -> list[Wanted]:
        """Rows of our own lists with their region; files as they are."""
        source = event.source()
        if isinstance(source, SoundListView) and (row := source.current_row()) is not None:
            return [self.placing.wanted_of(row, source.viewmodel.regions.of(row.path))]
        urls = [url for url in event.mimeData().urls() if url.isLocalFile()]
        return [Wanted(path=Path(url.toLocalFile())) for url in urls]

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportMargins(HEADERS, RULER, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.viewport().setAcceptDrops(True)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName("Timeline")
        self.setMinimumHeight(RULER + 40)

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

    def _draw(self) -> QPixmap:
        port, ratio = self.viewport(), self.devicePixelRatioF()
        canvas = QPixmap(QSize(round(port.width() * ratio), round(port.height() * ratio)))
        canvas.setDevicePixelRatio(ratio)
        canvas.fill(QColor(theme.WINDOW))
        project = self.viewmodel.shown
        if project is not None:
            self.painter.waves.begin()
            painter = QPainter(canvas)
            self.painter.paint(painter, self.geometry_now(), project, self.viewmodel.selection, self.viewmodel.track)
            painter.end()
            if self.painter.waves.late:
                self._later.start()
        return canvas

    def _paint_over(self, painter: QPainter, geometry: Geometry) -> None:
        project = self.viewmodel.shown
        assert project is not None
        for marker in project.markers:
            painter.fillRect(
                QRectF(geometry.x_of(marker.position), 0, 1, geometry.height), theme.colour(theme.AMBER, 0.5)
            )
        if self.hit is not None:
            painter.setPen(QPen(QColor(theme.WARM), 1, Qt.PenStyle.DashLine))
            x = geometry.x_of(self.hit)
            painter.drawLine(QPointF(x, 0), QPointF(x, geometry.height))
        if self._drop is not None:
            at, row = self._drop
            top = geometry.row_top(min(row, len(project.tracks)))
            painter.fillRect(QRectF(geometry.x_of(at), top, 3, self.row_height), QColor(theme.ACCENT))
            painter.fillRect(QRectF(geometry.x_of(at), top, 120, self.row_height), theme.colour(theme.ACCENT, 0.15))
        if self.hand.band is not None:
            painter.setPen(QPen(QColor(theme.ACCENT), 1))
            painter.setBrush(theme.colour(theme.ACCENT, 0.12))
            painter.drawRect(self.hand.band)
        if self.hasFocus():
            painter.fillRect(QRect(0, 0, geometry.width, 1), QColor(theme.ACCENT))

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

    def _on_position(self, position: int) -> None:
        geometry = self.geometry_now()
        x = geometry.x_of(position)
        if self.viewmodel.playback.playing and not 0 <= x <= geometry.width:
            self.horizontalScrollBar().setValue(round(position / geometry.samples_per_px) - 24)
        self._move_playhead(round(self.geometry_now().x_of(position)))

    def _move_playhead(self, x: int) -> None:
        """Paint where the playhead was and where it is; nothing while it stays within its pixel."""
        if x != self._playhead:
            for place in (self._playhead, x):
                self.viewport().update(QRect(place - 2, 0, 4, self.viewport().height()))
                self.ruler.update(QRect(place - 7, 0, 14, RULER))
            self._playhead = x
