"""A model at work: any frames and sounds in, the same vectors out every time."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine import models
from engine.models import Model


@pytest.fixture(scope="module")
def model() -> Model:
    torch.manual_seed(0)
    encoder = models.create("attention", widths=(4, 8, 12, 16))
    return Model("test", "none", encoder, models.pick_device("cpu"))


def test_frames_of_any_size(model: Model) -> None:
    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 256, (h, w, 3), np.uint8) for h, w in ((30, 40), (480, 270), (224, 224))]
    vectors = model.embed_rgb(frames)
    assert vectors.shape == (3, 128)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert model.embed_rgb([]).shape == (0, 128)


def test_a_sound_gives_one_vector_a_window_whatever_its_channels_and_rate(model: Model) -> None:
    rng = np.random.default_rng(0)
    stereo = rng.standard_normal((2, 44100 * 3)).astype(np.float32) * 0.1
    starts, vectors = model.embed_sound(stereo, 44100)
    assert starts == [0.0, 1.0, 2.0]
    assert vectors.shape == (3, 128)
    again = model.embed_sound(stereo, 44100)[1]
    assert np.array_equal(vectors, again)
    mono = model.embed_sound(stereo.mean(axis=0), 44100)[1]
    assert np.allclose(mono, vectors, atol=1e-5)


def test_the_map_covers_the_frame_in_0_to_1(model: Model) -> None:
    frame = np.random.default_rng(0).integers(0, 256, (90, 160, 3), np.uint8)
    heat = model.picture_map(frame)
    assert heat.ndim == 2
    assert heat.min() == 0
    assert heat.max() == pytest.approx(1)
