"""Categories as chips with their counts: click or Enter lists one category, again lists all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app import theme
from app.widgets.result_delegate import hue

Index = QModelIndex | QPersistentModelIndex
CHIP_HEIGHT = 22
GAP = 4
_NAME, _COUNT = Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2


class CategoryChips(QListView):
    """A wrapping list of chips, two lines high until it is opened."""

    chosen = Signal(object)
    """A category, or None for all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items = QStandardItemModel(self)
        self._active: str | None = None
        self.opened = False
        self.setModel(self._items)
        self.setItemDelegate(_ChipDelegate(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSpacing(0)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Categories")
        self.clicked.connect(self._toggle)
        self.set_opened(False)

    @property
    def active(self) -> str | None:
        """The category that is listed."""
        return self._active

    def set_categories(self, categories: Sequence[tuple[str, int]], active: str | None) -> None:
        """Show ``(name, count)``; most sounds first, the active one in front so that it is never out of sight."""
        self._active = active
        self._items.clear()
        for name, count in sorted(categories, key=lambda c: (c[0] != active, -c[1], c[0])):
            item = QStandardItem(f"{name}, {count} sounds")
            item.setData(name, _NAME)
            item.setData(count, _COUNT)
            item.setToolTip(f"{name}: {count:,} sounds (Enter lists them, again lists all)")
            self._items.appendRow(item)
        self.setVisible(bool(categories))

    def set_opened(self, opened: bool) -> None:
        """Show two lines of chips, or six."""
        self.opened = opened
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if opened else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self.setFixedHeight((6 if opened else 2) * (CHIP_HEIGHT + GAP) + 2)
        self.scrollToTop()

    def is_active(self, index: Index) -> bool:
        """Whether this chip's category is listed."""
        return self._active is not None and index.data(_NAME) == self._active

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space do what a click does; keys that move stay here, all others are the window's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._toggle(self.currentIndex())
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A chip is current as soon as keys come here, so that there is something to press."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self._items.index(0, 0))

    def _toggle(self, index: Index) -> None:
        name = index.data(_NAME) if index.isValid() else None
        if name is not None:
            self.chosen.emit(None if name == self._active else name)


class _ChipDelegate(QStyledItemDelegate):
    def __init__(self, chips: CategoryChips) -> None:
        super().__init__(chips)
        self._chips = chips

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics = QFontMetrics(theme.figures(theme.SMALL))
        name, count = _texts(index)
        width = 18 + metrics.horizontalAdvance(name) + 6 + metrics.horizontalAdvance(count) + 8 + GAP
        return QSize(min(width, max(60, self._chips.viewport().width())), CHIP_HEIGHT + GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        name, count = _texts(index)
        active = self._chips.is_active(index)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = self._chips.hasFocus() and self._chips.currentIndex() == index
        chip = QRectF(option.rect).adjusted(0.5, 0.5, -GAP - 0.5, -GAP - 0.5)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.ACCENT if focused or active else theme.QUIET if hovered else theme.LINE))
        painter.setBrush(QColor(theme.RAISED) if active or hovered else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(chip, 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(hue(name))
        painter.drawEllipse(QRectF(chip.left() + 6, chip.center().y() - 3, 6, 6))
        self._write(painter, chip, (name, count), active=active)
        painter.restore()

    @staticmethod
    def _write(painter: QPainter, chip: QRectF, texts: tuple[str, str], *, active: bool) -> None:
        painter.setFont(theme.figures(theme.SMALL))
        metrics = painter.fontMetrics()
        inner = chip.adjusted(17, 0, -7, 0).toRect()
        number = QRect(inner)
        number.setLeft(inner.right() - metrics.horizontalAdvance(texts[1]))
        inner.setRight(number.left() - 5)
        painter.setPen(QColor(theme.TEXT))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, left, metrics.elidedText(texts[0], Qt.TextElideMode.ElideRight, inner.width()))
        painter.setPen(QColor(theme.TEXT if active else theme.QUIET))
        painter.drawText(number, left, texts[1])


def _texts(index: Index) -> tuple[str, str]:
    return str(index.data(_NAME)), f"{int(index.data(_COUNT)):,}"
