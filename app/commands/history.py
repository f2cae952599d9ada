"""Edits of the open project from the window: into the journal, onto the undo stack, and told to the views."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from app.commands.edit import EditCommand
from engine.errors import ProjectError
from engine.timeline.changes import Change
from engine.timeline.document import Project
from engine.timeline.session import ProjectSession


class History(QObject):
    """The one way the window edits a project. What a crash left can be undone from the beginning."""

    changed = Signal(object)
    """Names of what was touched (`Change.touched`), after the document has changed."""
    failed = Signal(object)
    """The `ProjectError` of an undo or redo that could not be written; the document is as it was."""

    def __init__(self, session: ProjectSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.stack = QUndoStack(self)
        self._held: int | None = None
        for change in session.done:
            self.stack.push(EditCommand(change, self._move))

    @property
    def project(self) -> Project:
        """The document as it is."""
        return self.session.project

    def do(self, change: Change, merge: str = "") -> None:
        """Make ``change``; nothing happens where it changes nothing.

        Args:
            change: from `engine.timeline.edits`.
            merge: edits that follow one another with the same name are undone as one. Give each drag its own name.

        Raises:
            ProjectError: it does not fit the document, or could not be written; the document is as it was.
        """
        if not change:
            return
        self.session.apply(change)
        self.stack.push(EditCommand(change, self._move, merge))
        self.changed.emit(change.touched)

    def save(self) -> None:
        """Write the document to its file.

        Raises:
            ProjectError: it could not be written.
        """
        self.session.save()
        self.stack.setClean()

    def _move(self, change: Change, forward: bool) -> None:
        """Called by commands while the stack moves; errors must not cross Qt."""
        if self._held is not None:
            return
        try:
            self.session.apply(change) if forward else self.session.revert(change)
        except ProjectError as error:
            self._held = self.stack.index()  # Qt counts when the command returns
            QTimer.singleShot(0, self, self._stay)
            self.failed.emit(error)
            return
        self.changed.emit(change.touched)

    def _stay(self) -> None:
        """Bring the stack back to where the document is."""
        if self._held is not None:
            self.stack.setIndex(self._held)
            self._held = None
