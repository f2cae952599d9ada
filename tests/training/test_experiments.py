"""Every experiment that ships can be read, plain and quick, and builds its encoder and task."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.models import create
from training.config import Experiment, read_experiment
from training.data.shards import Shards
from training.tasks import TASKS

FOLDER = Path(__file__).parents[2] / "training" / "experiments"
SHIPPED = sorted(path for path in FOLDER.glob("**/*.toml") if path.stem not in {"quick", "starter_classes"})
PAPERS = [path for path in SHIPPED if path.parent.name.startswith("paper_")]


@pytest.fixture(scope="module")
def toy(toy_shards: Path) -> Shards:
    return Shards(toy_shards)


def build_task(experiment: Experiment, shards: Shards) -> torch.nn.Module:
    with torch.device("meta"):  # shapes are enough: the papers' encoders are large
        encoder = create(experiment.encoder, **experiment.encoder_settings)
    return TASKS[experiment.task](encoder, experiment, shards)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_experiment_builds_its_encoder_and_task(path: Path, toy: Shards) -> None:
    assert build_task(read_experiment(path), toy) is not None


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_paper_has_a_quick_variant_that_is_smaller(path: Path, toy: Shards) -> None:
    plain, quick = read_experiment(path), read_experiment(path, quick=True)
    assert (quick.name, quick.task, quick.encoder) == (plain.name, plain.task, plain.encoder)
    assert quick.name == f"{path.parent.name}_{path.stem}"
    task = build_task(quick, toy)
    sizes = [sum(p.numel() for p in one.parameters()) for one in (task, build_task(plain, toy))]
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
