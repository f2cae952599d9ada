"""Heat and contours over the picture: a perceptually uniform map whose opacity follows the value."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage, QPainterPath

if TYPE_CHECKING:
    import numpy as np

LONG_SIDE = 320  # px the small map is smoothly enlarged to; Qt enlarges it from there to the screen
BLUR = 8.0  # px of the enlarged map, most of a cell of a 28 x 28 map: a lone cell is a speckle, not a place
SMALLEST = 60.0  # px² of the enlarged map; smaller islands say nothing
SMOOTHED = 6  # outline points to either side that are averaged
CLEAR_BELOW = 0.35  # share of the map's top
LEVELS = (0.5, 0.75)  # contour lines, as shares of the map's top


@cache
def heat_table() -> np.ndarray:
    """Colours of the values 0..255, uint8 (256, 3) RGB: OpenCV's inferno, from dark violet to pale yellow."""
    import cv2
    import numpy as np

    ramp = np.arange(256, dtype=np.uint8)[:, None]
    return cv2.applyColorMap(ramp, cv2.COLORMAP_INFERNO)[:, 0, ::-1].copy()


def enlarge(values: np.ndarray, aspect: float) -> np.ndarray:
    """The map (h, w) in 0..1 smoothly enlarged to the picture's shape (``aspect`` = width / height), top kept."""
    import cv2
    import numpy as np

    width, height = (LONG_SIDE, round(LONG_SIDE / aspect)) if aspect >= 1 else (round(LONG_SIDE * aspect), LONG_SIDE)
    large = cv2.resize(np.asarray(values, np.float32), (max(1, width), max(1, height)), interpolation=cv2.INTER_CUBIC)
    smooth = np.clip(cv2.GaussianBlur(large, (0, 0), BLUR), 0.0, 1.0)
    top, smooth_top = float(np.max(values, initial=0.0)), float(smooth.max())
    return np.clip(smooth * (top / smooth_top), 0.0, 1.0) if smooth_top > 0 else smooth


def heat_image(values: np.ndarray, aspect: float) -> QImage:
    """The map as a picture to paint over the frame: low values are clear, high values bright and nearly opaque."""
    import numpy as np

    large = enlarge(values, aspect)
    rgba = np.empty((*large.shape, 4), np.uint8)
    rgba[..., :3] = heat_table()[np.rint(large * 255).astype(np.uint8)]
    # An attention map is never quite zero, and where it is low the picture must stay the picture.
    above = np.clip((large - CLEAR_BELOW) / (1 - CLEAR_BELOW), 0.0, 1.0)
    rgba[..., 3] = np.rint(255 * above**2 * (3 - 2 * above))
    height, width = large.shape
    return QImage(rgba.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def contour_path(values: np.ndarray, aspect: float, level: float) -> QPainterPath:
    """Outlines of where the map exceeds ``level``, in fractions of the picture (0..1 both ways)."""
    import cv2
    import numpy as np

    large = enlarge(values, aspect)
    height, width = large.shape
    above = (large >= level).astype(np.uint8)
    outlines, _ = cv2.findContours(above, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    path = QPainterPath()
    for outline in outlines:
        if cv2.contourArea(outline) < SMALLEST:
            continue
        points = (_rounded(outline[:, 0, :].astype(np.float64)) + 0.5) / (width, height)
        path.moveTo(*points[0])
        for x, y in points[1:]:
            path.lineTo(x, y)
        path.closeSubpath()
    return path


def _rounded(points: np.ndarray) -> np.ndarray:
    """A closed outline (n, 2) without its staircase of pixels: each point is the mean of its neighbours."""
    import numpy as np

    reach = min(SMOOTHED, len(points) // 4)
    shifted = [np.roll(points, shift, axis=0) for shift in range(-reach, reach + 1)]
    return np.mean(shifted, axis=0)
