"""The empty, working and failed states of a panel: one icon, one sentence, one next step."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app import resources, theme
from engine.errors import EngineError


class StatePage(QWidget):
    """A centred icon, title, text, buttons and, while working, a progress bar."""

    pressed = Signal(str)
    """Text of the button that was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statePage")
        self._icon = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title = _label(theme.font(theme.LARGE))
        self._text = _label(theme.font(theme.NORMAL), quiet=True)
        self._progress = QProgressBar(textVisible=False)
        self._progress.setFixedWidth(200)
        self._buttons: QBoxLayout = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()

    def show_state(self, icon: str, title: str, text: str = "", *, buttons: tuple[str, ...] = ()) -> None:
        """Say what this place is for; the first button is the one to press."""
        self._set(icon, theme.QUIET, title, text)
        self._set_buttons(buttons)
        self._progress.hide()

    def show_working(self, icon: str, title: str, text: str = "", *, fraction: float | None = None) -> None:
        """Say what is being done and how far it is (0..1, None while unknown), with a Cancel button."""
        self._set(icon, theme.QUIET, title, text)
        self.set_fraction(fraction)
        self._set_buttons(("Cancel",))
        self._progress.show()

    def set_fraction(self, fraction: float | None) -> None:
        """Move the progress bar (0..1, None while unknown)."""
        self._progress.setRange(0, 1000 if fraction is not None else 0)
        self._progress.setValue(round((fraction or 0.0) * 1000))

    def show_failed(self, error: EngineError, *, buttons: tuple[str, ...] = ()) -> None:
        """Say what went wrong, what to do next, and offer the details for copying."""
        self._set("alert-circle-outline", theme.WARM, error.message, error.hint)
        self._set_buttons((*buttons, "Copy details"), primary=bool(buttons))
        self._progress.hide()
        self._details = describe(error)

    def _set(self, icon: str, colour: str, title: str, text: str) -> None:
        self._icon.setPixmap(resources.icon(icon, colour).pixmap(QSize(32, 32), self.devicePixelRatioF()))
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))

    def _set_buttons(self, texts: tuple[str, ...], *, primary: bool = True) -> None:
        shown = [item.widget() for item in map(self._buttons.itemAt, range(self._buttons.count())) if item is not None]
        if [w.text() for w in shown if isinstance(w, QPushButton)] == list(texts):
            return  # progress arrives 20 times a second: the button under the pointer must stay
        while (item := self._buttons.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()  # it would be painted where it stood until the event loop deletes it
                widget.deleteLater()
        for at, text in enumerate(texts):
            button = QPushButton(text, self)
            button.setProperty("primary", primary and at == 0 and text != "Cancel")
            button.clicked.connect(lambda _=False, text=text: self._press(text))
            self._buttons.addWidget(button)
            button.show()
        self._arrange_buttons()

    def minimumSizeHint(self) -> QSize:
        """A narrow panel may hold the page: words wrap and buttons stack."""
        return QSize(200, 160)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Buttons stand below each other where they do not fit side by side."""
        super().resizeEvent(event)
        self._arrange_buttons()

    def _arrange_buttons(self) -> None:
        items = [self._buttons.itemAt(at) for at in range(self._buttons.count())]
        needed = sum(item.sizeHint().width() + self._buttons.spacing() for item in items if item is not None)
        narrow = needed > self.width() - 32
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._buttons.setDirection(direction)

    def _press(self, text: str) -> None:
        if text == "Copy details":
            QGuiApplication.clipboard().setText(self._details)
        self.pressed.emit(text)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.addStretch(2)
        for widget in (self._icon, self._title, self._text):
            column.addWidget(widget)
        column.addWidget(self._progress, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(4)
        column.addLayout(self._buttons)
        column.addStretch(3)
        self._progress.hide()
        self._details = ""


def describe(error: EngineError) -> str:
    """All of a failure as text for the clipboard: sentence, next step, file, technical detail."""
    parts = [error.message, error.hint, f"File: {error.path}" if error.path else "", error.detail]
    return "\n".join(part for part in parts if part)


def _label(font: QFont, *, quiet: bool = False) -> QLabel:
    label = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
    label.setFont(font)
    label.setProperty("quiet", quiet)
    return label
