"""Paper B's loss against its formula written slowly by hand."""

from __future__ import annotations

import math

import pytest
import torch

from training.losses import distance_sigmoid_loss


def test_it_is_the_cross_entropy_of_the_sigmoid_of_the_distance() -> None:
    generator = torch.Generator().manual_seed(0)
    distance = 2 * torch.rand(9, generator=generator, dtype=torch.float64)
    y = torch.tensor([1, 0, 0, 1, 1, 0, 1, 0, 0])
    scale, bias = torch.tensor(3.7, dtype=torch.float64), torch.tensor(2.5, dtype=torch.float64)
    total = 0.0
    for d, truth in zip(distance.tolist(), y.tolist(), strict=True):
        said = 1 / (1 + math.exp(-(2.5 - 3.7 * d)))
        total -= math.log(said if truth else 1 - said)
    assert float(distance_sigmoid_loss(distance, y, scale, bias)) == pytest.approx(total / 9, abs=1e-6)


def test_distances_scale_and_bias_all_learn() -> None:
    distance = torch.tensor([0.0, 1e-6, 2.0], requires_grad=True)
    scale, bias = torch.tensor(4.0, requires_grad=True), torch.tensor(4.0, requires_grad=True)
    distance_sigmoid_loss(distance, torch.tensor([1, 0, 1]), scale, bias).backward()
    for value in (distance, scale, bias):
        assert value.grad is not None
        assert torch.isfinite(value.grad).all()
        assert value.grad.abs().sum() > 0
    assert distance.grad is not None
    assert distance.grad[0] > 0 > distance.grad[1]  # true pairs come nearer, untrue ones go away
