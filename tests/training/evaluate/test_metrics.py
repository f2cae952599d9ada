"""Metrics on cases small enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluate.metrics import (
    best_fixed_list,
    best_threshold,
    category_at_k,
    chance,
    class_precision,
    paired_retrieval,
    precision_at_k,
    top_k,
)


def test_own_sound_found_or_not() -> None:
    eye = np.eye(20, 128, dtype=np.float32)
    assert paired_retrieval(eye, eye)["sample@1"] == 1.0
    shifted = paired_retrieval(eye, np.roll(eye, 1, axis=0))
    assert shifted["sample@1"] == 0.0
    constant = np.tile(eye[:1], (20, 1))
    nothing = paired_retrieval(constant, constant)
    assert (nothing["sample@1"], nothing["sample@10"]) == (0.0, 0.0)
    assert nothing["mrr"] == pytest.approx(1 / 20)


def test_category_counts_one_hit_and_precision_every_place() -> None:
    lists = np.array([[0, 1], [2, 3]])
    sounds = ["a"] * 8 + ["b"] * 8
    assert category_at_k(lists, ["a", "b"], sounds) == 0.5
    assert precision_at_k(np.array([[0, 8], [9, 10]]), ["a", "b"], sounds) == 0.75


def test_small_classes_do_not_count_towards_precision() -> None:
    sounds = ["a"] * 8 + ["b"] * 2
    assert precision_at_k(np.array([[0, 1], [0, 1]]), ["a", "b"], sounds) == 1.0


def test_r_precision_is_perfect_when_a_class_comes_first() -> None:
    sounds = np.concatenate([np.tile(np.eye(2)[i], (9, 1)) for i in range(2)])
    numbers = class_precision(np.eye(2), sounds, ["a", "b"], ["a"] * 9 + ["b"] * 9)
    assert numbers["r_precision"] == 1.0
    assert numbers["precision@10"] == 0.9


def test_chance_is_what_random_lists_score() -> None:
    rng = np.random.default_rng(0)
    labels = [f"c{n % 4}" for n in range(40)]
    expected = chance(labels, labels, 10)
    hits, shares = [], []
    for _ in range(300):
        lists = np.stack([rng.permutation(40)[:10] for _ in labels])
        hits.append(category_at_k(lists, labels, labels))
        shares.append(precision_at_k(lists, labels, labels))
    assert np.mean(hits) == pytest.approx(expected["category@10"], abs=0.02)
    assert np.mean(shares) == pytest.approx(expected["precision@10"], abs=0.02)


def test_the_best_fixed_list_beats_chance_by_knowing_the_answers() -> None:
    labels = ["a"] * 20 + ["b"] * 10
    fixed = best_fixed_list(labels, labels, 10)
    assert fixed["precision@10"] == pytest.approx(20 / 30)
    assert fixed["category@10"] == 1.0


def test_the_threshold_separates_what_can_be_separated() -> None:
    distance = np.array([0.1, 0.2, 0.9, 1.1])
    truth = np.array([True, True, False, False])
    assert 0.2 < best_threshold(distance, truth) < 0.9


def test_ties_break_by_index() -> None:
    same = np.tile(np.eye(1, 8), (5, 1))
    assert top_k(same[:1], same, 3).tolist() == [[0, 1, 2]]
