"""Paper D's task: what its batches hold, that it learns, and that it does not cheat by ear."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.errors import ModelError
from engine.models import create, read_network
from training.config import Experiment, build
from training.data.clips import ClipForm, ClipWorld, plan_clip_world
from training.data.clips.shards import ClipShards
from training.data.prepare import fill
from training.fit import train
from training.tasks import TASKS
from training.tasks.synchronisation import SynchronisationTask, centre_crop

FORM = ClipForm(rate=Fraction(80, 21), size=64, seconds=7.0)
NETWORK = {
    "picture": 56,
    "frames": 16,
    "strides": [2, 2, 1, 1],
    "hidden": 32,
    "heads": 4,
    "picture_width": 8,
    "sound_width": 8,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("clips")
    world = ClipWorld(categories=("bell swinging", "dog barking", "rain on a puddle", "drum"), sources=1)
    fill(plan_clip_world({"train": 8, "validation": 4}, FORM, world), out)
    return out


def network(places: float = 0.0, **_: Any) -> dict[str, Any]:
    return {**NETWORK, "places": 32} if places else NETWORK


def experiment(folder: Path, **settings: Any) -> Experiment:
    values = {
        "name": "sync",
        "task": "synchronisation",
        "encoder": "coattention",
        "encoder_settings": network(**settings),
        "task_settings": settings,
        "data": {"shards": [str(folder)], "pairs_per_video": 2},
        "optimiser": {"name": "adamw", "lr": 0.003, "schedule": "constant"},
        "fit": {"batch_size": 8, "epochs": 1},
    }
    return build(Experiment, values)


def make(folder: Path, **settings: Any) -> tuple[SynchronisationTask, ClipShards]:
    torch.manual_seed(0)
    shards = ClipShards(folder)
    task = TASKS["synchronisation"](
        create("coattention", **network(**settings)), experiment(folder, **settings), shards
    )
    assert isinstance(task, SynchronisationTask)
    return task, shards


def batch_of(task: SynchronisationTask, shards: ClipShards) -> dict[str, torch.Tensor]:
    items = task.items(shards)
    return torch.utils.data.default_collate([items.load(pair) for pair in task.plan(shards, "train", 0)[:8]])


@pytest.mark.parametrize(
    ("task", "network", "settings", "preset"),
    [
        ("synchronisation", ("coattention", {**NETWORK, "picture": 112}), {}, "fast"),
        ("synchronisation", ("coattention", {**NETWORK, "frames": 31}), {}, "sync"),
        ("offsets", ("syncnet", {"picture": 56, "frames": 63}), {"heard": 6.0}, "sync"),
    ],
)
def test_clips_of_which_the_network_sees_more_than_they_hold_are_said(
    folder: Path, *, task: str, network: tuple[str, dict[str, Any]], settings: dict[str, Any], preset: str
) -> None:
    made = build(Experiment, {"name": "x", "task": task, "encoder": network[0], "task_settings": settings})
    shards = ClipShards(folder)
    with pytest.raises(ModelError, match=r"the clips hold 3\.81 of 64") as caught:
        TASKS[task](create(network[0], **network[1]), made, shards).items(shards)
    assert f"--preset {preset}" in caught.value.hint


OURS = {"negatives": "none", "others": 2, "places": 0.5, "mirror": True}


@pytest.mark.parametrize(
    "settings", [{}, {"negatives": "mismatch"}, {"negatives": "both"}, OURS], ids=["shift", "mismatch", "both", "ours"]
)
def test_steps_lower_the_loss_and_reach_every_weight(folder: Path, settings: dict[str, Any]) -> None:
    task, shards = make(folder, **settings)
    batch, losses = batch_of(task, shards), []
    optimiser = torch.optim.AdamW(task.parameters(), 0.003)
    for step in range(16):
        torch.manual_seed(step)
        loss = task(batch)
        optimiser.zero_grad()
        loss.backward()
        for name, parameter in task.named_parameters():
            assert parameter.grad is not None, name
            assert torch.isfinite(parameter.grad).all(), name
        optimiser.step()
        losses.append(loss.item())
    assert sum(losses[-4:]) < 0.9 * sum(losses[:4])


def test_true_pairs_alone_need_others_to_be_told_from(folder: Path) -> None:
    task, shards = make(folder, **OURS)
    assert all(pair.synced for pair in task.plan(shards, "train", 0))
    with pytest.raises(ModelError, match="nothing to tell apart"):
        make(folder, negatives="none")


def test_validation_is_repeatable_and_names_each_kind(folder: Path) -> None:
    task, shards = make(folder, negatives="both")
    numbers = task.validate(shards)
    assert numbers == task.validate(shards)
    assert set(numbers) == {"shift_accuracy", "shift_loss", "mismatch_accuracy", "mismatch_loss", "value"}
    assert task.training


def test_places_alone_are_taught_and_judged_by_the_nearest(folder: Path) -> None:
    task, shards = make(folder, negatives="none", places=1.0)
    numbers = task.validate(shards)
    assert set(numbers) == {"place_accuracy", "value"}
    assert numbers["place_accuracy"] == numbers["value"]
    task(batch_of(task, shards)).backward()
    assert task.encoder.place.weight.grad is not None
    assert task.encoder.fuse[0].weight.grad is None


def test_a_network_without_places_cannot_be_taught_them(folder: Path) -> None:
    task = TASKS["synchronisation"]
    with pytest.raises(ModelError, match="does not compare places"):
        task(create("coattention", **NETWORK), experiment(folder, places=1.0), ClipShards(folder))


def test_mirrored_clips_exchange_their_channels_and_validation_leaves_them(folder: Path) -> None:
    task, shards = make(folder, negatives="none", others=2, mirror=True)
    batch = batch_of(task, shards)
    task.eval()
    frames, plain = task._inputs(batch)
    assert frames.shape == (8, 3, 16, 56, 56)
    task.train()
    torch.manual_seed(0)
    _, sounds = task._inputs(batch)
    turned = [not torch.equal(a, b) for a, b in zip(sounds, plain, strict=True)]
    assert 0 < sum(turned) < 8
    assert all(torch.equal(sounds[n], plain[n].flip(0)) for n in range(8) if turned[n])


def test_the_middle_is_kept() -> None:
    picture = torch.arange(64.0).view(1, 8, 8)
    assert torch.equal(centre_crop(picture, (4, 2))[0], picture[0, 2:6, 3:5])


def test_a_run_leaves_a_clip_model_that_recommending_refuses(folder: Path, tmp_path: Path) -> None:
    from engine.models import load

    model = train(experiment(folder, negatives="mismatch"), out=tmp_path / "run")
    assert read_network(model).name == "coattention"
    with pytest.raises(ModelError, match="judges clips"):
        load(model)
