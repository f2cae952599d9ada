"""Every loss, by name: finite, repeatable, with gradients everywhere, and low after a batch is learned by heart."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import torch

from engine.models.two_stream import AudioVisualEncoder
from tests.small import small_encoder
from training import losses
from training.losses import (
    distance_sigmoid_loss,
    info_nce_loss,
    margin_contrastive_loss,
    nt_xent_loss,
    pair_distance,
    stereo_sound_ranking_loss,
)

ROWS = 6
ARGUMENTS: dict[str, Any] = {
    "y": torch.tensor([1, 0, 1, 0, 1, 0]),
    "positive": torch.eye(ROWS, dtype=torch.bool),
    "temperature": 0.5,
    "margin": 0.3,
    "scale": torch.tensor(4.0),
    "bias": torch.tensor(4.0),
    "margin_flip": 0.2,
    "margin_mismatch": 0.4,
    "radius": 0.5,
    "spread": 1.5,
    "synced": torch.tensor([1, 0, 1, 0, 1, 0]),
    "same": torch.zeros(ROWS, ROWS, dtype=torch.bool),
}
SHAPES = {
    "distance": (ROWS,),
    "logits": (ROWS, 2),
    "synchronisation_loss logits": (ROWS,),
    "own": (ROWS,),
    "truth": (ROWS,),
    "others": (ROWS, ROWS),
    "places": (ROWS, 5, 8),
}


@pytest.mark.parametrize("name", sorted(losses.__all__))
def test_it_is_finite_repeatable_and_has_gradients(name: str) -> None:
    torch.manual_seed(0)
    loss = getattr(losses, name)
    values = {key: ARGUMENTS.get(key) for key in inspect.signature(loss).parameters if key != "symmetric"}
    learned = {}
    for key, value in values.items():
        if value is None:
            shape = SHAPES.get(f"{name} {key}", SHAPES.get(key, (ROWS, 8)))
            learned[key] = torch.randn(shape).abs().requires_grad_()
    made = loss(**{**values, **learned}).mean()
    assert torch.equal(made, loss(**{**values, **learned}).mean())
    made.backward()
    for key, value in learned.items():
        assert torch.isfinite(value.grad).all(), key
        assert value.grad.abs().sum() > 0, key


def learn_by_heart(
    encoder: AudioVisualEncoder, step: Any, least: float, more: list[torch.Tensor] | None = None
) -> None:
    """Take steps on one batch until the loss is below ``least``."""
    optimiser = torch.optim.Adam([*encoder.parameters(), *(more or [])], 0.01)
    values = []
    for _ in range(60):
        loss = step()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        values.append(float(loss.detach()))
        if values[-1] < least:
            return
    pytest.fail(f"the loss went from {values[0]:.3f} to {values[-1]:.3f} only, not below {least}")


def batch_of(encoder: AudioVisualEncoder, sounds: int = 1) -> list[torch.Tensor]:
    """Frames of one colour each and log-mels of one level a band."""
    front = encoder.front
    generator = torch.Generator().manual_seed(3)
    pictures = torch.randn(8, 3, 1, 1, generator=generator).expand(8, 3, *front.picture)
    profiles = [torch.randn(8, front.channels, front.shape[1], 1, generator=generator) for _ in range(sounds)]
    return [pictures.contiguous(), *(3 * p.expand(8, *front.shape) - 6 for p in profiles)]


def contrastive(loss: Any, least: float) -> None:
    torch.manual_seed(0)
    encoder = small_encoder("attention", picture_pool=4)
    frames, mels = batch_of(encoder)
    learn_by_heart(encoder, lambda: loss(encoder.embed_image(frames), encoder.embed_audio(mels), 0.1), least)


def test_info_nce_learns_a_batch_by_heart() -> None:
    contrastive(info_nce_loss, least=0.5)  # log 8 = 2.08 to begin with


def test_nt_xent_learns_a_batch_by_heart() -> None:
    contrastive(nt_xent_loss, least=-0.5)


def pairs_by_heart(name: str, loss: Any, least: float, more: list[torch.Tensor] | None = None) -> None:
    torch.manual_seed(0)
    encoder = small_encoder(name, picture_pool=4)
    frames, mels = batch_of(encoder)
    truth = torch.tensor([1, 1, 1, 1, 0, 0, 0, 0])
    learn_by_heart(encoder, lambda: loss(encoder.embed_image(frames), encoder.embed_audio(mels), truth), least, more)


def test_margin_learns_a_batch_by_heart() -> None:
    pairs_by_heart("baseline", lambda e_v, e_a, y: margin_contrastive_loss(e_v, e_a, y, 0.5), least=0.1)


def test_distance_sigmoid_learns_a_batch_by_heart() -> None:
    scale, bias = torch.tensor(4.0, requires_grad=True), torch.tensor(4.0, requires_grad=True)

    def loss(e_v: torch.Tensor, e_a: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return distance_sigmoid_loss(pair_distance(e_v, e_a), y, scale, bias)

    pairs_by_heart("resnet18", loss, least=0.2, more=[scale, bias])


def test_stereo_ranking_learns_a_batch_by_heart() -> None:
    torch.manual_seed(0)
    encoder = small_encoder("stereo_resnet18", picture_pool=4)
    frames, own, other = batch_of(encoder, sounds=2)

    def loss() -> torch.Tensor:
        sounds = encoder.embed_audio(torch.cat([own, own.flip(1), other])).chunk(3)
        margins = {"margin_flip": 0.2, "margin_mismatch": 0.3, "radius": 0.8}
        return stereo_sound_ranking_loss(encoder.embed_image(frames), *sounds, **margins)

    learn_by_heart(encoder, loss, least=0.05)
