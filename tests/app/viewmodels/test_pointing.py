"""Pointing at the picture: clicks and boxes, keys, and when the whole frame is meant again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.viewmodels.pointing import PointingViewModel
from app.viewmodels.session import SessionViewModel
from app.viewmodels.shots import ShotsViewModel
from engine.recommend.shots import to_shots


@pytest.fixture
def pointing(inline: SessionViewModel, film: Path) -> PointingViewModel:
    made = PointingViewModel(inline, None, inline)
    inline.open_video(film)
    return made


def test_without_a_picture_nothing_is_pointed_at(inline: SessionViewModel) -> None:
    pointing = PointingViewModel(inline)
    pointing.begin(0.2, 0.2)
    pointing.stretch(0.6, 0.6)
    pointing.finish()
    pointing.point()
    assert not pointing.can_point
    assert pointing.region is None


def test_pointing_says_that_the_picture_is_missing(inline: SessionViewModel) -> None:
    said: list[str] = []
    inline.status.connect(lambda text, _: said.append(text))
    inline.film.lack("reel 3.mov", 3.0)
    PointingViewModel(inline).point()
    assert said == ["The picture reel 3.mov is missing: things in it can be pointed at once it is found."]


def test_a_drag_is_a_box_in_any_direction(pointing: PointingViewModel) -> None:
    pointing.begin(0.8, 0.9)
    pointing.stretch(0.5, 0.3)
    assert pointing.region is None
    assert pointing.shown == (0.5, 0.3, 0.8, 0.9)
    pointing.stretch(0.2, 1.4)
    pointing.finish()
    assert pointing.region == pointing.shown == (0.2, 0.9, 0.8, 1.0)


def test_a_click_is_a_box_around_the_place(pointing: PointingViewModel) -> None:
    pointing.begin(0.5, 0.5)
    pointing.finish()
    assert pointing.region is not None
    x1, y1, x2, y2 = pointing.region
    assert ((x1 + x2) / 2, (y1 + y2) / 2) == pytest.approx((0.5, 0.5))
    assert (x2 - x1) * 64 == pytest.approx((y2 - y1) * 48)


def test_clearing_says_whether_there_was_anything(pointing: PointingViewModel) -> None:
    told: list[object] = []
    pointing.region_changed.connect(lambda: told.append(pointing.region))
    assert not pointing.clear()
    pointing.point()
    assert pointing.clear()
    pointing.begin(0.1, 0.1)
    pointing.stretch(0.5, 0.5)
    assert pointing.clear()
    pointing.finish()
    assert pointing.region is None
    assert len(told) == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.integers(-1, 1), st.integers(-1, 1)), max_size=30))
def test_keys_keep_the_region_in_the_picture(pointing: PointingViewModel, steps: list[tuple[bool, int, int]]) -> None:
    pointing.point()
    for sized, across, down in steps:
        (pointing.grow if sized else pointing.move)(across, down)
        assert pointing.region is not None
        x1, y1, x2, y2 = pointing.region
        assert -1e-9 <= x1 < x2 <= 1 + 1e-9
        assert -1e-9 <= y1 < y2 <= 1 + 1e-9


def test_it_ends_with_its_shot_and_with_the_film(inline: SessionViewModel, film: Path) -> None:
    shots = ShotsViewModel(inline, inline)
    pointing = PointingViewModel(inline, shots, inline)
    inline.open_video(film)
    shots.shots = to_shots([n / 25 for n in range(50)], [25], 2.0)
    pointing.point()
    inline.seek(0.9)
    assert pointing.region is not None
    inline.seek(1.2)
    assert pointing.region is None
    pointing.point()
    inline.film.close()
    assert pointing.region is None
