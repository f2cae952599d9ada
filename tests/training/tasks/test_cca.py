"""CCA finds what both sides share, and its model saves, loads and retrieves as any other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine import models
from engine.errors import ModelError
from training.config import Experiment, build
from training.data.shards import Shards
from training.tasks import TASKS
from training.tasks.cca import Whitened, canonical_rotations


def test_rotations_are_those_of_the_whitened_covariances_singular_vectors() -> None:
    rng = np.random.default_rng(0)
    shared = rng.standard_normal((600, 3))
    sides = [shared @ rng.standard_normal((3, width)) + 0.7 * rng.standard_normal((600, width)) for width in (7, 9)]
    pictures, sounds = (Whitened(side, 5) for side in sides)
    turn_pictures, turn_sounds = canonical_rotations(pictures, sounds)
    expected = np.linalg.svd(pictures.values.T @ sounds.values / 600, compute_uv=False)
    x, y = pictures.values @ turn_pictures, sounds.values @ turn_sounds
    found = [np.corrcoef(x[:, n], y[:, n])[0, 1] for n in range(3)]
    assert found == pytest.approx(expected[:3], abs=1e-3)


def test_whitening_leaves_out_what_says_nothing() -> None:
    rng = np.random.default_rng(0)
    features = np.hstack([rng.standard_normal((50, 3)), np.full((50, 2), 7.0)])
    white = Whitened(features, 4)
    assert white.values.shape == (50, 3)
    assert np.allclose(white.values.T @ white.values / 50, np.eye(3), atol=1e-9)


def test_it_is_solved_at_once_and_comes_back_from_disk(toy_shards: Path, tmp_path: Path) -> None:
    shards = Shards(toy_shards)
    experiment = build(Experiment, {"name": "x", "task": "cca", "encoder": "cca", "data": {"pairs_per_video": 0}})
    task = TASKS["cca"](models.create("cca"), experiment, shards)
    before = task.validate(shards)
    task.solve(shards)
    after = task.validate(shards)
    assert after["value"] >= 0.8 > before["value"]  # four kinds of colour and tone, one video each
    models.save(tmp_path, task.encoder, model_id="x", title="X", licence="CC0", half=True)
    task.encoder.load_state_dict(models.load(tmp_path, "cpu").encoder.state_dict())
    assert task.validate(shards)["value"] == pytest.approx(after["value"], abs=0.01)


def test_too_few_pairs_are_refused(toy_shards: Path) -> None:
    shards = Shards(toy_shards)
    shards.samples = shards.samples[:6]
    experiment = build(Experiment, {"name": "x", "task": "cca", "encoder": "cca", "data": {"pairs_per_video": 0}})
    with pytest.raises(ModelError, match="too few for cca"):
        TASKS["cca"](models.create("cca"), experiment, shards).solve(shards)
