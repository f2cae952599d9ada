"""Loudness against the standard's own coefficients, EBU Tech 3341's signals and pyloudnorm."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio.loudness import SILENT, LoudnessMeter, k_weighting, measure

RATE = 48_000


def sine(dbfs: float, seconds: float, rate: int = RATE) -> np.ndarray:
    wave = 10 ** (dbfs / 20) * np.sin(2 * np.pi * 1000 * np.arange(round(seconds * rate)) / rate)
    return np.stack([wave, wave]).astype(np.float32)


def test_the_filters_at_48_khz_are_the_standard_s() -> None:
    shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585]
    high_pass = [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621]
    assert np.allclose(k_weighting(RATE), [shelf, high_pass], atol=1e-7)


@pytest.mark.parametrize("rate", [8000, 44_100, 192_000])
def test_weighing_by_spectra_is_what_the_filters_do_running(rate: int) -> None:
    from scipy.signal import sosfilt

    sound = 0.5 + np.random.default_rng(5).standard_normal((2, rate)).astype(np.float32)  # an offset echoes longest
    power = np.square(sosfilt(k_weighting(rate), sound.astype(float), axis=1)).sum(axis=0)
    meter = LoudnessMeter(rate)
    for block in np.array_split(sound, 7, axis=1):
        meter.add(block)
    assert np.allclose(meter._powers, power.reshape(10, -1).mean(axis=1), rtol=1e-9)


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_case_1_and_2_a_stereo_sine_reads_its_level(rate: int, level: float) -> None:
    found = measure([sine(level, 20, rate)], rate)
    for reading in (found.integrated, found.momentary_max, found.short_term_max):
        assert reading == pytest.approx(level, abs=0.1)


def test_case_3_the_relative_gate_leaves_out_the_quiet_ends() -> None:
    parts = [sine(-36, 10), sine(-23, 60), sine(-36, 10)]
    assert measure(parts, RATE).integrated == pytest.approx(-23, abs=0.1)


def test_case_4_the_absolute_gate_leaves_out_silence() -> None:
    parts = [sine(-72, 10), sine(-36, 10), sine(-23, 60), sine(-36, 10), sine(-72, 10)]
    assert measure(parts, RATE).integrated == pytest.approx(-23, abs=0.1)


def test_case_9_short_term_is_steady_where_the_tone_changes_within_it() -> None:
    meter, readings = LoudnessMeter(RATE), []
    for _ in range(3):
        for level, seconds in ((-20, 1.34), (-30, 1.66)):
            meter.add(sine(level, seconds))
            readings.append(meter.short_term)
    assert readings[2:] == pytest.approx([-23] * 4, abs=0.2)


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_agrees_with_pyloudnorm(rate: int) -> None:
    rng = np.random.default_rng(rate)
    sound = 0.1 * rng.standard_normal((rate * 12, 2))
    sound[: rate * 4] *= 0.02
    wanted = pyloudnorm.Meter(rate).integrated_loudness(sound)
    assert measure([sound.T.astype(np.float32)], rate).integrated == pytest.approx(wanted, abs=0.1)


@settings(max_examples=10, deadline=None)
@given(cuts=st.lists(st.integers(1, 20_000), min_size=3, max_size=12))
def test_blocks_of_any_size_read_the_same(cuts: list[int]) -> None:
    sound = np.random.default_rng(8).uniform(-0.5, 0.5, (2, sum(cuts))).astype(np.float32)
    blocks = np.split(sound, np.cumsum(cuts)[:-1], axis=1)
    assert measure(blocks, RATE).integrated == pytest.approx(measure([sound], RATE).integrated, abs=1e-9)


def test_mono_counts_one_channel_and_more_than_two_are_refused() -> None:
    assert measure([sine(-23, 5)[:1]], RATE).integrated == pytest.approx(-26.01, abs=0.1)
    with pytest.raises(ValueError, match="fold the sound to stereo"):
        LoudnessMeter(RATE, 6)


def test_silence_and_nothing_have_no_loudness() -> None:
    assert measure([np.zeros((2, RATE), np.float32)], RATE).integrated == SILENT
    assert measure([], RATE).true_peak == SILENT


@pytest.mark.parametrize("gain", [-30.0, -6.0, 0.0, 12.0])
def test_what_it_would_be_at_another_gain_is_what_it_is(gain: float) -> None:
    """Parts that fall below the absolute gate count no more, so it is not the difference alone."""
    sound = np.concatenate([sine(-15, 3), sine(-34, 8), sine(-60, 20)], axis=1)
    meter = LoudnessMeter(RATE)
    meter.add(sound)
    heard = measure([sound * np.float32(10 ** (gain / 20))], RATE).integrated
    assert meter.integrated_at(gain) == pytest.approx(heard, abs=1e-4)
    assert meter.integrated_at(0.0) == meter.integrated


def test_reset_begins_a_new_measurement() -> None:
    meter = LoudnessMeter(RATE)
    meter.add(sine(-10, 4))
    meter.reset()
    assert (meter.momentary, meter.integrated, meter.momentary_max) == (SILENT, SILENT, SILENT)
    meter.add(sine(-23, 4))
    assert meter.short_term == pytest.approx(-23, abs=0.1)
