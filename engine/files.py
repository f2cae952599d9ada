"""What a file is known by, the one way one is written (beside its target, then moved into place), bounded caches."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4


def identity(path: Path) -> tuple[str, int, int]:
    """What tells this version of a file from every other one: its place, bytes and date (ns). Raises OSError."""
    status = path.stat()
    return str(path.resolve()), status.st_size, status.st_mtime_ns


@contextmanager
def atomic_path(target: Path | str) -> Iterator[Path]:
    """Yields a temporary path beside ``target`` with the same suffix; on success it replaces ``target``.

    On any exception the temporary file is removed and ``target`` stays as it was. The folder is created.
    """
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.parent / f".writing-{uuid4().hex}{target.suffix}"
    temporary.touch(0o666, exist_ok=False)  # the system takes off what the umask says, of which threads have but one
    try:
        yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(target: Path | str, data: bytes) -> None:
    """Write ``data`` to ``target`` atomically."""
    with atomic_path(target) as temporary:
        temporary.write_bytes(data)


def write_text(target: Path | str, text: str) -> None:
    """Write ``text`` as UTF-8 to ``target`` atomically."""
    write_bytes(target, text.encode("utf-8"))


def forget_oldest(folder: Path, most_bytes: int, *, keep: Path) -> None:
    """Delete the least recently made files of our own cache ``folder`` until it holds at most ``most_bytes``.

    Folders in it that become empty go too; ``keep`` stays, with what is named as it is.
    """
    found = []
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # another thread may forget the same ones
            if file.is_file():
                found.append((file.stat().st_mtime, file.stat().st_size, file))
    total = sum(size for _, size, _ in found)
    for _, size, file in sorted(found):
        if total <= most_bytes:
            return
        if file.with_suffix("") != keep.with_suffix(""):
            total -= size
            file.unlink(missing_ok=True)
            if file.parent != folder:
                with suppress(OSError):  # it holds more
                    file.parent.rmdir()
