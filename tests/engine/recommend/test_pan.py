"""Pan that follows the picture: what is kept of a way across it, what is left out, and when nothing is followed."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from engine import models
from engine.errors import Cancelled
from engine.jobs import Job
from engine.media import write_video
from engine.recommend import Localisation, Localiser
from engine.recommend.pan import MOST_LOOKS, MOST_POINTS, TOLERANCE, Look, follow, moments, pan_path, simplify
from engine.recommend.presence import box, centre, concentration

SMALL = {"picture": 56, "frames": 4, "seconds": 1.0, "hidden": 32, "heads": 4, "picture_width": 8, "sound_width": 8}


def _looks(pans: list[float] | np.ndarray, weight: float = 1.0) -> list[Look]:
    return [Look(n / 2, float(pan), weight) for n, pan in enumerate(pans)]


def _read(points: list[tuple[float, float]], looks: list[Look]) -> np.ndarray:
    return np.interp([look.seconds for look in looks], *np.array(points).T)


def _spot(x: float, width: int = 14) -> Localisation:
    """A made map with one spot at ``x`` (0..1) of the picture's width."""
    across = np.exp(-0.5 * ((np.arange(width) + 0.5) / width - x) ** 2 / 0.05**2)
    heat = np.tile(across, (8, 1)).astype(np.float32) * np.exp(-0.5 * (np.arange(8)[:, None] - 4) ** 2)
    return Localisation(
        map=heat,
        score=0.9,
        presence=concentration(heat),
        onscreen=None,
        centre=centre(heat),
        box=box(heat),
        audible=True,
    )


class MovingMap(Localiser):
    """Maps made by hand: a spot that goes across the picture with time, from left to right in eight seconds."""

    def __init__(self, unseen: tuple[float, float] = (0.0, 0.0)) -> None:
        self.unseen, self.asked = unseen, list[tuple[float, float]]()

    def localize_placed(self, video: object, seconds: float, sound: object, at: float) -> Localisation:
        self.asked.append((seconds, at))
        if self.unseen[0] <= seconds < self.unseen[1]:
            flat = np.ones((8, 14), np.float32)
            return Localisation(
                map=flat, score=0.1, presence=0.0, onscreen="ambient", centre=(0.5, 0.5), box=None, audible=True
            )
        return _spot(0.1 + 0.8 * seconds / 8)


def test_a_source_that_goes_across_is_followed_from_end_to_end() -> None:
    points = pan_path(MovingMap(), "film.mp4", 0.0, 8.0, "sound.wav")
    assert 2 <= len(points) <= 3, "a straight way needs no more"
    assert points[0] == (0.0, pytest.approx(-0.8, abs=0.1)) and points[-1] == (8.0, pytest.approx(0.8, abs=0.1))


def test_times_count_from_where_the_sound_begins() -> None:
    localiser = MovingMap()
    points = pan_path(localiser, "film.mp4", 2.2, 6.4, "sound.wav")
    assert [seconds for seconds, _ in localiser.asked] == [2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0]
    assert {at for _, at in localiser.asked} == {2.2}
    assert points[0][0] == pytest.approx(0.3) and points[-1][0] == pytest.approx(3.8)


def test_where_the_source_is_not_seen_the_way_goes_straight_on() -> None:
    points = pan_path(MovingMap(unseen=(3.0, 5.0)), "film.mp4", 0.0, 8.0, "sound.wav")
    assert np.interp(4.0, *np.array(points).T) == pytest.approx(0.0, abs=0.12)
    assert pan_path(MovingMap(unseen=(1.0, 6.0)), "film.mp4", 0.0, 8.0, "sound.wav") == [], "mostly unseen: stays still"


def test_what_stands_still_and_what_is_short_is_not_followed() -> None:
    assert follow(_looks([0.5, 0.52, 0.47, 0.5, 0.55])) == []
    assert pan_path(MovingMap(), "film.mp4", 0.0, 0.9, "sound.wav") == []


def test_a_look_that_jumps_aside_is_left_out() -> None:
    pans = np.linspace(-0.8, 0.8, 17)
    pans[8] = -1.0
    points = follow(_looks(pans))
    assert np.interp(4.0, *np.array(points).T) == pytest.approx(0.0, abs=TOLERANCE)


def test_there_and_back_again_keeps_the_turn() -> None:
    looks = _looks([*np.linspace(-0.8, 0.8, 9), *np.linspace(0.6, -0.8, 8)])
    points = follow(looks)
    assert max(pan for _, pan in points) > 0.5, "the turn is cut by no more than smoothing cuts"
    assert 3 <= len(points) <= 5


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=40))
def test_points_are_few_in_order_and_in_range(pans: list[float]) -> None:
    looks = _looks(pans)
    points = follow(looks)
    assert len(points) == 0 or 2 <= len(points) <= MOST_POINTS
    assert all(before[0] < after[0] for before, after in pairwise(points))
    assert all(-1 <= pan <= 1 for _, pan in points)
    if points:
        assert (points[0][0], points[-1][0]) == (looks[0].seconds, looks[-1].seconds)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=40), st.floats(0.01, 0.5))
def test_a_simplified_curve_is_nowhere_off_by_more_than_allowed(values: list[float], tolerance: float) -> None:
    seconds, curve = np.arange(len(values)) / 2, np.array(values)
    kept = simplify(seconds, curve, tolerance)
    assert np.abs(np.interp(seconds, seconds[kept], curve[kept]) - curve).max() <= tolerance + 1e-9


def test_looks_lie_on_one_grid_and_are_bounded() -> None:
    assert moments(1.2, 3.1) == [1.5, 2.0, 2.5, 3.0]
    assert len(moments(0.0, 3600.0)) <= MOST_LOOKS + 1
    assert moments(3.0, 3.0) == [] == moments(-1.0, 2.0)


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> tuple[Localiser, Path, Path]:
    """A real, untrained clip model, a film of four seconds and a sound of three."""
    import torch

    folder = tmp_path_factory.mktemp("pan")
    torch.manual_seed(0)
    network = models.create("coattention", **SMALL, strides=(2, 2, 1, 1))
    with torch.no_grad():
        network.fuse[2].weight.neg_()
    models.save(folder / "clip", network, model_id="clip", title="t", licence="CC0")
    rng = np.random.default_rng(0)
    film = write_video(folder / "film.mp4", rng.integers(0, 256, (40, 54, 96, 3), np.uint8), Fraction(10))
    soundfile.write(folder / "sound.wav", 0.2 * rng.standard_normal(3 * 21_000), 21_000, subtype="FLOAT")
    return Localiser(folder / "clip", device="cpu"), film, folder / "sound.wav"


def test_a_real_model_is_asked_for_what_is_heard_at_each_moment(material: tuple[Localiser, Path, Path]) -> None:
    localiser, film, sound = material
    early = localiser.localize_placed(film, 2.0, sound, 1.0)
    begins = float(localiser._frames.number(film, 2.0) / localiser.model.front.rate)
    direct = localiser.localize_many(film, 2.0, [(sound, begins - 1.0)])[0]
    np.testing.assert_array_equal(early.map, direct.map)
    assert not localiser.localize_placed(film, 3.4, sound, 0.0).audible, "by then it is over"


def test_a_job_counts_and_can_be_stopped(material: tuple[Localiser, Path, Path]) -> None:
    job = Job()
    pan_path(*material[:2], 0.5, 3.0, material[2], job=job)
    assert (job.done, job.total) == (6, 6)
    job.cancel()
    with pytest.raises(Cancelled):
        pan_path(*material[:2], 0.5, 3.0, material[2], job=job)
