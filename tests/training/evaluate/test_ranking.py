"""Scores of ranked lists beside the formulas written slowly, scikit-learn and hand-worked cases."""

from __future__ import annotations

import math

import numpy as np
import pytest

from training.evaluate import ndcg_at_k, top_k_accuracy
from training.evaluate.ranking import expected_ndcg


def slow_ndcg(relevance: list[float], ideal: list[float], k: int) -> float:
    found = sum(r / math.log2(place + 1) for place, r in enumerate(relevance[:k], start=1))
    best = sum(r / math.log2(place + 1) for place, r in enumerate(sorted(ideal, reverse=True)[:k], start=1))
    return found / best


def test_ndcg_is_the_formula_written_slowly_and_scikit_learns() -> None:
    from sklearn.metrics import ndcg_score

    rng = np.random.default_rng(0)
    for _ in range(20):
        ideal = rng.choice([0.0, 0.5, 1.0], size=12)
        ideal[rng.integers(12)] = 1.0
        order = rng.permutation(12)
        ours = ndcg_at_k(ideal[order], ideal, k=5)
        assert ours == pytest.approx(slow_ndcg(list(ideal[order]), list(ideal), 5))
        assert ours == pytest.approx(ndcg_score(ideal[None, order], -np.arange(12.0)[None], k=5))
        assert 0.0 <= ours <= 1.0


def test_ndcg_of_several_queries_is_their_mean_and_leaves_out_those_with_nothing_to_find() -> None:
    relevance = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    assert ndcg_at_k(relevance, relevance, k=2) == pytest.approx((1.0 + 1 / math.log2(3)) / 2)
    assert ndcg_at_k([0.0, 0.0], [0.0, 0.0]) == 0.0
    assert ndcg_at_k([1.0], [1.0], k=5) == 1.0


def test_ndcg_counts_what_was_not_found() -> None:
    assert ndcg_at_k([0.0, 1.0], [1.0, 1.0, 0.0], k=2) == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)))


def test_chance_is_what_shuffled_lists_score() -> None:
    rng = np.random.default_rng(1)
    relevance = rng.choice([0.0, 0.5, 1.0, np.nan], size=(1, 30), p=[0.5, 0.2, 0.2, 0.1])
    known = relevance[0][np.isfinite(relevance[0])]
    drawn = [ndcg_at_k(rng.permutation(known), known) for _ in range(3000)]
    assert expected_ndcg(relevance, 5)[0] == pytest.approx(np.mean(drawn), abs=0.01)


def test_top_k_accuracy_is_the_share_of_lists_that_meet_the_truth() -> None:
    lists = [["a", "b", "c"], ["d", "e", "f"], ["g", "h", "i"]]
    assert top_k_accuracy(lists, ["c", "d", "x"], k=3) == pytest.approx(2 / 3)
    assert top_k_accuracy(lists, ["c", "d", "x"], k=2) == pytest.approx(1 / 3)
    assert top_k_accuracy(lists, [{"x", "b"}, ["e", "y"], set()], k=2) == pytest.approx(2 / 3)
    assert top_k_accuracy(np.array([[3, 1], [2, 0]]), [1, 5], k=2) == 0.5
    with pytest.raises(ValueError, match="3 lists meet 1 truths"):
        top_k_accuracy(lists, ["a"])
