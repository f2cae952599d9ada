"""Folding and copying channels."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import MediaError
from engine.media.channels import to_channels


@pytest.mark.parametrize("have", range(1, 17))
@pytest.mark.parametrize("want", [1, 2])
def test_full_scale_never_clips_and_never_vanishes(have: int, want: int) -> None:
    out = to_channels(np.ones((have, 10), np.float32), want)
    assert out.shape == (want, 10) and out.dtype == np.float32
    assert np.allclose(out, 1)


def test_fold_of_5_1_by_hand() -> None:
    left, right, centre, low, back_left, back_right = np.eye(6, dtype=np.float32)
    h = 0.5**0.5
    total = 1 + 2 * h
    waveform = np.stack([left, right, centre, low, back_left, back_right])
    expected = np.array([[1, 0, h, 0, h, 0], [0, 1, h, 0, 0, h]]) / total
    assert np.allclose(to_channels(waveform, 2), expected, atol=1e-6)


def test_own_channels_stay_as_they_are() -> None:
    waveform = np.random.default_rng(1).standard_normal((5, 9)).astype(np.float32)
    assert np.array_equal(to_channels(waveform, None), waveform)
    assert np.array_equal(to_channels(waveform, 5), waveform)
    with pytest.raises(MediaError, match="cannot be turned into 4"):
        to_channels(waveform, 4)
