"""Where playing gets to, with loops that turn on the sample and speeds that sound like a tape."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio.programme import Programme

SOUND = np.random.default_rng(4).standard_normal((2, 6000)).astype(np.float32)


def render(start: int, count: int) -> np.ndarray:
    out = np.zeros((2, count), np.float32)
    begin, end = max(0, start), min(6000, start + count)
    if begin < end:
        out[:, begin - start : end - start] = SOUND[:, begin:end]
    return out


@settings(max_examples=60, deadline=None)
@given(
    start=st.integers(0, 3000),
    first=st.integers(0, 2000),
    length=st.integers(1, 900),
    cuts=st.lists(st.integers(1, 700), min_size=1, max_size=6),
)
def test_a_loop_turns_on_the_sample_in_any_blocks(start: int, first: int, length: int, cuts: list[int]) -> None:
    end = first + length
    programme = Programme(start, Fraction(1), (first, end))
    places, place = [], start
    for _ in range(sum(cuts)):
        places.append(place)
        place = first if place + 1 == end and start < end else place + 1
    heard, at = [], 0
    for cut in cuts:
        heard.append(programme.render(render, at, cut))
        at += cut
    assert np.array_equal(np.concatenate(heard, axis=1), SOUND[:, places])
    assert [programme.at(Fraction(n)) for n in range(len(places))] == places


def test_backwards_is_the_sound_from_its_end_and_turns_too() -> None:
    assert np.allclose(Programme(1000, Fraction(-1)).render(render, 0, 500), SOUND[:, 501:1001][:, ::-1], atol=1e-5)
    looped = Programme(1000, Fraction(-1), (900, 1100))
    assert looped.at(Fraction(100)) == 900
    assert looped.at(Fraction(101)) == 1099
    heard = looped.render(render, 0, 300)
    assert np.allclose(heard[:, 101:250], SOUND[:, 951:1100][:, ::-1], atol=1e-5)


@pytest.mark.parametrize("rate", [2, 4, 8, -2, -8])
def test_winding_sounds_the_mean_of_what_it_passes(rate: int) -> None:
    heard = Programme(3000, Fraction(rate)).render(render, 0, 100)
    for number in (0, 1, 57, 99):
        a, b = sorted((3000 + rate * number, 3000 + rate * (number + 1)))
        assert heard[:, number] == pytest.approx(SOUND[:, a:b].mean(axis=1), abs=1e-4)


def test_half_speed_lies_between_the_samples() -> None:
    heard = Programme(100, Fraction(1, 2)).render(render, 0, 10)
    assert heard[:, 3] == pytest.approx((SOUND[:, 101] + SOUND[:, 102]) / 2, abs=1e-5)


def test_places_are_the_same_in_floats() -> None:
    programme = Programme(10, Fraction(-3, 2), (0, 50))
    for n in range(0, 400, 7):
        assert programme.at(float(n)) == pytest.approx(float(programme.at(Fraction(n))))
