"""Localising: the map's form, what is kept and what is worked out again, stills, and silence."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine import models
from engine.errors import MediaError, ModelError
from engine.media import write_video
from engine.models.clip_model import ClipModel, load_clip
from engine.recommend import Localiser, localize
from engine.recommend.presence import Presence, store

SMALL = {"picture": 56, "frames": 4, "seconds": 1.0, "hidden": 32, "heads": 4, "picture_width": 8, "sound_width": 8}
RATE = 21_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

    torch.manual_seed(0)
    network = models.create("coattention", **SMALL, strides=(2, 2, 1, 1))
    with torch.no_grad():  # these weights happen to speak against everything, and what speaks against is not shown
        network.fuse[2].weight.neg_()
    return models.save(tmp_path_factory.mktemp("models") / "clip", network, model_id="clip", title="t", licence="CC0")


@pytest.fixture(scope="module")
def model(folder: Path) -> ClipModel:
    return load_clip(folder, device="cpu")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of noise that changes slowly, 96x54."""
    rng = np.random.default_rng(0)
    first, last = rng.integers(0, 256, (2, 54, 96, 3)).astype(np.float32)
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    return write_video(path, ((first + (last - first) * n / 60).astype(np.uint8) for n in range(60)), Fraction(20))


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three seconds of noise each, at three rates, the last of them silent."""
    rng = np.random.default_rng(1)
    folder = tmp_path_factory.mktemp("sounds")
    for n, rate in enumerate((21_000, 48_000, 44_100)):
        soundfile.write(folder / f"{n}.wav", 0.2 * rng.standard_normal(3 * rate) * (n < 2), rate, subtype="FLOAT")
    return sorted(folder.iterdir())


def test_a_map_has_the_frames_proportions_and_reaches_one(model: ClipModel, film: Path, sounds: list[Path]) -> None:
    found = Localiser(model).localize_many(film, 1.0, sounds[:2])
    for one in found:
        assert (one.map.shape, one.map.dtype) == ((126, 224), np.float32)
        assert one.map.min() >= 0.0
        assert one.map.max() == 1.0 or not one.map.any()
        assert 0.0 <= one.score <= 1.0 and 0.0 <= one.presence <= 1.0
        assert one.pan == pytest.approx(2 * one.centre[0] - 1)
        assert one.onscreen is None and one.audible
    assert not np.array_equal(found[0].map, found[1].map)


def test_the_map_is_the_networks_enlarged(model: ClipModel, film: Path, sounds: list[Path]) -> None:
    import cv2

    localiser = Localiser(model)
    frames = localiser._frames.read(film, localiser._frames.number(film, 1.0))
    wave, _ = soundfile.read(sounds[0], dtype="float32")
    maps, _ = model.maps(model.picture_tokens(frames), [model.sound_tokens(wave)])
    above = np.clip(maps[0] - max(0.0, maps[0].mean()), 0, None)
    by_hand = cv2.resize(above, (224, 126), interpolation=cv2.INTER_LINEAR)
    assert by_hand.max() > 0
    assert np.allclose(localiser.localize(film, 1.0, sounds[0]), by_hand / by_hand.max(), atol=1e-5)


def test_positions_and_sounds_are_worked_out_once(
    model: ClipModel, film: Path, sounds: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = {"pictures": 0, "sounds": 0}
    pictures, hears = ClipModel.picture_tokens, ClipModel.all_sound_tokens

    def picture_tokens(self: ClipModel, frames: np.ndarray) -> object:
        counted["pictures"] += 1
        return pictures(self, frames)

    def all_sound_tokens(self: ClipModel, asked: list) -> object:
        counted["sounds"] += len(asked)
        return hears(self, asked)

    monkeypatch.setattr(ClipModel, "picture_tokens", picture_tokens)
    monkeypatch.setattr(ClipModel, "all_sound_tokens", all_sound_tokens)
    localiser = Localiser(model)
    localiser.prepare(film, 1.0)
    assert counted["pictures"] == 1
    first = localiser.localize(film, 1.0, sounds[0])
    again = localiser.localize(film, 1.05, sounds[0])
    assert np.array_equal(first, again)
    assert counted == {"pictures": 1, "sounds": 1}, "1.05 s is the same step of the clip's frames"
    localiser.localize(film, 1.6, sounds[0])
    localiser.localize_many(film, 1.0, [sounds[0], (sounds[0], 0.5)])
    assert counted == {"pictures": 2, "sounds": 2}


def test_a_sound_gets_one_map_alone_and_in_company(model: ClipModel, film: Path, sounds: list[Path]) -> None:
    alone = Localiser(model).localize(film, 1.0, sounds[1])
    among = Localiser(model).localize_many(film, 1.0, [*sounds, (sounds[0], 1.0)])[1].map
    assert np.array_equal(alone, among)


def test_what_is_kept_stays_within_its_bytes(model: ClipModel, film: Path, sounds: list[Path]) -> None:
    localiser = Localiser(model, cache_bytes=60_000)
    for step in range(8):
        localiser.localize_many(film, 0.5 + step / 4, [(sounds[0], step / 10)])
        assert 0 < localiser._cache.nbytes <= 60_000


def test_a_silent_sound_comes_from_nowhere(model: ClipModel, film: Path, sounds: list[Path]) -> None:
    silent = Localiser(model).localize_many(film, 1.0, [sounds[2]])[0]
    assert not silent.audible and not silent.map.any()
    assert (silent.score, silent.presence, silent.centre, silent.pan, silent.box) == (0.0, 0.0, (0.5, 0.5), 0.0, None)
    assert not Localiser(model).hear(sounds[2])
    assert not Localiser(model).hear(sounds[0], 5.0), "past its end"
    assert Localiser(model).hear(sounds[0], 2.9)


def test_stills_and_tall_pictures(model: ClipModel, sounds: list[Path], tmp_path: Path) -> None:
    import cv2

    picture = np.random.default_rng(0).integers(0, 256, (80, 40, 3), dtype=np.uint8)
    cv2.imwrite(str(tmp_path / "still.png"), picture)
    localiser = Localiser(model)
    heat = localiser.localize(tmp_path / "still.png", 5.0, sounds[0])
    assert heat.shape == (224, 112)
    assert np.array_equal(heat, localiser.localize(tmp_path / "still.png", 0.0, sounds[0]))


def test_with_a_calibration_it_is_said_whether_the_source_is_seen(
    folder: Path, film: Path, sounds: list[Path], tmp_path: Path
) -> None:
    import shutil

    for bias, said in ((50.0, "on screen"), (-50.0, "ambient")):
        copied = Path(shutil.copytree(folder, tmp_path / said))
        store(copied, Presence(concentration=0.0, height=0.0, logit=0.0, bias=bias, accuracy=1.0, cases=40))
        found = Localiser(copied, device="cpu").localize_many(film, 1.0, [sounds[0], sounds[2]])
        assert [one.onscreen for one in found] == [said, None]


def test_the_short_way_is_the_long_one(folder: Path, film: Path, sounds: list[Path]) -> None:
    heat = localize(film, 1.0, sounds[0], folder, start=0.5)
    assert np.array_equal(heat, Localiser(folder).localize(film, 1.0, (sounds[0], 0.5)))


def test_refusals_say_what_to_do(
    model: ClipModel, folder: Path, film: Path, sounds: list[Path], tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="no model called"):
        Localiser("nowhere")
    with pytest.raises(MediaError, match="does not exist"):
        Localiser(model).localize(tmp_path / "gone.mp4", 0.0, sounds[0])
    with pytest.raises(MediaError, match="does not exist"):
        Localiser(model).localize(film, 0.0, tmp_path / "gone.wav")
    deaf = models.create("coattention", **SMALL, strides=(2, 2, 1, 1), attention="vision")
    models.save(tmp_path / "deaf", deaf, model_id="deaf", title="t", licence="CC0")
    with pytest.raises(ModelError, match="hears nothing"):
        Localiser(tmp_path / "deaf")
