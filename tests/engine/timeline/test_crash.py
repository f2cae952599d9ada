"""kill -9 at any moment loses at most the edit in flight."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
def test_killed_at_random_moments(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.engine.timeline.crashing", str(tmp_path / "film.foleyscope"), "40", "7"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    rounds = done.stdout.splitlines()
    assert len(rounds) == 40
    assert all(line.startswith("ok") for line in rounds)
    assert all(int(line.split("steps=")[1].split()[0]) >= 1 for line in rounds)
    assert any("in_flight=True" in line for line in rounds)  # some were struck in the middle of an edit
