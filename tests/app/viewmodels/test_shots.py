"""Shots of the open film: found in the background, stepped through, gone with the film."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels.session import SessionViewModel
from app.viewmodels.shots import ShotsViewModel
from engine.media import write_video


@pytest.fixture(scope="module")
def cut_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three shots of a second each."""
    rng = np.random.default_rng(2)
    pictures = [np.kron(rng.integers(0, 256, (6, 8, 3)), np.ones((8, 8, 1))).astype(np.uint8) for _ in range(3)]
    path = tmp_path_factory.mktemp("film") / "cut.mp4"
    return write_video(path, (pictures[n // 25] for n in range(75)), Fraction(25))


@pytest.fixture
def shots(inline: SessionViewModel) -> ShotsViewModel:
    return ShotsViewModel(inline, inline)


def test_a_film_has_its_shots_and_loses_them_with_it(
    shots: ShotsViewModel, inline: SessionViewModel, cut_film: Path, films_cache: Path, qtbot: QtBot
) -> None:
    assert (shots.shots, shots.current, shots.finding) == ([], None, False)
    with qtbot.waitSignal(shots.changed):
        inline.open_video(cut_film)
    assert [shot.start for shot in shots.shots] == [0.0, 1.0, 2.0]
    assert not shots.finding
    assert list(films_cache.glob("*.npz"))
    inline.film.close()
    assert shots.shots == []


def test_steps_go_from_cut_to_cut(shots: ShotsViewModel, inline: SessionViewModel, cut_film: Path) -> None:
    inline.open_video(cut_film)
    places = []
    for direction in (1, 1, 1, -1, -1, -1, -1):
        shots.step(direction)
        places.append(inline.time)
    assert places == pytest.approx([1.0, 2.0, 2.96, 2.0, 1.0, 0.0, 0.0])
    inline.seek(1.5)
    shots.step(-1)
    assert inline.time == pytest.approx(1.0)


def test_the_current_shot_follows_the_playhead(shots: ShotsViewModel, inline: SessionViewModel, cut_film: Path) -> None:
    inline.open_video(cut_film)
    for seconds, index in ((0.0, 0), (0.96, 0), (1.0, 1), (2.9, 2)):
        inline.seek(seconds)
        assert shots.current is not None and shots.current.index == index


def test_without_a_film_a_step_says_so(shots: ShotsViewModel, inline: SessionViewModel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(inline.status) as said:
        shots.step(1)
    assert "shots" in said.args[0]


def test_a_film_that_cannot_be_read_leaves_no_one_waiting(
    shots: ShotsViewModel, inline: SessionViewModel, tmp_path: Path
) -> None:
    (tmp_path / "film.mp4").write_text("no film")
    inline.open_video(tmp_path / "film.mp4")
    assert not shots.finding
    assert shots.shots == []


def test_in_the_background_and_only_the_newest_film(
    threaded: SessionViewModel, cut_film: Path, film: Path, qtbot: QtBot
) -> None:
    shots = ShotsViewModel(threaded, threaded)
    threaded.open_video(cut_film)
    threaded.open_video(film)
    qtbot.waitUntil(lambda: threaded.film.state == "open" and not shots.finding, timeout=20_000)
    assert len(shots.shots) == 1
    assert shots.shots[0].end == pytest.approx(2.0)
