"""The localize command: what it writes and prints, and what it says when something is missing."""

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

SMALL = {"picture": 56, "frames": 4, "seconds": 1.0, "hidden": 32, "heads": 4, "picture_width": 8, "sound_width": 8}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A film, a sound, a silent sound and an untrained localiser found by its id."""
    import torch

    from engine import models
    from engine.media import write_video

    root = tmp_path_factory.mktemp("home")
    torch.manual_seed(0)
    network = models.create("coattention", **SMALL, strides=(2, 2, 1, 1))
    with torch.no_grad():
        network.fuse[2].weight.neg_()  # these weights happen to speak against everything
    models.save(root / "models" / "l", network, model_id="localiser", title="Tiny", licence="Free")
    rng = np.random.default_rng(4)
    shots = rng.integers(0, 256, (4, 90, 160, 3), dtype=np.uint8)
    write_video(root / "film.mp4", (shots[n // 10] for n in range(40)), Fraction(20))
    soundfile.write(root / "sound é.wav", 0.2 * rng.standard_normal(48_000), 48_000)
    soundfile.write(root / "silent.wav", np.zeros(48_000), 48_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOLEYSCOPE_MODELS", str(root / "models"))
        yield root


def ask(home: Path, *more: str | Path, sound: str = "sound é.wav") -> subprocess.CompletedProcess[str]:
    return run("localize", home / "film.mp4", "--sound", home / sound, *more)


def test_writes_the_frame_with_the_map_and_prints_the_document(home: Path, tmp_path: Path) -> None:
    import cv2

    done = ask(home, "--at", "1.1", "--out", tmp_path / "where.png", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    names = "video time sound start model score onscreen presence centre pan box out"
    assert list(told) == names.split()
    assert (told["time"], told["model"], told["onscreen"]) == (1.1, "localiser", None)
    assert 0 <= told["score"] <= 1 and -1 <= told["pan"] <= 1
    left, top, right, bottom = told["box"]
    assert 0 <= left < right <= 1 and 0 <= top < bottom <= 1
    written = cv2.imread(str(tmp_path / "where.png"))
    assert written.shape == (90, 160, 3)


def test_the_picture_is_the_frame_under_the_map(home: Path, tmp_path: Path) -> None:
    import cv2

    from app.cli.heatmap import overlay
    from engine.media import VideoReader
    from engine.recommend import localize

    assert ask(home, "--at", "0.6", "--start", "0.2", "--out", tmp_path / "o.png").returncode == 0
    with VideoReader(home / "film.mp4") as reader:
        image = reader.frame_at(0.6).image
    heat = localize(home / "film.mp4", 0.6, home / "sound é.wav", home / "models" / "l", start=0.2)
    assert np.array_equal(cv2.imread(str(tmp_path / "o.png"))[..., ::-1], overlay(image, heat))


def test_speaks_to_people(home: Path, tmp_path: Path) -> None:
    done = ask(home, "--at", "1", "--out", tmp_path / "o.png")
    assert "sound é.wav in film.mp4 at 1 s, by localiser" in done.stdout
    assert "across" in done.stdout and "o.png" in done.stdout


@pytest.mark.parametrize(
    ("words", "sound", "says"),
    [
        (("--at", "9"), "sound é.wav", "no picture at 9 s. Choose --at between 0 and 2"),
        ((), "silent.wav", "silent from 0 s on, or has ended. Choose another --start"),
        (("--start", "5"), "sound é.wav", "silent from 5 s on"),
        ((), "sound e.wav", "does not exist. Did you mean sound é.wav?"),
        (("--model", "nowhere"), "sound é.wav", "no model called 'nowhere'"),
    ],
)
def test_failures_say_what_to_do(home: Path, tmp_path: Path, words: tuple[str, ...], sound: str, says: str) -> None:
    done = ask(home, "--out", tmp_path / "o.png", *words, sound=sound)
    assert done.returncode == 1
    assert says in done.stderr
    assert not (tmp_path / "o.png").exists()


def test_your_own_files_are_never_written_over(home: Path) -> None:
    before = (home / "sound é.wav").read_bytes()
    done = ask(home, "--out", home / "sound é.wav")
    assert done.returncode == 1
    assert "Give --out another name" in done.stderr
    assert (home / "sound é.wav").read_bytes() == before


def test_without_a_localiser_it_says_how_to_get_one(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.models.checkpoint.available", list)
    done = ask(home, "--out", tmp_path / "o.png")
    assert done.returncode == 1
    assert "No model that localises sounds is installed. Train one" in done.stderr
