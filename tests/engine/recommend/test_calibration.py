"""Scores mean the same in every library and fall with distance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.library import Reference
from engine.recommend import FITS, Calibration

DISTANCE = st.floats(0, 2, allow_nan=False)


def calibration(median: float = 1.1, spread: float = 0.05, n: int = 400) -> Calibration:
    distances = np.sort(np.random.default_rng(0).normal(median, spread, n)).astype(np.float32)
    return Calibration.from_reference(Reference("pictures", distances))


def test_half_is_the_median_unrelated_picture() -> None:
    measured = calibration()
    assert measured.score(measured.median) == pytest.approx(0.5, abs=1e-5)


@given(DISTANCE, DISTANCE)
def test_a_nearer_sound_never_scores_less(one: float, other: float) -> None:
    near, far = sorted((calibration().score(one), calibration().score(other)), reverse=True)
    assert 0 <= far <= near <= 1
    if abs(one - other) > 1e-6:
        assert near > far
        assert (calibration().score(one) > calibration().score(other)) == (one < other)


def test_unrelated_pictures_score_evenly() -> None:
    fresh = np.random.default_rng(9).normal(1.1, 0.05, 4000)
    scores = np.array([calibration().score(float(d)) for d in fresh])
    for share in (0.1, 0.25, 0.5, 0.75, 0.9):
        assert np.mean(scores < share) == pytest.approx(share, abs=0.05)
    assert np.mean(scores >= FITS) == pytest.approx(1 - FITS, abs=0.05)


def test_a_larger_library_is_no_better_for_being_larger() -> None:
    small, large = calibration(1.3, 0.05), calibration(0.9, 0.05)
    assert small.score(1.2) > FITS > large.score(1.2)


def test_a_few_odd_pictures_do_not_move_the_scale() -> None:
    distances = np.sort(np.append(np.random.default_rng(0).normal(1.1, 0.05, 400), [0.0] * 10)).astype(np.float32)
    assert Calibration.from_reference(Reference("pictures", distances)).score(1.1) == pytest.approx(0.5, abs=0.05)


def test_equal_distances_do_not_divide_by_nothing() -> None:
    flat = Calibration.from_reference(Reference("pictures", np.full(50, 1.1, dtype=np.float32)))
    assert flat.score(1.05) > 0.99
    assert flat.score(1.15) < 0.01


@pytest.mark.parametrize("reference", [None, Reference("pictures", np.ones(3, dtype=np.float32))])
def test_too_little_to_measure_by_is_said(reference: Reference | None) -> None:
    assert Calibration.from_reference(reference).kind == "nothing"
