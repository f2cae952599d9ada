"""How weights move: the optimisers by name and the learning rate of each step."""

from __future__ import annotations

import math

import torch  # noqa: TID253 - optimisers are torch through and through

from engine.errors import ModelError
from training.config import Experiment
from training.tasks import Task


def make_optimiser(task: Task, experiment: Experiment) -> torch.optim.Optimizer:
    """SGD with momentum (papers A and D), Adam (papers B and D) or AdamW; raises ModelError on another name."""
    config, optim = experiment.optimiser, torch.optim
    match config.name:
        case "sgd":
            settings = {"momentum": config.momentum, "nesterov": config.nesterov and config.momentum > 0}
            return optim.SGD(task.parameters(), config.lr, weight_decay=config.weight_decay, **settings)  # type: ignore[arg-type]
        case "adam":
            return optim.Adam(task.parameters(), config.lr, weight_decay=config.weight_decay)
        case "adamw":
            return optim.AdamW(task.parameters(), config.lr, weight_decay=config.weight_decay)
    raise ModelError(f"There is no optimiser {config.name!r}.", "Choose sgd, adam or adamw.")


def rate_at(experiment: Experiment, step: int, epochs: float) -> float | None:
    """The learning rate of the coming step, or None where it stays as it is (a plateau's falls after the warm-up).

    Args:
        experiment: its schedule, warm-up and length.
        step: steps done.
        epochs: epochs done, a fraction inside one.
    """
    config, fit = experiment.optimiser, experiment.fit
    warm = min(1.0, (step + 1) / config.warmup_steps) if config.warmup_steps else 1.0
    if config.schedule == "cosine":
        share = step / fit.steps if fit.steps else epochs / fit.epochs
        return config.lr * 0.5 * (1 + math.cos(math.pi * min(1.0, share))) * warm
    if config.schedule == "halving":
        return float(config.lr * 0.5 ** (step // config.halve_steps) * warm)
    return config.lr * warm if warm < 1.0 else None
