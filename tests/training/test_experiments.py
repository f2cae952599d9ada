"""Every experiment that ships can be read, plain and quick, and builds its encoder and task."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.models import create
from training.config import Experiment, read_experiment
from training.data.actions.shards import ActionShards
from training.data.shards import Shards
from training.tasks import TASKS

FOLDER = Path(__file__).parents[2] / "training" / "experiments"
SHIPPED = sorted(path for path in FOLDER.glob("**/*.toml") if path.stem not in {"quick", "starter_classes"})
PAPERS = [path for path in SHIPPED if path.parent.name.startswith("paper_")]


@pytest.fixture(scope="module")
def toy(toy_shards: Path) -> Shards:
    return Shards(toy_shards)


@pytest.fixture(scope="module")
def actions(toy_actions: Path) -> ActionShards:
    return ActionShards(toy_actions)


def build_task(experiment: Experiment, shards: Shards, actions: ActionShards) -> torch.nn.Module:
    with torch.device("meta"):  # shapes are enough: the papers' encoders are large
        encoder = create(experiment.encoder, **experiment.encoder_settings)
    return TASKS[experiment.task](encoder, experiment, actions if experiment.task == "actions" else shards)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_experiment_builds_its_encoder_and_task(path: Path, toy: Shards, actions: ActionShards) -> None:
    assert build_task(read_experiment(path), toy, actions) is not None


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_paper_has_a_quick_variant_that_is_smaller(path: Path, toy: Shards, actions: ActionShards) -> None:
    plain, quick = read_experiment(path), read_experiment(path, quick=True)
    assert (quick.name, quick.task, quick.encoder) == (plain.name, plain.task, plain.encoder)
    assert quick.name == f"{path.parent.name}_{path.stem}"
    task = build_task(quick, toy, actions)
    sizes = [sum(p.numel() for p in one.parameters()) for one in (task, build_task(plain, toy, actions))]
    assert path.stem == "cca" or (sizes[0] < sizes[1] / 4 and quick.fit.epochs < plain.fit.epochs)


def test_the_papers_own_hyperparameters_stand_in_their_files() -> None:
    one, five = (read_experiment(FOLDER / "paper_a" / f"model_{n}.toml") for n in (1, 5))
    assert (one.fit.batch_size, five.fit.batch_size) == (128, 32)
    assert (one.optimiser.name, one.optimiser.lr, one.optimiser.momentum, one.optimiser.weight_decay) == (
        "sgd",
        0.01,
        0.9,
        1e-4,
    )
    assert (one.fit.patience, one.data.pairs_per_video, five.data.pairs_per_video) == (20, 10, 1)
    assert five.task_settings["temperature"] == 0.5
    assert read_experiment(FOLDER / "paper_a" / "gameplay_2.toml").optimiser.lr == 0.001
    b = read_experiment(FOLDER / "paper_b" / "model.toml")
    assert (b.optimiser.name, b.optimiser.lr, b.fit.batch_size, b.fit.steps) == ("adam", 0.001, 256, 400_000)


@pytest.mark.parametrize(("row", "model"), [("correlation_1", "model_1"), ("correlation_2", "model_3")])
def test_two_rows_of_table_1a_are_models_of_table_1b(row: str, model: str) -> None:
    ours, theirs = (read_experiment(FOLDER / "paper_a" / f"{name}.toml").as_dict() for name in (row, model))
    assert ours.pop("name") != theirs.pop("name")
    assert ours == theirs


def test_paper_d_trains_as_it_says_warmed_up_at_a_quarter_of_the_rate() -> None:
    folder = FOLDER / "paper_d"
    full, warm = (read_experiment(folder / f"{name}.toml") for name in ("cma", "warmup_cma"))
    assert full.fit.steps + warm.fit.steps == 750_000
    assert (warm.fit.steps, warm.fit.batch_size, full.fit.batch_size) == (100_000, 64, 32)
    assert (full.optimiser.name, full.optimiser.lr, full.optimiser.momentum) == ("sgd", 0.01, 0.9)
    assert (full.optimiser.nesterov, full.optimiser.weight_decay) == (False, 1e-5)
    fronts = [
        create("coattention", **one.encoder_settings, sound_width=1, picture_width=1).front for one in (full, warm)
    ]
    assert abs(fronts[0].rate - 29.97) < 0.3
    assert abs(fronts[1].rate - 7.5) < 0.2
    assert full.start_from.endswith("paper_d_warmup_cma/model")
    assert warm.start_from == ""


def test_paper_d_fine_tunes_as_it_says() -> None:
    full, scratch, vision = (
        read_experiment(FOLDER / "paper_d" / f"actions_{name}.toml") for name in ("cma", "scratch", "vision")
    )
    assert (full.optimiser.name, full.optimiser.lr, full.optimiser.schedule) == ("adam", 3e-5, "halving")
    assert (full.optimiser.halve_steps, full.fit.steps, full.fit.batch_size) == (10_000, 30_000, 16)
    assert (full.encoder_settings["seconds"], full.task_settings["dropout"]) == (2.56, 0.5)
    assert (scratch.start_from, vision.start_from) == ("", full.start_from)
    assert vision.encoder_settings == {**full.encoder_settings, "attention": "vision"}
