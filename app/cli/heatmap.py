"""Lays a map of where the model looks over the picture, as the window does, and writes it as PNG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import MediaError
from engine.files import write_bytes

if TYPE_CHECKING:
    import numpy as np

_PNG = b"\x89PNG"


def overlay(image: np.ndarray, heat: np.ndarray, opacity: float = 0.7) -> np.ndarray:
    """``image`` (H, W, 3) uint8 RGB under ``heat`` (h, w) in 0..1: a perceptually uniform map, alpha from the value."""
    import cv2
    import numpy as np

    height, width = image.shape[:2]
    smooth = cv2.resize(np.asarray(heat, np.float32), (width, height), interpolation=cv2.INTER_CUBIC).clip(0, 1)
    colours = cv2.applyColorMap((smooth * 255).round().astype(np.uint8), cv2.COLORMAP_INFERNO)[..., ::-1]
    alpha = (opacity * smooth)[..., None]
    return ((1 - alpha) * image + alpha * colours).round().astype(np.uint8)


def check_target(target: Path, picture: Path, option: str = "--heatmap") -> None:
    """Raises :class:`MediaError` where writing to ``target`` would replace the picture itself or anything but a PNG.

    ``option`` is what the person named the target with.
    """
    if not target.exists():
        return
    hint = f"Give {option} another name; your own files are never written over."
    if target.is_dir() or (picture.exists() and target.samefile(picture)):
        raise MediaError(f"The heatmap cannot be written to {target}.", hint, path=target)
    with target.open("rb") as file:
        if file.read(len(_PNG)) != _PNG:
            raise MediaError(f"{target} is there already and no PNG picture.", hint, path=target)


def write_png(target: Path, image: np.ndarray) -> None:
    """Write RGB ``image`` to ``target`` as PNG, whatever the suffix says."""
    import cv2

    done, data = cv2.imencode(".png", image[..., ::-1])
    if not done:
        raise MediaError(f"The picture for {target.name} could not be encoded.", "Try another moment.", path=target)
    write_bytes(target, data.tobytes())
