"""The box over the picture: drawn by hand, moved by keys, and what lies outside it dimmed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from app import theme
from app.viewmodels.pointing import PointingViewModel
from app.widgets.timeline.keymap import WINDOW_KEYS

if TYPE_CHECKING:
    from app.widgets.viewer import PictureCanvas

KEYS = (
    ("{point}", "Point at the middle"),
    ("Alt+Arrows", "Move the region"),
    ("Alt+Shift+Arrows", "Make it wider, narrower, higher, lower"),
    ("Esc", "Back to the whole frame"),
)
"""Keys and what they do, for the window's list of keys; in braces what a preset decides."""
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class RubberBand(QWidget):
    """Lies over a picture's canvas and shows a :class:`PointingViewModel`."""

    def __init__(self, viewmodel: PointingViewModel, canvas: PictureCanvas) -> None:
        super().__init__(canvas)
        self.viewmodel = viewmodel
        self._canvas = canvas
        self._pressed: QPoint | None = None
        self._drawing = False
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Region of the picture")
        self.show_keys(WINDOW_KEYS)
        self.setGeometry(canvas.rect())
        canvas.installEventFilter(self)
        viewmodel.changed.connect(self.update)

    def show_keys(self, keys: Mapping[str, str]) -> None:
        """Name the key of this table in the tooltip."""
        self.setToolTip(f"Click or drag a box: sounds for this part of the picture alone ({keys['point']})")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As large as the canvas, always."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._canvas.rect())
        return super().eventFilter(watched, event)

    def box(self) -> QRectF | None:
        """Where the region or the box being drawn is in the widget (px)."""
        region = self.viewmodel.shown
        if region is None:
            return None
        where = self._canvas.picture_rect()
        x1, y1, x2, y2 = region
        left, top = where.x() + x1 * where.width(), where.y() + y1 * where.height()
        return QRectF(left, top, (x2 - x1) * where.width(), (y2 - y1) * where.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture around the box steps back; the box itself has an edge that is seen on any ground."""
        box = self.box()
        if box is None:
            return
        painter = QPainter(self)
        around = QPainterPath()
        around.addRect(self._canvas.picture_rect())
        inside = QPainterPath()
        inside.addRect(box)
        painter.fillPath(around.subtracted(inside), theme.colour(theme.PICTURE_GROUND, 0.45))
        edge = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.colour(theme.PICTURE_GROUND, 0.8), 3))
        painter.drawRect(edge)
        painter.setPen(QPen(theme.colour(theme.ACCENT), 1))
        painter.drawRect(edge)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click or a box begins; beside the picture it does nothing."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._canvas.picture_rect().contains(event.position()):
            self._pressed, self._drawing = event.position().toPoint(), False
            self.viewmodel.begin(*self._share(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Far enough from where the button went down it is a box."""
        if self._pressed is None:
            return
        far = (event.position().toPoint() - self._pressed).manhattanLength()
        if self._drawing or far >= QApplication.startDragDistance():
            self._drawing = True
            self.viewmodel.stretch(*self._share(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The region is chosen."""
        if event.button() == Qt.MouseButton.LeftButton and self._pressed is not None:
            self._pressed = None
            self.viewmodel.finish()

    def press_key(self, event: QKeyEvent) -> bool:
        """Alt and arrows move the region, with Shift they size it. Returns whether the key was such a one."""
        step = _STEPS.get(Qt.Key(event.key()))
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if step is None or self.viewmodel.region is None or not modifiers & Qt.KeyboardModifier.AltModifier:
            return False
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.viewmodel.grow(*step)
        else:
            self.viewmodel.move(*step)
        return True

    def _share(self, point: QPointF) -> tuple[float, float]:
        where = self._canvas.picture_rect()
        return (point.x() - where.x()) / max(1.0, where.width()), (point.y() - where.y()) / max(1.0, where.height())
