"""`prepare` estimates, renders the synthetic world, and says what it left out."""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from app.__main__ import cli
from tests.app.test_cli import run as finished
from training.data.actions.shards import ActionShards
from training.data.clips import PRESETS
from training.data.clips.shards import ClipShards
from training.data.shards import Shards


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, ["prepare", *map(str, words)], catch_exceptions=False)


def tried(*words: object) -> subprocess.CompletedProcess[str]:
    """The same with its exit code and the line that a person reads."""
    return finished("prepare", *map(str, words))


def test_an_estimate_writes_nothing(tmp_path: Path) -> None:
    done = run("--synthetic", 20, "--out", tmp_path / "shards", "--estimate", "--json")
    wanted = json.loads(done.stdout)
    assert (wanted["videos"], wanted["measured"]) == (20, True)
    assert wanted["bytes"] > 20 * 3 * 160_000
    assert not (tmp_path / "shards").exists()


def test_the_world_is_rendered_and_found_again(tmp_path: Path) -> None:
    words = ("--synthetic", 3, "--seed", 5, "--out", tmp_path, "--workers", 1, "--json")
    first = json.loads(run(*words).stdout)
    assert (first["videos"], first["kept"]) == (3, 0)
    assert {sample.split for sample in Shards(tmp_path).samples} == {"train", "validation", "test"}
    again = run(*words)
    assert json.loads(again.stdout)["kept"] == 3
    assert "3 were there from an earlier run" in again.stderr


def test_clips_are_cut_with_a_preset(tmp_path: Path) -> None:
    done = run("--synthetic", 1, "--clips", "--out", tmp_path, "--workers", 1)
    assert "1 clips of 1 videos" in done.stderr
    (sample,) = ClipShards(tmp_path).samples
    assert (sample.rate, sample.size, sample.frames) == (PRESETS["fast"].rate, 128, 38)
    wanted = json.loads(
        run("--synthetic", 1, "--clips", "--preset", "paper", "--out", tmp_path / "p", "--estimate", "--json").stdout
    )
    assert wanted["bytes"] > 5_000_000
    assert (
        CliRunner()
        .invoke(cli, ["prepare", "--synthetic", "1", "--clips", "--preset", "fats", "--out", str(tmp_path)])
        .exit_code
    )


def test_actions_are_kept_whole_with_their_split_lists(tmp_path: Path) -> None:
    made = CliRunner().invoke(
        cli, ["synth", str(tmp_path / "in"), "--actions", "--videos", "24"], catch_exceptions=False
    )
    assert "24 videos with their split lists" in made.stderr
    next((tmp_path / "in" / "UCF-101" / "Drum").iterdir()).unlink()
    done = run(tmp_path / "in", "--layout", "ucf101", "--out", tmp_path / "out", "--workers", 1)
    assert "23 clips of 23 videos" in done.stderr
    assert "1 files are missing: Drum/v_Drum_g0" in done.stderr
    shards = ActionShards(tmp_path / "out")
    assert len(shards.actions) == 8
    assert {sample.rate for sample in shards.samples} == {PRESETS["fast"].rate}


def test_missing_files_are_counted_and_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a_000001.mp4").write_bytes(b"not a film")
    (tmp_path / "in" / "vggsound.csv").write_text("a,1,dog,train\nb,2,dog,train\n", encoding="utf-8")
    done = tried(tmp_path / "in", "--layout", "vggsound", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "1 files are missing: b_000002.mp4." in done.stderr
    assert "a_000001.mp4" in done.stderr


def film(path: Path, seconds: float, sound: np.ndarray) -> None:
    """A film of noise with a sound at 48 kHz."""
    from engine.media import write_video

    path.parent.mkdir(parents=True, exist_ok=True)
    frames = np.random.default_rng(0).integers(0, 256, (10, 36, 64, 3), dtype=np.uint8)
    write_video(path, (frames[n % 10] for n in range(round(seconds * 10))), Fraction(10), sound, 48_000)


NOISE = 0.2 * np.random.default_rng(1).standard_normal((2, 48_000 * 4)).astype(np.float32)
TONE = 0.2 * np.sin(np.arange(48_000 * 5, dtype=np.float32) / 20)[None]


@pytest.mark.parametrize(
    ("layout", "sound", "more", "why", "step"),
    [
        ("folder", NOISE, ["--clips"], "less than 4.2 s of picture with sound", "--synthetic N --clips"),
        ("recordings", NOISE[:, :24_000], [], "no whole second of picture with sound", "films of one second or longer"),
        ("folder", np.zeros((2, 96_000), np.float32), [], "in 2 seconds of 1 videos nothing is heard", "with sound"),
        ("stereo", TONE, [], "two channels that are the same", "real stereo"),
        ("stereo", TONE, ["--clips"], "two channels that are the same", "real stereo"),
    ],
)
def test_nothing_prepared_is_an_error_with_the_next_step(
    tmp_path: Path, *, layout: str, sound: np.ndarray, more: list[str], why: str, step: str
) -> None:
    film(tmp_path / "in" / "short é.mp4", sound.shape[1] / 48_000, sound)
    words = (tmp_path / "in", "--layout", layout, "--out", tmp_path / "out", "--workers", 1, *more)
    done = tried(*words, "--json")
    assert done.returncode == 1 and json.loads(done.stdout)["samples"] == 0
    last = done.stderr.splitlines()[-1]
    assert f"No {'clips' if more else 'seconds'} could be prepared" in last and why in last and step in last
    # What it left behind is in nobody's way.
    again = tried("--synthetic", 1, "--clips", "--out", tmp_path / "out", "--workers", 1)
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize("words", [(), ("folder", "--synthetic", "2")])
def test_a_folder_or_the_world_and_not_both(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run(*words, "--out", tmp_path)
    assert done.exit_code == 2
    assert "--synthetic" in done.output
