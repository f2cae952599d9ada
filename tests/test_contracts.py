"""What others call from outside, called as they would: names, arguments, shapes, and results that make sense."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine import media, models
from engine.features import MONO, log_mel, stereo_log_mel
from engine.library import Library, index_folder
from engine.recommend import Recommender
from training.data import synthetic
from training.losses import info_nce_loss


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two synthetic videos with their sources' own sounds, and a library of those sounds."""
    folder = tmp_path_factory.mktemp("world")
    synthetic.write(folder / "videos", 2, synthetic.TEST_SEEDS.start + 7, seconds=2.0)
    sounds = folder / "sounds"
    sounds.mkdir()
    for wav in (folder / "videos").glob("*.wav"):
        wav.rename(sounds / wav.name)
    model = models.load("synthetic", "cpu")
    with Library.create(folder / "sounds.foleylib", model) as library:
        report = index_folder(library, sounds, model)
    assert not report.problems
    return folder


def test_features_and_encoders() -> None:
    assert log_mel(np.zeros((2, 48_000), np.float32), 48_000).shape == (2, 64, 100)
    assert stereo_log_mel(np.zeros((3, 2, 16_000), np.float32)).shape == (3, 2, 100, 128)
    for name in ("baseline", "attention"):
        assert models.create(name, stem_stride=2).front is MONO
    for name in models.names("second"):
        encoder = models.create(name).eval()
        with torch.inference_mode():
            seen = encoder.embed_image(torch.zeros(2, 3, *encoder.front.picture))
            heard = encoder.embed_audio(torch.zeros(2, *encoder.front.shape))
        for embedding in (seen, heard):
            assert tuple(embedding.shape) == (2, 128)
            assert torch.allclose(embedding.norm(dim=1), torch.ones(2), atol=1e-5)


def test_media(world: Path) -> None:
    video = world / "videos" / "0000.mp4"
    info = media.probe(video)
    assert info.video is not None
    frame = media.VideoReader(video).frame_at(1.0)
    assert np.asarray(frame).shape == (info.video.height, info.video.width, 3)
    assert np.asarray(frame).dtype == np.uint8
    sound = media.load_audio(video, sample_rate=16_000, channels=1)
    assert sound.dtype == np.float32
    assert sound.shape == (1, pytest.approx(32_000, abs=800))


def test_recommending(world: Path) -> None:
    recommender = Recommender(world / "sounds.foleylib", model=None)
    results = recommender.recommend(world / "videos" / "0000.mp4", 1.0, top=3)
    assert results
    for result in results:
        assert Path(result.path).exists()
        assert 0 <= result.start < result.end
        assert 0 <= result.distance <= 2
        assert 0 <= result.score <= 1
        assert isinstance(result.category, str)
    frame = np.asarray(media.VideoReader(world / "videos" / "0000.mp4").frame_at(1.0))
    assert [r.path for r in recommender.recommend_image(frame, top=3)] == [r.path for r in results]
    recommender.close()


def test_a_still_is_a_video(world: Path, tmp_path: Path) -> None:
    import cv2

    still = tmp_path / "still.png"
    cv2.imwrite(str(still), np.full((90, 160, 3), 127, np.uint8))
    with Recommender(world / "sounds.foleylib") as recommender:
        assert recommender.recommend(still, 5.0, top=2)


def test_the_loss() -> None:
    assert float(info_nce_loss(torch.eye(4, 8), torch.eye(4, 8), temperature=0.5)) < float(np.log(4))


def test_the_shipped_models_are_told_apart_by_their_licence() -> None:
    shipped = {info.id: info for info in models.available()}
    assert "CC0" in shipped["synthetic"].licence
    assert "Evaluation only" in shipped["starter"].licence
    assert sum(info.bytes for info in shipped.values()) < 40e6
