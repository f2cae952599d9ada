"""Paper C's sound front end: one second of stereo sound as two log-mel pictures, time running downwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from engine.features.spectrum import Spectrum

if TYPE_CHECKING:
    import numpy as np
    import torch

STEREO_SPECTRUM = Spectrum(sample_rate=16_000, n_fft=512, window=400, hop=160, bands=128, frames=100)


@overload
def stereo_log_mel(waveform: np.ndarray, sample_rate: int = ...) -> np.ndarray: ...
@overload
def stereo_log_mel(waveform: torch.Tensor, sample_rate: int = ...) -> torch.Tensor: ...


def stereo_log_mel(waveform: Any, sample_rate: int = STEREO_SPECTRUM.sample_rate) -> Any:
    """Log-mel spectrograms of the first second of both channels, float32 ``(..., 2, 100, 128)``.

    Paper C, section 2.2: 16 kHz, Hann window of 25 ms, hop of 10 ms, FFT of 512, 128 bands. Open in the text and taken
    from Paper A's front end: centred frames, Slaney scale and norm, natural logarithm of ``max(mel, 1e-6)``.

    Args:
        waveform: ``(..., 2, N)`` in -1..1, left channel first; an array gives an array, a tensor a tensor.
        sample_rate: of ``waveform``, Hz.
    """
    if waveform.ndim < 2 or waveform.shape[-2] != 2:
        raise ValueError(f"stereo sound is (..., 2, N), got {tuple(waveform.shape)}")
    return STEREO_SPECTRUM(waveform, sample_rate).swapaxes(-1, -2)
