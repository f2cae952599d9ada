"""Batches for the loop: plans dealt out to processes and loaded as one stream that runs on across epochs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from torch.utils.data import DataLoader, Dataset  # noqa: TID253 - loading is torch through and through

from engine.errors import ModelError
from training.config import Experiment

if TYPE_CHECKING:
    from lightning.fabric import Fabric
    from torch import Tensor

    from training.tasks import Task


def deal(plan: Sequence[Any], batch_size: int, world: int = 1, rank: int = 0) -> list[list[Any]]:
    """The batches of process ``rank``: every pair goes to one process, once, and all have as many batches.

    ``batch_size`` counts the pairs of all processes together. Batches of an epoch differ by one pair a process at
    most, so none is lost and the last is no smaller than the rest; what does not divide among the processes (fewer
    than ``world`` pairs, others in each epoch) is left out. Together, the processes' n-th batches are those that one
    process would have had.
    """
    if batch_size % world:
        hint = f"Choose fit.batch_size as a multiple of {world}, such as {math.ceil(batch_size / world) * world}."
        raise ModelError(f"A batch of {batch_size} pairs cannot be shared evenly by {world} processes.", hint)
    each = len(plan) // world
    mine = plan[rank : each * world : world]
    wanted = math.ceil(each / (batch_size // world))
    count = max(1, min(wanted, each * world // 2))  # a batch of one pair has no negatives
    edges = [each * n // count for n in range(count + 1)]
    return [list(mine[a:b]) for a, b in pairwise(edges)]


def in_batches(items: Any, plan: Sequence[Any], size: int, device: Any) -> Iterator[dict[str, Tensor]]:
    """All of ``plan`` in order, loaded by ``items`` and stacked, ``size`` at a time, on ``device``: for measuring."""
    import torch

    for first in range(0, len(plan), size):
        loaded = [items.load(one) for one in plan[first : first + size]]
        yield {key: torch.stack([item[key] for item in loaded]).to(device) for key in loaded[0]}


class Feed:
    """This process's batches of one epoch after another.

    Plans follow from seed and epoch alone, so loader processes go on with the next epoch while this one is validated,
    and live as long as the run.
    """

    def __init__(self, fabric: Fabric, task: Task, shards: Any, experiment: Experiment) -> None:
        self.fabric, self.task, self.shards, self.experiment = fabric, task, shards, experiment
        self._dealt: dict[int, list[list[Any]]] = {}
        self._stream: Iterator[dict[str, Tensor]] | None = None
        self._at = (-1, 0)

    def steps(self, epoch: int) -> int:
        """How many batches the epoch has."""
        return len(self._batches(epoch))

    def epoch(self, epoch: int, begun: int = 0) -> Iterator[dict[str, Tensor]]:
        """The epoch's batches on the device, without the first ``begun`` of them."""
        self._dealt = {number: batches for number, batches in self._dealt.items() if number >= epoch}
        if self._at != (epoch, begun) or self._stream is None:
            self._stream = iter(self._loader(epoch, begun))
        for number in range(begun, self.steps(epoch)):
            batch = next(self._stream)
            self._at = (epoch, number + 1)
            yield self.fabric.to_device(batch)
        self._at = (epoch + 1, 0)

    def close(self) -> None:
        """End the loader processes."""
        self._stream = None

    def _loader(self, epoch: int, begun: int) -> DataLoader[dict[str, Tensor]]:
        return DataLoader(
            _ByPair(self.task.items(self.shards)),
            batch_sampler=self._from(epoch, begun),
            num_workers=self.experiment.data.workers,
            pin_memory=self.fabric.device.type == "cuda",
        )

    def _from(self, epoch: int, begun: int) -> Iterator[list[Any]]:
        for number in range(epoch, max(epoch + 1, self.experiment.fit.epochs)):
            yield from self._batches(number)[begun:]
            begun = 0

    def _batches(self, epoch: int) -> list[list[Any]]:
        if epoch not in self._dealt:
            world = self.fabric.world_size
            plan = self.task.plan(self.shards, "train", epoch)
            if len(plan) < 2 * world:
                hint = "Prepare more videos; a split is chosen by each video's name."
                raise ModelError(f"The training split holds {len(plan)} pairs, too few to train on.", hint)
            self._dealt[epoch] = deal(plan, self.experiment.fit.batch_size, world, self.fabric.global_rank)
        return self._dealt[epoch]


class _ByPair(Dataset[Any]):
    """Loads pairs by themselves, not by number, so that loader processes outlive an epoch's plan."""

    def __init__(self, pairs: Any) -> None:
        self.pairs = pairs

    def __getitem__(self, pair: Any) -> dict[str, Tensor]:
        return self.pairs.load(pair)
