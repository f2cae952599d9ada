"""A tiny real model saved to disk, and a library of real sounds indexed by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.library import Library, index_folder
from engine.models import Model

OTHERS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa")


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small encoder with random weights and the embeddings of some noise pictures as its background."""
    import torch

    from engine import models

    torch.manual_seed(0)
    encoder = models.create("attention", widths=(4, 8, 8, 16))
    with torch.no_grad():  # batch norm that has seen a batch tells inputs apart better than a fresh one
        encoder.train().embed_audio(torch.randn(16, 1, 64, 100) * 3 - 8)
        encoder.embed_image(torch.randn(16, 3, 224, 224))
    folder = tmp_path_factory.mktemp("models") / "tiny"
    models.save(folder, encoder, model_id="tiny", title="tiny", licence="CC0")
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (32, 32, 3)).astype(np.uint8) * (n % 3 + 1) for n in range(24)]
    background = models.load(folder, device="cpu").embed_rgb(pictures)
    return models.save(folder, encoder, model_id="tiny", title="tiny", licence="CC0", background=background)


@pytest.fixture(scope="session")
def model(model_folder: Path) -> Model:
    """That model, loaded."""
    from engine import models

    return models.load(model_folder, device="cpu")


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder: five takes of a bark, a long sound, a copy, and ten others."""
    folder = tmp_path_factory.mktemp("material") / "sounds"
    rng = np.random.default_rng(0)
    seconds = {f"dog/bark_{n:02}.wav": 0.6 for n in range(1, 6)} | {"sea/waves.wav": 12.0}
    seconds |= {f"mixed/{name}.wav": 1.5 for name in OTHERS}
    for name, length in seconds.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        time = np.arange(int(16_000 * length)) / 16_000
        wave = np.sin(2 * np.pi * rng.uniform(100, 3000) * time) + 0.2 * rng.standard_normal(len(time))
        soundfile.write(path, 0.3 * wave, 16_000)
    (folder / "copies").mkdir()
    (folder / "copies" / "surf.wav").write_bytes((folder / "sea" / "waves.wav").read_bytes())
    return folder


@pytest.fixture(scope="session")
def library_path(tmp_path_factory: pytest.TempPathFactory, sounds: Path, model: Model) -> Path:
    """A library of that folder; tests only read it."""
    path = tmp_path_factory.mktemp("library") / "sounds.foleylib"
    with Library.create(path, model) as library:
        index_folder(library, sounds, model)
    return path


@pytest.fixture
def library(library_path: Path) -> Iterator[Library]:
    """That library, opened."""
    with Library.open(library_path) as opened:
        yield opened
