"""A frame in, ranked sounds out."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.errors import LibraryError, MediaError, ModelError
from engine.library import Library, index_folder
from engine.models import Model
from engine.recommend import Recommender, Result


@pytest.fixture
def picture() -> np.ndarray:
    """Any picture."""
    return np.random.default_rng(3).integers(0, 256, (60, 80, 3)).astype(np.uint8)


def naive(library: Library, vector: np.ndarray) -> list[tuple[float, str]]:
    """Every file's best distance and path, best first: what a recommendation must agree with."""
    windows = library.windows()
    distances = np.linalg.norm(windows.vectors.astype(np.float64) - vector, axis=1).round(5)
    best = [
        (float(distances[windows.file_ids == file.id].min()), str(file.path))
        for file in library.search()
        if file.duplicate_of is None
    ]
    return sorted(best)


def flat(results: list[Result]) -> list[Result]:
    return [sound for result in results for sound in (result, *result.takes)]


def test_it_ranks_files_by_their_best_window(library: Library, model: Model, picture: np.ndarray) -> None:
    recommender = Recommender(library, model)
    results = recommender.recommend_image(picture, top=100)
    vector = model.embed_rgb([picture])[0]
    expected = naive(library, vector)
    found = sorted((result.distance, str(result.path)) for result in flat(results))
    assert [path for _, path in found] == [path for _, path in expected]
    assert [distance for distance, _ in found] == pytest.approx([distance for distance, _ in expected], abs=1e-5)
    assert [result.rank for result in results] == list(range(1, 17))  # five barks, waves, ten others
    scores = [result.score for result in results]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_each_file_is_a_result_unless_takes_are_folded(library: Library, model: Model, picture: np.ndarray) -> None:
    results = Recommender(library, model).recommend_image(picture, top=100)
    assert sum(result.category == "dog" for result in results) == 5
    assert all(not result.takes for result in results)
    assert [result.rank for result in results] == list(range(1, len(results) + 1))


def test_takes_and_copies_are_folded(library: Library, model: Model, picture: np.ndarray) -> None:
    results = Recommender(library, model).recommend_image(picture, top=100, fold_takes=True)
    bark = next(result for result in results if result.category == "dog")
    assert len(bark.takes) == 4
    names = [result.name for result in results]
    assert ("waves.wav" in names) != ("surf.wav" in names)


def test_the_region_lies_in_the_file(library: Library, model: Model, picture: np.ndarray) -> None:
    for result in flat(Recommender(library, model).recommend_image(picture, top=100)):
        assert 0 <= result.start < result.end <= result.duration
        assert (result.windows[0].start, result.windows[0].end) == (result.start, result.end)


