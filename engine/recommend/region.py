"""Pointing at the picture: what the model is shown of a frame so that it answers for one region of it alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engine.errors import MediaError

Region = tuple[float, float, float, float]
"""``x1, y1, x2, y2`` as fractions of the frame's width and height, from the top left."""

POINT_SIDE = 0.55
"""Side of the box around a click, in picture heights. A quarter cuts most things in pieces: see :func:`views`."""
SMALLEST = 0.25
"""Smaller boxes are grown to this side, in picture heights: below it there is too little to recognise."""
_BLUR = 1 / 16  # standard deviation in picture heights; shapes go, colours of the place stay


def around(x: float, y: float, aspect: float) -> Region:
    """The box around a click, within the frame.

    Args:
        x: from the left, as a fraction of the width.
        y: from the top, as a fraction of the height.
        aspect: width of the frame over its height.
    """
    return _grown((x, y, x, y), POINT_SIDE, aspect)


def checked(region: Sequence[float]) -> Region:
    """The region with its corners in order, cut to the frame.

    Raises:
        MediaError: not four numbers, or nothing of it lies in the frame.
    """
    if len(region) != 4 or not all(math.isfinite(value) for value in region):
        raise _no_region(region)
    left, right = sorted((region[0], region[2]))
    top, bottom = sorted((region[1], region[3]))
    if right < 0 or left > 1 or bottom < 0 or top > 1:
        raise _no_region(region)
    x1, y1, x2, y2 = (float(min(1.0, max(0.0, value))) for value in (left, top, right, bottom))
    return x1, y1, x2, y2


def views(rgb: np.ndarray, region: Sequence[float]) -> list[np.ndarray]:
    """Two pictures of a region: cut out, and within the whole frame with everything else blurred.

    The mean of their embeddings stands for the region. Chosen by measurement on the synthetic world (two sources in
    the picture, its own model, 200 boxes of validation scenes; how often the first result is of the pointed source's
    category): whole frame 0.47, a square cut around the box 0.82, with half as much again around it 0.70, all but the
    box blurred 0.86, the mean of the last and the square cut 0.90. Mixing the whole frame in, or grey instead of
    blur, did not help. For a click within the source, boxes of 0.25, 0.4, 0.55 and 0.7 of the height: 0.30, 0.63,
    0.79, 0.82.

    Args:
        rgb: uint8 ``(H, W, 3)``.
        region: of it; grown to :data:`SMALLEST` where it is smaller.

    Raises:
        MediaError: as :func:`checked`.
    """
    height, width = rgb.shape[:2]
    box = _grown(checked(region), SMALLEST, width / height)
    x1, y1, x2, y2 = _pixels(box, width, height)
    left, top, right, bottom = _pixels(_squared(box, width / height), width, height)
    return [np.ascontiguousarray(rgb[top:bottom, left:right]), _alone(rgb, x1, y1, x2, y2)]


def heat_box(heat: np.ndarray, share: float = 0.5) -> Region | None:
    """The box around the hottest place of a map: what hangs together there and is at least ``share`` of its peak.

    Args:
        heat: float ``(h, w)``, 0 and above.
        share: 0..1.

    Returns:
        The region; None where the map is flat and points nowhere.
    """
    import cv2

    height, width = heat.shape
    peak = float(heat.max())
    if not peak > float(heat.min()):
        return None
    _, labels = cv2.connectedComponents((heat >= share * peak).astype(np.uint8))
    rows, columns = np.nonzero(labels == labels.flat[int(heat.argmax())])
    x1, x2 = float(columns.min()) / width, float(columns.max() + 1) / width
    return x1, float(rows.min()) / height, x2, float(rows.max() + 1) / height


def _grown(region: Region, side: float, aspect: float) -> Region:
    """The region, at least ``side`` picture heights wide and high about its middle, moved back into the frame."""
    x1, x2 = _stretched(region[0], region[2], side / aspect)
    y1, y2 = _stretched(region[1], region[3], side)
    return x1, y1, x2, y2


def _squared(region: Region, aspect: float) -> Region:
    """The smallest square around a region, as far as the frame goes."""
    side = max((region[2] - region[0]) * aspect, region[3] - region[1])
    return _grown(region, side, aspect)


def _stretched(low: float, high: float, length: float) -> tuple[float, float]:
    length = min(1.0, max(length, high - low))
    start = min(max(0.0, (low + high - length) / 2), 1.0 - length)
    return start, start + length


def _pixels(region: Region, width: int, height: int) -> tuple[int, int, int, int]:
    """Whole pixels, at least one each way."""
    left, top = min(int(region[0] * width), width - 1), min(int(region[1] * height), height - 1)
    right, bottom = max(left + 1, round(region[2] * width)), max(top + 1, round(region[3] * height))
    return left, top, right, bottom


def _alone(rgb: np.ndarray, x1: int, y1: int, x2: int, y2: int) -> np.ndarray:
    import cv2

    shown = np.asarray(cv2.GaussianBlur(rgb, (0, 0), max(1.0, rgb.shape[0] * _BLUR)), dtype=np.uint8)
    shown[y1:y2, x1:x2] = rgb[y1:y2, x1:x2]
    return shown


def _no_region(region: Sequence[float]) -> MediaError:
    return MediaError(
        f"{tuple(region)} is no part of a picture.",
        "Give x1, y1, x2, y2 as fractions of its width and height, each between 0 and 1.",
    )
