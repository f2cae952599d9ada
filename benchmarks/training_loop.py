"""Pairs a second of the training loop beside a plain PyTorch loop of the same model on the same pairs, in turns.

Run with `uv run python benchmarks/training_loop.py [--shards FOLDER] [--workers N] [--precision bf16-mixed]`; without
shards it renders a few synthetic videos. A GPU is used where there is one. Both loops load the same pairs in batches of
the same size, so what differs is what Fit adds: Fabric, the learning rate, seeds for each step, finite checks, lines of
progress, checkpoints.
"""

from __future__ import annotations

import argparse
import copy
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

VIDEOS = 24
LINES: list[dict[str, Any]] = []


def rendered(folder: Path) -> Path:
    """Shards of a few synthetic videos."""
    from training.data import synthetic
    from training.data.prepare import prepare

    synthetic.write(folder / "world", VIDEOS, seed=0)
    prepare(folder / "world", folder / "shards")
    return folder / "shards"


def made_experiment(given: argparse.Namespace, shards: Path) -> Any:
    """Paper A's model 5 with epochs of ``--steps`` batches."""
    from training.config import Experiment, build

    return build(
        Experiment,
        {
            "name": "benchmark",
            "encoder": given.encoder,
            "data": {"shards": [str(shards)], "workers": given.workers, "pairs_per_video": 0},
            "optimiser": {"lr": 1e-3},
            "fit": {"batch_size": given.batch_size, "epochs": 10_000, "precision": given.precision},
        },
    )


def limited(task: Any, pairs: int) -> None:
    """Epochs of exactly ``pairs``, with repetitions where the shards hold fewer."""
    draw = task.plan

    def plan(shards: Any, split: str, epoch: int) -> list[Any]:
        drawn = draw(shards, split, epoch)
        return (drawn * (pairs // len(drawn) + 1))[:pairs]

    task.plan = plan


class Plain:
    """The loop as everyone writes it."""

    def __init__(self, fit: Any) -> None:
        from training.optimisers import make_optimiser

        self.device, self.shards, self.experiment = fit.fabric.device, fit.shards, fit.experiment
        self.task = copy.deepcopy(fit.task)
        self.optimiser = make_optimiser(self.task, self.experiment)
        self.cast = self.experiment.fit.precision == "bf16-mixed"

    def epoch(self, plan: list[Any]) -> None:
        """One epoch."""
        import torch
        from torch.utils.data import DataLoader

        from training.data.pairs import PairDataset

        config, cuda = self.experiment, self.device.type == "cuda"
        dataset = PairDataset(self.shards, plan, self.task.classes, self.task.needs, self.task.picture_size)
        loader = DataLoader(dataset, config.fit.batch_size, num_workers=config.data.workers, pin_memory=cuda)
        self.task.train()
        for loaded in loader:
            batch = {key: value.to(self.device, non_blocking=cuda) for key, value in loaded.items()}
            with torch.autocast(self.device.type, torch.bfloat16) if self.cast else nullcontext():
                loss = self.task(batch)
            loss.backward()
            self.optimiser.step()
            self.optimiser.zero_grad(set_to_none=True)
        if cuda:
            torch.cuda.synchronize()


def fit_epoch(fit: Any) -> None:
    """One epoch of ours, validation left out on both sides."""
    fit.train_epoch()
    fit.state.epoch, fit.state.step_in_epoch = fit.state.epoch + 1, 0


def seconds(work: Callable[[], None]) -> float:
    """How long it took."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def measured(fit: Any, rounds: int, pairs: int) -> tuple[list[float], list[float]]:
    """Pairs a second of each round of ours and of the plain loop, taking turns at going first."""
    plain = Plain(fit)
    ours, theirs = [], []
    for number in range(rounds + 1):
        plan = fit.task.plan(fit.shards, "train", fit.state.epoch)
        turns = [(ours, lambda: fit_epoch(fit)), (theirs, lambda plan=plan: plain.epoch(plan))]
        for rates, work in turns if number % 2 else reversed(turns):
            rates.append(pairs / seconds(work))
    return ours[1:], theirs[1:]  # the first round pays for both starts


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shards", type=Path)
    parser.add_argument("--encoder", default="attention")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--steps", type=int, default=20, help="batches an epoch")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--precision", default="32-true")
    given = parser.parse_args()
    from engine.jobs import Job
    from training.fit import Fit

    with tempfile.TemporaryDirectory() as name:
        shards = given.shards or rendered(Path(name))
        fit = Fit(made_experiment(given, shards), Path(name) / "run", LINES.append, Job())
        pairs = given.steps * given.batch_size
        limited(fit.task, pairs)
        ours, theirs = measured(fit, given.rounds, pairs)
        fit.close()
    waits = [line["loader_wait"] for line in LINES if line["event"] == "step"]
    waits = waits[1:] or waits  # the first line is of the first step alone
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    where = f"{fit.fabric.device}, {given.encoder}, batches of {given.batch_size}, {given.workers} loader processes"
    print(f"| {where} | pairs/s, median of {given.rounds} | from | to |\n|---|---|---|---|")
    for title, rates in (("Fit", ours), ("plain PyTorch loop", theirs)):
        print(f"| {title} | {statistics.median(rates):.1f} | {min(rates):.1f} | {max(rates):.1f} |")
    print(f"| ratio, median of the rounds' | {statistics.median(ratios):.3f} | {min(ratios):.3f} | {max(ratios):.3f} |")
    print(f"| share of the time waiting for the loader | {statistics.median(waits):.3f} | | |")
    print(json.dumps({"ratio": statistics.median(ratios), "loader_wait": statistics.median(waits)}))


if __name__ == "__main__":
    main()
