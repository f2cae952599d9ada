"""The journal beside a project: every edit since the last save, written before the edit counts as made.

Written is handed to the system: killing the program loses nothing of it. A thread puts it on the disk right after, for
a power cut (decision 0016).
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.errors import ProjectError
from engine.timeline.changes import Change
from engine.timeline.codec import dump_change, load_change
from engine.timeline.syncing import BackgroundSync

Kind = Literal["do", "undo"]
_EDITS: dict[str, Kind] = {"do": "do", "undo": "undo"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An edit that was made or undone."""

    kind: Kind
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a journal says about one saved document."""

    entries: tuple[Entry, ...] = ()
    """Edits made since that document was saved, in order."""
    size: int = 0
    """Bytes of it that are whole."""
    torn: bool = False
    """Whether more bytes follow: an edit in flight when the program ended."""
    stale: bool = False
    """Whether it follows another document or was written by another version, so that nothing of it may be used."""


def journal_path(project: Path) -> Path:
    """Where the journal of ``project`` lies."""
    return project.with_name(project.name + ".journal")


def read_journal(path: Path, digest: str) -> Found:
    """What the journal at ``path`` says about the document of ``digest``; nothing where there is none.

    A line that is not whole ends it: it was being written when the program ended.

    Raises:
        ProjectError: it cannot be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Found()
    except OSError as exc:
        raise ProjectError(
            f"The journal {path.name} cannot be read: {exc.strerror}.", "Check its permissions."
        ) from exc
    lines, size = _whole_lines(data)
    starts = [place for place, (kind, body) in enumerate(lines) if kind in {"follows", "saving"} and body == digest]
    if not starts:
        return Found(size=size, torn=size < len(data), stale=bool(lines))
    try:
        entries = tuple(_entries(lines[starts[-1] + 1 :]))
    except (ValueError, ProjectError):  # whole, yet not as this version writes it
        return Found(size=size, torn=size < len(data), stale=True)
    return Found(entries=entries, size=size, torn=size < len(data))


class Journal:
    """Appends to the journal of one project; begun with the first edit after a save.

    Args:
        path: of the journal.
        digest: of the document that the edits follow.
        size: bytes to keep of a journal that is there already; 0 begins a new one.
    """

    def __init__(self, path: Path, digest: str, size: int = 0) -> None:
        self.path, self.digest = path, digest
        self._size = size
        self._file = -1
        self._sync: BackgroundSync | None = None

    def append(self, entry: Entry) -> None:
        """Write ``entry``; it outlives this program when this returns, and a power cut soon after.

        Raises:
            ProjectError: it could not be written, or one before could not be put on the disk; the journal is as it was.
        """
        self._write(entry.kind, dump_change(entry.change))

    def saving(self, digest: str) -> None:
        """Note that the document with all edits so far is about to become the file, under ``digest``."""
        if self._size:
            self._write("saving", digest.encode(), wait=True)

    def restart(self, digest: str) -> None:
        """Begin anew after the document of ``digest`` was saved."""
        self.close()
        self.path.unlink(missing_ok=True)
        self._size, self.digest = 0, digest

    def close(self) -> None:
        """Let go of the file once all of it is on the disk; what was written stays."""
        if self._sync is not None:
            self._sync.close()
            self._sync = None
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _write(self, kind: str, body: bytes, *, wait: bool = False) -> None:
        data = _line(kind, body)
        if not self._size:
            data = _line("follows", self.digest.encode()) + data
        try:
            self._append(data, wait=wait)
        except OSError as exc:
            with suppress(OSError):  # what stays is no whole line, and the next edit is written over it
                self._cut()
            message = f"The edit could not be written to {self.path.name}: {exc.strerror}."
            raise ProjectError(message, "Make room on that disk, then do it again.", path=self.path) from exc
        self._size += len(data)

    def _append(self, data: bytes, *, wait: bool) -> None:
        if self._sync is None:
            self.close()  # where a first attempt broke off
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
            self._cut()
            self._sync = BackgroundSync(self._file, self.path.parent)
        self._sync.check()
        os.lseek(self._file, self._size, os.SEEK_SET)
        while data:
            data = data[os.write(self._file, data) :]
        self._sync.ask()
        if wait:
            self._sync.wait()

    def _cut(self) -> None:
        if self._file >= 0:
            os.ftruncate(self._file, self._size)


def _line(kind: str, body: bytes) -> bytes:
    text = b"%s %s" % (kind.encode(), body)
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _entries(lines: list[tuple[str, str]]) -> Iterator[Entry]:
    for kind, body in lines:
        if kind in _EDITS:
            yield Entry(kind=_EDITS[kind], change=load_change(body))


def _whole_lines(data: bytes) -> tuple[list[tuple[str, str]], int]:
    """Kind and body of every line up to the first that is not whole, and their bytes together."""
    lines, size = [], 0
    for line in data.splitlines(keepends=True):
        check, _, text = line.rstrip(b"\n").partition(b" ")
        if not line.endswith(b"\n") or check != b"%08x" % zlib.crc32(text):
            break
        kind, _, body = text.decode("utf-8").partition(" ")
        lines.append((kind, body))
        size += len(line)
    return lines, size
