"""Items are what a loader batches."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch
from torch.utils.data import DataLoader

from training.data.clips.dataset import ClipDataset, step_of
from training.data.clips.pairs import clip_pairs
from training.data.clips.shards import ClipShards


def test_items_batch_and_are_in_sync_with_their_shards(clip_shards: ClipShards) -> None:
    plan = clip_pairs(clip_shards, "train", 2, [0], "both")
    classes = {label: n for n, label in enumerate(sorted({s.label for s in clip_shards.samples}))}
    data = ClipDataset(clip_shards, plan, classes=classes)
    batch = next(iter(DataLoader(data, batch_size=4)))
    assert batch["frames"].shape == (4, 16, 3, 32, 32) and batch["frames"].dtype == torch.uint8
    assert batch["sound"].shape == (4, 2, 88200) and batch["sound"].dtype == torch.float32
    assert batch["synced"].tolist() == [pair.synced for pair in plan[:4]]
    names = sorted(classes)
    for n, pair in enumerate(plan[:4]):
        heard = {name for name, mark in zip(names, batch["heard"][n], strict=True) if mark}
        shown = {name for name, mark in zip(names, batch["shown"][n], strict=True) if mark}
        assert heard == clip_shards.samples[pair.sound_clip].heard_labels & set(names)
        assert shown == clip_shards.samples[pair.clip].labels & set(names)
        assert heard <= shown or not pair.synced
    sound = clip_shards.sound(plan[1].sound_clip, plan[1].sound_start, 4.2)
    assert torch.equal(batch["sound"][1], sound)


def test_labels_without_a_class_are_left_out(clip_shards: ClipShards) -> None:
    data = ClipDataset(clip_shards, clip_pairs(clip_shards, "train", 1, [0]), frames=4, seconds=1.0)
    assert data[0]["frames"].shape[0] == 4
    assert data[0]["sound"].shape == (2, 21000)
    assert data[0]["shown"].shape == data[0]["heard"].shape == (0,)


def test_fewer_frames_are_spread_over_the_same_seconds(clip_shards: ClipShards) -> None:
    plan = clip_pairs(clip_shards, "train", 1, [0])
    every, second = ClipDataset(clip_shards, plan), ClipDataset(clip_shards, plan, frames=8)
    assert torch.equal(second[0]["frames"], every[0]["frames"][::2])
    assert torch.equal(second[0]["sound"], every[0]["sound"])


@pytest.mark.parametrize(
    ("rate", "frames", "step"),
    [(Fraction(30000, 1001), 125, 1), (Fraction(30000, 1001), 31, 4), (Fraction(15, 2), 31, 1)],
)
def test_paper_ds_rates_take_every_frame_or_every_fourth(rate: Fraction, frames: int, step: int) -> None:
    assert step_of(rate, frames, 4.2) == step
    assert (frames - 1) * step < int(4.2 * rate)  # they lie inside the window
