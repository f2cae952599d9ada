"""Every sample has its frame, from 1 to 240 frames a second, steady or not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.framegrid import FrameGrid

RATES = [Fraction(1), Fraction(24_000, 1001), Fraction(25), Fraction(30_000, 1001), Fraction(60), Fraction(240)]


@given(rate=st.sampled_from(RATES), number=st.integers(0, 10**7), offset=st.integers(-100_000, 100_000))
def test_a_frame_is_shown_from_its_first_sample_to_the_next_frame(rate: Fraction, number: int, offset: int) -> None:
    grid = FrameGrid(48_000, rate, offset=offset)
    start = grid.start(number)
    assert 0 <= start - offset - number * 48_000 / rate < 1
    assert grid.at(start) == number
    assert grid.at(start - 1) == number - 1
    assert grid.at(grid.start(number + 1) - 1) == number


def test_a_variable_rate_goes_by_its_own_stamps() -> None:
    grid = FrameGrid(48_000, Fraction(24), [0, Fraction(1, 10), 0.5, Fraction(2)], offset=1000)
    assert [grid.start(number) for number in range(5)] == [1000, 5800, 25_000, 97_000, 97_000]
    assert [grid.at(place) for place in (999, 1000, 5799, 5800, 30_000, 10**7)] == [-1, 0, 0, 1, 2, 3]


@pytest.mark.parametrize("sample_rate", [44_100, 48_000, 96_000])
def test_stamps_in_binary_fractions_are_no_sample_late(sample_rate: int) -> None:
    times = [Fraction(number, 1000) for number in range(0, 36_000_000, 9973)]  # ten hours
    exact, rounded = (
        FrameGrid(sample_rate, Fraction(24), [kind(time) for time in times]) for kind in (Fraction, float)
    )
    assert [rounded.start(number) for number in range(len(times))] == [-int(-time * sample_rate // 1) for time in times]
    assert [rounded.start(number) for number in range(len(times))] == [
        exact.start(number) for number in range(len(times))
    ]
    assert FrameGrid(48_000, Fraction(24), [0, 3.503]).start(1) == 168_144


@pytest.mark.parametrize("rate", RATES)
def test_hours_later_it_is_still_exact(rate: Fraction) -> None:
    grid = FrameGrid(96_000, rate)
    frames = int(rate * 3600 * 10)
    assert grid.start(frames) == -int(-(frames * 96_000 / rate) // 1)
