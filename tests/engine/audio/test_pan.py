"""Pan laws at their corners and everywhere between."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.pan import balance, constant_power, linear


@given(pan=st.floats(-1, 1))
def test_a_mono_sound_is_as_loud_wherever_it_stands(pan: float) -> None:
    left, right = constant_power(pan)
    assert left == pytest.approx(math.cos((pan + 1) * math.pi / 4), abs=1e-12)
    assert right == pytest.approx(math.sin((pan + 1) * math.pi / 4), abs=1e-12)
    assert left**2 + right**2 == pytest.approx(1)


def test_a_stereo_sound_is_untouched_at_the_centre_and_loses_one_side_at_the_ends() -> None:
    assert balance(0.0) == (pytest.approx(1), pytest.approx(1))
    assert balance(1.0) == (pytest.approx(0, abs=1e-12), 1)
    assert balance(-1.0) == (1, pytest.approx(0, abs=1e-12))


@given(pan=st.floats(0, 1))
def test_balance_only_takes_away_and_mirrors(pan: float) -> None:
    left, right = balance(pan)
    assert left <= 1
    assert right == 1
    assert balance(-pan)[1] == pytest.approx(left)


def test_decibels_end_in_silence() -> None:
    assert linear(-6.0206) == pytest.approx(0.5, abs=1e-5)
    assert linear(-120.0) == 0.0
