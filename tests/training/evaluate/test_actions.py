"""Who names one action for everything is right about that action's test videos and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
from safetensors.numpy import load_file, save_file

from tests.training.tasks.test_actions import NETWORK, experiment
from training.data.actions.shards import ActionShards
from training.evaluate.actions import action_hits
from training.fit import train


@pytest.fixture(scope="module")
def run(toy_actions: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    train(experiment(toy_actions, NETWORK, epochs=1), out=folder)
    return folder


@pytest.mark.parametrize("named", [0, 2])
def test_only_the_test_videos_of_the_named_action_are_hit(run: Path, toy_actions: Path, named: int) -> None:
    head, shards = load_file(run / "head.safetensors"), ActionShards(toy_actions)
    head["classify.3.bias"][:] = -1000.0
    head["classify.3.bias"][named] = 1000.0
    save_file(head, run / "head.safetensors")
    hits = action_hits(run, shards, device="cpu")
    labels = {sample.group: sample.label for sample in shards.samples}
    assert len(hits) == 6
    assert {video for video, hit in hits.items() if hit} == {v for v in hits if labels[v] == f"Kind{named}"}
