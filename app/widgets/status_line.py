"""One sentence about the last thing that happened, with the button that acts on it."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app import resources, theme
from app.viewmodels.session import Action, SessionViewModel
from app.widgets.state_page import describe
from engine.errors import EngineError, ProjectError

ENOUGH_MS = 4000
"""So long a sentence that no edit brought about is left to be read, whatever is edited meanwhile."""
STALE_MS = 20_000
"""After this a sentence without a button is old news."""


class ElidedLabel(QLabel):
    """A one-line label that ends in an ellipsis where there is no room, and tells the rest in its tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._full = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def full_text(self) -> str:
        """The text without the ellipsis."""
        return self._full

    def set_full_text(self, text: str) -> None:
        """Show a sentence as far as there is room."""
        self._full = text
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Room changed: show more or less of the sentence."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._full, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


class StatusLine(QWidget):
    """Shows the session's sentences and failures; a failure offers its details for copying.

    What is said ends with the next edit, so that no button acts on another edit than its own.
    """

    def __init__(self, session: SessionViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(24)
        self._icon = QLabel()
        self.sentence = ElidedLabel()
        self.button = QPushButton()
        self.details = QPushButton("Copy details")
        self._action: Action | None = None
        self._failure: EngineError | None = None
        self._age = QElapsedTimer()
        self._end = QTimer(self, singleShot=True)
        self._end.timeout.connect(self.forget)
        for button in (self.button, self.details):
            button.setProperty("flat", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys where they are
            button.hide()
        self.button.clicked.connect(self._act)
        self.details.clicked.connect(self._copy)
        self._lay_out()
        session.status.connect(self.say)
        session.problem.connect(self.fail)
        session.edited.connect(self._on_edit)

    def say(self, sentence: str, action: Action | None = None) -> None:
        """Show a sentence and what can be done about it."""
        self._failure = None
        self._icon.hide()
        self.details.hide()
        self.sentence.set_full_text(sentence)
        self._offer(action)
        self._begin(STALE_MS if action is None else None)

    def fail(self, error: EngineError) -> None:
        """Show what went wrong and the next step."""
        self._failure = error
        self._icon.setPixmap(resources.icon("alert-circle-outline", theme.WARM).pixmap(QSize(16, 16)))
        self._icon.show()
        self.sentence.set_full_text(str(error))
        self.details.show()
        self._offer(None)
        self._begin(None)

    def forget(self) -> None:
        """Say nothing."""
        self._failure = None
        self._icon.hide()
        self.details.hide()
        self.sentence.set_full_text("")
        self._offer(None)
        self._end.stop()

    def _begin(self, lasts_ms: int | None) -> None:
        self._age.start()
        if lasts_ms is None:
            self._end.stop()
        else:
            self._end.start(lasts_ms)

    def _on_edit(self) -> None:
        """The document has changed: what was said of it before is over."""
        left = ENOUGH_MS - self._age.elapsed() if self._age.isValid() else 0
        if left <= 0 or self._is_of_edit():
            self.forget()
        else:
            self._end.start(left)

    def _is_of_edit(self) -> bool:
        if self._failure is not None:
            return isinstance(self._failure, ProjectError)
        return self._action is None or self._action.of_edit

    def _offer(self, action: Action | None) -> None:
        self._action = action
        self.button.setVisible(action is not None)
        self.button.setText(action.text if action is not None else "")

    def _act(self) -> None:
        if self._action is not None:
            self._action.run()

    def _copy(self) -> None:
        if self._failure is not None:
            QGuiApplication.clipboard().setText(describe(self._failure))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(8)
        self._icon.hide()
        row.addWidget(self._icon)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.button)
        row.addWidget(self.details)
