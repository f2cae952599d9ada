"""Paper A's losses: correspondence by distance (section 4.1), margin (eq. 1), NT-Xent (eq. 2) and InfoNCE."""

from __future__ import annotations

import torch  # noqa: TID253 - losses are torch through and through
from torch import Tensor  # noqa: TID253
from torch.nn import functional  # noqa: TID253


def info_nce_loss(z_v: Tensor, z_a: Tensor, temperature: float = 0.5, *, symmetric: bool = False) -> Tensor:
    """Mean cross-entropy of finding each picture's own sound among all N, itself included (Paper A, section 4.3).

    Args:
        z_v: projected pictures ``(N, D)``; normalised here, the similarity is the cosine.
        z_a: projected sounds ``(N, D)``, row i belonging to picture i.
        temperature: divides the similarities, > 0.
        symmetric: also ask for each sound's picture and average both; our extension, off in the paper.
    """
    logits = _similarities(z_v, z_a, temperature)
    target = torch.arange(len(logits), device=logits.device)
    loss = functional.cross_entropy(logits, target)
    return (loss + functional.cross_entropy(logits.T, target)) / 2 if symmetric else loss


def nt_xent_loss(z_v: Tensor, z_a: Tensor, temperature: float = 0.5) -> Tensor:
    """Paper A, eq. 2: like InfoNCE, but the denominator leaves out the positive pair (k = i); N must be at least 2."""
    logits = _similarities(z_v, z_a, temperature)
    if len(logits) < 2:
        raise ValueError("nt_xent_loss needs at least two pairs: the denominator leaves out the positive one")
    own = torch.eye(len(logits), dtype=torch.bool, device=logits.device)
    return (logits.masked_fill(own, -torch.inf).logsumexp(dim=1) - logits.diagonal()).mean()


def margin_contrastive_loss(e_v: Tensor, e_a: Tensor, y: Tensor, margin: float = 0.1) -> Tensor:
    """Mean of ``y d + (1 - y) max(0, m - d)`` (Paper A, eq. 1) with d the Euclidean distance of each pair.

    Args:
        e_v: embeddings ``(N, D)``.
        e_a: embeddings ``(N, D)``.
        y: ``(N,)``, 1 where the pair is true.
        margin: m, the least distance wanted of untrue pairs.
    """
    distance = pair_distance(e_v, e_a)
    y = y.to(distance.dtype)
    return (y * distance + (1 - y) * (margin - distance).clamp_min(0)).mean()


def correspondence_loss(logits: Tensor, y: Tensor) -> Tensor:
    """Softmax cross-entropy of the two-way head ``(N, 2)`` on the distance (Paper A, section 4.1)."""
    return functional.cross_entropy(logits, y.long())


def pair_distance(e_v: Tensor, e_a: Tensor) -> Tensor:
    """Euclidean distance ``(N,)`` of each pair, with a gradient at zero too."""
    return (e_v - e_a).square().sum(dim=1).clamp_min(1e-12).sqrt()


def shared_label_loss(e_v: Tensor, e_a: Tensor, positive: Tensor, temperature: float) -> Tensor:
    """InfoNCE in both directions with any number of positives a row; not in Paper A, for weak class labels.

    Args:
        e_v: embeddings ``(N, D)``.
        e_a: embeddings ``(M, D)``.
        positive: bool ``(N, M)``; rows and columns without a positive are left out.
        temperature: divides the cosine similarities.
    """
    logits = _similarities(e_v, e_a, temperature)
    return (_multi_positive(logits, positive) + _multi_positive(logits.T, positive.T)) / 2


def _multi_positive(logits: Tensor, positive: Tensor) -> Tensor:
    kept = positive.any(dim=1)
    if not kept.any():
        return logits.sum() * 0.0
    log_share = (logits - logits.logsumexp(dim=1, keepdim=True))[kept]
    weights = positive[kept].to(log_share.dtype)
    return -((weights * log_share).sum(dim=1) / weights.sum(dim=1)).mean()


def _similarities(z_v: Tensor, z_a: Tensor, temperature: float) -> Tensor:
    if temperature <= 0:
        raise ValueError(f"the temperature must be positive, got {temperature}")
    return functional.normalize(z_v, dim=1) @ functional.normalize(z_a, dim=1).T / temperature
