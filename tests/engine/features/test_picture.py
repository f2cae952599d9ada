"""The picture front end keeps the whole frame."""

from __future__ import annotations

import numpy as np
import pytest

from engine.features import frame_tensor, frames_tensor


def test_any_frame_becomes_a_normalised_square() -> None:
    frame = np.zeros((90, 160, 3), np.uint8)
    frame[:, 80:] = (255, 0, 0)
    square = frame_tensor(frame)
    assert tuple(square.shape) == (3, 224, 224)
    assert square[0, 112, 40] == pytest.approx(-0.485 / 0.229, abs=1e-5)
    assert square[0, 112, 200] == pytest.approx((1 - 0.485) / 0.229, abs=1e-5)


def test_one_frame_equals_its_place_in_a_batch() -> None:
    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 256, (50, 70, 3), np.uint8), rng.integers(0, 256, (400, 300, 3), np.uint8)]
    batch = frames_tensor(frames)
    assert (batch[1] == frame_tensor(frames[1])).all()


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="a frame is uint8"):
        frame_tensor(np.zeros((10, 10), np.uint8))
    with pytest.raises(ValueError, match="a frame is uint8"):
        frame_tensor(np.zeros((10, 10, 3), np.float32))
