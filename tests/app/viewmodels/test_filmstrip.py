"""The strip's pictures: spread evenly from the first batch on, in order, and gone with their film."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from app.viewmodels.filmstrip import BATCH, FilmstripViewModel, coarse_to_fine
from app.viewmodels.session import SessionViewModel
from tests.app.conftest import FRAMES, frame_number


@pytest.mark.parametrize("count", [1, 2, 7, 64, 96, 100])
def test_coarse_to_fine_names_every_picture_once(count: int) -> None:
    assert sorted(coarse_to_fine(count)) == list(range(count))


def test_every_beginning_is_spread_over_the_film() -> None:
    order = coarse_to_fine(96)
    for taken in (8, 16, 32):
        places = sorted(order[:taken])
        gaps = [b - a for a, b in itertools.pairwise(places)]
        assert max(gaps) <= 2 * min(gaps)


def test_pictures_are_in_order_and_show_their_time(inline: SessionViewModel, film: Path) -> None:
    strip = FilmstripViewModel(inline)
    batches: list[int] = []
    strip.changed.connect(lambda: batches.append(len(strip.pictures)))
    inline.open_video(film)
    times = [frame.time for frame in strip.pictures]
    assert times == sorted(times) and len(times) == FRAMES
    assert all(abs(frame_number(f.image) - f.time * 25) < 1 for f in strip.pictures)
    assert BATCH in batches, "the strip must fill while it is being made"
    assert inline.film.rough is strip.pictures


def test_nearest_is_the_picture_next_to_a_time(inline: SessionViewModel, film: Path) -> None:
    strip = FilmstripViewModel(inline)
    assert strip.nearest(1.0) is None
    inline.open_video(film)
    found = strip.nearest(1.01)
    assert found is not None and abs(found.time - 1.01) <= 0.04


def test_pictures_go_with_their_film(inline: SessionViewModel, film: Path) -> None:
    strip = FilmstripViewModel(inline)
    inline.open_video(film)
    inline.film.close()
    assert strip.pictures == [] and inline.film.rough == []
