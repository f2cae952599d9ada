"""What a recommending model teaches a localiser: the same as it says itself, and worth learning."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import ModelError
from engine.features.clip import WAVE_RATE
from engine.models import create, load, save
from training.data.clips import ClipWorld, plan_clip_world, preset
from training.data.clips.shards import ClipShards
from training.data.prepare import fill
from training.evaluate.localisers import SINGLE, baselines, evaluate_localiser, places_of, synthetic_questions
from training.tasks.teaching import PlaceTeacher


@pytest.fixture(scope="module")
def teacher() -> PlaceTeacher:
    return PlaceTeacher("synthetic")


def test_a_sound_is_the_mean_of_its_seconds(teacher: PlaceTeacher) -> None:
    rng = np.random.default_rng(0)
    sound = np.repeat(rng.standard_normal((1, round(4.2 * WAVE_RATE))) * np.linspace(0.02, 0.2, 88200), 2, axis=0)
    _, seconds = load("synthetic", device="cpu").embed_sound(sound.astype(np.float32), WAVE_RATE)
    told = teacher.voices(torch.from_numpy(sound[None].astype(np.float32)))
    assert told.shape == (1, teacher.length)
    assert float(told[0] @ torch.from_numpy(seconds[:4].mean(axis=0) / np.linalg.norm(seconds[:4].mean(axis=0)))) > 0.97


def test_places_are_those_of_the_model(teacher: PlaceTeacher) -> None:
    frame = np.random.default_rng(1).integers(0, 255, (112, 112, 3), dtype=np.uint8)
    told = teacher.places(torch.from_numpy(frame).permute(2, 0, 1)[None] / 255.0, 14)
    own = load("synthetic", device="cpu").place_vectors(np.repeat(np.repeat(frame, 2, axis=0), 2, axis=1))
    assert told.shape == (1, 196, 128)
    assert torch.allclose(told[0], torch.from_numpy(own).flatten(0, 1), atol=2e-2)


def test_what_it_says_of_places_is_worth_learning(tmp_path: Path) -> None:
    form = replace(preset("fast"), seconds=4.2)
    fill(plan_clip_world({"test": 16}, form, ClipWorld(sources=1)), tmp_path)
    shards = ClipShards(tmp_path)
    questions = synthetic_questions(shards)
    found = {
        name: {
            row["material"]: row["values"]["pointing game"]
            for row in evaluate_localiser(one, questions, shards, mono=True)
        }
        for name, one in {"places": places_of(load("synthetic", device="cpu")), **baselines()}.items()
    }
    assert found["places"][SINGLE] > found["random"][SINGLE] + 0.2
    assert found["places"][SINGLE] >= found["centre"][SINGLE]


def test_a_model_without_places_cannot_teach(tmp_path: Path) -> None:
    folder = save(tmp_path / "m", create("baseline", widths=(4, 4, 4, 4)), model_id="m", title="m", licence="none")
    with pytest.raises(ModelError, match="cannot teach places"):
        PlaceTeacher(str(folder))
    with pytest.raises(ModelError, match="knows no places"):
        load(folder, device="cpu").place_vectors(np.zeros((8, 8, 3), np.uint8))
