"""Every registered encoder, by name: shapes, unit length, gradients, maps, and the same answer every time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine import models
from engine.errors import ModelError
from engine.features import MONO, FrontEnd
from engine.models.encoders import concept_embedding
from engine.models.two_stream import AudioVisualEncoder
from tests.small import small_encoder

SMALL = {"widths": (4, 8, 12, 16)}


@pytest.fixture(params=models.names("second"))
def encoder(request: pytest.FixtureRequest) -> AudioVisualEncoder:
    torch.manual_seed(0)
    return small_encoder(request.param).eval()


def inputs(batch: int, front: FrontEnd = MONO) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return (
        torch.randn(batch, 3, *front.picture, generator=generator),
        torch.randn(batch, *front.shape, generator=generator) - 6,
    )


def test_names_hold_the_papers_encoders() -> None:
    assert set(models.names("second")) == {"attention", "baseline", "cca", "resnet18", "stereo_resnet18"}
    assert models.paper("attention").startswith("Paper A")
    assert models.paper("stereo_resnet18").startswith("Paper C")


def test_embeddings_are_unit_vectors_of_128(encoder: AudioVisualEncoder) -> None:
    frames, mels = inputs(3, encoder.front)
    for embedding in (encoder.embed_image(frames), encoder.embed_audio(mels)):
        assert tuple(embedding.shape) == (3, 128)
        assert torch.isfinite(embedding).all()
        assert torch.allclose(embedding.norm(dim=1), torch.ones(3), atol=1e-5)


def test_every_weight_gets_a_gradient(encoder: AudioVisualEncoder) -> None:
    encoder.train()
    frames, mels = inputs(4, encoder.front)
    if not list(encoder.parameters()):  # solved, not trained: everything is a buffer
        assert encoder.name == "cca"
        return
    (encoder.embed_image(frames) * encoder.embed_audio(mels)).sum().backward()
    for name, weight in encoder.named_parameters():
        assert weight.grad is not None, name
        assert torch.isfinite(weight.grad).all(), name
        assert weight.grad.abs().sum() > 0, name


@torch.inference_mode()
def test_the_same_batch_is_bit_equal_and_batch_size_changes_nothing_that_counts(encoder: AudioVisualEncoder) -> None:
    frames, mels = inputs(9, encoder.front)
    assert torch.equal(encoder.embed_image(frames), encoder.embed_image(frames))
    assert torch.equal(encoder.embed_audio(mels), encoder.embed_audio(mels))
    for size in (1, 2, 5):
        alone = torch.cat([encoder.embed_image(part) for part in frames.split(size)])
        assert (alone - encoder.embed_image(frames)).abs().max() < 1e-5
        heard = torch.cat([encoder.embed_audio(part) for part in mels.split(size)])
        assert (heard - encoder.embed_audio(mels)).abs().max() < 1e-5


@torch.inference_mode()
def test_maps_are_distributions_over_positions(encoder: AudioVisualEncoder) -> None:
    frames, mels = inputs(2, encoder.front)
    maps = encoder.embed_image(frames, return_attention=True)[1] + encoder.embed_audio(mels, return_attention=True)[1]
    for attention in maps:
        assert attention.ndim == 3
        assert (attention >= 0).all()
        assert torch.allclose(attention.sum(dim=(1, 2)), torch.ones(2), atol=1e-4)


def test_a_trained_encoder_comes_back_the_same(encoder: AudioVisualEncoder, tmp_path: Path) -> None:
    folder = models.save(tmp_path, encoder, model_id="x", title="X", licence="CC0")
    again = models.load(folder, "cpu")
    frames, mels = inputs(2, encoder.front)
    assert torch.equal(again.encoder.embed_image(frames), encoder.embed_image(frames))
    assert torch.equal(again.encoder.embed_audio(mels), encoder.embed_audio(mels))
    assert again.front is encoder.front


def test_a_model_of_any_encoder_takes_any_frame_and_sound(encoder: AudioVisualEncoder) -> None:
    model = models.Model("test", "none", encoder, models.pick_device("cpu"))
    rng = np.random.default_rng(0)
    assert model.embed_rgb([rng.integers(0, 256, (60, 90, 3), np.uint8)]).shape == (1, 128)
    for channels in (1, 2, 6):
        starts, vectors = model.embed_sound(rng.uniform(-1, 1, (channels, 44_100)).astype(np.float32), 22_050)
        assert (starts, vectors.shape) == ([0.0, 1.0], (2, 128))


@torch.inference_mode()
def test_attention_follows_the_paper_written_slowly() -> None:
    """Section 4.2: w_i = conv(l_i + g), A_i = softmax(w_i), g_i = sum A_i l_i, e = norm(project(concat))."""
    encoder = models.create("attention", **SMALL).eval()
    mels = inputs(2)[1]
    stream = encoder.sound
    outputs = stream.trunk((mels + 6.0) / 4.0)
    parts = []
    for i, block in enumerate((1, 2, 3)):
        local = stream.to_global[i](outputs[block])
        batch, width, height, length = local.shape
        pooled = torch.zeros(batch, width)
        for b in range(batch):
            g = outputs[-1][b].reshape(width, -1).mean(dim=1)
            scores = []
            for y in range(height):
                for x in range(length):
                    scores.append((stream.score[i].weight.reshape(-1) * (local[b, :, y, x] + g)).sum())
            weights = torch.softmax(torch.stack(scores), dim=0)
            pooled[b] = (local[b].reshape(width, -1) * weights).sum(dim=1)
        parts.append(pooled)
    slow = torch.nn.functional.normalize(stream.project(torch.cat(parts, dim=1)), dim=1)
    assert torch.allclose(slow, encoder.embed_audio(mels), atol=1e-5)


def test_contradictions_say_what_to_choose() -> None:
    with pytest.raises(ModelError, match="Did you mean 'attention'"):
        models.create("atention")
    with pytest.raises(ModelError, match="no setting 'width'"):
        models.create("baseline", width=3)
    with pytest.raises(ModelError, match="stem_stride is 1 or 2"):
        models.create("baseline", stem_stride=3)
    with pytest.raises(ModelError, match="names a block that does not exist"):
        models.create("attention", local_blocks=(1, 9))


def test_a_wrong_shape_is_refused(encoder: AudioVisualEncoder) -> None:
    with pytest.raises(ValueError, match=r"expected a batch \(B, 3"):
        encoder.embed_image(torch.zeros(3, 224, 224))


def test_concept_embeddings_rank_by_the_probability_of_one_concept() -> None:
    """Unit vectors whose product is the class bridge, and in which two doubts do not meet."""
    pictures, sounds = 3 * torch.randn(5, 6), 3 * torch.randn(7, 6)
    seen, heard = concept_embedding(pictures, 0), concept_embedding(sounds, 1)
    assert torch.allclose(seen.norm(dim=1), torch.ones(5), atol=1e-5)
    assert torch.allclose(heard.norm(dim=1), torch.ones(7), atol=1e-5)
    assert torch.allclose(seen @ heard.T, pictures.softmax(1) @ sounds.softmax(1).T, atol=1e-6)
    nobody_knows = concept_embedding(torch.zeros(1, 6), 0) @ concept_embedding(torch.zeros(1, 6), 1).T
    assert float(nobody_knows) == pytest.approx(1 / 6, abs=1e-5)


def test_an_encoder_behind_its_classifiers_ranks_as_they_do() -> None:
    torch.manual_seed(0)
    encoder = models.create("attention", widths=(4, 8, 12, 16), picture_pool=4).eval()
    classes = [16 * torch.nn.functional.normalize(torch.randn(9, 128), dim=1) for _ in range(2)]
    folded = encoder.with_concepts(*classes).eval()
    frames, mels = torch.randn(3, 3, 224, 224), torch.randn(4, 1, 64, 100)
    with torch.inference_mode():
        seen, heard = folded.embed_image(frames), folded.embed_audio(mels)
        plain = (encoder.embed_image(frames), encoder.embed_audio(mels))
        likely = [(e @ c.T).softmax(1) for e, c in zip(plain, classes, strict=True)]
    assert seen.shape == (3, 128)
    assert heard.shape == (4, 128)
    assert torch.allclose(seen @ heard.T, likely[0] @ likely[1].T, atol=1e-5)
    assert models.create("attention", **folded.settings()).load_state_dict(folded.state_dict())
    with pytest.raises(ModelError, match="do not fit among 126"):
        encoder.with_concepts(torch.zeros(127, 128), torch.zeros(127, 128))
    with pytest.raises(ModelError, match="no head"):
        models.create("attention", head="softmax")


def test_a_place_is_what_attention_to_it_alone_would_give() -> None:
    torch.manual_seed(0)
    encoder = models.create("attention", widths=(4, 8, 16, 16)).eval()
    for score in encoder.picture.score:
        torch.nn.init.zeros_(score.weight)  # attends to all places alike
    frames = torch.randn(2, 3, 224, 224)
    with torch.inference_mode():
        whole, places = encoder.embed_places(frames, (1, 1)), encoder.embed_places(frames, (7, 5))
        assert torch.allclose(whole[:, 0, 0], encoder.embed_image(frames), atol=1e-5)
    assert places.shape == (2, 7, 5, 128)
    assert torch.allclose(places.norm(dim=-1), torch.ones(2, 7, 5), atol=1e-5)
    changed = frames.clone()
    changed[:, :, :40, :40] += 3.0
    with torch.inference_mode():
        moved = (encoder.embed_places(changed, (7, 5)) - places).norm(dim=-1)
    assert moved[:, 0, 0].min() > 10 * moved[:, 6, 4].max()
