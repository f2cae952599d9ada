"""The network that tells when: its shapes, its offsets, and that it learns one from pictures and sounds alone."""

from __future__ import annotations

import pytest
import torch

from engine import models
from engine.errors import ModelError
from engine.features.clip import WAVE_RATE
from engine.models.syncnet import FINER, SyncNet
from training.losses import offset_loss

SMALL = {"picture": 16, "frames": 15, "seconds": 1.0, "widths": (8, 8), "sound_width": 16, "vector": 8}


def small(**overrides: object) -> SyncNet:
    torch.manual_seed(0)
    return models.create("syncnet", **{**SMALL, **overrides})


def test_it_is_small_and_hears_half_frames() -> None:
    network = models.create("syncnet")
    assert sum(p.numel() for p in network.parameters()) < 320_000
    assert float(network.front.rate) == 15.0 and network.step == pytest.approx(1 / 30)
    assert network.config.hop == 350


@pytest.mark.parametrize(("frames", "seconds"), [(15, 1.0), (25, 1.0), (126, 4.2)])
def test_a_longer_sound_has_an_offset_for_each_half_frame(frames: int, seconds: float) -> None:
    network = small(frames=frames, seconds=seconds).eval()
    rate = frames / seconds
    with torch.inference_mode():
        pictures = network.picture(torch.rand(2, 3, frames, 16, 16))
        sounds = network.sound(torch.randn(2, 2, round((seconds + 0.8) * WAVE_RATE)))
        logits = network.match(pictures, sounds)
    assert pictures.shape == (2, frames, 16, 8)
    assert logits.shape == (2, sounds.shape[1] - FINER * (frames - 1))
    assert abs(logits.shape[1] - 0.8 * FINER * rate) <= FINER + 1


def test_an_offset_is_the_sum_of_what_its_frames_match() -> None:
    network = small().eval()
    generator = torch.Generator().manual_seed(1)
    picture = torch.randn(1, 15, 4, 8, generator=generator)
    sound = torch.randn(1, 40, 8, generator=generator)
    logits = network.match(picture, sound)[0]
    for offset in (0, 5, len(logits) - 1):
        products = torch.stack([picture[0, t] @ sound[0, offset + FINER * t] for t in range(15)]) / 8**0.5
        expected = (products.exp().mean(dim=1)).log().sum()
        assert logits[offset] == pytest.approx(float(expected), abs=1e-3)


def test_left_and_right_are_heard_as_one() -> None:
    network = small().eval()
    wave = torch.randn(1, 2, WAVE_RATE)
    with torch.inference_mode():
        assert torch.equal(network.sound(wave), network.sound(wave.flip(1)))


def test_it_learns_where_a_flash_lies_in_its_clicks() -> None:
    """One flash and one click at the same moment, 0.5 s of room: a hundred steps find it, untrained weights do not."""
    network = small()
    generator = torch.Generator().manual_seed(0)

    def batch(count: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        begins = torch.randint(0, 8, (count,), generator=generator)  # frames of sound before the picture
        flash = torch.randint(3, 12, (count,), generator=generator)
        frames, sounds = torch.zeros(count, 3, 15, 16, 16), 0.001 * torch.randn(count, 2, 31_500, generator=generator)
        for n in range(count):
            frames[n, :, flash[n], 4:12, 4:12] = 2.0
            click = int((begins[n] + flash[n]) / 15 * WAVE_RATE)
            sounds[n, :, click : click + 700] += 0.3 * torch.randn(2, 700, generator=generator)
        return frames, sounds, begins.float() * FINER

    def near() -> float:
        frames, sounds, truth = batch(64)
        network.eval()
        with torch.inference_mode():
            found = network(frames, sounds).argmax(dim=1)
        network.train()
        return float(((found - truth).abs() <= 2).float().mean())

    before = near()
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.005)
    for _ in range(100):
        frames, sounds, truth = batch(8)
        optimiser.zero_grad()
        offset_loss(network(frames, sounds), truth).backward()
        optimiser.step()
    assert before < 0.6 and near() > 0.9


@pytest.mark.parametrize("settings", [{"frames": 1}, {"widths": ()}, {"frames": 16, "seconds": 1.0}])
def test_what_cannot_be_built_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ModelError):
        small(**settings)
