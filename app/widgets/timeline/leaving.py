"""What is asked before something is lost: a running export by quitting, unsaved edits by another film or project."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QMessageBox

from app.viewmodels.delivery import DeliveryViewModel
from app.viewmodels.project import ProjectViewModel

if TYPE_CHECKING:
    from app.main_window import MainWindow

SAVE, KEEP, STAY = "Save and go on", "Go on without saving", "Stay here"
STOP_AND_QUIT, GO_ON = "Stop it and quit", "Go on exporting"


class Leaving(QObject):
    """Asks beside the window, without stopping its work; whoever asked goes on when the answer allows it."""

    def __init__(self, window: MainWindow, projects: ProjectViewModel, delivery: DeliveryViewModel) -> None:
        super().__init__(window)
        self.window, self.projects, self.delivery = window, projects, delivery
        self.unasked = False
        """Whether the system ends the program: then nothing is asked."""
        self.box: QMessageBox | None = None
        """The question that is open."""
        self._quits = False
        delivery.ended.connect(self._on_ended)

    def replace_with(self, what: str, work: Callable[[], None]) -> None:
        """Do ``work``, which puts the project away; where that has unsaved edits, ask first.

        Args:
            what: what comes instead, as the question names it, such as "the demo".
            work: opens it.
        """
        path = self.projects.path
        if path is None or not self.projects.modified:
            work()
            return

        def save_first() -> None:
            self.projects.save()
            if not self.projects.modified:
                work()

        self._ask(
            f"{path.name} has edits that are not saved.",
            f"Opening {what} closes it. Without saving, its edits are kept beside it and come back with it.",
            {SAVE: save_first, KEEP: work, STAY: lambda: None},
        )

    def may_close(self) -> bool:
        """Whether the window may close now; with an export running that is asked, and it closes once that has ended."""
        if self.unasked or self.delivery.state != "working":
            return True
        if not self._quits:
            self._ask(
                "An export is running.",
                "Stopped, it leaves nothing behind; it can be made again later.",
                {STOP_AND_QUIT: self._stop_and_quit, GO_ON: lambda: None},
            )
        return False

    def finish(self, seconds: float) -> bool:
        """Stop a running export and wait until it has cleaned up. Returns whether it did within ``seconds``."""
        if self.delivery.state != "working":
            return True
        self._quits = False
        loop, limit = QEventLoop(), QTimer(singleShot=True)
        limit.timeout.connect(loop.quit)
        self.delivery.ended.connect(loop.quit)
        limit.start(round(seconds * 1000))
        self.delivery.cancel()
        if self.delivery.state == "working":
            loop.exec()
        self.delivery.ended.disconnect(loop.quit)
        return self.delivery.state != "working"

    def _ask(self, question: str, facts: str, answers: dict[str, Callable[[], None]]) -> None:
        if self.box is not None:
            self.box.close()
        none = QMessageBox.StandardButton.NoButton
        box = self.box = QMessageBox(QMessageBox.Icon.Question, "Foleyscope", question, none, self.window)
        box.setInformativeText(facts)
        roles = (
            QMessageBox.ButtonRole.AcceptRole,
            *[QMessageBox.ButtonRole.DestructiveRole] * (len(answers) - 2),
            QMessageBox.ButtonRole.RejectRole,
        )
        buttons = [box.addButton(words, role) for words, role in zip(answers, roles, strict=True)]
        box.setEscapeButton(buttons[-1])
        box.setDefaultButton(buttons[-1] if STOP_AND_QUIT in answers else buttons[0])

        def answered() -> None:
            pressed = box.clickedButton()
            self.box = None if self.box is box else self.box
            box.deleteLater()
            if pressed in buttons:
                list(answers.values())[buttons.index(pressed)]()

        box.finished.connect(answered)
        box.open()

    def _stop_and_quit(self) -> None:
        self._quits = True
        if self.delivery.state != "working":
            self.window.close()
            return
        self.projects.session.say("Stopping the export; the window closes when it has cleaned up.")
        self.delivery.cancel()

    def _on_ended(self) -> None:
        if self._quits:
            QTimer.singleShot(0, self.window, self.window.close)
        elif self.box is not None and self.box.text().startswith("An export"):
            self.box.close()  # it has ended by itself: there is nothing to ask any more
