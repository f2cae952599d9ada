"""Front ends: what the encoders see of a frame and hear of a sound."""

from engine.features.picture import IMAGE_SIZE, frame_tensor, frames_tensor
from engine.features.sound import (
    FRAMES,
    MELS,
    SAMPLE_RATE,
    WINDOW_SECONDS,
    log_mel,
    split_windows,
    window_starts,
)

__all__ = [
    "FRAMES",
    "IMAGE_SIZE",
    "MELS",
    "SAMPLE_RATE",
    "WINDOW_SECONDS",
    "frame_tensor",
    "frames_tensor",
    "log_mel",
    "split_windows",
    "window_starts",
]
