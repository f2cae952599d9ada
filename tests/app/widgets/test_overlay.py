"""Heat and contours: colours in order of brightness, opacity from the value, outlines where the map is high."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from app import theme
from app.widgets.overlay import contour_path, enlarge, heat_image, heat_table


def _spot(x: float, y: float) -> np.ndarray:
    down, across = np.mgrid[0:14, 0:14] / 13.0
    return np.exp(-((across - x) ** 2 + (down - y) ** 2) / 0.02).astype(np.float32)


def test_colours_grow_evenly_brighter() -> None:
    brightness = [theme.luminance(QColor(*map(int, rgb))) for rgb in heat_table()]
    lightness = np.cbrt(brightness)
    steps = np.diff(lightness)
    assert steps.min() > -0.002, "never darker for a higher value, as a rainbow would be"
    assert lightness[-1] > 0.9 and lightness[0] < 0.1


def test_heat_is_clear_where_the_map_is_low_and_strong_where_it_is_high() -> None:
    image = heat_image(_spot(0.25, 0.75), 16 / 9)
    assert image.width() / image.height() == pytest.approx(16 / 9, abs=0.02)
    high = image.pixelColor(image.width() // 4, image.height() * 3 // 4)
    low = image.pixelColor(image.width() * 3 // 4, image.height() // 4)
    assert high.alpha() > 200 and low.alpha() < 10


def test_a_tall_picture_keeps_its_shape() -> None:
    assert enlarge(_spot(0.5, 0.5), 9 / 16).shape == (320, 180)


def test_enlarging_never_leaves_the_range() -> None:
    rng = np.random.default_rng(3)
    large = enlarge(rng.integers(0, 2, (7, 7)).astype(np.float32), 1.0)
    assert large.min() >= 0.0 and large.max() <= 1.0


def test_contours_surround_the_high_place() -> None:
    box = contour_path(_spot(0.25, 0.75), 1.0, 0.5).boundingRect()
    assert box.contains(0.25, 0.75) and not box.contains(0.75, 0.25)
    inner = contour_path(_spot(0.25, 0.75), 1.0, 0.75).boundingRect()
    assert box.contains(inner)


def test_a_flat_map_has_no_contour() -> None:
    assert contour_path(np.zeros((7, 7), np.float32), 1.0, 0.5).isEmpty()
