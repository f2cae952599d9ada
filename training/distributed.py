"""What the processes of one run share while they train: batches seen whole, although each holds a part."""

from __future__ import annotations

from typing import Any

import torch  # noqa: TID253 - collectives are torch through and through
from torch import Tensor, distributed  # noqa: TID253


def world_size() -> int:
    """How many processes train together; 1 outside such a run."""
    return distributed.get_world_size() if distributed.is_available() and distributed.is_initialized() else 1


def gather_with_gradient(part: Tensor) -> Tensor:
    """The rows ``(world * B, ...)`` of all processes in the order of the whole batch; ``part`` itself in one process.

    Losses that compare a batch's members with each other (InfoNCE, NT-Xent) see the same negatives so, however many
    processes share the batch. Every process must bring as many rows. The gradients that the processes have for a row
    are added up where the row came from; the data-parallel average over processes then is that of the whole batch.
    """
    if world_size() == 1:
        return part
    if part.dtype == torch.bool:  # gloo does not send truth values
        return _gathered(part.to(torch.uint8)).bool()
    return _Gather.apply(part)


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(_: Any, part: Tensor) -> Tensor:
        return _gathered(part)

    @staticmethod
    def backward(_: Any, gradient: Tensor) -> Tensor:
        whole = gradient.contiguous().clone()
        distributed.all_reduce(whole)
        return whole[distributed.get_rank() :: distributed.get_world_size()]


def _gathered(part: Tensor) -> Tensor:
    parts = [torch.empty_like(part, memory_format=torch.contiguous_format) for _ in range(distributed.get_world_size())]
    distributed.all_gather(parts, part.contiguous())
    # Process r holds rows r, r + world, ... of the whole batch (training/loading.py).
    return torch.stack(parts, dim=1).flatten(0, 1)
