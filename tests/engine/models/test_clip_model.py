"""A clip model at work: what it takes, what it gives, and that it gives the same however it is asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine import models
from engine.errors import ModelError
from engine.models.checkpoint import CLIP_NETWORKS, read_info
from engine.models.clip_model import ClipModel, load_clip

SMALL = {"picture": 56, "frames": 4, "seconds": 1.0, "hidden": 32, "heads": 4, "picture_width": 8, "sound_width": 8}


def saved(folder: Path, **settings: object) -> Path:
    torch.manual_seed(0)
    network = models.create("coattention", **{**SMALL, "strides": (2, 2, 1, 1), **settings})
    return models.save(folder, network, model_id="clip", title="t", licence="CC0", metrics={"told": 1})


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ClipModel:
    return load_clip(saved(tmp_path_factory.mktemp("models") / "clip"), device="cpu")


def frames(seed: int = 0, size: tuple[int, int] = (40, 60)) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (4, *size, 3), dtype=np.uint8)


def wave(seed: int, rate: int = 21_000, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((channels, rate)).astype(np.float32) * 0.1


def test_loads_what_was_saved_and_nothing_else(model: ClipModel, tmp_path: Path) -> None:
    assert (model.id, model.metrics, len(model.fingerprint)) == ("clip", {"told": 1}, 16)
    assert not any(p.requires_grad for p in model.network.parameters())
    torch.manual_seed(0)
    other = models.save(
        tmp_path / "o", models.create("baseline", widths=(4, 4, 4, 4)), model_id="o", title="o", licence="CC0"
    )
    with pytest.raises(ModelError, match="does not judge clips"):
        load_clip(other)
    with pytest.raises(ModelError, match="no model called 'nowhere'"):
        load_clip("nowhere")


def test_tokens_maps_and_logits_have_their_shapes(model: ClipModel) -> None:
    picture = model.picture_tokens(frames())
    sounds = model.all_sound_tokens([(wave(n), 21_000) for n in range(3)])
    maps, logits = model.maps(picture, sounds)
    assert tuple(picture.shape) == (49, 32)
    assert (maps.shape, maps.dtype, logits.shape) == ((3, 7, 7), np.float32, (3,))
    alone = [float(model.network.sync(picture[None], sound[None])) for sound in sounds]
    assert np.allclose(alone, logits, atol=1e-5)
    assert model.maps(picture, [])[0].shape == (0, 7, 7)


def test_a_sound_gets_equal_numbers_whatever_is_asked_with_it(model: ClipModel) -> None:
    picture = model.picture_tokens(frames())
    sounds = model.all_sound_tokens([(wave(n), 21_000) for n in range(5)])
    assert torch.equal(sounds[3], model.sound_tokens(wave(3)))
    together, _ = model.maps(picture, sounds)
    assert np.array_equal(together[3], model.maps(picture, [sounds[3]])[0][0])
    assert not np.allclose(together[3], together[2])


def test_the_tokens_are_those_of_the_network(model: ClipModel) -> None:
    squares = torch.from_numpy(frames(1, (56, 56))).permute(0, 3, 1, 2)[None]
    with torch.no_grad():
        by_hand = model.network.picture_tokens(model.front.pictures(squares))[0]
    assert torch.allclose(model.picture_tokens(frames(1, (56, 56))), by_hand, atol=1e-5)


def test_sounds_of_any_rate_length_and_width_are_taken(model: ClipModel) -> None:
    mono = wave(1, channels=1)
    assert torch.equal(model.sound_tokens(mono), model.sound_tokens(np.repeat(mono, 2, axis=0)))
    assert torch.equal(model.sound_tokens(mono[0]), model.sound_tokens(mono))
    padded = np.concatenate([mono[:, :8000], np.zeros((1, 13_000), np.float32)], axis=1)
    assert torch.equal(model.sound_tokens(mono[:, :8000]), model.sound_tokens(padded))
    tone = np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000).astype(np.float32)
    same = np.sin(2 * np.pi * 440 * np.arange(21_000) / 21_000).astype(np.float32)
    assert torch.allclose(model.sound_tokens(tone, 48_000), model.sound_tokens(same), atol=0.05)


def test_another_number_of_frames_is_refused(model: ClipModel) -> None:
    with pytest.raises(ValueError, match="4 frames, got 3"):
        model.picture_tokens(frames()[:3])


@pytest.mark.parametrize("attention", ["aga", "vga"])
def test_every_guide_gives_maps(tmp_path: Path, attention: str) -> None:
    model = load_clip(saved(tmp_path / attention, attention=attention), device="cpu")
    maps, _ = model.maps(model.picture_tokens(frames()), [model.sound_tokens(wave(n)) for n in range(2)])
    assert np.isfinite(maps).all() and not np.allclose(maps[0], maps[1])


def test_torchs_number_of_threads_is_left_as_it_was(model: ClipModel) -> None:
    before = torch.get_num_threads()
    model.all_sound_tokens([(wave(n), 21_000) for n in range(4)])
    assert torch.get_num_threads() == before


def test_lists_know_which_models_recommend(tmp_path: Path) -> None:
    assert {*models.names("clip"), *models.names("offset")} == CLIP_NETWORKS
    assert not read_info(saved(tmp_path / "clip")).recommends
    baseline = models.create("baseline", widths=(4, 4, 4, 4))
    assert read_info(models.save(tmp_path / "b", baseline, model_id="b", title="b", licence="CC0")).recommends
