"""The loop learns, stops, continues where it was killed, and leaves a model behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine import models
from engine.errors import Cancelled, ModelError
from engine.jobs import Job
from tests.training.conftest import toy_pair
from training.config import Experiment, build
from training.data.shards import ShardWriter
from training.evaluate import evaluate
from training.fit import train
from training.tasks import TASKS


def experiment(shards: Path, **changes: Any) -> Experiment:
    values: dict[str, Any] = {
        "name": "toy",
        "task": "contrastive",
        "encoder_settings": {"widths": [4, 8, 8, 16], "picture_pool": 4},
        "task_settings": {"temperature": 0.1},
        "data": {"shards": [str(shards)], "pairs_per_video": 3},
        "optimiser": {"lr": 0.05},
        "fit": {"batch_size": 16, "epochs": 6},
    }
    for key, value in changes.items():
        values[key] = {**values[key], **value} if isinstance(value, dict) else value
    return build(Experiment, values)


@pytest.mark.parametrize("task", TASKS.names())
@pytest.mark.parametrize("encoder", models.names())
def test_every_task_lowers_its_loss_with_every_encoder(
    task: str, encoder: str, toy_shards: Path, tmp_path: Path
) -> None:
    settings = {"task_settings": {"class_pairs": 48, "true_pairs": 16}} if task == "bridge" else {}
    made = experiment(toy_shards, task=task, encoder=encoder, fit={"epochs": 7, "batch_size": 16}, **settings)
    if task != "contrastive":
        made = build(Experiment, {**made.as_dict(), "task_settings": settings.get("task_settings", {})})
    lines: list[dict[str, Any]] = []
    folder = train(made, out=tmp_path, report=lines.append)
    losses = [line["loss"] for line in lines if line["event"] == "step"]
    assert losses[-1] < losses[0]
    assert (folder / "model.safetensors").exists()
    logged = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert logged == json.loads(json.dumps(lines))


def test_what_was_learned_beats_random_weights(toy_shards: Path, tmp_path: Path) -> None:
    folder = train(experiment(toy_shards, fit={"epochs": 12}), out=tmp_path)
    table = evaluate(folder, toy_shards, device="cpu")
    assert table["videos"] == 4
    assert table["rows"]["model"]["correlation_accuracy"] >= 0.8
    assert table["rows"]["chance"]["correlation_accuracy"] == 0.5
    assert set(table["rows"]) == {"model", "random weights", "best fixed list", "chance"}


def test_a_killed_run_continues_to_the_same_weights(toy_shards: Path, tmp_path: Path) -> None:
    made = experiment(toy_shards, fit={"epochs": 3, "checkpoint_steps": 1, "batch_size": 8})
    whole = train(made, out=tmp_path / "whole")
    job = Job()

    def stop_after_eight(line: dict[str, Any]) -> None:
        if line["event"] == "validation" and line["step"] >= 6:
            job.cancel()

    with pytest.raises(Cancelled):
        train(made, out=tmp_path / "cut", report=stop_after_eight, job=job)
    lines: list[dict[str, Any]] = []
    train(made, out=tmp_path / "cut", report=lines.append)
    assert lines[0]["event"] == "resumed"
    ours = torch.load(tmp_path / "cut" / "last.ckpt", weights_only=True)["task"]
    theirs = torch.load(tmp_path / "whole" / "last.ckpt", weights_only=True)["task"]
    assert all(torch.equal(ours[key], theirs[key]) for key in theirs)
    assert models.load(whole, "cpu").background.shape[1] == 128


def test_a_run_of_another_experiment_is_not_continued(toy_shards: Path, tmp_path: Path) -> None:
    train(experiment(toy_shards, fit={"epochs": 1}), out=tmp_path)
    with pytest.raises(ModelError, match="another experiment"):
        train(experiment(toy_shards, fit={"epochs": 2}), out=tmp_path)


def test_it_stops_when_validation_does_not_improve(toy_shards: Path, tmp_path: Path) -> None:
    made = experiment(toy_shards, optimiser={"lr": 1e-9}, fit={"epochs": 50, "patience": 2})
    lines: list[dict[str, Any]] = []
    train(made, out=tmp_path, report=lines.append)
    assert sum(line["event"] == "validation" for line in lines) < 10


def test_a_handful_of_videos_is_trained_on_and_measured_all_the_same(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    with ShardWriter(tmp_path / "shards") as writer:
        for video in range(4):
            frame, sound = toy_pair(video, rng)
            writer.add(f"v{video}", frame=frame, sound=sound, label=f"kind{video}", split="train")
    folder = train(experiment(tmp_path / "shards", fit={"epochs": 3, "batch_size": 4}), out=tmp_path / "run")
    table = evaluate(folder, tmp_path / "shards", device="cpu")
    assert (table["split"], table["videos"]) == ("all", 4)
