"""Meters rise at once, fall slowly, hold for a while; the master's are measured too."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audio.meters import FALL_DB_PER_SECOND, HOLD_SECONDS, MixMeters, PeakMeters

RATE = 48_000


def test_a_peak_shows_at_once_and_falls_20_db_a_second() -> None:
    meter = PeakMeters((1,), RATE)
    meter.add(np.array([0.5]), 480)
    assert meter.levels[0] == 0.5
    for _ in range(50):
        meter.add(np.zeros(1), 480)
    assert 20 * np.log10(meter.levels[0] / 0.5) == pytest.approx(-FALL_DB_PER_SECOND / 2)


def test_the_highest_is_held_and_then_let_go() -> None:
    meter = PeakMeters((1,), RATE)
    meter.add(np.array([0.5]), 480)
    for _ in range(round(HOLD_SECONDS * 100) - 1):
        meter.add(np.array([0.1]), 480)
        assert meter.held[0] == 0.5
    for _ in range(3):
        meter.add(np.array([0.1]), 480)
    assert meter.held[0] == pytest.approx(0.1)


def test_going_over_is_remembered_until_reset() -> None:
    meter = PeakMeters((2,), RATE)
    meter.add(np.array([1.2, 0.9]), 480)
    meter.add(np.zeros(2), 480)
    assert meter.over.tolist() == [True, False]
    meter.reset()
    assert not meter.over.any()
    assert not meter.levels.any()


def test_a_reading_holds_tracks_and_master_and_does_not_change_later() -> None:
    meters = MixMeters(RATE, 2)
    wave = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(RATE * 4) / RATE)
    meters.add(np.stack([wave, wave]).astype(np.float32), np.array([[0.5, 0.5], [0.0, 0.0]]))
    reading = meters.reading()
    meters.reset()
    assert reading.tracks.tolist() == [[0.5, 0.5], [0.0, 0.0]]
    assert reading.master == pytest.approx([0.5, 0.5], abs=1e-3)
    assert reading.integrated == pytest.approx(-6.02, abs=0.1)
    assert reading.true_peak == pytest.approx(-6.02, abs=0.1)
    assert meters.reading().true_peak == float("-inf")
