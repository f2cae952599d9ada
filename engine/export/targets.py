"""Where a delivery is written: never over a source, all of it or nothing, and failures with the next step."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import ProjectError
from engine.files import atomic_path

_FULL = {errno.ENOSPC, errno.EDQUOT}
_WRITING = ".writing-"


def refuse_sources(out: Path, sources: list[Path]) -> None:
    """Raises :class:`ProjectError` when ``out`` is one of ``sources``, under this name or another."""
    for source in sources:
        same = out.exists() and source.exists() and out.samefile(source)
        if same or out.absolute() == source.absolute():
            hint = "Choose another name or folder: sources are never written to."
            raise ProjectError(f"{out.name} is a source of this project.", hint, path=out)


@contextmanager
def one_file(out: Path) -> Iterator[Path]:
    """Yields a temporary path that replaces ``out`` when all went well; otherwise nothing is left.

    Raises:
        ProjectError: ``out`` is a folder, or the system refuses.
    """
    if out.is_dir():
        raise ProjectError(f"{out.name} is a folder.", "Give a file name in it.", path=out)
    # The folder carries the name of this process: what a killed one left is found again. The file in it is flushed.
    with _told(out), _beside(out) as staging:
        with atomic_path(staging / f"whole{out.suffix}") as temporary:
            yield temporary
        (staging / f"whole{out.suffix}").replace(out)


@contextmanager
def folder(out: Path, sources: list[Path]) -> Iterator[Path]:
    """Yields a hidden folder whose files move into the folder ``out`` when all went well; otherwise none does.

    Files of an earlier delivery with the same names are replaced.

    Raises:
        ProjectError: ``out`` is a file, a file to be replaced is one of ``sources``, or the system refuses.
    """
    if out.exists() and not out.is_dir():
        raise ProjectError(f"{out.name} is a file.", "This format writes several files: give a folder.", path=out)
    with _told(out), _beside(out) as staging:
        yield staging
        files = sorted(staging.iterdir())
        for file in files:
            refuse_sources(out / file.name, sources)
        out.mkdir(exist_ok=True)
        for file in files:
            file.replace(out / file.name)


def sweep(place: Path) -> None:
    """Remove from ``place`` what deliveries of processes that are no more have left there.

    Only those of this computer are known to be dead; a number that another process has by now keeps its remains.
    """
    prefix = f"{_WRITING}{_host()}-"
    for left in place.glob(f"{_WRITING}*"):
        number = left.name.removeprefix(prefix).split("-")[0]
        if left.name.startswith(prefix) and number.isdigit() and not _runs(int(number)):
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """Yields a hidden folder on the disk of ``out``, gone afterwards; what dead processes left there goes too."""
    out.parent.mkdir(parents=True, exist_ok=True)
    sweep(out.parent)
    staging = Path(tempfile.mkdtemp(prefix=f"{_WRITING}{_host()}-{os.getpid()}-", dir=out.parent))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _host() -> str:
    """This computer's name as far as it fits a file's name."""
    return "".join(letter for letter in socket.gethostname() if letter.isalnum())[:32]


def _runs(number: int) -> bool:
    """Whether a process with this number exists."""
    if sys.platform == "win32":
        return _runs_on_windows(number)
    try:
        os.kill(number, 0)  # asks only
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _runs_on_windows(number: int) -> bool:
    """There a signal would end the process; its handle tells instead."""
    import ctypes

    kernel, limited, still_active = getattr(ctypes, "windll").kernel32, 0x1000, 259  # noqa: B009 - absent elsewhere
    handle = kernel.OpenProcess(limited, False, number)
    if not handle:
        return bool(kernel.GetLastError() == 5)  # access denied: it exists
    code = ctypes.c_ulong()
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return code.value == still_active


@contextmanager
def _told(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise _refused(out, exc) from exc


def _refused(out: Path, exc: OSError) -> ProjectError:
    if exc.errno in _FULL:
        hint = "Free some space or choose another disk; nothing was left behind."
        return ProjectError(f"The disk is full: {out.name} was not written.", hint, detail=str(exc), path=out)
    if exc.errno == errno.EFBIG:
        hint = "Choose a disk without such a limit (not FAT32), or export less at once; nothing was left behind."
        return ProjectError(f"The disk takes no file as large as {out.name}.", hint, detail=str(exc), path=out)
    hint = "Check that the folder may be written to and its drive is connected."
    return ProjectError(f"{out.name} could not be written.", hint, detail=str(exc), path=out)
