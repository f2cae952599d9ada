"""The sound front end agrees with librosa and covers sounds with windows."""

from __future__ import annotations

import numpy as np
import pytest

from engine.features import SAMPLE_RATE, log_mel, split_windows, window_starts


def tone(seconds: float, rate: int = SAMPLE_RATE) -> np.ndarray:
    t = np.arange(round(seconds * rate)) / rate
    rng = np.random.default_rng(0)
    return (0.3 * np.sin(2 * np.pi * 440 * t) + 0.01 * rng.standard_normal(len(t))).astype(np.float32)


@pytest.mark.parametrize("level", [1.0, 0.01, 0.0])
def test_agrees_with_librosa_to_a_thousandth(level: float) -> None:
    import librosa

    wave = tone(1.0) * np.float32(level)
    mel = librosa.feature.melspectrogram(y=wave, sr=SAMPLE_RATE, n_fft=2048, hop_length=480, n_mels=64)
    reference = np.log(np.maximum(mel, 1e-6))[:, :100]
    ours = log_mel(wave, SAMPLE_RATE)
    assert ours.shape == (64, 100)
    assert ours.dtype == np.float32
    assert np.abs(ours - reference).max() < 1e-3


def test_batches_match_single_sounds_and_tensors_match_arrays() -> None:
    import torch

    waves = np.stack([tone(1.0), -0.5 * tone(1.0), np.zeros(SAMPLE_RATE, np.float32)])
    together = log_mel(waves, SAMPLE_RATE)
    assert together.shape == (3, 64, 100)
    for wave, mel in zip(waves, together, strict=True):
        assert np.allclose(log_mel(wave, SAMPLE_RATE), mel, atol=1e-5)
    tensor = log_mel(torch.from_numpy(waves), SAMPLE_RATE)
    assert isinstance(tensor, torch.Tensor)
    assert np.array_equal(tensor.numpy(), together)


def test_other_rates_and_lengths_give_the_same_shape() -> None:
    assert log_mel(tone(3.0), SAMPLE_RATE).shape == (64, 100)
    assert log_mel(tone(0.2), SAMPLE_RATE).shape == (64, 100)
    low = log_mel(tone(1.0, 22050), 22050)
    assert low.shape == (64, 100)
    assert low.max(axis=1).argmax() == log_mel(tone(1.0), SAMPLE_RATE).max(axis=1).argmax()


def test_nothing_to_hear_is_an_error() -> None:
    with pytest.raises(ValueError, match="needs samples"):
        log_mel(np.zeros(0, np.float32), SAMPLE_RATE)
    with pytest.raises(ValueError, match="positive rate"):
        log_mel(tone(1.0), 0)


@pytest.mark.parametrize(
    ("seconds", "starts"),
    [(0.05, [0.0]), (1.0, [0.0]), (1.2, [0.0]), (1.5, [0.0, 0.5]), (3.0, [0.0, 1.0, 2.0]), (2.4, [0.0, 1.0, 1.4])],
)
def test_windows_cover_the_sound(seconds: float, starts: list[float]) -> None:
    assert window_starts(seconds) == pytest.approx(starts)


def test_windows_are_cut_where_they_start_and_padded_with_silence() -> None:
    wave = np.arange(int(1.5 * SAMPLE_RATE), dtype=np.float32)
    starts, windows = split_windows(wave)
    assert starts == [0.0, 0.5]
    assert windows[1, 0] == SAMPLE_RATE // 2
    short = split_windows(np.ones(100, np.float32))[1]
    assert short.shape == (1, SAMPLE_RATE)
    assert short.sum() == 100


def test_windows_of_several_channels_at_any_rate() -> None:
    wave = np.arange(2 * 24_000, dtype=np.float32).reshape(2, 24_000)
    starts, windows = split_windows(wave, 16_000)
    assert starts == [0.0, 0.5]
    assert windows.shape == (2, 2, 16_000)
    assert windows[1, 1, 0] == wave[1, 8_000]
