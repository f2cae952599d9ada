"""A localiser and a synchroniser small enough for tests of the window: real, untrained, the same on every run."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from engine.recommend import Localiser, Synchroniser
from engine.recommend.presence import Presence, store

SMALL = {"picture": 56, "frames": 4, "seconds": 1.0, "hidden": 32, "heads": 4, "picture_width": 8, "sound_width": 8}


def small_localiser(folder: Path) -> Localiser:
    """With weights that speak for everything (else its maps would be empty) and say so: all is on screen."""
    import torch

    from engine import models

    torch.manual_seed(0)
    network = models.create("coattention", **SMALL, stem_stride=2, strides=(2, 1, 1, 1))
    with torch.no_grad():
        network.fuse[2].weight.copy_(network.fuse[2].weight * _sign(network))
    models.save(folder, network, model_id="localiser", title="Tiny", licence="CC0")
    store(folder, Presence(concentration=0.0, height=0.0, logit=0.0, bias=9.0, accuracy=1.0, cases=40))
    return Localiser(folder, device="cpu")


def small_synchroniser(folder: Path) -> Synchroniser:
    """Random weights; it proposes whatever its highest number is."""
    import torch

    from engine import models

    torch.manual_seed(0)
    network = models.create("syncnet", frames=15, seconds=1.0, widths=(4, 4), sound_width=8, vector=8)
    models.save(folder, network, model_id="synchroniser", title="Tiny", licence="CC0")
    return Synchroniser(folder, device="cpu")


def _sign(network: object) -> float:
    """1 where the untouched weights already speak for noise, else -1."""
    import numpy as np

    from engine.models.clip_model import ClipModel

    model = ClipModel(id="", fingerprint="", network=network, device=network.device)  # type: ignore[attr-defined, arg-type]
    rng = np.random.default_rng(0)
    picture = model.picture_tokens(rng.integers(0, 256, (4, 56, 56, 3), dtype=np.uint8))
    maps, _ = model.maps(picture, [model.sound_tokens(rng.standard_normal((2, 21_000)).astype(np.float32))])
    return 1.0 if maps.mean() > 0 else -1.0


@pytest.fixture(autouse=True)
def earlier_windows_are_gone() -> None:
    """Collect what earlier tests left: on one of the localiser's threads Qt objects must not be destroyed."""
    gc.collect()
