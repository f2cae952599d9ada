"""Paper C's front end agrees with librosa and keeps left and right apart."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.features import STEREO, stereo_log_mel


def stereo(seconds: float = 1.0, rate: int = 16_000) -> np.ndarray:
    rng = np.random.default_rng(0)
    t = np.arange(round(seconds * rate)) / rate
    left = 0.3 * np.sin(2 * np.pi * 440 * t) + 0.01 * rng.standard_normal(len(t))
    return np.stack([left, 0.05 * rng.standard_normal(len(t))]).astype(np.float32)


@pytest.mark.parametrize("level", [1.0, 0.01, 0.0])
def test_agrees_with_librosa_to_a_thousandth(level: float) -> None:
    import librosa

    wave = stereo() * np.float32(level)
    ours = stereo_log_mel(wave)
    assert ours.shape == (2, 100, 128)
    for channel, side in zip(wave, ours, strict=True):
        mel = librosa.feature.melspectrogram(
            y=channel, sr=16_000, n_fft=512, win_length=400, hop_length=160, n_mels=128, pad_mode="constant"
        )
        assert np.abs(side - np.log(np.maximum(mel, 1e-6))[:, :100].T).max() < 1e-3


def test_batches_tensors_and_other_rates() -> None:
    waves = np.stack([stereo(), stereo()[::-1]])
    together = stereo_log_mel(waves)
    assert np.allclose(together[0], together[1, ::-1], atol=1e-5)
    tensor = stereo_log_mel(torch.from_numpy(waves))
    assert isinstance(tensor, torch.Tensor)
    assert np.array_equal(tensor.numpy(), together)
    assert stereo_log_mel(stereo(0.3, 48_000), 48_000).shape == (2, 100, 128)


def test_one_channel_is_refused() -> None:
    with pytest.raises(ValueError, match=r"stereo sound is \(\.\.\., 2, N\)"):
        stereo_log_mel(np.zeros((1, 16_000), np.float32))
    with pytest.raises(ValueError, match="expected sounds"):
        STEREO.sounds(np.zeros((4, 1, 16_000), np.float32))
