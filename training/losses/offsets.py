"""The loss of telling when: which of all offsets is the true one."""

from __future__ import annotations

import torch  # noqa: TID253 - losses are torch through and through
from torch import Tensor  # noqa: TID253


def offset_loss(scores: Tensor, truth: Tensor, spread: float = 1.5) -> Tensor:
    """Mean cross-entropy of picking the true offset among all (Chung, Chung and Kang, "Perfect match", 2019).

    Args:
        scores: logits ``(N, n)`` of each offset.
        truth: ``(N,)``, the true one in steps from the first; need not be whole.
        spread: standard deviation, steps, of the bell that stands for the truth: the next step is nearly as right.
    """
    steps = torch.arange(scores.shape[1], device=scores.device)
    bell = torch.softmax(-0.5 * ((steps - truth[:, None]) / spread) ** 2, dim=1)
    return -(bell * torch.log_softmax(scores.float(), dim=1)).sum(dim=1).mean()
