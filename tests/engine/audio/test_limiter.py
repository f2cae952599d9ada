"""The limiter holds the ceiling, leaves alone what is below it, and does not care where one begins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio.limiter import Limiter
from engine.audio.true_peak import true_peak

RATE = 48_000


def limited(sound: np.ndarray, limiter: Limiter) -> np.ndarray:
    gains = limiter.gains(np.pad(sound, ((0, 0), (limiter.before, limiter.after))))
    return sound if gains is None else (sound * gains).astype(np.float32)


@pytest.mark.parametrize("hz", [60, 997, 7919, 15_013, 19_997])
@pytest.mark.parametrize("ceiling", [-1.0, -9.0])
def test_tones_twice_too_loud_end_at_the_ceiling(hz: int, ceiling: float) -> None:
    sound = np.repeat((2.0 * np.sin(2 * np.pi * hz * np.arange(RATE) / RATE + 0.3))[None], 2, 0).astype(np.float32)
    sound[:, :9600] *= 0.05
    assert ceiling - 0.3 < true_peak(limited(sound, Limiter(RATE, ceiling))) <= ceiling


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 9999), level=st.floats(0.1, 3.0), rate=st.sampled_from([44_100, 48_000, 96_000]))
def test_no_sound_gets_over_the_ceiling(seed: int, level: float, rate: int) -> None:
    rng = np.random.default_rng(seed)
    sound = (level * rng.standard_normal((2, rate // 3)) * rng.choice([0.02, 1.0], rate // 3)).astype(np.float32)
    assert true_peak(limited(sound, Limiter(rate, -1.0))) <= -1.0


def test_what_stays_below_passes_bit_for_bit() -> None:
    limiter = Limiter(RATE, -1.0)
    sound = (0.3 * np.sin(np.arange(2 * RATE).reshape(2, -1) / 9)).astype(np.float32)
    assert limiter.gains(np.pad(sound, ((0, 0), (limiter.before, limiter.after)))) is None
    assert limiter.idle(0.3)
    assert not limiter.idle(0.9)


def test_both_sides_fall_together_a_little_before_the_peak_and_rise_again() -> None:
    limiter = Limiter(RATE, -6.0)
    sound = np.full((2, RATE), 0.1, np.float32)
    sound[0, 24_000] = 1.0
    gains = limiter.gains(np.pad(sound, ((0, 0), (limiter.before, limiter.after))))
    assert gains is not None
    assert gains[24_000] < 0.51
    assert gains[23_800] == pytest.approx(1, abs=1e-9)
    assert gains[24_000 + 900] < 0.51  # held
    assert gains[24_000 + 6000] == pytest.approx(1, abs=1e-9)
    assert np.abs(np.diff(gains)).max() < 0.02


def test_any_stretch_is_the_stretch_of_the_whole() -> None:
    limiter = Limiter(RATE, -1.0)
    sound = np.random.default_rng(1).standard_normal((2, 40_000)).astype(np.float32)
    padded = np.pad(sound, ((0, 0), (limiter.before, limiter.after)))
    whole = limiter.gains(padded)
    part = limiter.gains(padded[:, 12_345 : 12_345 + limiter.before + 7000 + limiter.after])
    assert whole is not None
    assert np.allclose(part, whole[12_345:19_345], atol=1e-9)
