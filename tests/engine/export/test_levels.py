"""Loudness of deliveries: as another meter has it, and gains that keep peaks below the ceiling."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest

from engine.export.bext import LoudnessFields
from engine.export.levels import Levels, gain_to, louder, shortfall
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


def test_gain_meets_the_target_or_stops_at_the_ceiling() -> None:
    assert gain_to(EBU, LoudnessFields(integrated=-30.0, true_peak=-20.0)) == 7.0
    assert gain_to(EBU, LoudnessFields(integrated=-40.0, true_peak=-6.0)) == 5.0
    assert gain_to(EBU, LoudnessFields(integrated=-10.0, true_peak=0.5)) == -13.0
    assert gain_to(EBU, LoudnessFields()) == 0.0
    assert gain_to(NONE, LoudnessFields(integrated=-40.0)) == 0.0


def test_a_missed_target_is_told() -> None:
    assert shortfall(EBU, LoudnessFields(integrated=-23.05, true_peak=-3)) is None
    assert shortfall(NONE, LoudnessFields()) is None
    missed = shortfall(EBU, LoudnessFields(integrated=-35.0, true_peak=-1.0))
    assert missed is not None
    assert "-35.0 LUFS, not the -23 of EBU R128" in missed
    assert "too quiet or too short" in (shortfall(EBU, LoudnessFields()) or "")


def test_louder_moves_what_is_known() -> None:
    assert louder(LoudnessFields(integrated=-20.0), 3.0) == LoudnessFields(integrated=-17.0)
