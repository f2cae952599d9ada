"""Fades start and end where they should, and two that meet keep the power."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.fades import SHAPES, Envelope, rise


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_rises_from_0_to_1(shape: str) -> None:
    gains = rise(np.linspace(0, 1, 101), shape)
    assert gains[0] == pytest.approx(0)
    assert gains[-1] == pytest.approx(1)
    assert (np.diff(gains) >= 0).all()


def test_an_unknown_shape_names_the_known() -> None:
    with pytest.raises(ValueError, match="equal_power"):
        rise(np.zeros(1), "wobbly")


def test_an_equal_power_crossfade_keeps_the_power() -> None:
    out = Envelope(length=1000, fade_out=300).gains(700, 300)
    into = Envelope(length=1000, fade_in=300).gains(0, 300)
    assert out is not None
    assert into is not None
    assert np.allclose(out**2 + into**2, 1, atol=1e-6)


def test_a_linear_crossfade_keeps_the_sum() -> None:
    out = Envelope(length=500, fade_out=200, shape_out="linear").gains(300, 200)
    into = Envelope(length=500, fade_in=200, shape_in="linear").gains(0, 200)
    assert np.allclose(np.asarray(out) + np.asarray(into), 1, atol=1e-6)


def test_nothing_is_computed_where_nothing_fades() -> None:
    assert Envelope(length=1000, fade_in=100, fade_out=100).gains(100, 800) is None


@given(length=st.integers(1, 500), fade_in=st.integers(0, 500), fade_out=st.integers(0, 500), cut=st.integers(0, 500))
def test_a_part_is_the_part_of_the_whole(length: int, fade_in: int, fade_out: int, cut: int) -> None:
    envelope = Envelope(length=length, fade_in=min(fade_in, length), fade_out=min(fade_out, length))
    cut = min(cut, length)
    whole, parts = envelope.gains(0, length), [envelope.gains(0, cut), envelope.gains(cut, length - cut)]
    joined = [np.ones(n) if part is None else part for part, n in zip(parts, (cut, length - cut), strict=True)]
    assert np.array_equal(np.concatenate(joined), np.ones(length) if whole is None else whole)
