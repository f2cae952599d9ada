"""The loop learns, stops, continues where it was killed, and leaves a model behind."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine import models
from engine.errors import Cancelled, ModelError
from engine.jobs import Job
from engine.models.registry import ENCODERS
from tests.training.conftest import toy_pair
from training.checkpointing import locked, refusal
from training.config import Experiment, build
from training.data.shards import Shards
from training.data.writer import ShardWriter
from training.evaluate import evaluate
from training.fit import DivergedError, train
from training.optimisers import make_optimiser
from training.run import make_task
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


SMALL = {"widths": [4, 8, 8, 16], "picture_pool": 4}
SETTINGS = {"attention": SMALL, "baseline": SMALL, "resnet18": {"width": 4}, "stereo_resnet18": {"width": 4}, "cca": {}}
TASK_SETTINGS = {"bridge": {"class_pairs": 32, "true_pairs": 16}, "contrastive": {"temperature": 0.1}}
FEW = 6  # epochs that show the loss falling
SUITED = [
    (task, name) for task in TASKS.names() for name in models.names("second") if TASKS[task].suits(ENCODERS[name])
]


@pytest.mark.parametrize(("task", "encoder"), SUITED)
def test_every_task_trains_every_encoder_that_suits_it(
    task: str, encoder: str, toy_shards: Path, tmp_path: Path
) -> None:
    changes = {"encoder_settings": SETTINGS[encoder], "task_settings": TASK_SETTINGS.get(task, {})}
    made = experiment(toy_shards, task=task, encoder=encoder, fit={"epochs": FEW, "batch_size": 8})
    lines: list[dict[str, Any]] = []
    folder = train(build(Experiment, {**made.as_dict(), **changes}), out=tmp_path, report=lines.append)
    losses = [line["loss"] for line in lines if line["event"] == "step"]
    assert not losses if TASKS[task].closed_form else losses[-1] < losses[0]
    assert (folder / "model.safetensors").exists()
    assert sum(line["event"] == "validation" for line in lines) == (1 if TASKS[task].closed_form else FEW)
    logged = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert logged == json.loads(json.dumps(lines))


def test_what_was_learned_beats_random_weights(toy_shards: Path, tmp_path: Path) -> None:
    folder = train(experiment(toy_shards, fit={"epochs": 12, "batch_size": 8}), out=tmp_path)
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
    assert_same_weights(tmp_path / "cut", tmp_path / "whole")
    assert models.load(whole, "cpu").background.shape[1] == 128


KILLED = """
import json, os, signal, sys
from training.config import Experiment, build
from training.fit import train

def report(line):
    if line["event"] == "step" and line["step"] == 20:  # two steps into the fourth epoch
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    train(build(Experiment, json.loads(sys.argv[1])), out=sys.argv[2], report=report)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="only Unix kills like this")
def test_a_run_killed_inside_an_epoch_continues_to_the_same_weights(toy_shards: Path, tmp_path: Path) -> None:
    made = experiment(
        toy_shards, data={"workers": 1}, fit={"epochs": 4, "checkpoint_steps": 1, "batch_size": 8}, encoder="baseline"
    )
    command = [sys.executable, "-c", KILLED, json.dumps(made.as_dict()), str(tmp_path / "cut")]
    assert subprocess.run(command, check=False, timeout=200).returncode == -signal.SIGKILL
    lines: list[dict[str, Any]] = []
    train(made, out=tmp_path / "cut", report=lines.append)
    assert (lines[0]["event"], lines[0]["epoch"], lines[0]["step_in_epoch"]) == ("resumed", 3, 1)
    train(made, out=tmp_path / "whole")
    assert_same_weights(tmp_path / "cut", tmp_path / "whole")


def assert_same_weights(ours: Path, theirs: Path) -> None:
    left, right = (torch.load(folder / "last.ckpt", weights_only=True) for folder in (ours, theirs))
    assert left["state"] == right["state"]
    assert all(torch.equal(left["task"][key], right["task"][key]) for key in right["task"])


