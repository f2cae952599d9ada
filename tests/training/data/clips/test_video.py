"""Videos cut into clips: the right picture beside the right sound, short and silent ones left out and named."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.media import write_video
from engine.media.write import write_wav
from training.data import synthetic
from training.data.clips import ClipForm, plan_clip_world, plan_clips
from training.data.clips.shards import ClipShards
from training.data.prepare import PrepareReport, fill, look, plan_videos

FORM = ClipForm(rate=Fraction(5), size=16)
RATE = 48_000
KILLED = """
import sys
from fractions import Fraction
from pathlib import Path
from engine.jobs import Job
from training.data.clips import ClipForm, plan_clip_world
from training.data.prepare import fill

class Told(Job):
    def step(self, n=1, message=None):
        super().step(n, message)
        if n:
            print("done", flush=True)

fill(plan_clip_world({"train": 50}, ClipForm(rate=Fraction(1), size=16)), Path(sys.argv[1]), job=Told())
"""


def tone(seconds: float, level: float = 0.4, *, mono: bool = False) -> np.ndarray:
    """A stereo tone ``(2, N)`` that grows louder by the second, its right channel half as loud unless ``mono``."""
    time = np.arange(round(seconds * RATE)) / RATE
    wave = level * (0.1 + 0.05 * np.floor(time)) * np.sin(2 * np.pi * 440 * time)
    return np.stack([wave, wave if mono else wave / 2]).astype(np.float32)


def film(path: Path, sound: np.ndarray) -> Path:
    """A video as long as its sound at 20 frames a second, as bright as its time in tenths of seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = round(sound.shape[1] / RATE * 20)
    return write_video(path, (np.full((48, 64, 3), min(250, k // 2 + 20), np.uint8) for k in range(count)), 20, sound)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[ClipShards, PrepareReport]:
    folder = tmp_path_factory.mktemp("films")
    film(folder / "bells" / "long.mp4", tone(15.0))
    film(folder / "same.mp4", tone(6.5, mono=True))
    film(folder / "short.mp4", tone(3.0))
    film(folder / "silent.mp4", tone(5.0, level=0.0))
    (folder / "broken.mp4").write_bytes(b"no film")
    report = fill(plan_clips(plan_videos(folder), FORM), folder / "out")
    return ClipShards(folder / "out"), report


def test_a_long_video_is_several_clips_one_after_the_other(prepared: tuple[ClipShards, PrepareReport]) -> None:
    found = [s for s in prepared[0].samples if s.group == "bells/long.mp4"]
    assert [(s.time, round(s.seconds, 1), s.label) for s in found] == [(0.0, 10.0, "bells"), (10.0, 5.0, "bells")]
    assert [s.frames for s in found] == [50, 25]
    assert found[0].split == found[1].split


def test_frames_lie_beside_their_sound(prepared: tuple[ClipShards, PrepareReport]) -> None:
    shards = prepared[0]
    second = next(i for i, s in enumerate(shards.samples) if s.time == 10.0)
    bright = shards.frames(second, 0, 25).float().mean(dim=(1, 2, 3)).numpy()
    np.testing.assert_allclose(bright, 20 + 100 + 2.0 * np.arange(25), atol=3)  # frame k is that at 10 + k / 5 s
    loud = [float(shards.sound(second, k, 1.0).abs().max()) for k in (0.0, 3.0)]
    assert loud == pytest.approx([0.4 * 0.6, 0.4 * 0.75], rel=0.08)


def test_mono_is_two_equal_channels_and_says_so(prepared: tuple[ClipShards, PrepareReport]) -> None:
    shards = prepared[0]
    same = next(i for i, s in enumerate(shards.samples) if s.group == "same.mp4")
    assert shards.samples[same].channels == 1
    left, right = shards.sound(same, 0.0, 2.0)
    np.testing.assert_allclose(left.numpy(), right.numpy(), atol=2e-3)
    assert shards.samples[0].channels == 2


def test_what_is_left_out_is_counted_and_named(prepared: tuple[ClipShards, PrepareReport]) -> None:
    report = prepared[1]
    assert (report.samples, report.silent, report.refused) == (3, 1, 1)
    problems = {problem.path.name: problem.message for problem in report.problems}
    assert set(problems) == {"short.mp4", "broken.mp4"}
    assert "less than 4.2 s" in problems["short.mp4"]


def test_stereo_layouts_turn_mono_away(tmp_path: Path) -> None:
    film(tmp_path / "in" / "wide.mp4", tone(5.0))
    film(tmp_path / "in" / "same.mp4", tone(5.0, mono=True))
    report = fill(plan_clips(plan_videos(tmp_path / "in", "stereo"), FORM), tmp_path / "out")
    assert (report.samples, report.refused) == (1, 1)


def test_a_videos_sound_may_be_in_a_file_of_its_own(tmp_path: Path) -> None:
    film(tmp_path / "in" / "videos" / "000001.mp4", tone(5.0, level=0.0))
    (tmp_path / "in" / "binaural_audios").mkdir()
    write_wav(tmp_path / "in" / "binaural_audios" / "000001.wav", tone(5.0), RATE)
    fill(plan_clips(plan_videos(tmp_path / "in", "fairplay"), FORM), tmp_path / "out")
    shards = ClipShards(tmp_path / "out")
    assert len(shards) == 1
    assert float(shards.sound(0, 4.0, 0.8)[0].max()) == pytest.approx(0.4 * 0.3, rel=0.05)


def test_videos_of_the_world_bring_their_boxes_along(tmp_path: Path) -> None:
    synthetic.write(tmp_path / "in", 1, 3, seconds=5.0, size=(160, 120), categories=("dog barking",))
    fill(plan_clips(plan_videos(tmp_path / "in"), FORM), tmp_path / "out")
    scene = synthetic.render_scene(
        synthetic.scene_seed(3, 0), seconds=5.0, size=(160, 120), categories=("dog barking",)
    )
    (sample,) = ClipShards(tmp_path / "out").samples
    assert sample.label == "dog barking"
    assert sample.box_of(0, 2.0) == pytest.approx(scene.box_at(0, 2.0), abs=1e-3)


def test_a_killed_run_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    form = replace(FORM, rate=Fraction(1))
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path / "a")], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(2):
            process.stdout.readline()
        process.kill()
    plan = plan_clip_world({"train": 50}, form)
    plan = replace(plan, sources=plan.sources[:4])
    fill(plan, tmp_path / "a")
    fill(plan, tmp_path / "b", workers=2)
    one, other = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in "ab")
    assert len(ClipShards(tmp_path / "a")) >= 4
    assert one == other


def test_the_estimate_comes_first_and_is_near(tmp_path: Path) -> None:
    plan = plan_clip_world({"train": 12}, replace(FORM, rate=Fraction(1)))
    wanted = look(plan, tmp_path / "out", workers=1)
    assert (wanted.videos, wanted.measured, round(wanted.hours * 3600)) == (12, True, 120)
    fill(plan, tmp_path / "out")
    written = sum(path.stat().st_size for path in (tmp_path / "out").glob("*.tar"))
    assert 0.6 * written < wanted.bytes < 1.6 * written
