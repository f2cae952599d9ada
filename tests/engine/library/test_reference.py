"""The yardstick: how near a library comes to what it has nothing to do with."""

from __future__ import annotations

import numpy as np
import pytest

from engine.library.reference import measure
from engine.library.vectors import Windows


def unit(rng: np.random.Generator, n: int) -> np.ndarray:
    vectors = rng.standard_normal((n, 128))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def windows(n: int, per_file: int = 2) -> Windows:
    rows = np.arange(n)
    return Windows(rows, rows // per_file, rows * 0.0, rows * 0.0 + 1, unit(np.random.default_rng(0), n), 1)


def test_pictures_are_measured_to_their_nearest_sound() -> None:
    stock, pictures = windows(300), unit(np.random.default_rng(1), 40)
    reference = measure(stock, pictures, "m")
    slowly = sorted(min(float(np.linalg.norm(p - s)) for s in stock.vectors) for p in pictures)
    assert reference.kind == "pictures"
    assert reference.distances == pytest.approx(slowly, abs=1e-5)


def test_without_pictures_sounds_are_measured_to_other_files() -> None:
    stock = windows(100)
    reference = measure(stock, None, "m")
    slowly = sorted(
        min(float(np.linalg.norm(stock.vectors[a] - stock.vectors[b])) for b in range(100) if b // 2 != a // 2)
        for a in range(100)
    )
    assert reference.kind == "sounds"
    assert reference.distances == pytest.approx(slowly, abs=1e-4)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_little_gives_nothing_to_measure_by(n: int) -> None:
    assert len(measure(windows(n), None, "m").distances) == 0
    assert len(measure(windows(n), unit(np.random.default_rng(1), 5), "m").distances) == (5 if n else 0)
