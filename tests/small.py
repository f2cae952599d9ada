"""Every registered encoder in a size for tests."""

from __future__ import annotations

from typing import Any

from engine import models
from engine.models.two_stream import AudioVisualEncoder

VGG_LIKE = {"widths": (4, 8, 12, 16)}
SETTINGS: dict[str, dict[str, Any]] = {
    "attention": VGG_LIKE,
    "baseline": VGG_LIKE,
    "cca": {},
    "resnet18": {"width": 4},
    "stereo_resnet18": {"width": 4},
}


def small_encoder(name: str, **more: Any) -> AudioVisualEncoder:
    """The encoder called ``name`` with few channels; a name without an entry above fails."""
    return models.create(name, **SETTINGS[name], **more)
