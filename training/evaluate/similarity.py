"""How alike two categories are, and where in a picture a sound comes from (Paper C, section 3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

SYNTHETIC = "synthetic:"
THIRDS = 3
"""Parts that a picture's width is divided into: left, centre, right."""


def category_similarity(labels: Sequence[str]) -> np.ndarray:
    """Similarity ``(n, n)`` in 0..1 of categories.

    The synthetic world's categories, and labels that are CatIDs, hang on a tree: the Universal Category System's root,
    categories and subcategories. Their similarity is 1 less the steps between them over the most steps there can be
    (four): 1 for the same, 0.5 within a category, 0 otherwise. The paper takes AudioSet's ontology and leaves open how
    a distance becomes a similarity. Other labels are alike (1) or not (0), as the paper has it for ASMR; an empty label
    is like nothing, itself included.
    """
    branches = [_branch(label) for label in labels]
    return np.array([[_alike(a, b) for b in branches] for a in branches], dtype=np.float32)


def third_of(box: Sequence[float]) -> int:
    """0 where a box's centre lies in the left third of the picture, 1 in the middle, 2 in the right one.

    Args:
        box: x1, y1, x2, y2 as fractions of width and height.
    """
    return int(np.clip((box[0] + box[2]) / 2 * THIRDS, 0, THIRDS - 1))


def _alike(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """Branches of unequal length come from different trees."""
    if len(a) != len(b) or not a[-1]:
        return 0.0
    shared = next((n for n, (x, y) in enumerate(zip(a, b, strict=True)) if x != y), len(a))
    return shared / len(a)


def _branch(label: str) -> tuple[str, ...]:
    """The way from the root to a label, the root left out; of one step where it is on no tree."""
    from engine.library.names import ucs_table

    catid = _synthetic_catids().get(label, label)
    place = ucs_table().get(catid)
    return (label,) if place is None else (place[0], catid)


@lru_cache(maxsize=1)
def _synthetic_catids() -> dict[str, str]:
    from training.data.synthetic import CATEGORIES

    return {f"{SYNTHETIC}{category.name}": category.catid for category in CATEGORIES}
