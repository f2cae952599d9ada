"""Retrieval in four directions on worlds small enough to know the answers."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluate.directions import DIRECTIONS, Items, chance_in_directions, in_directions, nearest

LEFT, RIGHT = (0.1, 0.2, 0.2, 0.4), (0.7, 0.2, 0.9, 0.4)


def unit(vectors: list[list[float]]) -> np.ndarray:
    array = np.array(vectors, dtype=np.float32)
    return array / np.linalg.norm(array, axis=1, keepdims=True)


def items(labels: list[str], groups: list[str] | None = None, boxes: list | None = None) -> Items:
    return Items(labels, groups or [f"v{n}" for n in range(len(labels))], boxes or [None] * len(labels))


def test_perfect_embeddings_score_one_in_every_direction() -> None:
    embeddings = unit([[1, 0.1, 0], [1, 0, 0.1], [0, 1, 0.1], [0.1, 1, 0]])
    scores = in_directions(embeddings, embeddings, items(["a", "a", "b", "b"]))
    assert set(scores) == {f"{metric} {name}" for metric in ("category@10", "ndcg@5") for name in DIRECTIONS}
    assert all((values == 1.0).all() for values in scores.values())


def test_within_a_sense_the_own_video_is_not_listed() -> None:
    embeddings = unit([[1, 0], [1, 0.01], [0, 1]])
    three = items(["a", "a", "b"], ["v0", "v0", "v1"])
    assert nearest(embeddings, embeddings, three, 1, within=True)[:, 0].tolist() == [2, 2, 1]
    assert nearest(embeddings, embeddings, three, 1, within=False)[:, 0].tolist() == [0, 1, 2]
    scores = in_directions(embeddings, embeddings, three)
    assert np.isnan(scores["category@10 i-i"]).all()
    assert (scores["category@10 i-s"] == 1.0).all()


def test_location_tells_the_left_sound_from_the_right_one() -> None:
    boxes = [LEFT, RIGHT] * 4
    labels = ["cello"] * 4 + ["drum"] * 4
    category = np.repeat(np.eye(2), 4, axis=0)
    side = np.tile(np.eye(2), (4, 1))
    deaf, keen = unit(category.tolist()), unit(np.hstack([3 * category, side]).tolist())
    blind = in_directions(deaf, deaf, items(labels, boxes=boxes))
    seeing = in_directions(keen, keen, items(labels, boxes=boxes))
    assert blind["ndcg@5 i-s"].mean() == seeing["ndcg@5 i-s"].mean() == 1.0
    assert seeing["ndcg@5+location i-s"].mean() == 1.0
    assert blind["ndcg@5+location i-s"].mean() < 0.9
    assert not any("location" in metric for metric in in_directions(keen, keen, items(labels)))


def test_many_queries_are_compared_in_pieces_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    pictures, sounds = (unit(rng.normal(size=(50, 8)).tolist()) for _ in range(2))
    fifty = items([f"c{n % 5}" for n in range(50)], boxes=[LEFT, RIGHT] * 25)
    whole = in_directions(pictures, sounds, fifty)
    monkeypatch.setattr("training.evaluate.directions.CHUNK", 7)
    pieces = in_directions(pictures, sounds, fifty)
    assert all(np.array_equal(whole[name], pieces[name]) for name in whole)


def test_chance_is_what_random_embeddings_score() -> None:
    rng = np.random.default_rng(0)
    sixty = items([f"c{n % 12}" for n in range(60)], boxes=[LEFT, RIGHT, LEFT] * 20)
    expected = chance_in_directions(sixty)
    drawn = [in_directions(*(unit(rng.normal(size=(60, 16)).tolist()) for _ in range(2)), sixty) for _ in range(60)]
    for metric, value in expected.items():
        assert np.mean([one[metric].mean() for one in drawn]) == pytest.approx(value, abs=0.02), metric


def test_items_without_a_label_say_nothing_of_categories() -> None:
    embeddings = unit([[1, 0], [0, 1]])
    scores = in_directions(embeddings, embeddings, items(["", ""]))
    assert all(np.isnan(values).all() for values in scores.values())
    assert chance_in_directions(items(["", ""])) == {}
