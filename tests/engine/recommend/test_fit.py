"""Where in a film a sound fits: exact frames, the same scores as in a list, peaks that are peaks, and what is kept."""

from __future__ import annotations

import math
import shutil
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Cancelled, LibraryError, MediaError
from engine.jobs import Job
from engine.library import Library
from engine.media import VideoReader
from engine.media.write import write_video
from engine.models import Model
from engine.recommend import Calibration, Recommender
from engine.recommend.fit import (
    FilmEmbeddings,
    FitCurve,
    SoundEmbeddings,
    embed_film,
    fit_curve,
    own_calibration,
    peaks,
    sound_in_library,
    sound_of_file,
)
from engine.recommend.fit_cache import FilmCache

YARDSTICK = Calibration(1.0, 0.2, "pictures")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds at 10 frames a second, each frame another noise."""
    rng = np.random.default_rng(5)
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_video(path, (rng.integers(0, 256, (48, 64, 3), dtype=np.uint8) for _ in range(30)), Fraction(10))
    return path


def curve_of(scores: list[float], step: float = 0.5) -> FitCurve:
    times = np.arange(len(scores)) * step
    return FitCurve(times=times, scores=np.array(scores, np.float32), starts=times, ends=times + 1)


def test_every_step_of_the_film_is_looked_at_once(film: Path, model: Model) -> None:
    found = embed_film(film, model)
    with VideoReader(film) as reader:
        expected = [reader.frame_at(n * 0.5) for n in range(6)]
    assert found.times.tolist() == [frame.time for frame in expected]
    assert found.vectors.shape == (6, 128)
    assert found.vectors.dtype == np.float32
    np.testing.assert_allclose(found.vectors, model.embed_rgb([frame.image for frame in expected]), atol=1e-4)


def test_a_film_of_few_frames_gives_each_once(tmp_path: Path, model: Model) -> None:
    slow = tmp_path / "slow.mp4"
    write_video(slow, (np.full((48, 64, 3), 60 * n, np.uint8) for n in range(1, 4)), Fraction(1))
    assert embed_film(slow, model).times.tolist() == [0.0, 1.0, 2.0]


def test_a_still_has_one_moment(tmp_path: Path, model: Model) -> None:
    import cv2

    still = tmp_path / "still.png"
    cv2.imwrite(str(still), np.random.default_rng(1).integers(0, 256, (40, 60, 3)))
    assert embed_film(still, model).times.tolist() == [0.0]


@pytest.mark.parametrize("step", [0.0, -1.0, math.nan, math.inf])
def test_a_step_that_leads_nowhere_is_refused(film: Path, model: Model, step: float) -> None:
    with pytest.raises(MediaError, match="leads nowhere"):
        embed_film(film, model, step=step)


def test_what_was_looked_at_is_kept_until_the_film_changes(film: Path, model: Model, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    shutil.copy(film, copy)
    cache = FilmCache(tmp_path / "cache")
    first = embed_film(copy, model, cache=cache)

    class Blind:
        fingerprint = model.fingerprint

        def embed_rgb(self, frames: list[np.ndarray]) -> np.ndarray:
            raise AssertionError("the film was looked at again")

    again = embed_film(copy, Blind(), cache=cache)
    np.testing.assert_array_equal(again.vectors, first.vectors)
    np.testing.assert_array_equal(again.times, first.times)
    with copy.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(AssertionError):
        embed_film(copy, Blind(), cache=cache)
    with pytest.raises(AssertionError):
        embed_film(film, Blind(), step=1.0, cache=cache)


def test_the_work_can_be_stopped_and_leaves_nothing(film: Path, model: Model, tmp_path: Path) -> None:
    job = Job()
    job.cancel()
    cache = FilmCache(tmp_path / "cache")
    with pytest.raises(Cancelled):
        embed_film(film, model, cache=cache, job=job)
    assert not (tmp_path / "cache").exists()
    counted = Job()
    embed_film(film, model, job=counted)
    assert counted.fraction == pytest.approx(1.0)


def test_scores_are_those_of_the_list(film: Path, library: Library, model: Model) -> None:
    recommender = Recommender(library, model)
    embedded = embed_film(film, model)
    for result in recommender.recommend_vector(embedded.vectors[2], top=5):
        sound = sound_in_library(library, library.files([result.file_id])[result.file_id])
        curve = fit_curve(embedded, sound, recommender.calibration)
        assert curve.scores[2] == pytest.approx(result.score, abs=1e-4)
        near = {hit.start for hit in result.windows if hit.distance < result.distance + 1e-4}  # a tie may go either way
        assert curve.starts[2] in near


def test_a_copy_fits_where_its_original_does(library: Library) -> None:
    twins = [file for file in library.search() if file.name in {"waves.wav", "surf.wav"}]
    first, second = (sound_in_library(library, file) for file in twins)
    np.testing.assert_array_equal(first.vectors, second.vectors)
    assert len(first.vectors) == 12


def test_a_file_is_heard_as_the_library_hears_it(library: Library, model: Model) -> None:
    for file in library.search()[:4]:
        kept, heard = sound_in_library(library, file), sound_of_file(file.path, model)
        if not len(kept.vectors):
            continue
        np.testing.assert_allclose(heard.vectors, kept.vectors, atol=1e-5)
        np.testing.assert_allclose(heard.starts, kept.starts)
        np.testing.assert_allclose(heard.ends, kept.ends)


def test_silence_and_unheard_sounds_are_said(tmp_path: Path, model: Model) -> None:
    silent = tmp_path / "silent.wav"
    soundfile.write(silent, np.zeros(16_000), 16_000)
    with pytest.raises(MediaError, match="silent"):
        sound_of_file(silent, model)
    nothing = SoundEmbeddings(path=silent, starts=np.zeros(0), ends=np.zeros(0), vectors=np.zeros((0, 128), np.float32))
    film = FilmEmbeddings(times=np.zeros(1), vectors=np.ones((1, 128), np.float32) / 128**0.5, step=0.5)
    with pytest.raises(LibraryError, match="not been listened"):
        fit_curve(film, nothing, YARDSTICK)


def test_the_best_window_decides() -> None:
    axes = np.eye(128, dtype=np.float32)
    film = FilmEmbeddings(times=np.array([0.0, 0.5, 1.0]), vectors=axes[:3], step=0.5)
    sound = SoundEmbeddings(
        path=Path("a.wav"), starts=np.array([0.0, 1.0]), ends=np.array([1.0, 1.7]), vectors=axes[[2, 0]]
    )
    curve = fit_curve(film, sound, YARDSTICK)
    assert curve.starts.tolist() == [1.0, 0.0, 0.0]
    assert curve.ends[0] == 1.7
    assert curve.scores[0] == pytest.approx(YARDSTICK.score(0.0))
    assert curve.scores[1] == pytest.approx(YARDSTICK.score(math.sqrt(2)), abs=1e-5)


def test_without_a_library_the_models_pictures_are_the_yardstick(model: Model, library: Library) -> None:
    sound = sound_in_library(library, library.search("waves")[0])
    measured = own_calibration(sound, model)
    assert measured.kind == "pictures"
    assert model.background is not None
    film = FilmEmbeddings(times=np.arange(len(model.background)) * 0.5, vectors=model.background, step=0.5)
    assert np.median(fit_curve(film, sound, measured).scores) == pytest.approx(0.5, abs=0.02)


def test_peaks_stand_out_and_the_ends_count() -> None:
    found = peaks(curve_of([0.9, 0.2, 0.2, 0.25, 0.2, 0.6, 0.2, 0.1, 0.4]))
    assert [peak.time for peak in found] == [0.0, 2.5, 4.0]
    assert found[1].score == pytest.approx(0.6)
    assert (found[1].start, found[1].end) == (2.5, 3.5)


def test_near_peaks_make_one() -> None:
    assert [peak.time for peak in peaks(curve_of([0.1, 0.9, 0.1, 0.8, 0.1], step=0.25))] == [0.25]


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=60))
def test_the_best_moment_is_always_a_peak(scores: list[float]) -> None:
    found = peaks(curve_of(scores))
    assert found[0].score == max(scores)
    assert all(a.score >= b.score for a, b in pairwise(found))
    times = sorted(peak.time for peak in found)
    assert all(b - a >= 1.0 for a, b in pairwise(times))
