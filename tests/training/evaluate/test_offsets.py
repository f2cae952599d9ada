"""Measuring who tells when: truth and answer have one sign, and sureness is learned from answers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch

from engine.errors import ModelError
from engine.features.clip import WAVE_RATE
from engine.models import create
from engine.models.offset_model import OffsetModel
from engine.recommend.nudge import REACH
from training.data.clips import ClipForm, ClipWorld, plan_clip_world
from training.data.clips.shards import ClipShards
from training.data.prepare import fill
from training.evaluate.offsets import (
    Answer,
    _around,
    answers,
    least_confidence,
    loudness_match,
    model_match,
    share_right,
    summary,
    sync_accuracy,
)

NETWORK = {"picture": 28, "frames": 30, "seconds": 2.0, "widths": (4, 8), "sound_width": 16, "vector": 8}


def answer(confidence: float, error: float) -> Answer:
    return Answer(group="g", label="l", truth=0.1, said=0.1 + error, confidence=confidence)


def test_sure_is_where_nine_in_ten_are_right() -> None:
    found = [answer(0.9, 0.0)] * 30 + [answer(0.5, 0.0)] * 30 + [answer(0.5, 0.3)] * 5 + [answer(0.3, 0.3)] * 30
    least = least_confidence(found)
    assert 0.3 < least <= 0.5
    assert share_right(found, least) == (pytest.approx(65 / 95), pytest.approx(60 / 65))
    assert summary(found, least)["proposed"] == pytest.approx(65 / 95)
    assert least_confidence([answer(0.9, 0.3)] * 30) == 1.0
    with pytest.raises(ModelError, match="do not show"):
        least_confidence(found[:5])


def test_two_frames_off_is_wrong() -> None:
    assert answer(0.5, 0.09).right and not answer(0.5, 0.12).right and not answer(0.5, -0.12).right


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> ClipShards:
    folder = tmp_path_factory.mktemp("clips")
    world = ClipWorld(sources=1, categories=("cannon", "door slamming", "firework"))
    fill(plan_clip_world({"test": 8}, ClipForm(rate=Fraction(15), size=32, seconds=5.0), world), folder)
    return ClipShards(folder)


@pytest.fixture(scope="module")
def model() -> OffsetModel:
    torch.manual_seed(0)
    return OffsetModel(id="", fingerprint="", network=create("syncnet", **NETWORK), device=torch.device("cpu"))


def test_loudness_finds_blows_and_an_untrained_network_does_not(model: OffsetModel, shards: ClipShards) -> None:
    """Truth, answer and offsets have one sign, or this baseline would be wrong too."""
    by_ear = answers(loudness_match(15.0), model, shards, "test")
    untrained = answers(model_match(model), model, shards, "test")
    assert len(by_ear) == len(untrained) == 32 and {one.truth for one in by_ear} == {one.truth for one in untrained}
    assert all(abs(one.truth) <= REACH + 1e-6 for one in by_ear) and np.std([one.truth for one in by_ear]) > 0.2
    assert share_right(by_ear)[1] > 0.5 > share_right(untrained)[1]
    assert summary(by_ear, 2.0)["proposed"] == 0.0


def test_a_pair_is_heard_with_half_a_second_to_either_side(shards: ClipShards) -> None:
    whole, half = shards.sound(0, 0.0, 5.0), round(REACH * WAVE_RATE)
    inside = _around(shards, 0, 1.0, 2.0)
    assert torch.equal(inside, whole[:, half : half + 3 * WAVE_RATE])
    first = _around(shards, 0, 0.0, 2.0)
    assert not first[:, :half].any() and torch.equal(first[:, half:], whole[:, : first.shape[1] - half])
    last = _around(shards, 0, 3.0, 2.0)
    assert not last[:, -half:].any() and torch.equal(last[:, :-half], whole[:, -(last.shape[1] - half) :])


def test_half_of_the_pairs_are_in_sync(model: OffsetModel, shards: ClipShards) -> None:
    accuracy = sync_accuracy(model, shards, "test")
    assert accuracy == sync_accuracy(model, shards, "test") and 0.2 < accuracy < 0.8


def test_a_split_without_clips_is_said(model: OffsetModel, shards: ClipShards) -> None:
    with pytest.raises(ModelError, match="validation split has no clips"):
        answers(model_match(model), model, shards, "validation")
