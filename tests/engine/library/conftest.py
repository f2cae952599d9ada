"""A tiny real model, sounds written to disk, and an empty library for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.library import Library
from engine.models import Model

Write = Callable[..., Path]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A small encoder with random weights, saved and loaded as a trained one is."""
    return _model(tmp_path_factory.mktemp("models") / "tiny", "tiny", 0)


@pytest.fixture(scope="session")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Another one of the same shape."""
    return _model(tmp_path_factory.mktemp("models") / "other", "other", 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for sounds."""
    path = tmp_path / "Sound Library"
    path.mkdir()
    return path


@pytest.fixture
def library(tmp_path: Path, model: Model) -> Iterator[Library]:
    """An empty library of the tiny model."""
    with Library.create(tmp_path / "sounds.foleylib", model) as empty:
        yield empty


@pytest.fixture
def write(folder: Path) -> Write:
    """Writes a sound of its own pitch, seeded by its name: ``write("dog/bark_01.wav", seconds=0.5, rate=16000)``."""

    def write(name: str, seconds: float = 0.4, rate: int = 16_000, channels: int = 1, seed: int | None = None) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(sum(name.encode()) if seed is None else seed)
        time = np.arange(round(seconds * rate)) / rate
        tone = np.sin(2 * np.pi * rng.uniform(80, 4000) * time) * np.exp(-time * rng.uniform(0, 4))
        samples = 0.5 * tone + 0.05 * rng.standard_normal(len(time))
        soundfile.write(path, np.repeat(samples[:, None], channels, axis=1), rate)
        return path

    return write


def _model(folder: Path, model_id: str, seed: int) -> Model:
    import torch

    from engine import models

    torch.manual_seed(seed)
    encoder = models.create("baseline", widths=(4, 8, 8, 16))
    with torch.no_grad():  # batch norm that has seen a batch tells inputs apart better than a fresh one
        encoder.train().embed_audio(torch.randn(16, 1, 64, 100) * 3 - 8)
        encoder.embed_image(torch.randn(16, 3, 224, 224))
    models.save(folder, encoder, model_id=model_id, title=model_id, licence="CC0")
    return models.load(folder, device="cpu")
