"""Peaks between samples are found, in whatever blocks the sound comes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio.true_peak import GREATEST_RATIO, TruePeak, oversampled_peaks, true_peak

RATE = 48_000


def tone(hz: float, phase: float = 0.0, level: float = 1.0, frames: int = 9600) -> np.ndarray:
    swell = np.hanning(frames) ** 0.2  # no edge, whose ringing is a peak of its own
    return (level * swell * np.sin(2 * np.pi * hz * np.arange(frames) / RATE + phase))[None].astype(np.float32)


def test_a_quarter_of_the_rate_at_45_degrees_is_3_db_above_its_samples() -> None:
    sound = tone(RATE / 4, np.pi / 4)
    samples = 20 * np.log10(np.abs(sound).max())
    assert samples == pytest.approx(-3.01, abs=0.01)
    assert true_peak(sound) - samples == pytest.approx(3.01, abs=0.05)


@pytest.mark.parametrize("hz", [100, 997, 5000, 11_025, 15_000, 19_000])
def test_tones_read_their_amplitude(hz: int) -> None:
    readings = [true_peak(tone(hz, phase, 0.5)) for phase in np.linspace(0, np.pi, 7)]
    # EBU Tech 3341 allows +0.2 and -0.4 dB: a grid of quarters may miss the top.
    assert max(readings) < -6.02 + 0.2
    assert min(readings) > -6.02 - 0.4


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(1, 400), min_size=1, max_size=8), seed=st.integers(0, 99))
def test_blocks_of_any_size_read_the_same(cuts: list[int], seed: int) -> None:
    sound = np.random.default_rng(seed).uniform(-1, 1, (2, sum(cuts))).astype(np.float32)
    meter, first = TruePeak(), 0
    for cut in cuts:
        meter.add(sound[:, first : first + cut])
        first += cut
    meter.add(np.zeros((2, 24), np.float32))
    assert meter.db == pytest.approx(true_peak(sound), abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 999))
def test_no_sound_exceeds_the_bound_that_spares_the_work(seed: int) -> None:
    sound = np.random.default_rng(seed).choice([-1.0, 1.0], (1, 200)).astype(np.float32)
    assert oversampled_peaks(sound).max() <= GREATEST_RATIO


def test_silence_has_no_peak_and_reset_forgets() -> None:
    meter = TruePeak()
    assert meter.db == float("-inf")
    meter.add(np.ones((2, 100), np.float32))
    meter.reset()
    meter.add(np.zeros((2, 100), np.float32))
    assert meter.db == float("-inf")
