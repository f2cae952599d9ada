"""What an encoder is given: the size of its picture, the rate and channels of its sound, and both as tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.features.picture import IMAGE_SIZE, frames_tensor, normalise, standardise
from engine.features.sound import FRAMES, MELS, SAMPLE_RATE, log_mel
from engine.features.stereo import STEREO_SPECTRUM, stereo_log_mel

if TYPE_CHECKING:
    import numpy as np
    import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontEnd:
    """The inputs of one kind of encoder; everything here works on batches, on the device they lie on."""

    picture: tuple[int, int]
    """Height and width that the whole frame is squeezed to."""
    sample_rate: int
    """Hz."""
    channels: int
    """1 for mono, 2 for stereo."""
    shape: tuple[int, int, int]
    """Of one second's features: channels and two axes."""
    spectrum: Callable[[Any, int], Any]
    """Waveforms ``(..., N)`` and their rate to log-mels ``(..., *shape[1:])``."""

    def rgb(self, frames: Sequence[np.ndarray]) -> torch.Tensor:
        """Frames, each uint8 ``(H, W, 3)`` RGB of any size, as a normalised float32 batch ``(n, 3, *picture)``."""
        return frames_tensor(frames, self.picture)

    def pictures(self, frames: torch.Tensor) -> torch.Tensor:
        """uint8, or float in 0..1, ``(n, 3, H, W)`` as float32 with ImageNet's mean and deviation taken out."""
        return standardise(frames) if frames.is_floating_point() else normalise(frames)

    def sounds(self, waveforms: Any) -> Any:
        """Log-mels ``(n, *shape)`` of seconds of sound ``(n, channels, sample_rate)``; arrays give arrays."""
        if waveforms.shape[-2] != self.channels:
            raise ValueError(f"expected sounds (n, {self.channels}, N), got {tuple(waveforms.shape)}")
        return self.spectrum(waveforms, self.sample_rate)


MONO = FrontEnd(
    picture=(IMAGE_SIZE, IMAGE_SIZE), sample_rate=SAMPLE_RATE, channels=1, shape=(1, MELS, FRAMES), spectrum=log_mel
)
"""Papers A and B."""
STEREO = FrontEnd(
    picture=(IMAGE_SIZE, 2 * IMAGE_SIZE),
    sample_rate=STEREO_SPECTRUM.sample_rate,
    channels=2,
    shape=(2, STEREO_SPECTRUM.frames, STEREO_SPECTRUM.bands),
    spectrum=stereo_log_mel,
)
"""Paper C; the whole frame is squeezed to the size that training crops from a slightly larger one."""
