"""Front ends give the shapes they promise, the same from bytes, floats, arrays and tensors."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.features import MONO, STEREO, FrontEnd, frames_tensor, log_mel


@pytest.mark.parametrize("front", [MONO, STEREO], ids=["mono", "stereo"])
def test_shapes_are_those_promised(front: FrontEnd) -> None:
    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 256, (h, w, 3), np.uint8) for h, w in ((50, 70), (480, 320))]
    assert tuple(front.rgb(frames).shape) == (2, 3, *front.picture)
    waves = rng.uniform(-1, 1, (3, front.channels, front.sample_rate)).astype(np.float32)
    features = front.sounds(waves)
    assert features.shape == (3, *front.shape)
    assert np.array_equal(front.sounds(torch.from_numpy(waves)).numpy(), features)


def test_bytes_and_floats_are_normalised_alike() -> None:
    frames = torch.randint(0, 256, (2, 3, 224, 224), dtype=torch.uint8)
    assert torch.equal(MONO.pictures(frames), MONO.pictures(frames.float() / 255))
    assert torch.equal(MONO.pictures(frames), frames_tensor(list(frames.permute(0, 2, 3, 1).numpy())))


def test_the_mono_front_end_is_paper_as() -> None:
    waves = np.random.default_rng(0).uniform(-1, 1, (2, 1, 48_000)).astype(np.float32)
    assert np.array_equal(MONO.sounds(waves), log_mel(waves, 48_000))
