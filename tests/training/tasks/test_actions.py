"""Paper D's second task: it learns, averages over windows, and with vision only it hears nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from engine.models import create, read_network
from training.config import Experiment, build
from training.data.actions.shards import ActionShards
from training.data.actions.windows import ActionWindow
from training.evaluate.actions import action_hits
from training.fit import train
from training.tasks import TASKS
from training.tasks.actions import ActionsTask

NETWORK = {
    "picture": 56,
    "frames": 5,
    "seconds": 2.56,
    "strides": [2, 2, 1, 1],
    "hidden": 16,
    "heads": 2,
    "picture_width": 4,
    "sound_width": 4,
}


def experiment(folder: Path, network: dict[str, Any], **fit: Any) -> Experiment:
    values = {
        "name": "actions",
        "task": "actions",
        "encoder": "coattention",
        "encoder_settings": network,
        "task_settings": {"split": 2, "dropout": 0.0},
        "data": {"shards": [str(folder)]},
        "optimiser": {"name": "adam", "lr": 0.01, "schedule": "halving", "halve_steps": 10, "weight_decay": 0.0},
        "fit": {"batch_size": 6, "patience": 1000, **fit},
    }
    return build(Experiment, values)


def make(folder: Path, **network: Any) -> tuple[ActionsTask, ActionShards]:
    torch.manual_seed(0)
    shards, settings = ActionShards(folder), {**NETWORK, **network}
    task = TASKS["actions"](create("coattention", **settings), experiment(folder, settings), shards)
    assert isinstance(task, ActionsTask)
    return task, shards


def batch_of(task: ActionsTask, shards: ActionShards) -> dict[str, torch.Tensor]:
    items = task.items(shards)
    return torch.utils.data.default_collate([items.load(one) for one in task.plan(shards, "train", 0)[:6]])


@pytest.mark.parametrize("attention", ["cma", "vision"])
def test_steps_lower_the_loss_and_reach_every_weight_that_counts(toy_actions: Path, attention: str) -> None:
    task, shards = make(toy_actions, attention=attention)
    batch, losses = batch_of(task, shards), []
    optimiser = torch.optim.Adam(task.parameters(), 0.01)
    for step in range(12):
        torch.manual_seed(step)
        loss = task(batch)
        optimiser.zero_grad()
        loss.backward()
        for name, parameter in task.named_parameters():
            assert (parameter.grad is not None) == parameter.requires_grad, name
        optimiser.step()
        losses.append(loss.item())
    assert sum(losses[-3:]) < 0.85 * sum(losses[:3])
    assert not any(parameter.requires_grad for parameter in task.encoder.fuse.parameters())


def test_vision_only_hears_nothing(toy_actions: Path) -> None:
    for attention, alike in (("vision", True), ("cma", False)):
        task, shards = make(toy_actions, attention=attention)
        batch = batch_of(task.eval(), shards)
        other = {**batch, "sound": torch.randn_like(batch["sound"])}
        with torch.inference_mode():
            assert torch.equal(task.scores(batch), task.scores(other)) == alike


def test_a_videos_prediction_is_the_mean_over_25_windows(toy_actions: Path) -> None:
    task, shards = make(toy_actions)
    clip = [sample.seconds for sample in shards.samples].index(4.0)
    found = task.predict(shards, clip)
    items, by_hand = task.items(shards), []
    task.eval()
    for k in range(25):
        start = round(k * 5 / 24)  # 1.44 s of room are five whole frames
        item = items.load(ActionWindow(clip, start, start / 4))
        with torch.inference_mode():
            scores = task.scores({key: value[None] for key, value in item.items()})[0]
        by_hand.append(scores.softmax(dim=0))
    torch.testing.assert_close(found, torch.stack(by_hand).mean(dim=0), atol=1e-5, rtol=1e-4)
    assert float(found.sum()) == pytest.approx(1.0, abs=1e-5)


def test_a_run_keeps_its_last_model_and_names_unseen_videos(toy_actions: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    model = train(experiment(toy_actions, NETWORK, epochs=10), out=run)
    shards = ActionShards(toy_actions)
    hits = action_hits(run, shards, device="cpu")
    assert set(hits) == {shards.samples[n].group for n in shards.members(2, "test")}
    assert sum(hits.values()) >= 4  # of six, by colour or tone
    assert '"best_epoch": 9' in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    longer = {**NETWORK, "frames": 10}
    create("coattention", **longer).load_state_dict(read_network(model).state_dict())


def test_it_starts_from_what_synchronisation_learned_heard_or_not(toy_actions: Path, tmp_path: Path) -> None:
    from engine.models import save
    from training.run import make_task

    torch.manual_seed(5)
    learned = create("coattention", **{**NETWORK, "frames": 16, "seconds": 4.2})
    save(tmp_path / "sync", learned, model_id="sync", title="sync", licence="ours")
    for attention in ("cma", "vision"):
        settings = {**NETWORK, "attention": attention}
        wanted = build(
            Experiment, {**experiment(toy_actions, settings).as_dict(), "start_from": str(tmp_path / "sync")}
        )
        task = make_task(wanted, ActionShards(toy_actions))
        ours = task.encoder.state_dict()
        assert all(torch.allclose(ours[key], value, atol=1e-3) for key, value in learned.state_dict().items())