def test_two_processes_train_as_one_does(toy_shards: Path, tmp_path: Path) -> None:
    alone, together = [], []
    made = experiment(toy_shards, fit={"epochs": 5})
    train(made, out=tmp_path / "alone", report=alone.append)
    two = experiment(toy_shards, fit={"epochs": 5, "devices": 2})
    folder = train(two, out=tmp_path / "together", report=together.append)
    ours, theirs = ([line for line in lines if line["event"] == "validation"] for lines in (together, alone))
    assert [line["step"] for line in ours] == [line["step"] for line in theirs]
    # Each process norms its own half of a batch, so the numbers are near, not the same.
    assert abs(ours[-1]["value"] - theirs[-1]["value"]) < 0.3
    assert [line["event"] for line in together].count("done") == 1
    assert models.load(folder, "cpu").background.shape[1] == 128
    lines: list[dict[str, Any]] = []
    train(experiment(toy_shards, fit={"epochs": 6}), out=tmp_path / "together", report=lines.append)
    assert lines[0]["event"] == "resumed"  # by one process, a second epoch longer
    assert lines[-1]["event"] == "done"


def test_a_run_goes_on_longer_but_not_otherwise(toy_shards: Path, tmp_path: Path) -> None:
    train(experiment(toy_shards, fit={"epochs": 1}), out=tmp_path)
    for changes, reason in (
        ({"optimiser": {"lr": 0.5}}, r"other settings: optimiser\.lr was 0\.05, now it is 0\.5"),
        ({"seed": 3}, "seed was 0"),
        ({"fit": {"epochs": 1, "patience": 3}}, r"fit\.patience was 20 and may only grow"),
    ):
        with pytest.raises(ModelError, match=reason):
            train(experiment(toy_shards, **{"fit": {"epochs": 1}, **changes}), out=tmp_path)
    lines: list[dict[str, Any]] = []
    train(experiment(toy_shards, data={"workers": 1}, fit={"epochs": 2}), out=tmp_path, report=lines.append)
    train(experiment(toy_shards, fit={"epochs": 2}), out=tmp_path / "whole")
    assert [line["epoch"] for line in lines if line["event"] == "validation"] == [1]
    assert_same_weights(tmp_path, tmp_path / "whole")


def test_a_cosine_schedule_keeps_its_length(toy_shards: Path) -> None:
    made = [experiment(toy_shards, optimiser={"schedule": "cosine"}, fit={"epochs": epochs}) for epochs in (1, 2)]
    assert "cosine schedule" in refusal(*made)


def test_a_limit_of_steps_ends_a_run_inside_an_epoch_and_may_be_raised(toy_shards: Path, tmp_path: Path) -> None:
    for steps in (4, 7):
        lines: list[dict[str, Any]] = []
        train(experiment(toy_shards, fit={"steps": steps}), out=tmp_path / "limited", report=lines.append)
        assert [line["step"] for line in lines if line["event"] == "validation"][-1] == steps
    content = torch.load(tmp_path / "limited" / "last.ckpt", weights_only=True)
    assert (content["state"]["epoch"], content["state"]["step_in_epoch"]) == (2, 1)


def test_what_was_done_is_kept_when_a_run_is_stopped(toy_shards: Path, tmp_path: Path) -> None:
    job = Job()

    def stop(line: dict[str, Any]) -> None:
        if line["event"] == "step":
            job.cancel()

    with pytest.raises(Cancelled):
        train(experiment(toy_shards), out=tmp_path, report=stop, job=job)
    assert torch.load(tmp_path / "last.ckpt", weights_only=True)["state"]["step"] == 1


def test_a_loss_that_is_no_number_ends_the_run_before_it_is_kept(toy_shards: Path, tmp_path: Path) -> None:
    made = experiment(toy_shards, optimiser={"lr": 1e30}, fit={"checkpoint_steps": 3})
    with pytest.raises(DivergedError, match=r"diverged.*lower optimiser\.lr"):
        train(made, out=tmp_path)
    assert not (tmp_path / "last.ckpt").exists()


def test_one_run_is_trained_by_one_process_at_a_time(toy_shards: Path, tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(ModelError, match="Another process is training"):
        train(experiment(toy_shards), out=tmp_path)
    train(experiment(toy_shards, fit={"epochs": 1}), out=tmp_path)


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw"])
def test_optimisers_by_name(name: str, toy_shards: Path) -> None:
    made = experiment(toy_shards, optimiser={"name": name, "lr": 0.25})
    optimiser = make_optimiser(make_task(made, Shards(toy_shards)), made)
    assert type(optimiser).__name__.lower() == name
    assert optimiser.param_groups[0]["lr"] == 0.25
    with pytest.raises(ModelError, match="no optimiser 'lion'"):
        make_optimiser(make_task(made, Shards(toy_shards)), experiment(toy_shards, optimiser={"name": "lion"}))


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
