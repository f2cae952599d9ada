"""Each sampling rule of the papers, and plans that can be drawn again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from training.data.pairs import (
    Pair,
    PairDataset,
    balanced_pairs,
    class_pairs,
    labelled_true_pairs,
    stereo_pairs,
    true_pairs,
)
from training.data.shards import Shards, ShardWriter


@pytest.fixture
def shards(toy_shards: Path) -> Shards:
    return Shards(toy_shards)


def test_one_true_pair_a_video_or_all_of_them(shards: Shards) -> None:
    plan = true_pairs(shards, "train", 1, (0, 0))
    assert Counter(shards.samples[p.picture].group for p in plan) == {f"v{n}": 1 for n in range(16)}
    assert all(p.paired and p.picture == p.sound for p in plan)
    assert len(true_pairs(shards, "train", 0, (0, 0))) == 48


def test_plans_depend_on_seed_and_epoch_alone(shards: Shards) -> None:
    assert balanced_pairs(shards, "train", 2, (0, 3)) == balanced_pairs(shards, "train", 2, (0, 3))
    assert balanced_pairs(shards, "train", 2, (0, 3)) != balanced_pairs(shards, "train", 2, (0, 4))


def test_half_are_untrue_with_another_label_and_no_split_is_crossed(shards: Shards) -> None:
    plan = balanced_pairs(shards, "train", 3, (1, 0))
    assert sum(p.paired for p in plan) == len(plan) / 2
    for pair in plan:
        picture, sound = shards.samples[pair.picture], shards.samples[pair.sound]
        assert picture.split == sound.split == "train"
        assert (picture.label == sound.label) == pair.paired


def test_the_rule_for_untrue_sounds_can_be_chosen(shards: Shards) -> None:
    untrue = [p for p in balanced_pairs(shards, "train", 0, (0, 0), "time") if not p.paired]
    same = [shards.samples[p.picture].group == shards.samples[p.sound].group for p in untrue]
    assert any(same)
    assert not all(same)
    assert all(p.picture != p.sound for p in untrue)
    for pair in balanced_pairs(shards, "train", 0, (0, 0), "video"):
        assert (shards.samples[pair.picture].group == shards.samples[pair.sound].group) == pair.paired


def test_stereo_pairs_mismatch_with_another_video_and_only_where_stereo_is(tmp_path: Path) -> None:
    with ShardWriter(tmp_path) as writer:
        for video in range(6):
            for second in range(3):
                stereo = np.zeros((2, 16_000), np.float32) if video < 4 else None
                frame, sound = np.zeros((8, 8, 3), np.uint8), np.zeros(48_000, np.float32)
                writer.add(f"v{video}", frame=frame, sound=sound, stereo=stereo, time=second + 0.5, split="train")
    made = Shards(tmp_path)
    plan = stereo_pairs(made, "train", 1, (0, 0))
    assert {made.samples[p.picture].group for p in plan} == {"v0", "v1", "v2", "v3"}
    assert len(stereo_pairs(made, "train", 0, (0, 0))) == 12
    for pair in plan:
        assert made.samples[pair.sound].stereo is not None
        assert made.samples[pair.picture].group != made.samples[pair.sound].group
    assert stereo_pairs(made, "train", 1, (0, 0)) == plan != stereo_pairs(made, "train", 1, (0, 1))


def test_class_pairs_share_their_label(shards: Shards) -> None:
    plan = class_pairs(shards, "train", 40, (0, 0))
    assert len(plan) == 40
    labels = [(shards.samples[p.picture].label, shards.samples[p.sound].label) for p in plan]
    assert all(a == b for a, b in labels)
    assert len({a for a, _ in labels}) == 4


def test_items_are_raw_frames_and_waveforms(shards: Shards) -> None:
    item = PairDataset(shards, true_pairs(shards, "test", 1, (0, 0)), {"kind0": 0})[0]
    assert tuple(item["frame"].shape) == (3, 224, 224)
    assert str(item["frame"].dtype) == "torch.uint8"
    assert tuple(item["sound"].shape) == (48_000,)
    assert int(item["picture_class"]) in (0, -1)


def test_items_hold_what_is_needed_and_nothing_else(tmp_path: Path) -> None:
    with ShardWriter(tmp_path) as writer:
        for level in (0.25, 0.5):
            stereo = np.stack([np.full(16_000, level), np.full(16_000, -level)]).astype(np.float32)
            writer.add(f"{level}", frame=np.zeros((240, 480, 3), np.uint8), stereo=stereo, split="train")
    data = PairDataset(Shards(tmp_path), [Pair(0, 1, False)], needs=("frame", "stereo", "other"), picture=(240, 480))
    assert set(data[0]) == {"frame", "stereo", "other", "paired", "picture_class", "sound_class"}
    assert tuple(data[0]["frame"].shape) == (3, 240, 480)
    assert data[0]["stereo"][:, 0].tolist() == [0.25, -0.25]
    assert data[0]["other"][:, 0].tolist() == [0.5, -0.5]
    with pytest.raises(ValueError, match="not smell"):
        PairDataset(Shards(tmp_path), [], needs=("smell",))


def test_labelled_true_pairs_give_every_label_its_say(shards: Shards) -> None:
    plan = labelled_true_pairs(shards, "train", 400, (0, 0))
    assert all(p.paired and p.picture == p.sound for p in plan)
    counts = Counter(shards.samples[p.picture].label for p in plan)
    assert min(counts.values()) > 60


def test_videos_of_one_label_still_make_untrue_pairs(tmp_path: Path) -> None:
    with ShardWriter(tmp_path) as writer:
        for video in range(4):
            sound = np.full(48_000, 0.1, np.float32)
            writer.add(f"v{video}", frame=np.zeros((8, 8, 3), np.uint8), sound=sound, label="one", split="train")
    one = Shards(tmp_path)
    untrue = [p for p in balanced_pairs(one, "train", 1, (0, 0)) if not p.paired]
    assert len(untrue) == 2
    assert all(one.samples[p.picture].group != one.samples[p.sound].group for p in untrue)
