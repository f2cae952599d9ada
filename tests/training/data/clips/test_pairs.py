"""Pairs follow the paper's rule, fit inside their clips, and give nothing away by their place."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ModelError
from training.data.clips.encode import encode_clip
from training.data.clips.form import CLIP_RATE, ClipForm
from training.data.clips.pairs import ClipPair, clip_pairs
from training.data.clips.shards import ClipShards
from training.data.writer import ShardWriter

FORM = ClipForm(rate=Fraction(80, 21), size=8)
LENGTHS = (10.0, 10.0, 8.3, 6.6, 6.2, 5.0, 4.2)


@pytest.fixture(scope="module")
def lengths(tmp_path_factory: pytest.TempPathFactory) -> ClipShards:
    """Clips of several lengths, labelled in turn "a" and "b", each second of them loud."""
    folder = tmp_path_factory.mktemp("lengths")
    rng = np.random.default_rng(0)
    with ShardWriter(folder) as writer:
        for n, seconds in enumerate(LENGTHS):
            frames = [np.zeros((8, 8, 3), np.uint8)] * FORM.frames(seconds)
            sound = rng.normal(0, 0.1, (2, round(seconds * CLIP_RATE))).astype(np.float32)
            label = "ab"[n % 2]
            writer.put(
                encode_clip(f"{n}", FORM, frames=frames, sounds=[sound], heard=[[0]], label=label, split="train")
            )
    return ClipShards(folder)


def _fits(shards: ClipShards, pair: ClipPair) -> None:
    shown, heard = shards.samples[pair.clip], shards.samples[pair.sound_clip]
    assert 0 <= pair.frame_start <= shown.frames - 16
    assert pair.sound_start >= 0
    assert round(pair.sound_start * CLIP_RATE) + 88200 <= round(heard.seconds * CLIP_RATE)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), negatives=st.sampled_from(("shift", "mismatch", "both")))
def test_every_pair_keeps_the_rule(lengths: ClipShards, seed: int, negatives: str) -> None:
    plan = clip_pairs(lengths, "train", 6, [seed], negatives)
    assert sum(pair.synced for pair in plan) * 2 == len(plan)
    for pair in plan:
        _fits(lengths, pair)
        shift = pair.sound_start - pair.frame_start / FORM.rate
        if pair.synced:
            assert pair.clip == pair.sound_clip and abs(shift) < 1e-6
        elif pair.clip == pair.sound_clip:
            assert negatives != "mismatch" and 2.0 - 1e-6 <= abs(shift) <= 5.8 + 1e-6
        else:
            assert negatives != "shift"
            assert lengths.samples[pair.clip].label != lengths.samples[pair.sound_clip].label


def test_pairs_in_sync_alone_are_had_for_the_asking(lengths: ClipShards) -> None:
    plan = clip_pairs(lengths, "train", 3, [0], "none")
    assert len(plan) == 3 * len(LENGTHS)
    assert all(pair.synced and pair.clip == pair.sound_clip for pair in plan)


def test_short_clips_take_part_in_mismatches_only(lengths: ClipShards) -> None:
    shifted = {pair.clip for pair in clip_pairs(lengths, "train", 4, [0], "shift")}
    assert shifted == {0, 1, 2, 3}
    both = clip_pairs(lengths, "train", 8, [0], "both")
    assert {pair.clip for pair in both} == set(range(7))
    assert not any(pair.clip == pair.sound_clip and not pair.synced for pair in both if pair.clip >= 4)


def test_shifts_are_uniform_and_windows_tell_nothing(lengths: ClipShards) -> None:
    plan = [pair for pair in clip_pairs(lengths, "train", 2000, [3]) if pair.clip < 2]
    shifts = np.array([p.sound_start - float(p.frame_start / FORM.rate) for p in plan if not p.synced])
    assert abs(np.mean(shifts > 0) - 0.5) < 0.04
    counts, _ = np.histogram(np.abs(shifts), bins=4, range=(2.0, 5.8))
    assert counts.min() > 0.8 * counts.max()
    places = [np.bincount([p.frame_start for p in plan if p.synced == kind], minlength=23) for kind in (True, False)]
    assert np.abs(places[0] / sum(places[0]) - places[1] / sum(places[1])).max() < 0.03


def test_a_plan_follows_from_its_seed(lengths: ClipShards) -> None:
    assert clip_pairs(lengths, "train", 2, [1, 5]) == clip_pairs(lengths, "train", 2, [1, 5])
    assert clip_pairs(lengths, "train", 2, [1, 5]) != clip_pairs(lengths, "train", 2, [1, 6])


def test_all_ways_to_hear_a_clip_are_drawn(clip_shards: ClipShards) -> None:
    plan = clip_pairs(clip_shards, "train", 30, [0], "both")
    assert len(plan) == 6 * 30
    two = {clip_shards.samples[p.clip].heard for p in plan if clip_shards.samples[p.clip].group.endswith("/1")}
    assert two == {(0,), (1,), (0, 1)}
    for pair in plan:
        if pair.clip != pair.sound_clip:
            assert not clip_shards.samples[pair.clip].labels & clip_shards.samples[pair.sound_clip].labels


def test_quiet_windows_are_avoided(tmp_path: Path) -> None:
    sound = np.zeros((2, 10 * CLIP_RATE), np.float32)
    sound[:, : CLIP_RATE // 2] = 0.1
    frames = [np.zeros((8, 8, 3), np.uint8)] * 38
    with ShardWriter(tmp_path) as writer:
        writer.put(encode_clip("a", FORM, frames=frames, sounds=[sound], heard=[[0]], label="a", split="train"))
        writer.put(encode_clip("b", FORM, frames=frames, sounds=[sound], heard=[[0]], label="b", split="train"))
    plan = clip_pairs(ClipShards(tmp_path), "train", 200, [0], "mismatch")
    heard = [pair.sound_start < 0.5 for pair in plan if pair.synced]
    assert np.mean(heard) > 0.6  # a blind draw has a fifth


def test_what_cannot_be_drawn_is_said(lengths: ClipShards, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no negatives called"):
        clip_pairs(lengths, "train", 2, [0], "some")
    frames, sound = [np.zeros((8, 8, 3), np.uint8)] * 16, np.zeros((2, 88200), np.float32)
    with ShardWriter(tmp_path) as writer:
        writer.put(encode_clip("a", FORM, frames=frames, sounds=[sound], heard=[[0]], split="train"))
    with pytest.raises(ModelError, match="no clip whose sound"):
        clip_pairs(ClipShards(tmp_path), "train", 2, [0], "mismatch")
