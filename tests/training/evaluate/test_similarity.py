"""Categories on their tree, and where a sound comes from."""

from __future__ import annotations

import numpy as np

from training.data.synthetic import CATEGORIES
from training.evaluate.similarity import category_similarity, third_of


def test_the_synthetic_categories_hang_on_the_ucs_tree() -> None:
    labels = ["synthetic:dog barking", "synthetic:cat miaowing", "synthetic:cannon", "WATRDrip", "WATRSurf"]
    expected = np.array(
        [
            [1.0, 0.5, 0.0, 0.0, 0.0],
            [0.5, 1.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 1.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 1.0, 0.5],
            [0.0, 0.0, 0.0, 0.5, 1.0],
        ]
    )
    assert category_similarity(labels).tolist() == expected.tolist()


def test_every_synthetic_category_is_like_itself_and_like_no_other_entirely() -> None:
    table = category_similarity([f"synthetic:{category.name}" for category in CATEGORIES])
    assert (table.diagonal() == 1.0).all()
    assert (table == 1.0).sum() == len(CATEGORIES)
    assert (table == 0.5).sum() > 0


def test_other_labels_are_alike_or_not() -> None:
    table = category_similarity(["cello", "drum", "cello", "", "synthetic:drum"])
    assert table[0].tolist() == [1.0, 0.0, 1.0, 0.0, 0.0]
    assert table[3].tolist() == [0.0] * 5
    assert table[4].tolist() == [0.0, 0.0, 0.0, 0.0, 1.0]


def test_the_centre_of_a_box_says_which_third() -> None:
    assert [third_of((x, 0.1, x + 0.2, 0.5)) for x in (0.0, 0.2, 0.3, 0.5, 0.6, 0.8)] == [0, 0, 1, 1, 2, 2]
    assert third_of((0.9, 0.0, 1.4, 1.0)) == 2
    assert third_of((-0.4, 0.0, 0.1, 1.0)) == 0
