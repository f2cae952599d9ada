"""The picture front end: a whole frame squeezed to the shape the encoders were trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

IMAGE_SIZE = 224
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def resize_square(rgb: np.ndarray, size: int = IMAGE_SIZE) -> np.ndarray:
    """The whole frame as uint8 ``(size, size, 3)``."""
    return resize(rgb, (size, size))


def resize(rgb: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The whole frame as uint8 ``(*size, 3)``, size being height and width; averaged when shrinking.

    The frame is squeezed rather than cropped: a source at the edge stays visible, and a map over the result
    stretches straight back onto the frame.
    """
    import cv2

    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
        raise ValueError(f"a frame is uint8 (H, W, 3), got {rgb.dtype} {rgb.shape}")
    if rgb.shape[:2] == size:
        return rgb
    shrinking = rgb.shape[0] > size[0] or rgb.shape[1] > size[1]
    return cv2.resize(rgb, size[::-1], interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR)


def frames_tensor(frames: Sequence[np.ndarray], size: tuple[int, int] = (IMAGE_SIZE, IMAGE_SIZE)) -> torch.Tensor:
    """Frames, each uint8 ``(H, W, 3)`` RGB of any size, as normalised float32 ``(n, 3, *size)``."""
    import torch

    squeezed = np.stack([resize(frame, size) for frame in frames])
    return normalise(torch.from_numpy(squeezed).permute(0, 3, 1, 2))


def frame_tensor(rgb: np.ndarray) -> torch.Tensor:
    """One frame, uint8 ``(H, W, 3)`` RGB, as normalised float32 ``(3, 224, 224)``."""
    return frames_tensor([rgb])[0]


def normalise(frames: torch.Tensor) -> torch.Tensor:
    """uint8 ``(n, 3, H, W)`` as float32 with ImageNet's mean and deviation taken out, on the same device."""
    return standardise(frames.float() / 255.0)


def standardise(frames: torch.Tensor) -> torch.Tensor:
    """Float frames ``(n, 3, H, W)`` in 0..1 with ImageNet's mean and deviation taken out, on the same device."""
    import torch

    mean = torch.tensor(MEAN, device=frames.device).view(3, 1, 1)
    std = torch.tensor(STD, device=frames.device).view(3, 1, 1)
    return (frames - mean) / std
