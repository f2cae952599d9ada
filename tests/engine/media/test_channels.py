"""Folding and copying channels."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import MediaError
from engine.media.channels import to_channels

H = 0.5**0.5
STEREO = {
    1: [[1], [1]],
    2: [[1, 0], [0, 1]],
    3: [[1, 0, H], [0, 1, H]],
    4: [[1, 0, H, 0], [0, 1, 0, H]],
    5: [[1, 0, H, H, 0], [0, 1, H, 0, H]],
    6: [[1, 0, H, 0, H, 0], [0, 1, H, 0, 0, H]],
    8: [[1, 0, H, 0, H, 0, H, 0], [0, 1, H, 0, 0, H, 0, H]],
}
"""ITU-R BS.775, channels as WAV has them: L R C LFE Ls Rs, in 7.1 the back pair before the side pair."""


@pytest.mark.parametrize("have", STEREO)
def test_each_layout_folds_by_the_standard(have: int) -> None:
    channels = np.eye(have, dtype=np.float32)  # at sample n, channel n alone is heard
    assert np.allclose(to_channels(channels, 2), STEREO[have], atol=1e-7)
    mean = np.mean(STEREO[have], axis=0, keepdims=True)
    assert np.allclose(to_channels(channels, 1), mean, atol=1e-7)


@pytest.mark.parametrize("want", [1, 2])
def test_mono_and_stereo_keep_their_level(want: int) -> None:
    for have in (1, 2):
        out = to_channels(np.ones((have, 10), np.float32), want)
        assert out.shape == (want, 10) and out.dtype == np.float32
        assert np.array_equal(out, np.ones((want, 10)))


def test_a_loud_fold_is_kept_above_full_scale() -> None:
    """Left, centre and left surround at once: 7.66 dB above what weights that sum to 1 would give."""
    out = to_channels(np.ones((6, 10), np.float32), 2)
    assert np.allclose(out, 1 + 2 * H)
    assert 20 * np.log10(out.max()) == pytest.approx(7.66, abs=0.01)


@pytest.mark.parametrize("have", [7, 9, 16])
@pytest.mark.parametrize("want", [1, 2])
def test_layouts_without_a_standing_fold_to_their_mean(have: int, want: int) -> None:
    sound = np.random.default_rng(have).standard_normal((have, 50)).astype(np.float32)
    assert np.allclose(to_channels(sound, want), np.repeat(sound.mean(axis=0, keepdims=True), want, 0), atol=1e-6)


def test_own_channels_stay_as_they_are() -> None:
    waveform = np.random.default_rng(1).standard_normal((5, 9)).astype(np.float32)
    assert np.array_equal(to_channels(waveform, None), waveform)
    assert np.array_equal(to_channels(waveform, 5), waveform)
    with pytest.raises(MediaError, match="cannot be turned into 4"):
        to_channels(waveform, 4)
