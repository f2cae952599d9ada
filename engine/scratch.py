"""Folders for work under way, named after their process: what a killed one has left is found again."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path


def scratch_folder(place: Path, prefix: str) -> Path:
    """A new folder in ``place``, for this user alone; what processes that are no more left there goes first.

    Only those of this computer are known to be dead; a number that another process has by now keeps its remains.
    Raises OSError.
    """
    prefix = f"{prefix}{_host()}-"
    for left in place.glob(f"{prefix}*"):
        number = left.name.removeprefix(prefix).split("-")[0]
        if number.isdigit() and not _runs(int(number)):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=place))


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
