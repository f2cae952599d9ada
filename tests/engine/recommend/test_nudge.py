"""The offset that a curve proposes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from engine.recommend.nudge import REACH, SyncCurve, curve_of, describe_offset

OFFSETS = np.round(np.arange(-0.5, 0.501, 1 / 30), 4)


def peaked(at: float, width: float = 0.03) -> np.ndarray:
    weights = np.exp(-0.5 * ((OFFSETS - at) / width) ** 2)
    return weights / weights.sum()


def test_the_likeliest_offset_is_proposed() -> None:
    curve = SyncCurve(offsets=OFFSETS, scores=peaked(0.1), least=0.5)
    assert curve.proposed_offset == pytest.approx(0.1) and curve.trusted and curve.confidence > 0.9


def test_where_nothing_stands_out_the_sound_stays() -> None:
    flat = SyncCurve(offsets=OFFSETS, scores=np.full(31, 1 / 31), least=0.5)
    assert flat.best_offset == 0.0, "of equals the one nearest to where it is"
    assert flat.confidence == pytest.approx(5 / 31) and not flat.trusted and flat.proposed_offset == 0.0
    wide = SyncCurve(offsets=OFFSETS, scores=peaked(0.3, 0.3), least=0.5)
    assert wide.best_offset == pytest.approx(0.3) and wide.proposed_offset == 0.0


def test_a_rim_is_no_peak() -> None:
    rim = SyncCurve(offsets=OFFSETS, scores=peaked(-0.5), least=0.5)
    assert rim.confidence > 0.9 and not rim.trusted and rim.proposed_offset == 0.0
    assert rim.doubt == "perhaps more than half a second earlier"
    assert SyncCurve(offsets=OFFSETS, scores=peaked(0.5), least=0.5).doubt.endswith("later")
    beside = SyncCurve(offsets=OFFSETS, scores=peaked(-0.4), least=0.5)
    assert beside.trusted and not beside.doubt


def test_silence_proposes_nothing() -> None:
    silent = SyncCurve(offsets=OFFSETS, scores=peaked(0.1), least=0.5, audible=False)
    assert not silent.trusted and silent.doubt == "nothing is heard there"


def test_what_is_found_later_in_the_sound_moves_it_earlier() -> None:
    """The sound is heard from 0.5 s before its place: beginning 0.7 s into it, it would fit 0.2 s earlier."""
    logits = np.zeros(33, np.float32)
    logits[21] = 9.0
    curve = curve_of(logits, 1 / 30)
    assert curve.best_offset == pytest.approx(REACH - 0.7, abs=1e-3)
    assert curve.scores.sum() == pytest.approx(1.0) and (np.diff(curve.offsets) > 0).all()
    assert curve.offsets == pytest.approx(OFFSETS, abs=1e-3), "what lies beyond reach is left out"


def test_large_logits_are_no_trouble() -> None:
    curve = curve_of(np.linspace(0, 3e4, 31), 1 / 30)
    assert np.isfinite(curve.scores).all() and curve.best_offset == pytest.approx(-0.5)


@pytest.mark.parametrize(
    ("offset", "says"),
    [
        (0.0, "best where it is"),
        (0.1, "+0.10 s, 2 frames later"),
        (-0.05, "-0.05 s, 1 frame earlier"),
        (-0.5, "-0.50 s, 12 frames earlier"),
    ],
)
def test_offsets_in_frames_of_the_film(offset: float, says: str) -> None:
    assert describe_offset(offset, Fraction(24)) == says
