"""The sync command: the documented form, the sentence for people, and what it says when something is missing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.app.test_cli import run

SMALL = {"frames": 15, "seconds": 1.0, "widths": (4, 4), "sound_width": 8, "vector": 8}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A film, a sound, and two untrained synchronisers: one that needs no confidence, one that is never sure enough."""
    import torch

    from engine import models
    from engine.media import write_video
    from engine.recommend.nudge import METRIC

    root = tmp_path_factory.mktemp("home")
    torch.manual_seed(0)
    network = models.create("syncnet", **SMALL)
    for name, least in (("synchroniser", 0.0), ("doubtful", 1.01)):
        metrics = {METRIC: {"least_confidence": least}}
        models.save(root / "models" / name, network, model_id=name, title="Tiny", licence="Free", metrics=metrics)
    rng = np.random.default_rng(4)
    shots = rng.integers(0, 256, (4, 90, 160, 3), dtype=np.uint8)
    write_video(root / "film.mp4", (shots[n // 10] for n in range(40)), Fraction(20))
    soundfile.write(root / "sound é.wav", 0.2 * rng.standard_normal(48_000), 48_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOLEYSCOPE_MODELS", str(root / "models"))
        yield root


def ask(home: Path, *more: str, at: str = "1.0") -> subprocess.CompletedProcess[str]:
    return run("sync", home / "film.mp4", "--sound", home / "sound é.wav", "--at", at, *more)


def test_the_documented_form(home: Path) -> None:
    done = ask(home, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["model"] == "synchroniser" and told["time"] == 1.0
    offsets, scores = zip(*told["curve"], strict=True)
    assert len(offsets) == 31 and offsets[0] == -0.5 and offsets[-1] == 0.5
    assert sum(scores) == pytest.approx(1.0, abs=1e-3)
    assert told["best"] == offsets[int(np.argmax(scores))]
    assert told["proposed"] == (None if abs(told["best"]) == 0.5 else told["best"])


def test_people_read_a_sentence(home: Path) -> None:
    lines = ask(home).stdout.splitlines()
    assert lines[0] == "sound é.wav at 1 s of film.mp4, by synchroniser"
    assert "% sure" in lines[1]
    doubtful = ask(home, "--model", "doubtful")
    assert "Nothing to propose:" in doubtful.stdout and "are needed" in doubtful.stdout
    assert json.loads(ask(home, "--model", "doubtful", "--json").stdout)["proposed"] is None


def test_what_cannot_be_done_is_said_in_a_line(home: Path) -> None:
    late = ask(home, at="9")
    assert late.returncode == 1 and "film.mp4" in late.stderr and "Traceback" not in late.stderr
    ended = ask(home, "--start", "5")
    assert ended.returncode == 1 and "is silent from 5 s on, or has ended" in ended.stderr
    wrong = ask(home, "--model", "starter")
    assert wrong.returncode == 1 and "does not tell when" in wrong.stderr
