"""Scenes go into shards with their truth, each split from its own seeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.data import synthetic
from training.data.prepare import World, plan_world, prepare, prepare_empty, prepare_synthetic, shares
from training.data.shards import Shards


def test_scenes_have_stereo_a_label_and_a_box(tmp_path: Path) -> None:
    world = World(seconds=2, sources=1, ambience=False, categories=("dog barking",))
    prepare_synthetic(tmp_path, {"train": 2, "test": 1}, world)
    shards = Shards(tmp_path)
    assert {(s.group, s.split, s.label) for s in shards.samples} == {
        ("synthetic/train/0", "train", "synthetic:dog barking"),
        ("synthetic/train/1", "train", "synthetic:dog barking"),
        ("synthetic/test/0", "test", "synthetic:dog barking"),
    }
    assert all(s.stereo and s.time in {0.5, 1.5} for s in shards.samples)
    box = shards.samples[0].box
    assert box is not None
    assert 0 <= box[0] < box[2] <= 1
    assert tuple(shards.frame(0, (240, 480)).shape) == (3, 240, 480)


def test_videos_of_the_world_bring_their_truth_along(tmp_path: Path) -> None:
    synthetic.write(tmp_path / "in", 1, 3, seconds=1.0, size=(160, 120), categories=("dog barking",))
    prepare(tmp_path / "in", tmp_path / "out")
    scene = synthetic.render_scene(
        synthetic.scene_seed(3, 0), seconds=1.0, size=(160, 120), categories=("dog barking",)
    )
    (sample,) = Shards(tmp_path / "out").samples
    assert (sample.label, sample.time) == ("dog barking", 0.5)
    assert sample.box == pytest.approx(scene.box_at(0, 12 / 25), abs=1e-4)  # the frame shown at half a second


def test_no_scene_is_in_two_splits_and_seeds_differ() -> None:
    counts = {"train": 5, "validation": 5, "test": 5}
    first, other = plan_world(counts).sources, plan_world(counts, seed=3).sources
    stamps = [source.stamp()[0] for source in (*first, *other)]
    assert len(set(stamps)) == len(stamps) == 30
    assert not {source.name for source in first} & {source.name for source in other}


def test_scenes_are_shared_out_as_a_folders_videos_are() -> None:
    assert shares(1000) == {"train": 800, "validation": 100, "test": 100}
    assert shares(10) == {"train": 6, "validation": 2, "test": 2}
    assert shares(1) == {"train": 1, "validation": 0, "test": 0}


def test_empty_places_are_frames_alone(tmp_path: Path) -> None:
    assert prepare_empty(tmp_path, 2).samples == 2
    assert all(s.frame and s.sound is None for s in Shards(tmp_path).samples)
