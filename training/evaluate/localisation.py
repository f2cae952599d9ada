"""How well a map says where a sound comes from: pointing game, consensus intersection over union, and its AUC.

A map is float ``(h, w)`` of any size and range, stretched over the whole frame; boxes are x1, y1, x2, y2 as fractions
of the frame's width and height.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from training.evaluate.annotations import Box

EDGE = 224
"""Pixels of the square that maps and boxes are compared on, as in the literature."""
SUCCESS = 0.5
"""cIoU from which a map counts as right."""
STEPS = np.linspace(0.0, 1.0, 21)
"""Thresholds of the AUC: 0 to 1 in steps of 0.05."""


def normalised(map_: np.ndarray) -> np.ndarray:
    """The map as float64 from 0 (its least value) to 1 (its greatest); all zeros where it is even."""
    values = np.asarray(map_, dtype=np.float64)
    if values.ndim != 2 or not np.isfinite(values).all():
        raise ValueError(f"a map is (h, w) of finite numbers, got {values.shape}")
    values = values - values.min()
    return values / values.max() if values.max() > 0 else values


def stretched(map_: np.ndarray, edge: int = EDGE) -> np.ndarray:
    """The normalised map brought to ``(edge, edge)``, bilinear."""
    import cv2

    return normalised(cv2.resize(normalised(map_), (edge, edge), interpolation=cv2.INTER_LINEAR))


def peak(map_: np.ndarray) -> tuple[float, float]:
    """Where the map is greatest: x and y of that cell's middle as fractions, or the mean of several such cells'."""
    values = normalised(map_)
    rows, columns = np.nonzero(values >= values.max() - 1e-9)
    height, width = values.shape
    return float((columns.mean() + 0.5) / width), float((rows.mean() + 0.5) / height)


def pointing_game(map_: np.ndarray, boxes: Sequence[Box] | Box, tolerance: float = 0.0) -> bool:
    """Whether the map's greatest place lies in one of ``boxes`` (Zhang et al. 2016, "Top-down Neural Attention").

    Args:
        map_: ``(h, w)``.
        boxes: one or several.
        tolerance: how far outside a box still counts, as a fraction of the frame (15 of 224 px there; 0 here).
    """
    x, y = peak(map_)
    return any(
        x1 - tolerance <= x <= x2 + tolerance and y1 - tolerance <= y <= y2 + tolerance
        for x1, y1, x2, y2 in _several(boxes)
    )


def consensus_map(annotators: Sequence[Sequence[Box]], agree: int = 2, edge: int = EDGE) -> np.ndarray:
    """How far annotators agree at each place, float ``(edge, edge)`` in 0..1 (Senocak et al. 2018).

    ``g = min(sum_j b_j / C, 1)``: ``b_j`` is 1 inside the boxes of annotator ``j`` and ``C`` is ``agree``.
    """
    if not annotators or agree < 1:
        raise ValueError("a consensus needs an annotator, and an agreement of one at least")
    return np.asarray(np.minimum(np.sum([_mask(boxes, edge) for boxes in annotators], axis=0) / agree, 1.0))


def ciou(
    map_: np.ndarray,
    truth: Sequence[Box] | Box | np.ndarray,
    threshold: float | Literal["median"] = 0.5,
) -> float:
    """Consensus intersection over union of a map with the truth, in 0..1.

    ``cIoU = sum_{i in A} g_i / (sum_i g_i + sum_{i in A - G} 1)`` (Senocak et al. 2018, "Learning to Localize Sound
    Source in Visual Scenes"), with ``A`` where the map, normalised to 0..1, exceeds the threshold, and ``G`` where
    ``g > 0``. With one annotator it is the ordinary intersection over union.

    Args:
        map_: ``(h, w)``.
        truth: boxes, or a consensus map ``(edge, edge)``.
        threshold: in 0..1; "median" takes the upper half of all places, as the published figures on VGG-SS do
            (Chen et al. 2021).
    """
    g = truth if isinstance(truth, np.ndarray) and truth.ndim == 2 else _mask(_several(truth), EDGE)
    if g.shape[0] != g.shape[1] or not g.any():
        raise ValueError(f"the truth is a square map with something in it, got {g.shape}")
    values = stretched(map_, g.shape[0])
    shown = values > (float(np.median(values)) if threshold == "median" else threshold)
    return float(g[shown].sum() / (g.sum() + np.count_nonzero(shown & (g <= 0))))


def success_rate(values: Sequence[float] | np.ndarray, threshold: float = SUCCESS) -> float:
    """The share of cIoU values that reach ``threshold``: cIoU@0.5 of the literature."""
    return float(np.mean(np.asarray(values, dtype=np.float64) >= threshold))


def auc(values: Sequence[float] | np.ndarray) -> float:
    """The area below the success rate over the thresholds 0, 0.05 .. 1 (Senocak et al. 2018), by trapezoids."""
    rates = np.mean(np.asarray(values, dtype=np.float64)[:, None] >= STEPS - 1e-12, axis=0)
    return float(np.sum((rates[1:] + rates[:-1]) / 2 * np.diff(STEPS)))


def centre_map(edge: int = 14, spread: float = 0.25) -> np.ndarray:
    """A map ``(edge, edge)`` of the frame's middle: a bell whose standard deviation is ``spread`` of the frame."""
    offset = ((np.arange(edge) + 0.5) / edge - 0.5) / spread
    return np.exp(-(offset[:, None] ** 2 + offset[None, :] ** 2) / 2)


def random_map(rng: np.random.Generator, edge: int = 14) -> np.ndarray:
    """A map ``(edge, edge)`` of independent uniform values."""
    return rng.random((edge, edge))


def side_map(sound: np.ndarray, edge: int = 14) -> np.ndarray:
    """A map ``(edge, edge)`` that only hears from which side a sound comes: no picture, nothing learned.

    The level difference of the channels, read backwards by the law of constant power, gives the column; the row is a
    bell a little below the frame's middle, where things stand.

    Args:
        sound: ``(2, N)``, left channel first.
        edge: cells along each side.
    """
    left, right = np.sqrt(np.mean(np.square(sound, dtype=np.float64), axis=1))
    place = float(np.arctan2(right, left) / (np.pi / 2)) if left + right > 0 else 0.5
    cells = (np.arange(edge) + 0.5) / edge
    across, down = (np.exp(-(((cells - middle) / 0.15) ** 2) / 2) for middle in (place, 0.6))
    return np.asarray(down[:, None] * across[None])


def _several(boxes: Sequence[Box] | Box | np.ndarray) -> list[Box]:
    rows = np.asarray(boxes, dtype=np.float64).reshape(-1, 4)
    return [(x1, y1, x2, y2) for x1, y1, x2, y2 in rows.tolist()]


def _mask(boxes: Sequence[Box], edge: int) -> np.ndarray:
    """1.0 where a pixel's middle lies in a box, at least one pixel for each."""
    middles = (np.arange(edge) + 0.5) / edge
    mask = np.zeros((edge, edge))
    for x1, y1, x2, y2 in boxes:
        across, down = ((middles >= a) & (middles < b) for a, b in ((x1, x2), (y1, y2)))
        across[min(int((x1 + x2) / 2 * edge), edge - 1)] = down[min(int((y1 + y2) / 2 * edge), edge - 1)] = True
        mask[np.ix_(down, across)] = 1.0
    return mask
