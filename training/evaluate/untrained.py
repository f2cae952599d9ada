"""The yardstick of every learned number: the same network before it learned anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from engine.models.network import Network

N = TypeVar("N", bound="Network")
RANDOM = "random weights"
"""What its row is called."""


def untrained(network: N) -> N:
    """The same kind of network with random weights, the same ones on every run, where ``network`` lies."""
    import torch

    from engine.models import create

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        fresh: N = create(network.name, **network.settings())
    return fresh.eval().requires_grad_(False).to(network.device)
