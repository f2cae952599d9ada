"""The undo command: one change of the project, named in the imperative."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from engine.timeline.changes import Change

Move = Callable[[Change, bool], None]


class EditCommand(QUndoCommand):
    """Makes and takes back a change that was already made when it is pushed.

    Args:
        change: what changed.
        move: called with the change and whether it is to be made (True) or taken back.
        merge: commands pushed one after the other with the same name become one, such as a slider's drag; empty never.
    """

    def __init__(self, change: Change, move: Move, merge: str = "") -> None:
        super().__init__(change.text)
        self.change = change
        self._move = move
        self._merge = merge
        self._pushed = False

    def redo(self) -> None:
        """Make the change again; the first call comes from the push."""
        if self._pushed:
            self._move(self.change, True)
        self._pushed = True

    def undo(self) -> None:
        """Take the change back."""
        self._move(self.change, False)

    def id(self) -> int:
        """What Qt compares before it asks to merge."""
        return zlib.crc32(self._merge.encode()) & 0x7FFFFFFF if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in the change that followed; both come to nothing where the second undoes the first."""
        if not isinstance(other, EditCommand) or other._merge != self._merge:
            return False
        self.change = self.change.then(other.change)
        self.setObsolete(not self.change)
        return True
