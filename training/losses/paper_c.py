"""Paper C's stereo sound ranking loss (section 2.1): the matched sound nearer than the flipped, that than another."""

from __future__ import annotations

import torch  # noqa: TID253 - losses are torch through and through
from torch import Tensor  # noqa: TID253

from training.losses.paper_a import pair_distance


def stereo_sound_ranking_loss(
    f_i: Tensor,
    f_m: Tensor,
    f_f: Tensor,
    f_mm: Tensor,
    *,
    margin_flip: float | None,
    margin_mismatch: float | None,
    radius: float | None,
) -> Tensor:
    """Mean over the batch of ``L_m&f + L_f&mm + L_sc`` (Paper C, eqs. 1 to 4) with Euclidean distances.

    None in place of a number leaves its term out: without ``margin_flip`` it is the paper's "mismatch distance",
    without ``margin_mismatch`` its "flip distance".

    Args:
        f_i: pictures ``(N, D)``.
        f_m: their own sounds.
        f_f: their own sounds with left and right exchanged.
        f_mm: sounds of other videos.
        margin_flip: by how much ``d_f`` shall exceed ``d_m`` (eq. 2).
        margin_mismatch: by how much ``d_mm`` shall exceed ``d_f`` (eq. 3).
        radius: what ``d_f`` shall stay below (eq. 4).
    """
    d_m, d_f, d_mm = (pair_distance(f_i, sound) for sound in (f_m, f_f, f_mm))
    terms = []
    if margin_flip is not None:
        terms.append((d_m + margin_flip - d_f).clamp_min(0))
    if margin_mismatch is not None:
        terms.append((d_f + margin_mismatch - d_mm).clamp_min(0))
    if radius is not None:
        terms.append((d_f - radius).clamp_min(0))
    if not terms:
        raise ValueError("stereo_sound_ranking_loss needs at least one of its three terms")
    return torch.stack(terms).sum(dim=0).mean()