@pytest.mark.parametrize("top", [1, 3, 12])
def test_as_many_as_asked_for_however_many_windows_a_file_has(
    library: Library, model: Model, picture: np.ndarray, top: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.recommend.recommender.WINDOWS_PER_RESULT", 1)
    recommender = Recommender(library, model)
    names = [result.name for result in recommender.recommend_image(picture, top=100)]
    assert [result.name for result in recommender.recommend_image(picture, top=top)] == names[:top]
    assert recommender.recommend_image(picture, top=0) == []


def test_filters_choose_before_the_cut(library: Library, model: Model, picture: np.ndarray) -> None:
    recommender = Recommender(library, model)
    everything = recommender.recommend_image(picture, top=100)
    mixed = [result.name for result in everything if result.category == "mixed"]
    worst = everything[-1]
    assert [r.name for r in recommender.recommend_image(picture, 3, category="mixed")] == mixed[:3]
    assert [r.name for r in recommender.recommend_image(picture, 1, text=Path(worst.name).stem)] == [worst.name]
    assert [r.name for r in recommender.recommend_image(picture, 3, text="-bark -zeta", category="Mixed")] == [
        name for name in mixed if name != "zeta.wav"
    ][:3]
    assert recommender.recommend_image(picture, text="xyzzy") == []


def test_a_copy_that_passes_the_filter_is_shown_for_its_original(
    library: Library, model: Model, picture: np.ndarray
) -> None:
    recommender = Recommender(library, model)
    for name in ("surf", "waves"):
        results = recommender.recommend_image(picture, text=name)
        assert [result.name for result in results] == [f"{name}.wav"]


def test_a_film_by_path_by_reader_and_a_still(
    library: Library, model: Model, picture: np.ndarray, tmp_path: Path
) -> None:
    from engine.media import VideoReader, write_video

    rng = np.random.default_rng(0)
    frames = [
        np.full((64, 96, 3), 40 * n, np.uint8) + rng.integers(0, 20, (64, 96, 3)).astype(np.uint8) for n in range(6)
    ]
    film, still = tmp_path / "film.mp4", tmp_path / "still.png"
    write_video(film, frames, fps=2)
    cv2.imwrite(str(still), picture[:, :, ::-1])
    recommender = Recommender(library, model)
    with VideoReader(film) as reader:
        expected = recommender.recommend_image(reader.frame_at(2.0).image)
        assert recommender.recommend(reader, 2.0) == expected
    assert recommender.recommend(film, 2.0) == expected
    assert recommender.recommend(str(film), 2.0, top=4) == expected[:4]
    assert recommender.recommend(still, 0.0) == recommender.recommend_image(picture)


def test_the_model_that_made_the_library_is_found(
    library_path: Path, model_folder: Path, model: Model, picture: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOLEYSCOPE_MODELS", str(model_folder.parent))
    with Recommender(str(library_path)) as recommender:
        assert recommender.model.id == "tiny"
        first = recommender.recommend_image(picture)
    with Recommender(library_path, model_folder) as recommender:
        assert recommender.recommend_image(picture) == first
    with pytest.raises(LibraryError, match="closed"):
        recommender.library.search()


def test_a_model_that_is_gone_is_told(library_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLEYSCOPE_MODELS", "")
    with pytest.raises(ModelError, match="tiny"):
        Recommender(library_path)


def test_another_model_is_refused(library: Library, model: Model) -> None:
    other = Model("other", "1234", model.encoder, model.device)
    with pytest.raises(LibraryError, match="“tiny”, not by “other”"):
        Recommender(library, other)
    assert library.search()  # what was the caller's stays open


@pytest.mark.parametrize(
    "rgb",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)],
)
def test_what_is_no_picture_is_told(library: Library, model: Model, rgb: np.ndarray) -> None:
    with pytest.raises(MediaError) as caught:
        Recommender(library, model).recommend_image(rgb)
    assert caught.value.hint


def test_a_missing_film_is_told(library: Library, model: Model, tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        Recommender(library, model).recommend(tmp_path / "none.mp4", 0.0)


def test_scores_are_read_against_the_models_background(library: Library, model: Model) -> None:
    recommender = Recommender(library, model)
    assert recommender.calibration.kind == "pictures"
    assert model.background is not None
    best = [recommender.recommend_vector(vector, top=1)[0].score for vector in model.background]
    assert np.median(best) == pytest.approx(0.5, abs=0.1)


def test_calibration_follows_the_contents(tmp_path: Path, sounds: Path, model: Model, picture: np.ndarray) -> None:
    with Library.create(tmp_path / "a.lib", model) as library:
        recommender = Recommender(library, model)
        assert recommender.recommend_image(picture) == []
        assert recommender.calibration.kind == "nothing"
        index_folder(library, sounds / "mixed", model)
        assert recommender.calibration.kind == "pictures"
        index_folder(library, sounds, model)
        assert model.background is not None
        best = [naive(library, vector)[0][0] for vector in model.background]
        assert recommender.calibration.median == pytest.approx(np.median(best), abs=1e-5)


def test_a_model_without_background_is_measured_against_the_sounds(
    tmp_path: Path, sounds: Path, model: Model, picture: np.ndarray
) -> None:
    bare = Model(model.id, model.fingerprint, model.encoder, model.device)
    with Library.create(tmp_path / "a.lib", bare) as library:
        index_folder(library, sounds, bare)
        recommender = Recommender(library, bare)
        assert recommender.calibration.kind == "sounds"
        assert len(recommender.recommend_image(picture)) == 10


def test_the_same_on_every_run(tmp_path: Path, sounds: Path, model: Model, picture: np.ndarray) -> None:
    runs = []
    for order in ((sounds,), (sounds / "sea", sounds / "dog", sounds)):
        with Library.create(tmp_path / f"{len(order)}.lib", model) as library:
            for folder in order:
                index_folder(library, folder, model)
            results = Recommender(library, model).recommend_image(picture, top=20)
            runs.append([(str(r.path), r.start, r.distance, r.score, [t.name for t in r.takes]) for r in results])
    assert json.dumps(runs[0]) == json.dumps(runs[1])


def test_the_map_says_where_it_looks(library: Library, model: Model, picture: np.ndarray) -> None:
    attention = Recommender(library, model).picture_map(picture)
    assert attention.dtype == np.float32
    assert attention.ndim == 2
    assert 0 <= attention.min() <= attention.max() <= 1


def test_real_clips_against_real_sounds(tmp_path: Path, shared_data: Path, model: Model) -> None:
    with Library.create(tmp_path / "real.lib", model) as library:
        index_folder(library, shared_data / "sounds" / "ESC-10" / "dog_bark", model)
        recommender = Recommender(library, model)
        clips = sorted((shared_data / "clips").glob("*.mp4"))[::40]
        for clip in clips:
            results = recommender.recommend(clip, 1.0, top=5)
            assert len(results) == 5
            assert all(result.path.is_file() and result.category == "dog bark" for result in results)
