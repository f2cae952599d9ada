"""Paper D's network: its size, its shapes, its halves and its maps."""

from __future__ import annotations

import pytest
import torch

from engine import models
from engine.errors import ModelError
from engine.features.clip import WAVE_RATE
from engine.models.coattention import GUIDES, CoAttention, Sides

SMALL = {"picture": 56, "frames": 4, "seconds": 1.0, "hidden": 32, "heads": 4, "picture_width": 8, "sound_width": 8}
SMALL_GRID = {"stem_stride": 1, "strides": (2, 2, 1, 1)}


def small(**overrides: object) -> CoAttention:
    torch.manual_seed(0)
    return models.create("coattention", **{**SMALL, **SMALL_GRID, **overrides}).eval()


def inputs(network: CoAttention, batch: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    front = network.front
    generator = torch.Generator().manual_seed(1)
    frames = torch.rand(batch, front.frames, 3, front.picture, front.picture, generator=generator)
    sounds = torch.randn(batch, 2, front.samples, generator=generator)
    return front.pictures(frames), front.sounds(sounds)


def test_the_papers_size() -> None:
    """15 M parameters for L = 1, A = 8 (table 1), whoever guides whom."""
    for attention in ("cma", "aga", "vga"):
        network = models.create("coattention", attention=attention)
        assert sum(p.numel() for p in network.parameters()) == pytest.approx(15e6, rel=0.1)
    assert network.config.grid == 7
    assert network.front.samples == round(4.2 * WAVE_RATE)
    assert float(network.front.rate) == pytest.approx(30.0, abs=0.05)


def test_the_fast_presets_keep_a_map_of_seven() -> None:
    for frames in (16, 32, 126):
        preset = {"picture": 112, "frames": frames, "stem_stride": 2, "strides": (2, 2, 1, 1)}
        network = models.create("coattention", hidden=64, **preset)
        assert network.config.grid == 7
        with torch.inference_mode():
            tokens = network.eval().picture_tokens(torch.zeros(1, 3, frames, 112, 112))
        assert tokens.shape == (1, 49, 64)


@pytest.mark.parametrize("attention", GUIDES)
@pytest.mark.parametrize("layers", [1, 2])
def test_shapes_gradients_and_finite_numbers(attention: str, layers: int) -> None:
    network = small(attention=attention, layers=layers).train()
    logits = network(*inputs(network))
    assert logits.shape == (3,)
    logits.sum().backward()
    assert torch.isfinite(logits).all()
    for name, parameter in network.named_parameters():
        if attention == "vision" and "sound" in name:
            continue
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name


def test_a_vision_only_network_does_not_hear() -> None:
    network = small(attention="vision")
    frames, sounds = inputs(network)
    assert torch.equal(network(frames, sounds), network(frames, sounds.flip(0)))
    with pytest.raises(ModelError, match="vision-only"):
        network.activation_map(network.picture_tokens(frames), network.sound_tokens(sounds))


def test_the_answer_has_as_many_tokens_as_the_question() -> None:
    """AGA's picture side answers the sound's steps; VGA's sound side answers the picture's positions (section 3.1)."""
    for attention, picture_like, sound_like in (("aga", 5, 5), ("vga", 49, 49), ("cma", 5, 49)):
        network = small(attention=attention)
        attended = network.attended(Sides(torch.randn(1, 49, 32), torch.randn(1, 5, 32)))
        assert (attended.picture.shape[1], attended.sound.shape[1]) == (picture_like, sound_like)


@pytest.mark.parametrize("attention", ["cma", "vga", "aga"])
def test_maps_lie_on_the_grid_and_follow_the_sound(attention: str) -> None:
    network = small(attention=attention)
    frames, sounds = inputs(network)
    picture, sound = network.picture_tokens(frames), network.sound_tokens(sounds)
    maps, logits = network.activation_map(picture, sound)
    assert maps.shape == (3, 7, 7)
    assert torch.allclose(logits, network.sync(picture, sound), atol=1e-5)
    other, _ = network.activation_map(picture, sound.flip(0))
    assert not torch.allclose(maps[0], other[0])


def test_the_map_of_a_linear_fusion_is_the_papers_class_activation_map() -> None:
    """With one fully connected layer the map is the weighted sum of each position's token (Zhou et al., CAM)."""
    network = small(attention="vga")
    network.fuse = torch.nn.Linear(64, 1)
    frames, sounds = inputs(network)
    tokens = Sides(network.picture_tokens(frames), network.sound_tokens(sounds))
    maps, _ = network.activation_map(*tokens)
    weights = network.fuse.weight[0, 32:] / 49
    by_hand = (network.attended(tokens).sound * weights).sum(dim=2).view(3, 7, 7)
    assert torch.allclose(maps, by_hand, atol=1e-5)


def test_a_mono_network_hears_no_side() -> None:
    network = small(mono=True)
    _, sounds = inputs(network)
    heard = network.sound_tokens(sounds)
    assert torch.allclose(heard, network.sound_tokens(sounds.flip(1)), atol=1e-6)
    assert not torch.allclose(small().sound_tokens(sounds), small().sound_tokens(sounds.flip(1)), atol=1e-4)


def test_loudness_does_not_count_but_silence_stays_silent() -> None:
    network = small()
    sounds = torch.randn(2, 2, network.front.samples)
    assert torch.allclose(network.front.sounds(sounds), network.front.sounds(0.1 * sounds), atol=1e-5)
    assert float(network.front.sounds(1e-6 * sounds).abs().max()) < 1e-3


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"attention": "both"}, "no attention"),
        ({"heads": 7}, "do not make"),
        ({"picture": 112}, "leave a map of 4 x 4"),
        ({"strides": (2, 2)}, "strides are four"),
        ({"stem_stride": 3}, "stem_stride"),
        ({"frames": 0}, "at least one frame"),
        ({"depth": 2}, "no setting"),
    ],
)
def test_what_cannot_be_built_is_refused(settings: dict[str, object], says: str) -> None:
    with pytest.raises(ModelError, match=says):
        models.create("coattention", **settings)


def test_places_are_compared_with_the_whole_sound() -> None:
    network = small(places=16)
    frames, sounds = inputs(network)
    picture, sound = network.picture_tokens(frames), network.sound_tokens(sounds)
    places, voices = network.compared(picture, sound)
    found = network.place_map(picture, sound)
    assert found.shape == (3, 7, 7)
    assert torch.allclose(found[1, 2, 3], torch.cosine_similarity(places[1, 2 * 7 + 3], voices[1], dim=0), atol=1e-6)
    assert torch.equal(network.where(picture, sound)[0], found)
    assert torch.equal(small().where(picture, sound)[0], small().activation_map(picture, sound)[0])
    with pytest.raises(ModelError, match="does not compare"):
        small().place_map(picture, sound)
