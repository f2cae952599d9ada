"""The overlay leaves alone what the model does not look at and brightens what it does."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.cli.heatmap import overlay, write_png


def _picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (90, 160, 3), dtype=np.uint8)


def test_no_heat_leaves_the_picture_as_it_is() -> None:
    assert np.array_equal(overlay(_picture(), np.zeros((7, 7), np.float32)), _picture())


def test_only_the_hot_side_changes() -> None:
    heat = np.zeros((4, 8), np.float32)
    heat[:, 6:] = 1
    shown = overlay(_picture(), heat)
    assert shown.shape == (90, 160, 3)
    assert np.array_equal(shown[:, :60], _picture()[:, :60])
    assert np.mean(shown[:, 140:] != _picture()[:, 140:]) > 0.9


def test_more_heat_is_lighter_on_grey() -> None:
    grey = np.full((20, 20, 3), 60, np.uint8)
    means = [overlay(grey, np.full((2, 2), heat, np.float32), opacity=1).mean() for heat in (0.5, 0.75, 1.0)]
    assert means == sorted(means)
    assert means[-1] > 150


def test_the_file_is_a_png_of_the_same_pixels_whatever_its_suffix(tmp_path: Path) -> None:
    import cv2

    write_png(tmp_path / "where.map", _picture())
    read = cv2.imdecode(np.frombuffer((tmp_path / "where.map").read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert read is not None
    assert np.array_equal(read[..., ::-1], _picture())
    assert (tmp_path / "where.map").read_bytes().startswith(b"\x89PNG")
