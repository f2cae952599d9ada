"""Scratch folders: a killed process's go with the next one made, those in use stay."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from engine import scratch
from engine.scratch import scratch_folder


def test_only_what_dead_processes_left_goes(tmp_path: Path) -> None:
    script = "import sys, pathlib; from engine.scratch import scratch_folder"
    made = f"{script}; print(scratch_folder(pathlib.Path(sys.argv[1]), 'mix-'))"
    done = subprocess.run([sys.executable, "-c", made, str(tmp_path)], check=True, capture_output=True, text=True)
    left = Path(done.stdout.strip())
    (left / "copy.wav").touch()
    (tmp_path / "mix-of-something-else").touch()
    scratch_folder(tmp_path, "other-")
    assert left.is_dir()
    mine = [scratch_folder(tmp_path, "mix-") for _ in range(2)]
    assert not left.exists() and (tmp_path / "mix-of-something-else").exists()
    assert all(folder.is_dir() and folder.stat().st_mode & 0o077 == 0 for folder in mine)


def test_a_process_that_runs_is_known_from_one_that_does_not() -> None:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait(timeout=60)
    assert scratch._runs(os.getpid()) and not scratch._runs(done.pid)
