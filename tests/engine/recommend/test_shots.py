"""Shots: hard cuts found within a frame, by the file's own stamps, on films as they are."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Cancelled, MediaError
from engine.jobs import Job
from engine.media import VideoReader
from engine.media.write import write_video
from engine.recommend.fit_cache import FilmCache
from engine.recommend.shots import cuts_of, find_shots, shot_at, to_shots
from training.data.synthetic import render_scene

LENGTHS = (14, 31, 20, 9, 26)


def joined_scenes() -> list[np.ndarray]:
    """Frames of moving synthetic scenes joined by hard cuts."""
    frames = []
    for seed, length in enumerate(LENGTHS):
        scene = render_scene(400 + seed, seconds=3, size=(160, 120))
        frames += [scene.frame_at(Fraction(n, 25)) for n in range(length)]
    return frames


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_video(path, iter(joined_scenes()), Fraction(25))
    return path


def test_every_join_is_found_and_nothing_else(film: Path) -> None:
    shots = find_shots(film)
    starts = [round(shot.start * 25) for shot in shots]
    expected = np.cumsum((0, *LENGTHS[:-1])).tolist()
    assert len(starts) == len(expected)
    assert all(abs(a - b) <= 1 for a, b in zip(starts, expected, strict=True))


def test_shots_cover_the_film_and_stand_on_its_own_stamps(film: Path) -> None:
    shots = find_shots(film)
    with VideoReader(film) as reader:
        stamps, end = reader.frame_times, reader.duration
    assert shots[0].start == stamps[0]
    assert shots[-1].end == pytest.approx(end)
    assert all(a.end == b.start for a, b in pairwise(shots))
    for shot in shots:
        assert set(shot.frames) | {shot.start} <= set(stamps)
        assert len(shot.frames) == 3
        margin = 0.1 * (shot.end - shot.start)
        assert shot.start + margin <= shot.frames[0] < shot.frames[-1] <= shot.end - margin


def test_motion_alone_cuts_nothing() -> None:
    rng = np.random.default_rng(0)
    wide = np.kron(rng.integers(0, 256, (12, 60, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    assert cuts_of((wide[:, 4 * n : 4 * n + 160] for n in range(60)), 25.0) == []


def test_frames_shown_again_make_no_cuts_and_hide_none() -> None:
    """As with 24 frames a second in a film of 60, where each is shown twice or three times."""
    rng = np.random.default_rng(0)
    wide = np.kron(rng.integers(0, 256, (12, 80, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    motion = [wide[:, 8 * n : 8 * n + 160] for n in range(60)]
    times = [2 + n % 2 for n in range(len(motion))]
    assert cuts_of((frame for frame, count in zip(motion, times, strict=True) for _ in range(count)), 60.0) == []
    scenes = joined_scenes()
    times = [2 + n % 2 for n in range(len(scenes))]
    found = cuts_of((frame for frame, count in zip(scenes, times, strict=True) for _ in range(count)), 60.0)
    assert found == [sum(times[:first]) for first in np.cumsum(LENGTHS[:-1])]


def test_a_flash_is_no_cut_and_a_cut_beside_it_is() -> None:
    rng = np.random.default_rng(3)
    one, other = (np.kron(rng.integers(0, 256, (6, 8, 3)), np.ones((8, 8, 1))).astype(np.uint8) for _ in range(2))
    frames = [one] * 30 + [other] * 30
    for n in (15, 16, 45):
        frames[n] = np.full_like(one, 255)
    assert cuts_of(frames, 25.0) == [30]


def test_a_slide_show_has_a_shot_a_slide() -> None:
    rng = np.random.default_rng(1)
    slides = [np.kron(rng.integers(0, 256, (4, 6, 3)), np.ones((12, 12, 1))).astype(np.uint8) for _ in range(6)]
    assert cuts_of(slides, 1.0) == [1, 2, 3, 4, 5]


def test_a_still_is_one_shot(tmp_path: Path) -> None:
    import cv2

    still = tmp_path / "still.png"
    cv2.imwrite(str(still), np.zeros((40, 60, 3), np.uint8))
    (shot,) = find_shots(still)
    assert (shot.start, shot.end, shot.frames) == (0.0, 0.0, (0.0,))


def test_what_is_no_film_is_said(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"no film")
    with pytest.raises(MediaError):
        find_shots(tmp_path / "film.mp4")


def test_shots_are_kept(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = FilmCache(tmp_path / "cache")
    first = find_shots(film, cache=cache)

    def look_again(*_: object) -> None:
        raise AssertionError("the film was read again")

    monkeypatch.setattr("engine.recommend.shots._analyse", look_again)
    assert find_shots(film, cache=cache) == first


def test_the_work_can_be_stopped(film: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        find_shots(film, job=job)


def test_the_shot_shown_at_a_time() -> None:
    shots = to_shots([0.0, 0.1, 0.25, 0.4], [2], 0.5)
    assert [shot_at(shots, t).index for t in (-1, 0, 0.24, 0.25, 9)] == [0, 0, 0, 1, 1]


@given(st.lists(st.floats(0.001, 0.5), min_size=1, max_size=40), st.data())
def test_whatever_the_stamps_shots_tile_the_film(gaps: list[float], data: st.DataObject) -> None:
    stamps = np.cumsum(gaps).tolist()
    cuts = sorted(data.draw(st.sets(st.integers(1, len(stamps)))) - {len(stamps)})
    shots = to_shots(stamps, cuts, stamps[-1] + 0.04)
    assert len(shots) == len(cuts) + 1
    assert all(a.end == b.start for a, b in pairwise(shots))
    for shot in shots:
        assert 1 <= len(shot.frames) <= 3
        assert all(shot.start <= frame <= shot.end and frame in stamps for frame in shot.frames)
        assert shot_at(shots, shot.start) == shot


@pytest.mark.parametrize(
    ("clip", "cuts"),
    [
        ("041__playing_tennis.mp4", [197]),
        ("128__horse_neighing.mp4", [68, 96, 110, 141]),
        ("165__playing_bongo.mp4", [108, 209]),
        ("040__train.mp4", []),
    ],
)
def test_cuts_of_real_clips(shared_data: Path, clip: str, cuts: list[int]) -> None:
    shots = find_shots(shared_data / "clips" / clip)
    with VideoReader(shared_data / "clips" / clip) as reader:
        stamps = reader.frame_times
    found = [stamps.index(shot.start) for shot in shots[1:]]
    for cut in cuts:
        assert any(abs(cut - place) <= 1 for place in found)
    assert bool(found) == bool(cuts)


def test_odd_files_have_shots(shared_data: Path) -> None:
    readable = 0
    for path in sorted((shared_data / "odd_files").rglob("*.*"))[:40]:
        if path.suffix.lower() not in {".mp4", ".mov", ".mkv", ".webm", ".avi", ".ts"} or path.stat().st_size > 2 << 20:
            continue
        try:
            with VideoReader(path) as reader:
                first = reader.frame_at(0.0).time
        except MediaError:
            continue
        shots = find_shots(path)
        readable += 1
        assert shots[0].start == pytest.approx(first)
        assert all(a.end == b.start and a.end > a.start for a, b in pairwise(shots))
    assert readable >= 5
