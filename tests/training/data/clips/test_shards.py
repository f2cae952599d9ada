"""Reading clips back: the right frames, the right stretch of sound, errors that say what to do."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import ModelError
from tests.training.data.clips.conftest import SMALL
from training.data.clips import plan_clip_world
from training.data.clips.encode import encode_clip, levels
from training.data.clips.form import CLIP_RATE, ClipForm
from training.data.clips.shards import ClipShards
from training.data.prepare import fill
from training.data.writer import ShardWriter

FORM = ClipForm(rate=Fraction(4), size=16, seconds=5.0)


@pytest.fixture
def ramp(tmp_path: Path) -> ClipShards:
    """One clip: frame n has the brightness 10 n, the sound rises from 0 to 0.5, its right channel is its negative."""
    frames = [np.full((16, 16, 3), 10 * n, np.uint8) for n in range(20)]
    rise = np.linspace(0, 0.5, 5 * CLIP_RATE, dtype=np.float32)
    with ShardWriter(tmp_path) as writer:
        writer.put(encode_clip("a.mp4", FORM, frames=frames, sounds=[np.stack([rise, -rise])], heard=[[0]], label="x"))
    return ClipShards(tmp_path)


def test_frames_are_those_asked_for(ramp: ClipShards) -> None:
    frames = ramp.frames(0, 3, 4)
    assert frames.shape == (4, 3, 16, 16)
    np.testing.assert_allclose(frames.float().mean(dim=(1, 2, 3)).numpy(), [30, 40, 50, 60], atol=1.5)
    with pytest.raises(ValueError, match="20 frames"):
        ramp.frames(0, 18, 4)


def test_sound_is_the_stretch_asked_for(ramp: ClipShards) -> None:
    sound = ramp.sound(0, 1.5, 2.0)
    assert sound.shape == (2, 42000)
    assert float(sound[0, 0]) == pytest.approx(0.15, abs=1e-4)
    assert float(sound[1, -1]) == pytest.approx(-0.35, abs=1e-4)
    with pytest.raises(ValueError, match=r"5\.0 s of sound"):
        ramp.sound(0, 3.5, 2.0)


def test_samples_know_their_facts(ramp: ClipShards) -> None:
    (sample,) = ramp.samples
    assert (sample.group, sample.label, sample.rate, sample.frames, sample.seconds) == ("a.mp4", "x", 4, 20, 5.0)
    assert sample.loudest(0.0, 1.0) < sample.loudest(4.0, 1.0) == pytest.approx(20 * np.log10(0.475), abs=1)
    assert ramp.where(seconds=5.0) == [0] and ramp.where(seconds=6.2) == []


def test_readers_travel_to_loader_workers(ramp: ClipShards) -> None:
    first = ramp.frames(0, 0, 2)
    assert (pickle.loads(pickle.dumps(ramp)).frames(0, 0, 2) == first).all()


def test_levels_are_of_half_seconds() -> None:
    sound = np.zeros((2, CLIP_RATE + 100), np.float32)
    sound[:, CLIP_RATE // 2 : CLIP_RATE] = 0.1
    assert levels(sound) == [-120, -20]


def test_samples_of_seconds_are_not_clips(tmp_path: Path) -> None:
    (tmp_path / "index.jsonl").write_text(json.dumps({"key": "0", "group": "a", "shard": "shard-00000.tar"}) + "\n")
    with pytest.raises(ModelError, match="holds seconds, not clips"):
        ClipShards(tmp_path)
    with pytest.raises(ModelError, match="no finished clips"):
        ClipShards(tmp_path / "missing")


def test_clips_of_several_sizes_are_refused(clip_folder: Path, tmp_path: Path) -> None:
    fill(plan_clip_world({"train": 1}, replace(SMALL, size=48)), tmp_path)
    with pytest.raises(ModelError, match="several rates or sizes"):
        ClipShards([clip_folder, tmp_path])
