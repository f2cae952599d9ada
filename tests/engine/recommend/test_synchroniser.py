"""Telling when: where the sound is heard from, what is kept, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
import soundfile

from engine import models
from engine.errors import MediaError, ModelError
from engine.features.clip import WAVE_RATE
from engine.media import write_video
from engine.recommend import Synchroniser
from engine.recommend.nudge import METRIC, REACH

SMALL = {"frames": 15, "seconds": 1.0, "widths": (4, 4), "sound_width": 8, "vector": 8}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

    torch.manual_seed(0)
    metrics = {METRIC: {"least_confidence": 0.25}}
    network = models.create("syncnet", **SMALL)
    out = tmp_path_factory.mktemp("models") / "s"
    return models.save(out, network, model_id="s", title="t", licence="CC0", metrics=metrics)


@pytest.fixture(scope="module")
def synchroniser(folder: Path) -> Synchroniser:
    return Synchroniser(folder, device="cpu")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of noise that changes with every frame, 96x54."""
    frames = np.random.default_rng(0).integers(0, 256, (60, 54, 96, 3), dtype=np.uint8)
    return write_video(tmp_path_factory.mktemp("film") / "film.mp4", iter(frames), Fraction(15))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "s.wav"
    soundfile.write(path, 0.1 * np.random.default_rng(1).standard_normal((4 * WAVE_RATE, 2)), WAVE_RATE)
    return path


def test_half_a_second_to_either_side_in_half_frames(synchroniser: Synchroniser, film: Path, sound: Path) -> None:
    curve = synchroniser.sync_curve(film, 2.0, sound, 1.0)
    assert curve.offsets == pytest.approx(np.linspace(-0.5, 0.5, 31), abs=1e-3)
    assert curve.scores.sum() == pytest.approx(1.0) and curve.scores.std() > 0
    assert curve.least == 0.25


def test_the_sound_is_heard_as_it_lies_to_the_picture(synchroniser: Synchroniser, film: Path, sound: Path) -> None:
    """Placed at 2.2 s with its second 1.0 there: the clip from 1.7333 s on hears it from 0.5333 s less reach on."""
    curve = synchroniser.sync_curve(film, 2.2, sound, 1.0)
    wave, rate = soundfile.read(sound, dtype="float32")
    heard = wave.T[:, round((0.5333 - REACH) * rate) :][:, : 2 * rate]
    number = synchroniser._frames.number(film, 2.2)
    assert number / 15 == pytest.approx(1.7333, abs=1e-3)
    logits = synchroniser.model.match(synchroniser.model.picture(synchroniser._frames.read(film, number)), heard)
    assert np.log(curve.scores[::-1]) - np.log(curve.scores[-1]) == pytest.approx(logits[:31] - logits[0], abs=0.02)


def test_moving_the_sound_moves_its_curve(synchroniser: Synchroniser, film: Path, sound: Path) -> None:
    """The same sound placed 0.2 s later has the same best moment, now 0.2 s earlier from its place."""
    one = synchroniser.sync_curve(film, 2.0, sound, 1.0)
    later = synchroniser.sync_curve(film, 2.0, sound, 0.8)
    shared = np.log(one.scores[6:]) - np.log(one.scores[6])
    assert np.log(later.scores[:-6]) - np.log(later.scores[0]) == pytest.approx(shared, abs=0.3)


def test_what_a_film_showed_is_kept(synchroniser: Synchroniser, film: Path, sound: Path, tmp_path: Path) -> None:
    own = Synchroniser(synchroniser.model)
    own.fetch(film, 1.0)
    assert not own._frames.is_seen(film, 1.0), "fetching decodes and does not think"
    first = own.sync_curve(film, 1.0, sound)
    assert own._frames.is_seen(film, 1.0)
    kept = own._frames.seen(film, 1.0, own.model.picture)
    assert own._frames.seen(film, 1.0, own.model.picture) is kept
    assert np.array_equal(first.scores, own.sync_curve(film, 1.0, sound).scores)


def test_a_short_film_has_a_curve_and_a_still_none(synchroniser: Synchroniser, sound: Path, tmp_path: Path) -> None:
    frames = np.random.default_rng(3).integers(0, 256, (5, 54, 96, 3), dtype=np.uint8)
    short = write_video(tmp_path / "short.mp4", iter(frames), Fraction(15))
    assert np.isfinite(synchroniser.sync_curve(short, 0.1, sound).scores).all()
    still = tmp_path / "still.png"
    cv2.imwrite(str(still), frames[0])
    for ask in (lambda: synchroniser.fetch(still, 0.0), lambda: synchroniser.sync_curve(still, 0.0, sound)):
        with pytest.raises(MediaError, match="still picture"):
            ask()


def test_bad_input_says_what_to_do(synchroniser: Synchroniser, film: Path, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="does not exist"):
        synchroniser.sync_curve(film, 1.0, tmp_path / "gone.wav")
    with pytest.raises(MediaError, match="not a number"):
        synchroniser.sync_curve(film, float("nan"), tmp_path / "gone.wav")
    baseline = models.save(
        tmp_path / "b", models.create("baseline", widths=(4, 4, 4, 4)), model_id="b", title="b", licence="CC0"
    )
    with pytest.raises(ModelError, match="does not tell when"):
        Synchroniser(baseline)
