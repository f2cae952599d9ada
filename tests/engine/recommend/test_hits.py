"""Hits in the picture: a bounce and a start are seen at their frame; smooth movement and cuts are none."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import MediaError
from engine.media import write_video
from engine.recommend.hits import find_hits

FPS = 25


def _film(path: Path, height_at: Callable[[int], float], frames: int = 30, cut: int | None = None) -> Path:
    """A textured ball whose middle is ``height_at(frame)`` px from the top, before a textured ground."""
    rng = np.random.default_rng(3)
    ground = rng.integers(60, 120, (180, 320, 1), np.uint8).repeat(3, axis=2)
    rows, columns = np.mgrid[:180, :320]

    def picture(number: int) -> np.ndarray:
        image = ground.copy()
        image[np.hypot(rows - height_at(number), columns - 160) < 26] = (230, 200, 160)
        return 255 - image if cut is not None and number >= cut else image

    return write_video(path, map(picture, range(frames)), Fraction(FPS), crf=6)


def _bounce(number: int) -> float:
    return 40 + 7.0 * number if number <= 14 else 40 + 7.0 * 14 - 7.0 * (number - 14)


def test_a_bounce_is_a_hit_at_its_frame(tmp_path: Path) -> None:
    hits = find_hits(_film(tmp_path / "ball.mp4", _bounce), 0.1, 1.1)
    strongest = max(hits, key=lambda hit: hit.strength)
    assert abs(strongest.time - 14 / FPS) <= 1 / FPS + 1e-6


def test_a_sudden_start_is_a_hit(tmp_path: Path) -> None:
    film = _film(tmp_path / "start.mp4", lambda number: 50 + 6.0 * max(0, number - 12))
    hits = find_hits(film, 0.0, 0.8)
    assert hits and abs(hits[0].time - 12 / FPS) <= 1 / FPS + 1e-6


def test_smooth_movement_and_stillness_are_none(tmp_path: Path) -> None:
    assert not find_hits(_film(tmp_path / "smooth.mp4", lambda number: 40 + 3.0 * number), 0.2, 1.0)
    assert not find_hits(_film(tmp_path / "still.mp4", lambda _: 90.0), 0.0, 1.2)


def test_a_cut_is_none(tmp_path: Path) -> None:
    assert not find_hits(_film(tmp_path / "cut.mp4", lambda _: 90.0, cut=15), 0.0, 1.2)


def test_what_is_no_film_is_refused(tmp_path: Path) -> None:
    (tmp_path / "words.mp4").write_text("words")
    with pytest.raises(MediaError):
        find_hits(tmp_path / "words.mp4", 0, 1)
