"""Dither: repeatable, unbiased, silent where nothing is, and no distortion of what is quieter than a step."""

from __future__ import annotations

import numpy as np

from engine.export.dither import Dither

FULL = 1 << 23


def test_the_same_seed_gives_the_same_samples() -> None:
    sound = np.random.default_rng(0).uniform(-1, 1, (100, 2)).astype(np.float32)
    assert np.array_equal(Dither(bits=24, seed=5).apply(sound), Dither(bits=24, seed=5).apply(sound))
    assert not np.array_equal(Dither(bits=24, seed=5).apply(sound), Dither(bits=24, seed=6).apply(sound))


def test_silence_stays_silent_and_full_scale_is_clipped() -> None:
    sound = np.array([[0, 0], [2, -2]], np.float32)
    assert Dither(bits=24).apply(sound).tolist() == [[0, 0], [FULL - 1, -FULL]]


def test_a_tone_of_half_a_step_survives_on_average() -> None:
    """Rounding alone would make silence of it."""
    quiet = np.full((200_000, 1), 0.3 / FULL, np.float32)
    values = Dither(bits=24).apply(quiet)
    assert abs(values.mean() - 0.3) < 0.01
    assert abs(values.var() - 0.25) < 0.01  # TPDF of two steps (1/6) and the rounding (1/12)
