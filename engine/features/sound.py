"""Paper A's sound front end: one second of sound as a log-mel picture, and the windows that cover a longer sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np

from engine.features.spectrum import SECONDS, Spectrum

if TYPE_CHECKING:
    import torch

SAMPLE_RATE = 48_000
WINDOW_SECONDS = SECONDS
MELS = 64
FRAMES = 100
SPECTRUM = Spectrum(sample_rate=SAMPLE_RATE, n_fft=2048, window=2048, hop=480, bands=MELS, frames=FRAMES)
# A tail shorter than this is heard by the window before it already.
SHORTEST_TAIL = 0.25


@overload
def log_mel(waveform: np.ndarray, sample_rate: int) -> np.ndarray: ...
@overload
def log_mel(waveform: torch.Tensor, sample_rate: int) -> torch.Tensor: ...


def log_mel(waveform: Any, sample_rate: int) -> Any:
    """Log-mel spectrogram of the first second of each waveform, float32 ``(..., 64, 100)``.

    Paper A, section 3, with the open points fixed as librosa's defaults: 48 kHz, ``n_fft=2048``, ``hop_length=480``,
    centred periodic Hann window with zero padding, power 2, Slaney mel scale and norm, the first 100 frames, natural
    logarithm of ``max(mel, 1e-6)``. Shorter sounds are padded with zeros.

    Args:
        waveform: mono samples ``(..., N)`` in -1..1; a numpy array gives an array, a tensor a tensor on its device.
        sample_rate: of ``waveform``, Hz; resampled to 48 kHz when it differs.

    Raises:
        ValueError: the waveform has no samples or the rate is not positive.
    """
    return SPECTRUM(waveform, sample_rate)


def window_starts(seconds: float) -> list[float]:
    """Starts, in s, of the one-second windows that cover a sound of ``seconds``.

    Windows follow each other without overlap; a tail of at least a quarter second gets one more window that ends with
    the sound. A sound of up to a second has the one window that starts at 0.
    """
    whole = int(seconds + 1e-9)
    starts = [float(n) for n in range(max(1, whole))]
    if whole >= 1 and seconds - whole >= SHORTEST_TAIL:
        starts.append(seconds - WINDOW_SECONDS)
    return starts


def split_windows(waveform: np.ndarray, sample_rate: int = SAMPLE_RATE) -> tuple[list[float], np.ndarray]:
    """The one-second windows of a waveform ``(..., N)``: their starts in s and samples ``(W, ..., sample_rate)``."""
    starts = window_starts(waveform.shape[-1] / sample_rate)
    windows = np.zeros((len(starts), *waveform.shape[:-1], sample_rate), dtype=np.float32)
    for row, start in zip(windows, starts, strict=True):
        first = round(start * sample_rate)
        piece = waveform[..., first : first + sample_rate]
        row[..., : piece.shape[-1]] = piece
    return starts, windows
