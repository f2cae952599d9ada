"""Paper D's synchronisation loss (section 3), and two of ours that teach the network what goes with what."""

from __future__ import annotations

import torch  # noqa: TID253 - losses are torch through and through
from torch import Tensor  # noqa: TID253
from torch.nn import functional  # noqa: TID253

NEVER = -1e4
"""A logit that no soft maximum picks; finite in 16 bits."""


def synchronisation_loss(logits: Tensor, synced: Tensor) -> Tensor:
    """Mean binary cross-entropy of sync logits ``(N,)`` and whether each pair is in sync ``(N,)`` (Paper D, section 3).

    Args:
        logits: larger is more surely in sync.
        synced: bool or 0 and 1.
    """
    return functional.binary_cross_entropy_with_logits(logits.float(), synced.float())


def own_sound_loss(own: Tensor, others: Tensor, same: Tensor) -> Tensor:
    """Mean cross-entropy of picking each picture's own sound among itself and some others; ours, not in the paper.

    Args:
        own: logits ``(N,)`` of pictures with their own sounds.
        others: logits ``(N, k)`` with other sounds.
        same: bool ``(N, k)``: others that would be just as true, and do not count.
    """
    logits = torch.cat([own[:, None], others.masked_fill(same, NEVER)], dim=1).float()
    return functional.cross_entropy(logits, torch.zeros(len(own), dtype=torch.long, device=own.device))


def place_contrast_loss(places: Tensor, sounds: Tensor, same: Tensor, temperature: float = 0.1) -> Tensor:
    """InfoNCE in both directions, a picture being as near to a sound as its nearest place; ours, not in the paper.

    No box is used: which place it is, is left to the data (multiple-instance learning, after Arandjelovic and
    Zisserman, "Objects that sound", 2018, section 4).

    Args:
        places: vectors ``(N, P, D)`` of each picture's places, of any length.
        sounds: vectors ``(N, D)``, of any length.
        same: bool ``(N, N)``: sounds that go with a picture as well as its own; the diagonal does not matter.
        temperature: what cosines are divided by.
    """
    nearest = nearest_places(places, sounds) / temperature
    own = torch.eye(len(sounds), dtype=torch.bool, device=sounds.device)
    logits = nearest.masked_fill(same & ~own, NEVER)
    target = torch.arange(len(sounds), device=sounds.device)
    return (functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)) / 2


def nearest_places(places: Tensor, sounds: Tensor) -> Tensor:
    """Cosines ``(N, M)`` of sounds ``(M, D)`` with the nearest to each of pictures' places ``(N, P, D)``."""
    places, sounds = functional.normalize(places.float(), dim=2), functional.normalize(sounds.float(), dim=1)
    return torch.einsum("ipd,jd->ijp", places, sounds).amax(dim=2)


def away(vectors: Tensor, target: Tensor) -> Tensor:
    """One minus the mean cosine of vectors ``(..., D)`` with those that they should be."""
    return 1.0 - functional.cosine_similarity(vectors.float(), target.float(), dim=-1).mean()
