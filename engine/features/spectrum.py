"""Log-mel pictures of one second of sound, in batches on the waveform's device; each paper sets the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, overload

import numpy as np

if TYPE_CHECKING:
    import torch

SECONDS = 1.0
FLOOR = 1e-6
# Spectra of more windows at once leave the processor's cache: measured, 2.5 ms a window at 64 against 1.3 ms at 8.
CPU_BATCH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Spectrum:
    """How a second becomes a log-mel picture: Hann window, power 2, Slaney scale and norm, log of ``max(mel, 1e-6)``.

    Frames are centred with zero padding; shorter sounds are padded with zeros, longer ones cut.
    """

    sample_rate: int
    """Hz; other rates are resampled."""
    n_fft: int
    window: int
    """Length of the periodic Hann window, samples."""
    hop: int
    bands: int
    frames: int
    """The first so many are kept."""

    @overload
    def __call__(self, waveform: np.ndarray, sample_rate: int) -> np.ndarray: ...
    @overload
    def __call__(self, waveform: torch.Tensor, sample_rate: int) -> torch.Tensor: ...

    def __call__(self, waveform: Any, sample_rate: int) -> Any:
        """Log-mel spectrogram of the first second of each waveform ``(..., N)``, float32 ``(..., bands, frames)``.

        A numpy array gives an array, a tensor a tensor on its device. Raises ValueError when the waveform has no
        samples or the rate is not positive.
        """
        import torch

        if sample_rate <= 0 or waveform.shape[-1] == 0:
            raise ValueError(f"log_mel needs samples and a positive rate, got {waveform.shape} at {sample_rate} Hz")
        if isinstance(waveform, torch.Tensor):
            return self._of_tensor(waveform.float(), sample_rate)
        samples = torch.from_numpy(np.ascontiguousarray(waveform, dtype=np.float32))
        with torch.inference_mode():
            return self._of_tensor(samples, sample_rate).numpy()

    def _of_tensor(self, waveform: torch.Tensor, sample_rate: int) -> torch.Tensor:
        import torch
        import torchaudio

        rate = self.sample_rate
        waveform = waveform[..., : int(np.ceil(sample_rate * SECONDS))]
        if sample_rate != rate:
            waveform = torchaudio.functional.resample(waveform, sample_rate, rate)
        waveform = waveform[..., :rate]
        waveform = torch.nn.functional.pad(waveform, (0, rate - waveform.shape[-1]))
        transform = _transform(self, str(waveform.device))
        parts = waveform.reshape(-1, rate).split(CPU_BATCH if waveform.device.type == "cpu" else 1 << 30)
        mel = torch.cat([transform(part)[..., : self.frames] for part in parts])
        return mel.clamp_min(FLOOR).log().reshape(*waveform.shape[:-1], self.bands, self.frames)


@lru_cache(maxsize=8)
def _transform(spectrum: Spectrum, device: str) -> torch.nn.Module:
    from torchaudio.transforms import MelSpectrogram

    return MelSpectrogram(
        sample_rate=spectrum.sample_rate,
        n_fft=spectrum.n_fft,
        win_length=spectrum.window,
        hop_length=spectrum.hop,
        n_mels=spectrum.bands,
        power=2.0,
        center=True,
        pad_mode="constant",
        norm="slaney",
        mel_scale="slaney",
    ).to(device)
