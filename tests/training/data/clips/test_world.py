"""Synthetic clips: one and two things in turn, apart from each other, each with its own sound."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import MediaError
from tests.training.data.clips.conftest import SMALL
from training.data.clips import ClipWorld, plan_clip_world
from training.data.clips.shards import ClipShards
from training.data.clips.world import ClipScene, ways_to_hear


def test_clips_hold_one_and_two_things_in_turn(clip_shards: ClipShards) -> None:
    counts = {s.group: len(s.sources) for s in clip_shards.samples}
    assert [counts[f"synthetic/train/{n}"] for n in range(6)] == [1, 2, 1, 2, 1, 2]
    ways = [s.heard for s in clip_shards.samples if s.group == "synthetic/train/1"]
    assert ways == [(0,), (1,), (0, 1)]


def test_things_stand_apart_and_are_of_different_kinds(clip_shards: ClipShards) -> None:
    for sample in clip_shards.samples:
        if len(sample.sources) == 2:
            one, other = (sample.box_of(k, 5.0) for k in (0, 1))
            assert sample.sources[0].label != sample.sources[1].label
            if one and other:
                across = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
                down = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
                assert across * down <= 0.3 * min((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))


def test_the_label_and_the_box_are_those_of_the_heard_thing(clip_shards: ClipShards) -> None:
    samples = [s for s in clip_shards.samples if s.group == "synthetic/train/3"]
    for k in (0, 1):
        assert samples[k].label == samples[k].sources[k].label
        assert samples[k].boxes_at(2.0) == [samples[k].box_of(k, 2.0)]
    assert len(samples[2].boxes_at(2.0)) == 2
    assert all(len(source.boxes) == samples[0].frames for source in samples[0].sources)


def test_the_whole_sound_is_the_sum_of_the_parts(clip_shards: ClipShards) -> None:
    first = next(i for i, s in enumerate(clip_shards.samples) if s.group == "synthetic/train/1")
    parts = clip_shards.sound(first, 1.0, 4.2) + clip_shards.sound(first + 1, 1.0, 4.2)
    np.testing.assert_allclose(clip_shards.sound(first + 2, 1.0, 4.2).numpy(), parts.numpy(), atol=1e-6)
    assert parts.abs().max() > 0.005


def test_what_is_heard_decides_what_is_stored() -> None:
    assert ways_to_hear(2, "one") == [[0], [1]]
    assert ways_to_hear(2, "any") == [[0], [1], [0, 1]]
    assert ways_to_hear(2, "all") == [[0]] == ways_to_hear(1, "any")
    plan = plan_clip_world({"train": 2}, SMALL, ClipWorld(sources=2, heard="all"))
    (clip,) = plan.sources[0].samples()
    assert clip is not None
    assert len(clip.facts["levels"]) == 1
    assert len(clip.facts["sources"]) == 2
    with pytest.raises(MediaError, match="heard as"):
        ClipWorld(heard="some")


def test_no_scene_is_in_two_splits() -> None:
    plan = plan_clip_world({"train": 5, "validation": 5, "test": 5}, SMALL)
    other = plan_clip_world({"train": 5}, SMALL, seed=1)
    scenes = [source.scene for source in (*plan.sources, *other.sources) if isinstance(source, ClipScene)]
    assert len(set(scenes)) == 20
