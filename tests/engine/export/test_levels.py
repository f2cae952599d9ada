"""Loudness of deliveries: as another meter has it, and gains that keep peaks below the ceiling."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest

from engine.export.bext import LoudnessFields
from engine.export.levels import Levels, shortfall
from engine.export.presets import BUILT_IN, NONE

EBU = next(target for target in BUILT_IN if target.id == "ebu-r128")


def test_integrated_loudness_agrees_with_pyloudnorm() -> None:
    sound = np.random.default_rng(1).normal(0, 0.1, (2, 48000 * 5)).astype(np.float32)
    levels = Levels(48000)
    for start in range(0, sound.shape[1], 10_000):
        levels.add(sound[:, start : start + 10_000])
    told = levels.fields()
    assert told.integrated == pytest.approx(pyloudnorm.Meter(48000).integrated_loudness(sound.T), abs=0.1)
    assert told.true_peak is not None
    assert told.true_peak >= 20 * np.log10(np.abs(sound).max()) - 1e-6


def test_silence_has_no_loudness() -> None:
    levels = Levels(48000)
    levels.add(np.zeros((2, 48000), np.float32))
    assert levels.fields() == LoudnessFields()


def _heard(*parts: tuple[float, float]) -> Levels:
    """Levels of noise: (seconds, dBFS RMS) one after the other."""
    levels, rng = Levels(48000), np.random.default_rng(2)
    for seconds, level in parts:
        levels.add(rng.normal(0, 10 ** (level / 20), (2, round(seconds * 48000))).astype(np.float32))
    return levels


def test_gain_meets_the_target_or_stops_at_the_ceiling() -> None:
    quiet, loud = _heard((5, -40)), _heard((5, -12))
    for levels in (quiet, loud):
        gain = levels.gain_to(EBU)
        told = levels.fields(gain)
        assert told.integrated == pytest.approx(-23, abs=0.01)
        assert gain == pytest.approx(-23 - (levels.fields().integrated or 0), abs=0.01)
    clicks = np.zeros((2, 48000 * 5), np.float32)
    clicks[:, ::24000] = 0.9
    peaky = Levels(48000)
    peaky.add(clicks)
    told = peaky.fields(peaky.gain_to(EBU))
    assert told.true_peak == pytest.approx(-1.0, abs=0.01) and (told.integrated or 0) < -24
    assert Levels(48000).gain_to(EBU) == 0.0
    assert quiet.gain_to(NONE) == 0.0


def test_the_target_is_met_where_quiet_parts_fall_below_the_gate() -> None:
    """A loud scene, a middling one and a long one near silence: turned down, the last is no longer counted."""
    levels = _heard((3, -17), (10, -37), (40, -72))
    before = levels.fields().integrated
    assert before is not None
    by_difference = levels.fields(-23 - before)
    assert abs((by_difference.integrated or 0) + 23) > 1, "the test needs a mix that the plain difference misses"
    gain = levels.gain_to(EBU)
    assert levels.fields(gain).integrated == pytest.approx(-23, abs=0.01)


def test_a_missed_target_is_told() -> None:
    assert shortfall(EBU, LoudnessFields(integrated=-23.05, true_peak=-3)) is None
    assert shortfall(NONE, LoudnessFields()) is None
    missed = shortfall(EBU, LoudnessFields(integrated=-35.0, true_peak=-1.0))
    assert missed is not None
    assert "-35.0 LUFS, not the -23 of EBU R128" in missed
    assert "too quiet or too short" in (shortfall(EBU, LoudnessFields()) or "")
    assert "gate" not in missed
    above = shortfall(EBU, LoudnessFields(integrated=-22.8, true_peak=-12.0))
    assert above is not None and "peaks" not in above and "gate" in above
