"""Puts what was written to a file on the disk from a thread of its own, so that nobody waits for the disk."""

from __future__ import annotations

import os
import threading
from pathlib import Path


class BackgroundSync:
    """Flushes an open file (`fsync`) each time it is asked to; several askings in a row become one.

    Whatever was written before an asking is on the disk once that asking is served, so the order of writes holds.

    Args:
        file: an open file descriptor; it must stay open until :meth:`close`.
        folder: flushed once after the first time, so that a new file's name lasts too.
    """

    def __init__(self, file: int, folder: Path | None = None) -> None:
        self._file, self._folder = file, folder
        self._asked = self._served = 0
        self._closing = False
        self._error: OSError | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="journal-sync", daemon=True)
        self._thread.start()

    def ask(self) -> None:
        """Have all that was written so far put on the disk soon; returns at once."""
        with self._changed:
            self._asked += 1
            self._changed.notify_all()

    def check(self) -> None:
        """Raises the OSError that an earlier flush met, once."""
        with self._changed:
            error, self._error = self._error, None
        if error is not None:
            raise error

    def wait(self) -> None:
        """Returns when all that was asked for is on the disk; raises as :meth:`check`."""
        with self._changed:
            self._changed.wait_for(lambda: self._served == self._asked)
        self.check()

    def close(self) -> None:
        """Serves what was asked for and ends the thread; what it meets is no longer told."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._served < self._asked or self._closing)
                if self._served == self._asked:
                    return
                asked = self._asked
            error = self._flush()
            with self._changed:
                self._served, self._error = asked, error or self._error
                self._changed.notify_all()

    def _flush(self) -> OSError | None:
        try:
            os.fsync(self._file)
            if self._folder is not None:
                _flush_folder(self._folder)
                self._folder = None
        except OSError as exc:
            return exc
        return None


def _flush_folder(folder: Path) -> None:
    """Where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
