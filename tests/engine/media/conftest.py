"""Films whose every frame carries its number as light and dark blocks, in many codecs and with any time stamps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.films import MakeFilm, encode, number_of


@pytest.fixture
def make_film() -> MakeFilm:
    """:func:`encode`."""
    return encode


@pytest.fixture
def read_number() -> Callable[[np.ndarray], int]:
    """:func:`number_of`."""
    return number_of


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 frames of H.264 at 25 a second with B-frames, open groups of pictures and one key frame in 50."""
    options = {"x264-params": "open-gop=1:bframes=4:keyint=50:min-keyint=50:scenecut=0", "crf": "18"}
    return encode(tmp_path_factory.mktemp("film") / "film.mp4", range(0, 120 * 40, 40), options=options)


@pytest.fixture(scope="session")
def variable_film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[float]]:
    """100 frames between 7 ms and 2.5 s long, and their times in seconds."""
    lengths = np.random.default_rng(3).choice([7, 40, 41, 90, 333, 2500], 99, p=[0.3, 0.3, 0.2, 0.1, 0.06, 0.04])
    stamps = [0, *np.cumsum(lengths).tolist()]
    options = {"x264-params": "bframes=3:keyint=30", "crf": "18"}
    path = encode(tmp_path_factory.mktemp("film") / "variable.mp4", stamps, options=options)
    return path, [stamp / 1000 for stamp in stamps]
