"""Front ends: what the encoders see of a frame and hear of a sound."""

from engine.features.front import MONO, STEREO, FrontEnd
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
from engine.features.stereo import stereo_log_mel

__all__ = [
    "FRAMES",
    "IMAGE_SIZE",
    "MELS",
    "MONO",
    "SAMPLE_RATE",
    "STEREO",
    "WINDOW_SECONDS",
    "FrontEnd",
    "frame_tensor",
    "frames_tensor",
    "log_mel",
    "split_windows",
    "stereo_log_mel",
    "window_starts",
]
