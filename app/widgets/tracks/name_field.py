"""A name typed in its place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

LEAST, HEIGHT = 150, 22
"""px that a name is typed in."""


class NameField(QLineEdit):
    """Lies over what is named until Enter keeps the name, or Escape leaves it as it was.

    Args:
        text: the name as it is.
        over: the widget it lies over.
        place: where, in its px.
        keep: what is done with a name that is kept.
        after: gets the keys afterwards.
    """

    def __init__(self, text: str, over: QWidget, place: QRect, keep: Callable[[str], object], after: QWidget) -> None:
        super().__init__(text, over)
        self._keep, self._after, self._kept = keep, after, True
        self.setGeometry(place)
        self.editingFinished.connect(self._finish)
        self.show()
        self.setFocus()
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up."""
        if event.key() == Qt.Key.Key_Escape:
            self._kept = False
            self.editingFinished.emit()
        else:
            super().keyPressEvent(event)

    def _finish(self) -> None:
        self.blockSignals(True)
        if self._kept:
            self._keep(self.text())
        self.hide()
        self.deleteLater()
        self._after.setFocus()
