"""What a network that judges whole clips is given: frames at even times, and their stereo waveform (Paper D)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.features.picture import normalise, standardise

if TYPE_CHECKING:
    import torch

CLIP_SECONDS = 4.2
"""Paper D, section 3.2."""
WAVE_RATE = 21_000
"""Hz, stereo (Paper D, section 3.2)."""
_QUIETEST = 1e-3
"""RMS below which a sound is no longer made louder: -60 dBFS."""
_LOUDNESS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipFront:
    """The inputs of one clip network."""

    picture: int
    """Edge of the square that the whole frame is squeezed to, pixels."""
    frames: int
    """How many, spread evenly over the clip: frame k is the one shown at k parts of it."""
    seconds: float = CLIP_SECONDS

    @property
    def rate(self) -> Fraction:
        """Frames a second."""
        return self.frames / Fraction(self.seconds).limit_denominator(1000)

    @property
    def samples(self) -> int:
        """Of the sound, a channel."""
        return round(self.seconds * WAVE_RATE)

    def times(self, start: float) -> list[float]:
        """When the frames of a clip that begins at ``start`` are shown, s."""
        return [start + float(k / self.rate) for k in range(self.frames)]

    def pictures(self, frames: torch.Tensor) -> torch.Tensor:
        """``(B, T, 3, H, W)``, uint8 or float in 0..1, as normalised float32 ``(B, 3, T, H, W)``."""
        batch, time = frames.shape[:2]
        flat = frames.flatten(0, 1)
        flat = standardise(flat) if flat.is_floating_point() else normalise(flat)
        return flat.view(batch, time, *flat.shape[1:]).transpose(1, 2)

    def sounds(self, waveforms: Any) -> Any:
        """Waveforms ``(B, 2, N)`` at 21 kHz brought to one loudness (RMS 0.1, both channels together).

        How loud a file is says nothing about what it goes with; the paper does not say what it does. Near silence is
        left as it is. Arrays give arrays, tensors give tensors.
        """
        if waveforms.shape[-2] != 2:
            raise ValueError(f"expected sounds (B, 2, N), got {tuple(waveforms.shape)}")
        power = (waveforms**2).mean((-2, -1))[..., None, None]
        rms = np.sqrt(power) if isinstance(waveforms, np.ndarray) else power.sqrt()
        return waveforms * (_LOUDNESS / rms.clip(_QUIETEST))
