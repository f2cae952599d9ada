"""Search, nearness, peaks and the model a library belongs to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.errors import LibraryError
from engine.library import Library, index_folder
from engine.models import Model

Write = Callable[..., Path]


@pytest.fixture
def stocked(library: Library, folder: Path, write: Write, model: Model) -> Library:
    """Eight sounds in two folders."""
    for n in range(8):
        write(f"{'dog' if n % 2 else 'rain'}/sound {'abcdefgh'[n] * 3}.wav", seconds=0.5 + 0.4 * n)
    index_folder(library, folder, model)
    return library


def test_nearest_is_what_comparing_all_gives(stocked: Library) -> None:
    windows = stocked.windows()
    vector = windows.vectors.mean(axis=0)
    vector /= np.linalg.norm(vector)
    hits = stocked.nearest(vector, 6)
    distances = np.sort(np.linalg.norm(windows.vectors - vector, axis=1))
    assert [hit.distance for hit in hits] == pytest.approx(distances[:6].tolist(), abs=1e-5)
    assert all(0 < hit.end - hit.start <= 1.0 for hit in hits)


def test_a_filter_is_applied_before_the_cut(stocked: Library) -> None:
    dogs = {file.id for file in stocked.search("dog")}
    hits = stocked.nearest(stocked.windows().vectors[-1], 1000, file_ids=dogs)
    assert {hit.file_id for hit in hits} == dogs
    everything = [hit for hit in stocked.nearest(stocked.windows().vectors[-1], 1000) if hit.file_id in dogs]
    assert hits == everything
    assert stocked.nearest(stocked.windows().vectors[-1], 3, file_ids=dogs) == everything[:3]
    assert stocked.nearest(stocked.windows().vectors[-1], 3, file_ids=[]) == []


def test_the_graph_gives_the_same_hits(stocked: Library, folder: Path, write: Write, model: Model) -> None:
    for n in range(60):
        write(f"more/{n}.wav", seconds=3.0)
    index_folder(stocked, folder, model)
    vector = stocked.windows().vectors[20]
    exact = stocked.nearest(vector, 10)
    stocked._nearness.exact_windows = 0
    assert stocked.nearest(vector, 10) == exact


@pytest.mark.parametrize("damage", ["missing", "rubbish", "stale"])
def test_a_lost_graph_is_rebuilt_silently(stocked: Library, folder: Path, model: Model, damage: str) -> None:
    path = Path(f"{stocked.path}.hnsw")
    vector = stocked.windows().vectors[3]
    exact = stocked.nearest(vector, 4)
    assert path.is_file()
    if damage == "missing":
        path.unlink()
    elif damage == "rubbish":
        path.write_bytes(b"rubbish" * 1000)
    else:
        stocked.database.set_meta("generation", 99)
    with Library.open(stocked.path) as again:
        again._nearness.exact_windows = 0
        assert again.nearest(vector, 4) == exact


@pytest.mark.parametrize("vector", [np.zeros(64), np.full(128, np.nan), np.zeros((2, 128))])
def test_a_vector_that_is_none_is_told(stocked: Library, vector: np.ndarray) -> None:
    with pytest.raises(LibraryError, match="128 finite numbers"):
        stocked.nearest(vector, 3)


def test_a_library_remembers_its_model(stocked: Library, model: Model, other_model: Model) -> None:
    with Library.open(stocked.path, model) as again:
        assert (again.model_id, again.model_fingerprint) == (model.id, model.fingerprint)
    with pytest.raises(LibraryError, match="“tiny”, not by “other”") as caught:
        Library.open(stocked.path, other_model)
    assert "“tiny”" in caught.value.hint
    retrained = Model("tiny", "0000", other_model.encoder, other_model.device)
    with pytest.raises(LibraryError, match="another version"):
        Library.open(stocked.path, retrained)


def test_categories_limit_and_order(stocked: Library) -> None:
    assert stocked.categories() == [("dog", 4), ("rain", 4)]
    paths = [file.path for file in stocked.search()]
    assert paths == sorted(paths)
    assert [file.path for file in stocked.search(limit=3)] == paths[:3]
    assert {file.category for file in stocked.search(category="DOG")} == {"dog"}
    assert stocked.search("sound", category="none") == []


def test_files_tell_what_their_headers_said(stocked: Library, folder: Path) -> None:
    file = stocked.search("ccc")[0]
    assert (file.path, file.folder) == (folder / "rain" / "sound ccc.wav", "rain")
    assert (file.sample_rate, file.channels) == (16_000, 1)
    assert file.duration == pytest.approx(1.3)
    assert stocked.files([file.id, 10_000]) == {file.id: file}


def test_peaks_are_ready_for_drawing(stocked: Library) -> None:
    peaks = stocked.peaks(stocked.search()[0].id)
    assert peaks.shape == (2, 400)
    assert peaks.dtype == np.float32
    assert -1 <= peaks[0].min() < 0 < peaks[1].max() <= 1
    assert (peaks[0] <= peaks[1]).all()
    assert not stocked.peaks(999).any()


def test_threads_search_while_one_writes(stocked: Library, folder: Path, write: Write, model: Model) -> None:
    failures: list[BaseException] = []
    done = threading.Event()
    vector = stocked.windows().vectors[0]

    def search() -> None:
        try:
            while not done.is_set():
                assert len(stocked.search("rain")) == 4
                assert stocked.nearest(vector, 3)[0].distance < 1e-5
                stocked.stats()
        except (LibraryError, AssertionError) as error:
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for n in range(3):
        write(f"dog/new {n}.wav")
        index_folder(stocked, folder, model)
    done.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert stocked.stats().files == 11


def test_two_programs_see_the_same_library(stocked: Library, folder: Path, write: Write, model: Model) -> None:
    with Library.open(stocked.path) as other:
        before = len(other.windows())
        write("dog/new.wav", seconds=2.0)
        index_folder(stocked, folder, model)
        assert len(other.windows()) == before + 2


def test_a_closed_library_says_so(stocked: Library) -> None:
    stocked.close()
    with pytest.raises(LibraryError, match="closed"):
        stocked.search("rain")


def test_something_half_made_is_told(tmp_path: Path) -> None:
    from engine.library.database import Database

    Database.create(tmp_path / "half.lib").close()
    with pytest.raises(LibraryError, match="incomplete"):
        Library.open(tmp_path / "half.lib")
