"""Freed memory stays with the process that asked for that."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

ASKS_TEN_TIMES = """
import resource, sys
import numpy as np
from training.memory import keep_freed_memory

if sys.argv[1] == "keep":
    assert keep_freed_memory()
for _ in range(10):
    np.ones(8 << 20)
    if _ == 1:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library than glibc")
def test_pages_are_asked_for_once() -> None:
    faults = {
        kind: int(subprocess.run([sys.executable, "-c", ASKS_TEN_TIMES, kind], capture_output=True, check=True).stdout)
        for kind in ("keep", "plain")
    }
    assert faults["keep"] < faults["plain"] / 10
