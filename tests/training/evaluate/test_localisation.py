"""The measures of a map against boxes, beside what can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from training.evaluate.localisation import (
    auc,
    centre_map,
    ciou,
    consensus_map,
    normalised,
    peak,
    pointing_game,
    random_map,
    side_map,
    success_rate,
)

LEFT = (0.0, 0.0, 0.5, 1.0)
MAPS = arrays(np.float32, (7, 7), elements=st.floats(-5, 5, width=32))


def test_the_peak_is_the_middle_of_its_cell() -> None:
    spot = np.zeros((4, 8))
    spot[1, 6] = 3.0
    assert peak(spot) == (6.5 / 8, 1.5 / 4)
    assert peak(np.zeros((4, 4))) == (0.5, 0.5)


def test_pointing_takes_any_box_and_its_tolerance() -> None:
    spot = np.zeros((10, 10))
    spot[2, 7] = 1.0  # at 0.75, 0.25
    assert pointing_game(spot, (0.7, 0.2, 0.8, 0.3))
    assert pointing_game(spot, [LEFT, (0.7, 0.2, 0.8, 0.3)])
    assert not pointing_game(spot, LEFT)
    assert not pointing_game(spot, LEFT, tolerance=0.24)
    assert pointing_game(spot, LEFT, tolerance=0.26)


def test_one_annotators_ciou_is_intersection_over_union() -> None:
    quarter = np.zeros((224, 224))
    quarter[:112, :112] = 1.0
    assert ciou(quarter, LEFT) == pytest.approx(0.5)
    assert ciou(quarter, (0.0, 0.0, 0.5, 0.5)) == pytest.approx(1.0)
    assert ciou(quarter, (0.5, 0.5, 1.0, 1.0)) == 0.0
    assert ciou(quarter, [(0.0, 0.0, 0.5, 0.25), (0.5, 0.0, 1.0, 0.25)]) == pytest.approx(1 / 3)


def test_consensus_weighs_where_annotators_agree() -> None:
    both = consensus_map([[LEFT], [(0.0, 0.0, 1.0, 1.0)]], agree=2)
    assert both[0, 0] == 1.0 and both[0, -1] == 0.5
    right = np.zeros((224, 224))
    right[:, 112:] = 1.0
    assert ciou(right, both) == pytest.approx(0.25 / 0.75)
    only = consensus_map([[LEFT], [LEFT], [(0.0, 0.0, 1.0, 1.0)]], agree=2)
    assert only[0, 0] == 1.0 and only[0, -1] == 0.5


def test_ciou_as_the_formula_written_slowly() -> None:
    rng = np.random.default_rng(0)
    found, g = rng.random((16, 16)), consensus_map([[LEFT], [(0.2, 0.3, 0.8, 0.9)]], edge=16)
    value = normalised(found)
    inside = sum(g[i, j] for i in range(16) for j in range(16) if value[i, j] > 0.4)
    beside = sum(1 for i in range(16) for j in range(16) if value[i, j] > 0.4 and g[i, j] == 0)
    assert ciou(found, g, 0.4) == pytest.approx(inside / (g.sum() + beside))


def test_the_median_takes_half_of_all_places() -> None:
    ramp = np.tile(np.arange(224.0)[::-1], (224, 1))
    assert ciou(ramp**4, LEFT, "median") == pytest.approx(1.0, abs=0.02)
    assert ciou(ramp**4, LEFT) < 0.4


def test_success_and_auc() -> None:
    assert success_rate([0.5, 0.49, 1.0, 0.0]) == 0.5
    assert auc([1.0, 1.0]) == pytest.approx(1.0)
    assert auc([0.0]) == pytest.approx(0.025)  # a success at threshold 0 alone
    assert auc([0.5]) == pytest.approx(0.525)


@given(MAPS, st.floats(0.1, 10), st.floats(-3, 3))
def test_scale_and_offset_change_nothing(found: np.ndarray, gain: float, offset: float) -> None:
    spread = float(np.ptp(found))
    if spread > 0.1:
        assert ciou(found.astype(float) * gain + offset, LEFT) == pytest.approx(ciou(found, LEFT), abs=0.02)
        assert pointing_game(found.astype(float) * gain, LEFT) == pointing_game(found, LEFT)


@given(MAPS)
def test_ciou_is_a_share(found: np.ndarray) -> None:
    assert 0.0 <= ciou(found, (0.2, 0.2, 0.6, 0.7)) <= 1.0


def test_what_is_no_map_or_no_truth_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        peak(np.full((3, 3), np.nan))
    with pytest.raises(ValueError, match="something in it"):
        ciou(np.ones((3, 3)), np.zeros((8, 8)))
    with pytest.raises(ValueError, match="annotator"):
        consensus_map([])


def test_baselines_are_maps() -> None:
    assert peak(centre_map()) == (0.5, 0.5)
    assert pointing_game(centre_map(), (0.4, 0.4, 0.6, 0.6))
    rng = np.random.default_rng(0)
    hits = [pointing_game(random_map(rng), LEFT) for _ in range(400)]
    assert np.mean(hits) == pytest.approx(0.5, abs=0.08)


def test_the_side_of_a_sound_is_read_back_from_its_pan() -> None:
    wave = np.sin(np.arange(4000) / 7)
    for place in (0.1, 0.5, 0.8):
        angle = place * np.pi / 2
        across, _ = peak(side_map(np.stack([np.cos(angle) * wave, np.sin(angle) * wave]), 50))
        assert across == pytest.approx(place, abs=0.02)
    assert peak(side_map(np.zeros((2, 100)), 51))[0] == 0.5
