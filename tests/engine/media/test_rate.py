"""The rate of real films: steady, steady but for a gap, and variable; with coarse stamps too."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.media import probe
from engine.media.rate import standard_rate, steady_rate

NTSC, FILM, PAL = Fraction(30000, 1001), Fraction(24000, 1001), Fraction(25)


@pytest.mark.parametrize(
    ("fps", "standard"),
    [
        (Fraction(24000, 1001), Fraction(24000, 1001)),
        (Fraction("23.976"), Fraction(24000, 1001)),
        (Fraction("23.98"), Fraction(24000, 1001)),
        (Fraction(24), Fraction(24)),
        (Fraction("29.97"), Fraction(30000, 1001)),
        (Fraction("59.94"), Fraction(60000, 1001)),
        (Fraction("27.5"), Fraction("27.5")),
        (Fraction(240), Fraction(240)),
    ],
)
def test_rates_near_a_standard_are_it(fps: Fraction, standard: Fraction) -> None:
    assert standard_rate(fps) == standard


def fps_of(path: Path) -> Fraction:
    video = probe(path).video
    assert video is not None
    return video.fps


@pytest.mark.parametrize("name", ["film.mov", "film.mp4", "film.mkv"])
@pytest.mark.parametrize(("rate", "tick"), [(NTSC, 1001), (FILM, 1001), (PAL, 1000)])
def test_a_steady_film_whatever_its_header_wishes(
    tmp_path: Path, make_film: Callable[..., Path], name: str, rate: Fraction, tick: int
) -> None:
    stamps = [frame * tick for frame in range(40)]
    assert fps_of(make_film(tmp_path / name, stamps, 1 / (rate * tick))) == rate


@pytest.mark.parametrize("gap", [2000, 100_000])
@pytest.mark.parametrize("name", ["film.mov", "film.mp4"])
def test_one_long_gap_does_not_change_the_rate(
    tmp_path: Path, make_film: Callable[..., Path], name: str, gap: int
) -> None:
    stamps = [frame * 1001 + (gap if frame >= 30 else 0) for frame in range(60)]
    path = make_film(tmp_path / name, stamps, Fraction(1, 30_000))
    import av

    with av.open(str(path)) as container:
        average = container.streams.video[0].average_rate
    assert average is not None and average < NTSC * Fraction(995, 1000)  # what headers say would be wrong
    assert fps_of(path) == NTSC


def test_a_last_frame_that_stands_does_not_change_the_rate(tmp_path: Path, make_film: Callable[..., Path]) -> None:
    assert fps_of(make_film(tmp_path / "film.mp4", [*range(0, 5000, 100), 6500], Fraction(1, 2500))) == PAL


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv"])
def test_a_variable_film_has_its_average(tmp_path: Path, make_film: Callable[..., Path], name: str) -> None:
    lengths = np.random.default_rng(4).integers(20, 90, 60)
    path = make_film(tmp_path / name, [0, *np.cumsum(lengths).tolist()], Fraction(1, 1000))
    assert float(fps_of(path)) == pytest.approx(1000 / lengths.mean(), rel=0.02)


@pytest.mark.parametrize("rate", [FILM, Fraction(24), PAL, NTSC, Fraction(30), Fraction(60000, 1001), Fraction(60)])
def test_stamps_in_milliseconds_still_tell_a_rate_from_its_neighbour(rate: Fraction) -> None:
    stamps = np.array([round(frame * 1000 / rate) for frame in range(3000)])
    assert steady_rate(stamps, Fraction(1, 1000)) == rate


def test_a_few_frames_go_by_what_the_header_says() -> None:
    stamps = np.array([0, 33, 67, 100, 133, 167])  # as true of 30 as of 29.97 frames a second
    assert steady_rate(stamps, Fraction(1, 1000), NTSC) == NTSC
    assert steady_rate(stamps, Fraction(1, 1000), Fraction(30)) == 30
    assert steady_rate(stamps[:3], Fraction(1, 1000), NTSC) is None


def test_what_keeps_to_no_rate_has_none() -> None:
    assert steady_rate(np.cumsum([0, *[33, 33, 50] * 20]), Fraction(1, 1000), Fraction(30)) is None
