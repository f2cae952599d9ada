"""`train`, and what else trains and measures, look at the paths they are given before anything heavy is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.test_cli import run

LIGHT = """import sys
from app.__main__ import main
try:
    main(sys.argv[1:])
finally:
    print("torch" in sys.modules)
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "nope.toml"], "The experiment nope.toml cannot be read."),
        (["train", "mine.toml", "--set", "data.shards=nowhere"], "There are no finished shards in nowhere."),
        (["train", "mine.toml"], "names no data to learn from"),
        (["evaluate", "nobody", "nowhere"], "There is no model called 'nobody'."),
        (["evaluate", "synthetic", "nowhere"], "There are no finished shards in nowhere."),
        (["reproduce", "paper-a", "--out", "out", "--data", "nowhere"], "There are no finished shards in nowhere."),
    ],
)
def test_a_path_that_leads_nowhere_is_said_before_torch_is_loaded(tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "mine.toml").write_text("seed = 1\n")
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, *words],
        cwd=tmp_path,
        env={"PYTHONPATH": str(root), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1 and done.stdout == "False\n"
    assert said in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["fit", "sync", "localize"])
def test_a_text_for_a_sound_is_said_before_a_model_is_looked_for(tmp_path: Path, command: str) -> None:
    from fractions import Fraction

    import numpy as np

    from engine.media import write_video

    write_video(tmp_path / "film.mp4", [np.zeros((36, 64, 3), np.uint8)] * 20, Fraction(10))
    (tmp_path / "README.md").write_text("no sound")
    more = {"fit": (), "sync": ("--at", "1"), "localize": ("--at", "1", "--out", tmp_path / "out.png")}[command]
    for sound, said in (("README.md", "README.md"), ("film.mp4", "film.mp4 holds no sound"), ("none.wav", "none.wav")):
        done = run(command, tmp_path / "film.mp4", "--sound", tmp_path / sound, "--model", "nobody", *map(str, more))
        assert done.returncode == 1 and said in done.stderr and "nobody" not in done.stderr
