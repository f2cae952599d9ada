"""The task of telling when: what its windows hold, that truth follows the picture, and that it learns and ships."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.errors import ModelError
from engine.features.clip import WAVE_RATE
from engine.models import create
from engine.models.offset_model import OffsetModel
from training.config import Experiment, build
from training.data.clips import ClipForm, ClipWorld, plan_clip_world
from training.data.clips.offsets import OffsetItems, OffsetWindow, offset_windows
from training.data.clips.shards import ClipShards
from training.data.prepare import fill
from training.fit import train
from training.tasks import TASKS
from training.tasks.offsets import OffsetsTask

FORM = ClipForm(rate=Fraction(15), size=32, seconds=5.0)
NETWORK = {"picture": 28, "frames": 30, "seconds": 2.0, "widths": [4, 8], "sound_width": 16, "vector": 8}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("clips")
    world = ClipWorld(categories=("bell swinging", "door slamming", "cannon"), sources=1)
    fill(plan_clip_world({"train": 8, "validation": 4}, FORM, world), out)
    return out


def experiment(folder: Path, **settings: Any) -> Experiment:
    values = {
        "name": "offsets",
        "task": "offsets",
        "encoder": "syncnet",
        "encoder_settings": NETWORK,
        "task_settings": {"heard": 4.0, **settings},
        "data": {"shards": [str(folder)], "pairs_per_video": 2},
        "optimiser": {"name": "adamw", "lr": 0.003, "schedule": "constant"},
        "fit": {"batch_size": 8, "epochs": 1},
    }
    return build(Experiment, values)


def make(folder: Path, **settings: Any) -> tuple[OffsetsTask, ClipShards]:
    torch.manual_seed(0)
    shards = ClipShards(folder)
    task = TASKS["offsets"](create("syncnet", **NETWORK), experiment(folder, **settings), shards)
    assert isinstance(task, OffsetsTask)
    return task, shards


def test_a_window_lies_in_what_is_heard_and_both_in_the_clip(folder: Path) -> None:
    task, shards = make(folder)
    front = task.encoder.front
    plan = offset_windows(shards, "train", 40, (0, 0), front=front, heard=4.0)
    assert len(plan) == 320 and plan != offset_windows(shards, "train", 40, (0, 1), front=front, heard=4.0)
    begins = [window.frame_start / 15 - window.sound_start for window in plan]
    assert min(begins) == pytest.approx(0.0) and max(begins) == pytest.approx(2.0)
    assert all(0 <= window.sound_start <= 1.0 + 1e-6 for window in plan)
    item = task.items(shards).load(plan[0])
    assert item["frames"].shape == (30, 3, 32, 32) and item["sound"].shape == (2, 4 * WAVE_RATE)
    assert float(item["begins"]) == pytest.approx(begins[0], abs=1e-5)
    later = OffsetWindow(plan[0].clip, plan[0].frame_start, plan[0].sound_start)
    assert torch.equal(task.items(shards).load(later)["frames"], item["frames"])


def test_a_picture_and_its_own_sound_lie_where_the_truth_says(folder: Path) -> None:
    task, shards = make(folder)
    items = OffsetItems(shards, task.encoder.front, 4.0)
    window = OffsetWindow(0, 20, 0.4)
    item = items.load(window)
    own = shards.sound(0, 20 / 15, 2.0)
    first = round(float(item["begins"]) * WAVE_RATE)
    assert torch.equal(item["sound"][:, first : first + own.shape[1]], own)


def test_excerpts_keep_what_lies_beside_the_picture(folder: Path) -> None:
    task, _ = make(folder, excerpt=1.0)
    begins = torch.tensor([0.0, 0.7, 2.0])
    kept = task._excerpts(torch.ones(3, 2, 4000), begins)[:, 0]
    for row, begin in zip(kept, begins.tolist(), strict=True):
        heard = row.nonzero()[:, 0].float() / 1000
        assert begin - 0.001 <= float(heard[0]) and float(heard[-1]) <= begin + 2.0
        assert 0.99 <= float(heard[-1] - heard[0]) <= 2.0
    untouched, _ = make(folder, excerpt=0.0)
    assert bool((untouched._excerpts(torch.ones(3, 2, 4000), begins) == 1).all())


def test_it_trains_and_the_model_tells_when(folder: Path, tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = []
    model = train(experiment(folder), out=tmp_path / "run", report=lines.append)
    numbers = next(line for line in lines if line["event"] == "validation")
    assert 0.0 <= numbers["value"] <= 1.0 and numbers["loss"] > 0
    loaded = OffsetModel.load(model, "cpu")
    assert loaded.step == pytest.approx(1 / 30) and loaded.metrics["validation"]["value"] == numbers["value"]


def test_learning_lowers_the_loss_on_its_own_clips(folder: Path) -> None:
    task, shards = make(folder, excerpt=0.0)
    items, plan = task.items(shards), task.plan(shards, "train", 0)
    batch = torch.utils.data.default_collate([items.load(window) for window in plan[:8]])
    optimiser = torch.optim.AdamW(task.parameters(), lr=0.005)
    losses = []
    for _ in range(30):
        torch.manual_seed(1)
        optimiser.zero_grad()
        loss = task.loss(batch)
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.8 * losses[0]


def test_clips_of_another_rate_or_too_short_are_refused(folder: Path, tmp_path: Path) -> None:
    shards = ClipShards(folder)
    with pytest.raises(ModelError, match="frames a second"):
        OffsetItems(shards, create("syncnet", **{**NETWORK, "frames": 50}).front, 4.0)
    with pytest.raises(ModelError, match="No clip holds"):
        OffsetItems(shards, create("syncnet", **NETWORK).front, 9.0)
