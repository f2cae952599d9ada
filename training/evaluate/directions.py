"""Retrieval in four directions, across and within the senses, with what random lists would score (papers B and C)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from training.evaluate.metrics import distances
from training.evaluate.ranking import expected_ndcg, ndcg_values
from training.evaluate.similarity import category_similarity, third_of

DIRECTIONS = {
    "i-i": "image to image",
    "i-s": "image to sound",
    "s-i": "sound to image",
    "s-s": "sound to sound",
}
K = 10
"""Places of category@10."""
PLACES = 5
"""Places of nDCG@5."""
CHUNK = 256
"""Queries compared with all items at once."""


@dataclass(frozen=True, slots=True)
class Items:
    """What is known of the items, which are queries and search list alike."""

    labels: Sequence[str]
    groups: Sequence[str]
    boxes: Sequence[Sequence[float] | None]

    def thirds(self) -> np.ndarray | None:
        """Where each item's sound comes from ``(N,)``; None unless all have a box."""
        known = [third_of(box) for box in self.boxes if box is not None]
        return np.array(known) if len(known) == len(self.boxes) else None


@dataclass(frozen=True, slots=True)
class Relevance:
    """What is relevant to whom."""

    category: np.ndarray
    """Similarity of category ``(n, N)``; NaN for items that must not be found."""
    same: np.ndarray
    """Whether the label is the same ``(n, N)``; False for items that must not be found."""
    place: np.ndarray | None
    """Whether the sound comes from the same third of the picture ``(n, N)``."""


def in_directions(pictures: np.ndarray, sounds: np.ndarray, items: Items) -> dict[str, np.ndarray]:
    """Each query's scores by ``"metric direction"``, ``(N,)``, NaN where a query has nothing to find.

    Metrics are category@10, ndcg@5 (category score) and, where all items have boxes, ndcg@5+location. Within one sense
    nothing of the query's own video counts or is listed.

    Args:
        pictures: embeddings ``(N, D)``.
        sounds: embeddings ``(N, D)``, row by row the pictures' own.
        items: of the same N.
    """
    sides = {"i": pictures, "s": sounds}
    scores: dict[str, np.ndarray] = {}
    for name in DIRECTIONS:
        queries, found = sides[name[0]], sides[name[-1]]
        parts = [
            _scores(_ranked(queries[rows], found, relevance), relevance)
            for rows, relevance in _chunks(items, within=name in {"i-i", "s-s"})
        ]
        scores |= {f"{metric} {name}": np.concatenate([part[metric] for part in parts]) for metric in parts[0]}
    return scores


def chance_in_directions(items: Items) -> dict[str, float]:
    """What lists drawn at random score in each direction on average."""
    numbers: dict[str, float] = {}
    for name in DIRECTIONS:
        parts = [_expected(relevance) for _, relevance in _chunks(items, within=name in {"i-i", "s-s"})]
        for metric in parts[0]:
            values = np.concatenate([part[metric] for part in parts])
            if np.isfinite(values).any():
                numbers[f"{metric} {name}"] = float(np.nanmean(values))
    return numbers


def nearest(queries: np.ndarray, found: np.ndarray, items: Items, count: int, *, within: bool) -> np.ndarray:
    """Indices ``(N, count)`` of what each query finds, nearest first; within one sense never of its own video."""
    ranked = [_ranked(queries[rows], found, relevance) for rows, relevance in _chunks(items, within=within)]
    return np.concatenate(ranked)[:, :count]


def _chunks(items: Items, *, within: bool) -> Iterator[tuple[np.ndarray, Relevance]]:
    names, numbers = np.unique(np.array(items.labels, dtype=object), return_inverse=True)
    _, groups = np.unique(np.array(items.groups, dtype=object), return_inverse=True)
    table, thirds = category_similarity(names.tolist()), items.thirds()
    labelled = np.array([bool(label) for label in items.labels])
    for first in range(0, len(numbers), CHUNK):
        rows = np.arange(first, min(first + CHUNK, len(numbers)))
        barred = (groups[rows][:, None] == groups[None, :]) if within else np.zeros((len(rows), len(numbers)), bool)
        category = np.where(barred, np.nan, table[numbers[rows]][:, numbers])
        same = (numbers[rows][:, None] == numbers[None, :]) & labelled[rows][:, None] & ~barred
        yield rows, Relevance(category, same, None if thirds is None else thirds[rows][:, None] == thirds[None, :])


def _ranked(queries: np.ndarray, found: np.ndarray, relevance: Relevance) -> np.ndarray:
    table = np.where(np.isnan(relevance.category), np.inf, distances(queries, found))
    return np.argsort(table, axis=1, kind="stable")


def _scores(order: np.ndarray, relevance: Relevance) -> dict[str, np.ndarray]:
    hit = np.take_along_axis(relevance.same, order[:, :K], axis=1).any(axis=1)
    scores = {f"category@{K}": np.where(relevance.same.any(axis=1), hit, np.nan)}
    for metric, values in _gains(relevance).items():
        known = np.nan_to_num(values)
        scores[metric] = ndcg_values(np.take_along_axis(known, order[:, :PLACES], axis=1), known, PLACES)
    return scores


def _expected(relevance: Relevance) -> dict[str, np.ndarray]:
    total, good = np.isfinite(relevance.category).sum(axis=1), relevance.same.sum(axis=1)
    drawn = np.arange(K)[None, :]
    left = np.clip(total[:, None] - drawn, 1, None)
    misses = np.where(drawn < total[:, None], np.clip(left - good[:, None], 0, None) / left, 1.0)
    scores = {f"category@{K}": np.where(good > 0, 1.0 - misses.prod(axis=1), np.nan)}
    return scores | {metric: expected_ndcg(values, PLACES) for metric, values in _gains(relevance).items()}


def _gains(relevance: Relevance) -> dict[str, np.ndarray]:
    gains = {f"ndcg@{PLACES}": relevance.category}
    if relevance.place is not None:
        gains[f"ndcg@{PLACES}+location"] = relevance.category * relevance.place
    return gains
