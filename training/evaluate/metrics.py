"""Numbers that say how good embeddings are: retrieval of one's own sound, of one's category, and correspondence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

LEAST_SOUNDS = 8
"""Classes with fewer sounds are left out of precision: ten places could not be filled."""


def distances(pictures: np.ndarray, sounds: np.ndarray) -> np.ndarray:
    """Euclidean distances ``(P, S)`` of unit vectors ``(P, D)`` and ``(S, D)``."""
    return np.sqrt(np.clip(2.0 - 2.0 * pictures @ sounds.T, 0.0, None))


def paired_retrieval(pictures: np.ndarray, sounds: np.ndarray) -> dict[str, float]:
    """How well each picture ``(N, D)`` finds its own sound ``(N, D)``: sample@1, sample@10 and mean reciprocal rank.

    A tie counts against the picture, so that constant embeddings score nothing.
    """
    if len(pictures) == 0:
        return {"sample@1": 0.0, "sample@10": 0.0, "mrr": 0.0, "gallery": 0.0}
    rank = own_ranks(pictures, sounds)
    return {
        "sample@1": float((rank <= 1).mean()),
        "sample@10": float((rank <= 10).mean()),
        "mrr": float((1.0 / rank).mean()),
        "gallery": float(len(sounds)),
    }


def own_ranks(pictures: np.ndarray, sounds: np.ndarray) -> np.ndarray:
    """The rank ``(N,)``, 1 being best, of each picture's own sound; a tie counts against the picture."""
    table = distances(pictures, sounds)
    return (table <= table.diagonal()[:, None] + 1e-7).sum(axis=1)


def top_k(pictures: np.ndarray, sounds: np.ndarray, k: int) -> np.ndarray:
    """Indices ``(P, k)`` of each picture's nearest sounds, nearest first, ties by index."""
    return np.argsort(distances(pictures, sounds), axis=1, kind="stable")[:, :k]


def category_at_k(lists: np.ndarray, picture_labels: Sequence[str], sound_labels: Sequence[str]) -> float:
    """Share of lists ``(P, k)`` with at least one sound of the picture's label (the papers' category@k)."""
    return float(_relevance(lists, picture_labels, sound_labels).any(axis=1).mean()) if len(lists) else 0.0


def precision_at_k(lists: np.ndarray, picture_labels: Sequence[str], sound_labels: Sequence[str]) -> float:
    """Share of sounds in the lists that have the picture's label, over classes with at least eight sounds."""
    values = precision_values(lists, picture_labels, sound_labels)
    return float(np.nanmean(values)) if np.isfinite(values).any() else 0.0


def precision_values(lists: np.ndarray, picture_labels: Sequence[str], sound_labels: Sequence[str]) -> np.ndarray:
    """The share ``(P,)`` of each list; NaN for pictures of smaller classes."""
    shares = _relevance(lists, picture_labels, sound_labels).mean(axis=1)
    return np.where(_kept(picture_labels, sound_labels), shares, np.nan)


def class_precision(
    pictures: np.ndarray, sounds: np.ndarray, picture_labels: Sequence[str], sound_labels: Sequence[str]
) -> dict[str, float]:
    """precision@10 and R-precision of pictures among sounds by label, over classes with at least eight sounds."""
    kept = np.flatnonzero(_kept(picture_labels, sound_labels))
    if len(kept) == 0:
        return {"precision@10": 0.0, "r_precision": 0.0, "pictures": 0.0}
    labels = [picture_labels[int(i)] for i in kept]
    order = top_k(pictures[kept], sounds, len(sounds))
    relevant = _relevance(order, labels, sound_labels)
    counts = relevant.sum(axis=1)
    r_precision = [relevant[i, : counts[i]].mean() for i in range(len(kept))]
    return {
        "precision@10": float(relevant[:, :10].mean()),
        "r_precision": float(np.mean(r_precision)),
        "pictures": float(len(kept)),
    }


def best_fixed_list(picture_labels: Sequence[str], sound_labels: Sequence[str], k: int) -> dict[str, float]:
    """What one list of k sounds, the same for every picture and chosen knowing the answers, would score.

    For category@k it holds the k most frequent picture labels that have a sound, for precision@k k sounds of the
    label that scores best.
    """
    wanted = Counter(label for label in picture_labels if label in set(sound_labels))
    kept = [picture_labels[int(i)] for i in np.flatnonzero(_kept(picture_labels, sound_labels))]
    supply = Counter(sound_labels)
    shares = [count / len(kept) * min(k, supply[label]) / k for label, count in Counter(kept).items()]
    return {
        f"category@{k}": sum(c for _, c in wanted.most_common(k)) / max(1, len(picture_labels)),
        f"precision@{k}": max(shares, default=0.0),
        f"sample@{k}": min(1.0, k / max(1, len(sound_labels))),
    }


def chance(picture_labels: Sequence[str], sound_labels: Sequence[str], k: int) -> dict[str, float]:
    """Expected scores of lists of k sounds drawn at random without repetition."""
    total, supply = len(sound_labels), Counter(sound_labels)
    misses = [_no_hit(total, supply[label], k) for label in picture_labels]
    kept = _kept(picture_labels, sound_labels)
    shares = [supply[picture_labels[int(i)]] / total for i in np.flatnonzero(kept)]
    return {
        f"category@{k}": 1.0 - float(np.mean(misses)) if misses else 0.0,
        f"precision@{k}": float(np.mean(shares)) if shares else 0.0,
        f"sample@{k}": min(1.0, k / max(1, total)),
        "correlation_accuracy": 0.5,
    }


def best_threshold(distance: np.ndarray, truth: np.ndarray) -> float:
    """The distance below which calling a pair true is right most often on these pairs ``(N,)``."""
    order = np.argsort(distance, kind="stable")
    true_below = np.cumsum(truth[order])
    untrue_above = (~truth).sum() - np.cumsum(~truth[order])
    correct = true_below + untrue_above
    best = int(correct.argmax())
    following = distance[order[min(best + 1, len(order) - 1)]]
    return float((distance[order[best]] + following) / 2)


def best_threshold_accuracy(distance: np.ndarray, truth: np.ndarray) -> float:
    """Accuracy on these pairs at the threshold that suits them best (an upper bound)."""
    if len(distance) == 0:
        return 0.0
    return float(((distance <= best_threshold(distance, truth)) == truth).mean())


def _relevance(lists: np.ndarray, picture_labels: Sequence[str], sound_labels: Sequence[str]) -> np.ndarray:
    return np.array(sound_labels, dtype=object)[lists] == np.array(picture_labels, dtype=object)[:, None]


def _kept(picture_labels: Sequence[str], sound_labels: Sequence[str]) -> np.ndarray:
    supply = Counter(sound_labels)
    return np.array([supply[label] >= LEAST_SOUNDS and bool(label) for label in picture_labels], dtype=bool)


def _no_hit(total: int, good: int, k: int) -> float:
    draws = np.arange(min(k, total))
    return float(np.prod(np.clip(total - good - draws, 0, None) / (total - draws)))
