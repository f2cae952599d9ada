"""Paper B's loss: the distance of the embeddings through a sigmoid, asked whether picture and sound correspond."""

from __future__ import annotations

from torch import Tensor  # noqa: TID253 - losses are torch through and through
from torch.nn import functional  # noqa: TID253


def distance_sigmoid_loss(distance: Tensor, y: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
    """Mean binary cross-entropy of ``sigmoid(bias - scale * d)`` (Paper B, section II).

    The paper leaves the numbers inside the sigmoid open; a distance is never negative, so without them no pair could
    be called false. Both are learned.

    Args:
        distance: Euclidean distances ``(N,)`` of the pairs.
        y: ``(N,)``, 1 where the pair is true.
        scale: positive scalar.
        bias: scalar.
    """
    return functional.binary_cross_entropy_with_logits(bias - scale * distance, y.to(distance.dtype))
