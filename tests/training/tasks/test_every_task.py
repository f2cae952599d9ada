"""Every task, by name, with every encoder that suits it: plan, loss, gradients, validation, the same every time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from engine import models
from engine.errors import ModelError
from engine.models.registry import ENCODERS
from tests.small import SETTINGS, small_encoder
from training.config import Experiment, build
from training.data.pairs import PairDataset
from training.data.shards import Shards
from training.tasks import TASKS, Task

COMBINATIONS = [(t, e) for t in TASKS.names() for e in models.names("second") if TASKS[t].suits(ENCODERS[e])]
STEPPED = [(t, e) for t, e in COMBINATIONS if not TASKS[t].closed_form]
TASK_SETTINGS: dict[str, dict[str, Any]] = {"bridge": {"class_pairs": 16, "true_pairs": 16}}


def make(task: str, encoder: str, shards: Shards, **settings: Any) -> Task:
    torch.manual_seed(0)
    pool = {"picture_pool": 4}
    values = {
        "name": "x",
        "task": task,
        "encoder": encoder,
        "encoder_settings": {**SETTINGS[encoder], **pool},
        "task_settings": {**TASK_SETTINGS.get(task, {}), **settings},
        "data": {"pairs_per_video": 2},
    }
    return TASKS[task](small_encoder(encoder, **pool), build(Experiment, values), shards)


def batch_of(task: Task, shards: Shards, size: int = 8) -> dict[str, torch.Tensor]:
    dataset = PairDataset(
        shards, task.plan(shards, "train", 0)[:size], task.classes, needs=task.needs, picture=task.picture_size
    )
    return torch.utils.data.default_collate([dataset[i] for i in range(size)])


@pytest.fixture(scope="module")
def shards(toy_shards: Path) -> Shards:
    return Shards(toy_shards)


def test_the_papers_tasks_are_there_and_every_encoder_has_one() -> None:
    papers_c = {"stereo_ranking", "mismatch_classification", "flip_classification", "flip_mismatch", "cca"}
    assert {"contrastive", "correspondence", "distance_sigmoid"} | papers_c <= set(TASKS.names())
    assert {encoder for _, encoder in COMBINATIONS} == set(models.names("second"))
    assert {task for task, _ in COMBINATIONS} == {t for t in TASKS.names() if TASKS[t].kind == "second"}


@pytest.mark.parametrize(("name", "encoder"), STEPPED)
def test_a_step_gives_every_weight_a_finite_gradient_and_lowers_the_loss(
    name: str, encoder: str, shards: Shards
) -> None:
    task = make(name, encoder, shards).train()
    batch = batch_of(task, shards)
    optimiser = torch.optim.Adam(task.parameters(), 0.01)
    losses = []
    for _ in range(8):
        torch.manual_seed(1)
        loss = task(batch)
        optimiser.zero_grad()
        loss.backward()
        for key, weight in task.named_parameters():
            assert weight.grad is not None, key
            assert torch.isfinite(weight.grad).all(), key
        optimiser.step()
        losses.append(float(loss.detach()))
    assert min(losses[1:]) < losses[0]


@pytest.mark.parametrize(("name", "encoder"), COMBINATIONS)
def test_plans_losses_and_validation_can_be_had_again(name: str, encoder: str, shards: Shards) -> None:
    first, again = make(name, encoder, shards), make(name, encoder, shards)
    assert first.plan(shards, "train", 3) == again.plan(shards, "train", 3)
    assert {shards.samples[p.picture].split for p in first.plan(shards, "train", 3)} == {"train"}
    if not first.closed_form:
        assert first.plan(shards, "train", 3) != first.plan(shards, "train", 4)
        batch, losses = batch_of(first, shards, 4), []
        for task in (first, again):
            torch.manual_seed(5)
            losses.append(float(task.train()(batch).detach()))
        assert losses[0] == losses[1]
    else:
        first.solve(shards)
        again.solve(shards)
    numbers = first.validate(shards)
    assert numbers == again.validate(shards)
    assert 0 <= numbers["value"] <= 2
    assert all(isinstance(value, float) for value in numbers.values())


def test_what_does_not_suit_is_refused_with_what_does(shards: Shards) -> None:
    with pytest.raises(ModelError, match="cannot train the encoder 'attention'") as raised:
        make("stereo_ranking", "attention", shards)
    assert raised.value.hint == "Choose from: stereo_resnet18."
    with pytest.raises(ModelError, match="cannot train the encoder 'cca'"):
        make("contrastive", "cca", shards)
    with pytest.raises(ModelError, match="no setting 'margn'"):
        make("correspondence", "baseline", shards, margn=1)
