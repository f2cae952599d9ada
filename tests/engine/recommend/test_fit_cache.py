"""What is kept of films: found again, bounded, and never trusted blindly."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from engine.recommend.fit_cache import FilmCache


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"a film")
    return path


def test_it_gives_back_what_was_saved(film: Path, tmp_path: Path) -> None:
    cache = FilmCache(tmp_path / "cache")
    assert cache.load(film, "shots") is None
    cache.save(film, "shots", 0.5, cuts=np.arange(3), end=np.array(1.5))
    kept = cache.load(film, "shots", 0.5)
    assert kept is not None
    assert kept["cuts"].tolist() == [0, 1, 2]
    assert float(kept["end"]) == 1.5
    assert cache.load(film, "shots", 0.25) is None


def test_a_changed_film_is_another(film: Path, tmp_path: Path) -> None:
    cache = FilmCache(tmp_path / "cache")
    cache.save(film, "shots", cuts=np.arange(3))
    os.utime(film, ns=(0, 0))
    assert cache.load(film, "shots") is None


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not a zip", None])
def test_a_damaged_entry_is_missing(film: Path, tmp_path: Path, damage: bytes | None) -> None:
    cache = FilmCache(tmp_path / "cache")
    cache.save(film, "shots", cuts=np.arange(1000))
    (entry,) = (tmp_path / "cache").glob("*.npz")
    entry.write_bytes(entry.read_bytes()[:500] if damage is None else damage)
    assert cache.load(film, "shots") is None


def test_the_longest_unused_go_first(film: Path, tmp_path: Path) -> None:
    cache = FilmCache(tmp_path / "cache", most_bytes=3_000)
    for n in range(2):
        cache.save(film, n, data=np.zeros(100))
    old = next(iter(sorted((tmp_path / "cache").glob("*.npz"), key=lambda path: path.stat().st_mtime_ns)))
    os.utime(old, ns=(1, 1))
    assert cache.load(film, 0) is not None  # used just now
    for path in (tmp_path / "cache").glob("*.npz"):
        if path.stat().st_mtime_ns == 1:
            old = path
    cache.load(film, 0)
    cache.save(film, 2, data=np.zeros(100))
    assert cache.load(film, 2) is not None
    assert sum(path.stat().st_size for path in (tmp_path / "cache").glob("*.npz")) <= 3_000


def test_a_disk_that_refuses_keeps_nothing_and_stops_nobody(film: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    cache = FilmCache(tmp_path / "cache")
    cache.save(film, "shots", cuts=np.arange(3))
    assert cache.load(film, "shots") is None
