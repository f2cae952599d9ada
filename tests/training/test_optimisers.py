"""Rates by step, and momentum as each paper has it."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.errors import ModelError
from training.config import Experiment, build
from training.optimisers import make_optimiser, rate_at


def experiment(**optimiser: Any) -> Experiment:
    return build(Experiment, {"name": "x", "optimiser": optimiser})


def test_halving_halves_every_so_many_steps() -> None:
    halving = experiment(lr=3e-5, schedule="halving", halve_steps=10_000)
    rates = [rate_at(halving, step, 0.0) for step in (0, 9_999, 10_000, 19_999, 20_000, 29_999)]
    assert rates == [3e-5, 3e-5, 1.5e-5, 1.5e-5, 0.75e-5, 0.75e-5]


def test_halving_begins_with_its_warm_up() -> None:
    halving = experiment(lr=1.0, schedule="halving", halve_steps=4, warmup_steps=2)
    assert [rate_at(halving, step, 0.0) for step in range(6)] == [0.5, 1.0, 1.0, 1.0, 0.5, 0.5]


def test_a_constant_rate_is_left_alone() -> None:
    assert rate_at(experiment(schedule="constant"), 5, 0.0) is None


@pytest.mark.parametrize("nesterov", [True, False])
def test_momentum_is_nesterovs_or_plain(nesterov: bool) -> None:
    layer = torch.nn.Linear(2, 2)
    optimiser = make_optimiser(layer, experiment(name="sgd", momentum=0.9, nesterov=nesterov))  # type: ignore[arg-type]
    assert optimiser.param_groups[0]["nesterov"] is nesterov
    assert optimiser.param_groups[0]["momentum"] == 0.9


def test_an_unknown_optimiser_is_named() -> None:
    with pytest.raises(ModelError, match="no optimiser 'newton'"):
        make_optimiser(torch.nn.Linear(2, 2), experiment(name="newton"))  # type: ignore[arg-type]
