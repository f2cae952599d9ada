"""Scores of ranked lists: how much of what is wanted stands how high."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import Any

import numpy as np


def ndcg_at_k(relevance: np.ndarray | Sequence, ideal: np.ndarray | Sequence, k: int = 5) -> float:
    """Normalised discounted cumulative gain of the first k places, 0..1 (Paper C, section 3.3), the mean over queries.

    The gain of a place is the item's relevance divided by log2(place + 1). A query that nothing is relevant to says
    nothing about the ranking and is left out; 0.0 where that leaves none.

    Args:
        relevance: of the items in ranked order, ``(Q, n)`` or ``(n,)``, not negative.
        ideal: of all items that could be found, ``(Q, m)`` or ``(m,)``, in any order.
        k: places that count.
    """
    values = ndcg_values(np.atleast_2d(np.asarray(relevance, float)), np.atleast_2d(np.asarray(ideal, float)), k)
    return float(np.nanmean(values)) if np.isfinite(values).any() else 0.0


def ndcg_values(relevance: np.ndarray, ideal: np.ndarray, k: int) -> np.ndarray:
    """nDCG ``(Q,)`` of each query from ``(Q, n)`` and ``(Q, m)``; NaN where nothing is relevant."""
    best = ideal_gain(ideal, k)
    with np.errstate(invalid="ignore"):
        return np.where(best > 0, gain(relevance, k) / best, np.nan)


def expected_ndcg(relevance: np.ndarray, k: int) -> np.ndarray:
    """nDCG ``(Q,)`` that lists drawn at random from all items ``(Q, n)`` score on average; exact.

    Excluded items are NaN. Each place holds each item equally often, so that its gain is the mean relevance.
    """
    count = np.isfinite(relevance).sum(axis=1)
    known = np.nan_to_num(relevance)
    places = np.arange(k)[None, :] < count[:, None]
    mean = known.sum(axis=1) / np.maximum(count, 1)
    best = ideal_gain(known, k)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(best > 0, mean * (places * _discounts(k)).sum(axis=1) / best, np.nan)


def gain(relevance: np.ndarray, k: int) -> np.ndarray:
    """Discounted cumulative gain ``(Q,)`` of the first k places of ``(Q, n)``."""
    top = relevance[:, :k]
    return top @ _discounts(top.shape[1])


def ideal_gain(relevance: np.ndarray, k: int) -> np.ndarray:
    """The most that any order of the items ``(Q, n)`` could gain in k places, ``(Q,)``."""
    kept = min(k, relevance.shape[1])
    best = -np.partition(-relevance, kept - 1, axis=1)[:, :kept] if kept else relevance
    return gain(-np.sort(-best, axis=1), k)


def top_k_accuracy(
    recommended: Sequence[Sequence[Hashable]], truth: Sequence[Hashable | Collection[Hashable]], k: int = 10
) -> float:
    """Share of queries with at least one right answer among the first k (Paper A, section 5.2), 0..1.

    The paper's sample-level accuracy where the labels name samples, its category-level accuracy where they name
    categories.

    Args:
        recommended: labels of each query's results, best first.
        truth: each query's right label, or a list, tuple or set of several right ones.
        k: places that count.
    """
    if len(recommended) != len(truth):
        raise ValueError(f"{len(recommended)} lists meet {len(truth)} truths")
    hits = [not _as_set(right).isdisjoint(_plain(labels)[:k]) for labels, right in zip(recommended, truth, strict=True)]
    return float(np.mean(hits)) if hits else 0.0


def _as_set(right: Any) -> set[Hashable]:
    several = isinstance(right, set | frozenset | list | tuple | np.ndarray)
    return set(_plain(right)) if several else {right}


def _plain(labels: Any) -> list[Hashable]:
    return labels.tolist() if isinstance(labels, np.ndarray) else list(labels)


def _discounts(places: int) -> np.ndarray:
    return 1.0 / np.log2(np.arange(places) + 2.0)
