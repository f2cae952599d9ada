"""A text field for searching, left by key towards the list it narrows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app import resources, theme

_LEAVING = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class SearchField(QLineEdit):
    """A field with a magnifier; Down, Enter and Escape give the keys back to the list."""

    left = Signal()

    def __init__(self, placeholder: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setToolTip(tip)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        self.addAction(resources.icon("magnify", theme.QUIET), QLineEdit.ActionPosition.LeadingPosition)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave by key."""
        if event.key() in _LEAVING:
            self.left.emit()
        else:
            super().keyPressEvent(event)
