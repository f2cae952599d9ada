"""A name typed in its place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit


class NameField(QLineEdit):
    """A field that Enter keeps and Escape leaves as it was; ``kept`` says which, when editing has finished."""

    kept = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up."""
        if event.key() == Qt.Key.Key_Escape:
            self.kept = False
            self.editingFinished.emit()
        else:
            super().keyPressEvent(event)
