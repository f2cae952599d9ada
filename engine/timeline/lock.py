"""One program at a time edits a project: a lock that the system releases, however the program ends."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

from engine.errors import ProjectError


class ProjectLock:
    """Holds ``NAME.foleyscope.lock`` beside the project until :meth:`release`.

    Raises:
        ProjectError: another window or program has the project open, or nothing can be written or locked beside it.
    """

    def __init__(self, project: Path) -> None:
        self.path = project.with_name(project.name + ".lock")
        self._file = -1
        try:
            while self._file < 0:
                self._try(project)
        except OSError as exc:
            hint = "Make room on that disk, or copy the project to another one."
            raise ProjectError(f"{project.name} cannot be locked: {exc.strerror}.", hint, path=project) from exc

    def release(self) -> None:
        """Let others open the project."""
        if self._file >= 0:
            if os.name == "posix":
                with suppress(OSError):  # left behind it holds nothing
                    self.path.unlink()
            os.close(self._file)
            self._file = -1

    def _try(self, project: Path) -> None:
        """Holds the lock, unless its former holder took the file away between our opening and our locking."""
        with ExitStack() as undo:
            file = self._opened(project)
            undo.callback(os.close, file)
            if not _lock(file):
                message = f"{project.name} is open in another window{_holder(file)}."
                raise ProjectError(message, "Close it there first.", path=project)
            if self._is_there(file):
                os.ftruncate(file, 0)
                os.write(file, f"{os.getpid()} {socket.gethostname()}".encode())
                self._file = file
                undo.pop_all()

    def _opened(self, project: Path) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as exc:
            message = f"Nothing can be written beside {project.name}: {exc.strerror}."
            raise ProjectError(message, "Copy the project to a folder of your own.", path=project) from exc

    def _is_there(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), self.path.stat())
        except FileNotFoundError:
            return False


if sys.platform == "win32":
    import msvcrt

    _BEYOND = 1 << 20  # the locked byte lies behind the text, which others may then read

    def _lock(file: int) -> bool:
        os.lseek(file, _BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(file, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _holder(file: int) -> str:
    os.lseek(file, 0, os.SEEK_SET)
    words = os.read(file, 300).decode("utf-8", "replace").split()
    return f" (process {words[0]} on {words[1]})" if len(words) == 2 else ""
