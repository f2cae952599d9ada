"""Hits are counted pair by pair, on pairs that are half in sync."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch

from engine.errors import ModelError
from engine.models import create
from training.data.clips import ClipForm, ClipWorld, plan_clip_world
from training.data.clips.pairs import clip_pairs
from training.data.clips.shards import ClipShards
from training.data.prepare import fill
from training.evaluate.synchronisation import sync_hits

FORM = ClipForm(rate=Fraction(80, 21), size=60, seconds=7.0)
NETWORK = {"picture": 56, "frames": 8, "strides": [2, 2, 1, 1], "hidden": 16, "picture_width": 4, "sound_width": 4}


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> ClipShards:
    folder = tmp_path_factory.mktemp("clips")
    world = ClipWorld(sources=1, categories=("drum", "dog barking", "cannon"))
    fill(plan_clip_world({"test": 4}, FORM, world), folder)
    return ClipShards(folder)


@pytest.mark.parametrize("negatives", ["shift", "mismatch"])
def test_who_always_says_yes_is_right_half_of_the_time(shards: ClipShards, negatives: str) -> None:
    network = create("coattention", **NETWORK).eval()
    torch.nn.init.zeros_(network.fuse[2].weight)
    torch.nn.init.ones_(network.fuse[2].bias)
    hits = sync_hits(network, shards, negatives=negatives)
    assert set(hits) == {sample.group for sample in shards.samples}
    assert all(len(one) == 4 for one in hits.values())
    assert sum(sum(one) for one in hits.values()) == 8


def test_hits_belong_to_the_pairs_of_their_video(shards: ClipShards) -> None:
    torch.manual_seed(3)
    network = create("coattention", **NETWORK).eval()
    hits = sync_hits(network, shards, pairs=2)
    assert hits == sync_hits(network, shards, pairs=2)
    plan = clip_pairs(shards, "test", 2, (0, 0), "shift")
    front = network.front
    for pair in plan[:3]:
        frames = shards.frames(pair.clip, pair.frame_start, 8, 2)[None, ..., 2:-2, 2:-2]
        sound = shards.sound(pair.sound_clip, pair.sound_start, 4.2)[None]
        with torch.inference_mode():
            right = (network(front.pictures(frames), front.sounds(sound)) > 0).item() == pair.synced
        assert float(right) in hits[shards.samples[pair.clip].group]


def test_a_split_without_clips_is_said(shards: ClipShards) -> None:
    with pytest.raises(ModelError, match="validation split has no clips"):
        sync_hits(create("coattention", **NETWORK), shards, "validation")
