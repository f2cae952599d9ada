"""The transport for real: a server records the mix, the clock tells what is heard, losing the server is no jump."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.sound_server import RATE, missing_program

BENCHMARK = Path(__file__).resolve().parents[3] / "benchmarks" / "transport.py"


def measured() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(BENCHMARK), "--json", "--seconds=3"],
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def faults(found: dict[str, Any]) -> list[str]:
    """What was not as it must be, however busy the machine is: gaps and late starts are its own affair."""
    ours, drop = found["clocks"]["ours"], found["drop"]
    checks = {
        "recorded is rendered, to the 16 bits of the recording": found["exact"] > 1 and found["wrong"] == 0,
        "beside gaps, nothing else is heard": found["strange"] < 0.1 * found["exact"],
        "the clock tells what is heard": abs(ours["median"]) < 20 and ours["p50"] < 2,
        "the frame shown is within half a frame of the sample heard": min(w for *_, w in found["frames"].values())
        > 0.5,
        "no jump when the server is lost and found": drop["step_ms"] < 20 and drop["worst_ms"] < 40,
        "sound again in step": not drop["silent"] and abs(drop["off_ms"]) < 20,
    }
    return [name for name, holds in checks.items() if not holds]


def test_picture_and_recording_follow_the_mix() -> None:
    if (program := missing_program()) is not None:
        pytest.skip(f"{program} is not installed")
    pytest.importorskip("sounddevice", exc_type=OSError, reason="PortAudio is not installed")
    for _ in range(3):  # a recorder starved for seconds loses its own place, so it may try again
        found = measured()
        wrong = faults(found)
        if not wrong:
            return
    pytest.fail(f"three times: {wrong}; {found}")


class Rendered:
    """Noise that can be asked for in pieces, as a mixer's."""

    def __init__(self) -> None:
        self.sound = (0.1 * np.random.default_rng(1).standard_normal((2, 8 * RATE))).astype(np.float32)

    def render(self, start: int, count: int) -> np.ndarray:
        """Samples from ``start`` on; silence beyond the end."""
        piece = self.sound[:, start : start + count]
        return np.pad(piece, ((0, 0), (0, count - piece.shape[1])))


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch) -> Callable[[np.ndarray], dict[str, Any]]:
    """How the benchmark judges a recording ``(n, 2)`` of :class:`Rendered`."""
    monkeypatch.syspath_prepend(str(BENCHMARK.parent))
    judge = importlib.import_module("transport")._follow
    return lambda heard: dict(judge(heard, Rendered(), 0.0, 8 * RATE)[1])


def recorded() -> np.ndarray:
    """Five seconds as a server would hand them over, int16 ``(n, 2)``."""
    return np.rint(Rendered().sound[:, : 5 * RATE].T * 32768).astype(np.int16)


def test_gaps_of_a_busy_machine_are_told_from_wrong_samples(follow: Callable[[np.ndarray], dict[str, Any]]) -> None:
    clean = follow(recorded())
    assert (clean["splices"], clean["wrong"], clean["strange"]) == (0, 0, 0) and clean["exact"] > 3.5
    silence, heard = np.zeros((2000, 2), np.int16), recorded()
    gaps = follow(np.concatenate([heard[: 2 * RATE], silence, heard[2 * RATE : 3 * RATE], heard[3 * RATE + 777 :]]))
    assert (gaps["splices"], gaps["wrong"]) == (2, 0) and gaps["exact"] > 3.4
    assert gaps["silent"] == pytest.approx(2000 / RATE, abs=1e-3)


@pytest.mark.parametrize("gain", [0.99, -1.0])
def test_another_mix_is_not_taken_for_ours(follow: Callable[[np.ndarray], dict[str, Any]], gain: float) -> None:
    found = follow(np.rint(recorded()[: 3 * RATE // 2] * gain).astype(np.int16))
    assert found["exact"] < 0.05 and found["strange"] > 0.1


def test_a_click_is_wrong_however_short(follow: Callable[[np.ndarray], dict[str, Any]]) -> None:
    heard = recorded()
    heard[2 * RATE : 2 * RATE + 3] += 200
    assert follow(heard)["wrong"] == 1
