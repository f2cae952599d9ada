"""A folder becomes a library: complete, resumable, the same whatever the order, whatever is broken in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled, LibraryError
from engine.jobs import Job
from engine.library import Library, index_folder, scanner
from engine.models import Model

Write = Callable[..., Path]


class StopAfter(Job):
    """A job whose owner cancels when so many steps of a stage are done."""

    def __init__(self, stage: str, steps: int) -> None:
        super().__init__()
        self.stage, self.steps = stage, steps

    def step(self, n: float = 1, message: str | None = None) -> None:
        if (message or self.message).startswith(self.stage):
            self.steps -= 1
            if self.steps <= 0:
                self.cancel()
        super().step(n, message)


def contents(library: Library) -> dict[str, bytes]:
    """Every file's embeddings, by path."""
    windows, files = library.windows(), library.files(library.windows().file_ids.tolist())
    return {str(file.path): windows.vectors[windows.file_ids == file_id].tobytes() for file_id, file in files.items()}


def stock(write: Write) -> list[Path]:
    seconds = (0.3, 1.0, 1.4, 2.5, 0.05, 3.0, 0.7, 1.2)
    return [write(f"{'dog' if n % 2 else 'rain'}/take_{n}.wav", seconds=s) for n, s in enumerate(seconds)]


def test_a_folder_is_indexed_with_the_models_own_numbers(
    library: Library, folder: Path, write: Write, model: Model
) -> None:
    from engine.media import load_audio

    paths = stock(write)
    report = index_folder(library, folder, model)
    assert (report.added, report.updated, report.unchanged, report.removed) == (len(paths), 0, 0, 0)
    assert not report.problems
    assert report.audio_seconds == pytest.approx(10.15, abs=0.01)
    stats = library.stats()
    assert (stats.files, stats.pending, stats.problems) == (len(paths), 0, 0)
    for file in library.search():
        starts, expected = model.embed_sound(load_audio(file.path), file.sample_rate)
        mine = library.windows().file_ids == file.id
        assert library.windows().starts[mine] == pytest.approx(starts, abs=1e-4)
        assert library.windows().vectors[mine] == pytest.approx(expected, abs=2e-3)  # two resamplers of soxr
        assert library.windows().ends[mine].max() <= file.duration + 1e-9


def test_the_same_folder_gives_the_same_numbers_in_any_order_and_company(
    tmp_path: Path, folder: Path, write: Write, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock(write)
    results = []
    for run, windows_at_once in enumerate((64, 1, 5)):
        monkeypatch.setattr(scanner, "WINDOWS_AT_ONCE", windows_at_once)
        with Library.create(tmp_path / f"{run}.lib", model) as library:
            if run == 2:  # the other way round: half of it first
                index_folder(library, folder / "rain", model)
            index_folder(library, folder, model)
            results.append(contents(library))
    assert results[0] == results[1] == results[2]


def test_nothing_is_done_twice_and_changes_are_followed(
    library: Library, folder: Path, write: Write, model: Model
) -> None:
    paths = stock(write)
    index_folder(library, folder, model)
    before = contents(library)
    again = index_folder(library, folder, model)
    assert (again.added, again.updated, again.unchanged, again.audio_seconds) == (0, 0, len(paths), 0.0)
    write("dog/take_1.wav", seconds=2.0, seed=99)
    paths[0].unlink()
    write("new/one.wav")
    report = index_folder(library, folder, model)
    assert (report.added, report.updated, report.removed, report.unchanged) == (1, 1, 1, len(paths) - 2)
    after = contents(library)
    assert str(paths[0]) not in after
    assert after[str(paths[1])] != before[str(paths[1])]
    assert after[str(paths[2])] == before[str(paths[2])]
    assert [file.name for file in library.search("take 0")] == []
    assert [file.duration for file in library.search("take 1")] == [pytest.approx(2.0)]


@pytest.mark.parametrize("job", [StopAfter("Reading headers", 1), StopAfter("Listening", 1), StopAfter("Listening", 4)])
def test_a_cancelled_run_goes_on_where_it_stopped(  # noqa: PLR0917 - fixtures
    tmp_path: Path, folder: Path, write: Write, model: Model, job: StopAfter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "WINDOWS_AT_ONCE", 1)
    monkeypatch.setattr(scanner, "HEADERS_AT_ONCE", 3)
    paths = stock(write)
    with Library.create(tmp_path / "whole.lib", model) as whole:
        index_folder(whole, folder, model)
        expected = contents(whole)
    with Library.create(tmp_path / "part.lib", model) as library:
        with pytest.raises(Cancelled):
            index_folder(library, folder, model, job)
        stats = library.stats()
        assert stats.files > 0
        assert stats.pending > 0
        assert (stats.windows > 0) == (job.stage == "Listening")
        heard = len(contents(library))
        report = index_folder(library, folder, model)
        assert contents(library) == expected
        assert report.audio_seconds < 10.1 or not heard
        assert library.stats().pending == 0
    assert len(expected) == len(paths)


def test_names_are_searchable_before_any_sound_was_heard(
    library: Library, folder: Path, write: Write, model: Model
) -> None:
    stock(write)
    with pytest.raises(Cancelled):
        index_folder(library, folder, model, StopAfter("Listening", 1))
    found = library.search("rain")
    assert len(found) == 4
    assert not all(file.listened for file in found)


def test_broken_files_are_listed_and_never_stop_the_others(
    library: Library, folder: Path, write: Write, model: Model
) -> None:
    good = stock(write)
    (folder / "empty.wav").touch()
    (folder / "letter.wav").write_text("Dear designer,\n")
    (folder / "header.wav").write_bytes(good[0].read_bytes()[:44])
    (folder / "link.wav").symlink_to(folder / "nowhere.wav")
    report = index_folder(library, folder, model)
    assert report.added == len(good)
    assert {problem.path.name for problem in report.problems} == {"empty.wav", "letter.wav", "header.wav", "link.wav"}
    assert all(problem.message and problem.hint for problem in report.problems)
    assert library.problems() == report.problems
    (folder / "letter.wav").unlink()
    write("empty.wav")
    again = index_folder(library, folder, model)
    assert again.added == 1
    assert {problem.path.name for problem in library.problems()} == {"header.wav", "link.wav"}


def test_a_file_that_becomes_unreadable_leaves_the_library(
    library: Library, folder: Path, write: Write, model: Model
) -> None:
    path = stock(write)[0]
    index_folder(library, folder, model)
    path.write_text("overwritten by accident")
    report = index_folder(library, folder, model)
    assert (report.updated, len(report.problems)) == (0, 1)
    assert library.search("take 0") == []


def test_copies_are_stored_once_and_listed(library: Library, folder: Path, write: Write, model: Model) -> None:
    original = write("b/bark.wav", seconds=2.0)
    index_folder(library, folder, model)
    for name in ("a/copy.wav", "c/copy.wav"):
        (folder / name).parent.mkdir()
        shutil.copy(original, folder / name)
    write("d/other.wav", seconds=2.0)  # as long, not the same
    index_folder(library, folder, model)
    by_name = {str(file.path.relative_to(folder)): file for file in library.search()}
    first = by_name["a/copy.wav"]
    assert first.duplicate_of is None
    assert by_name["b/bark.wav"].duplicate_of == by_name["c/copy.wav"].duplicate_of == first.id
    assert by_name["d/other.wav"].duplicate_of is None
    assert library.stats().windows == 4
    assert library.stats().duplicates == 2
    assert [file.id for file in library.duplicates(first.id)] == [by_name["b/bark.wav"].id, by_name["c/copy.wav"].id]
    assert np.array_equal(library.peaks(first.id), library.peaks(by_name["c/copy.wav"].id))
    (folder / "a/copy.wav").unlink()
    report = index_folder(library, folder, model)
    assert report.audio_seconds == 0.0
    assert set(contents(library)) == {str(folder / "b/bark.wav"), str(folder / "d/other.wav")}
    assert library.peaks(by_name["b/bark.wav"].id).any()


def test_a_copy_that_changes_stands_alone(library: Library, folder: Path, write: Write, model: Model) -> None:
    first = write("a.wav", seconds=1.0)
    shutil.copy(first, folder / "b.wav")
    index_folder(library, folder, model)
    write("a.wav", seconds=1.5, seed=5)
    index_folder(library, folder, model)
    assert library.stats().duplicates == 0
    assert set(contents(library)) == {str(folder / "a.wav"), str(folder / "b.wav")}


def test_several_folders_share_a_library(library: Library, folder: Path, write: Write, model: Model) -> None:
    stock(write)
    index_folder(library, folder / "dog", model)
    index_folder(library, folder / "rain", model)
    assert library.stats().files == 8
    assert library.folders() == [folder / "dog", folder / "rain"]
    shutil.rmtree(folder / "dog")
    with pytest.raises(LibraryError, match="does not exist"):
        index_folder(library, folder / "dog", model)
    assert library.stats().files == 8


def test_a_folder_that_cannot_be_listed_keeps_its_sounds(
    library: Library, folder: Path, write: Write, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock(write)
    index_folder(library, folder, model)
    listing = os.scandir

    def lost(path: str) -> object:  # a network drive that went away, which a test machine does not have
        if str(path).endswith("dog"):
            raise PermissionError(13, "Permission denied", str(path))
        return listing(path)

    monkeypatch.setattr(os, "scandir", lost)
    report = index_folder(library, folder, model)
    assert report.removed == 0
    assert [problem.path.name for problem in report.problems] == ["dog"]
    assert library.stats().files == 8


@pytest.mark.parametrize("what", ["missing", "file"])
def test_what_is_no_folder_is_told(library: Library, tmp_path: Path, model: Model, what: str) -> None:
    path = tmp_path / "x"
    if what == "file":
        path.touch()
    with pytest.raises(LibraryError) as caught:
        index_folder(library, path, model)
    assert caught.value.hint


def test_another_model_is_refused(library: Library, folder: Path, other_model: Model) -> None:
    with pytest.raises(LibraryError, match="“tiny”, not by “other”"):
        index_folder(library, folder, other_model)


def test_an_empty_folder_is_no_trouble(library: Library, folder: Path, model: Model) -> None:
    report = index_folder(library, folder, model)
    assert (report.added, report.problems) == (0, [])
    assert library.nearest(np.eye(128)[0], 5) == []


def test_odd_names_and_categories(library: Library, folder: Path, write: Write, model: Model) -> None:
    write("FX/🔥 100% #1.wav")
    write("FX/" + "long " * 49 + "x.wav")
    write("FX/ANMLDog_Bark_AB.wav")
    index_folder(library, folder, model)
    assert library.categories() == [("ANIMALS", 1), ("FX", 2)]
    assert {file.subcategory for file in library.search("animals")} == {"DOG"}
    assert len(library.search("🔥")) == len(library.search("long")) == 1


def test_sources_are_not_touched(library: Library, folder: Path, write: Write, model: Model) -> None:
    paths = stock(write)
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths]
    index_folder(library, folder, model)
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths] == before
    assert len(list(folder.rglob("*"))) == len(paths) + 2


def test_real_sounds(tmp_path: Path, shared_data: Path, model: Model) -> None:
    chosen = sorted((shared_data / "sounds").rglob("*.ogg"))[::32][:60]
    for path in chosen:
        target = tmp_path / "real" / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(path)
    with Library.create(tmp_path / "real.lib", model) as library:
        report = index_folder(library, tmp_path / "real", model)
        assert (report.added, report.problems) == (len(chosen), [])
        stats = library.stats()
        assert stats.pending == 0
        assert stats.seconds == pytest.approx(report.audio_seconds, rel=0.01)
        hits = library.nearest(library.windows().vectors[10], 5)
        assert hits[0].distance == pytest.approx(0.0, abs=1e-6)
        assert np.isfinite(library.windows().vectors).all()


def test_odd_real_files_end_in_the_library_or_in_the_list(tmp_path: Path, shared_data: Path, model: Model) -> None:
    with Library.create(tmp_path / "odd.lib", model) as library:
        report = index_folder(library, shared_data / "odd_files", model)
        assert report.added > 10
        assert report.problems
        assert all(problem.message and problem.hint for problem in report.problems)
        assert library.stats().files == report.added
        assert np.isfinite(library.windows().vectors).all()


def test_a_model_of_stereo_sound_hears_where_sounds_come_from(tmp_path: Path, folder: Path) -> None:
    import soundfile
    import torch

    from engine import models
    from engine.media import load_audio

    torch.manual_seed(0)
    encoder = models.create("stereo_resnet18", width=4, picture_pool=4)
    models.save(tmp_path / "stereo", encoder, model_id="stereo", title="Stereo", licence="CC0")
    model = models.load(tmp_path / "stereo", device="cpu")
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (2 * 16_000, 2)) * (1, 0.1)
    soundfile.write(folder / "left.wav", noise, 16_000)
    soundfile.write(folder / "right.wav", noise[:, ::-1], 16_000)
    soundfile.write(folder / "mono.wav", noise[:, 0], 16_000)
    with Library.create(tmp_path / "stereo.foleylib", model) as library:
        assert index_folder(library, folder, model).added == 3
        vectors = {
            file.name: library.windows().vectors[library.windows().file_ids == file.id] for file in library.search()
        }
    assert not np.allclose(vectors["left.wav"], vectors["right.wav"], atol=1e-4)
    for name, vector in vectors.items():
        assert vector == pytest.approx(model.embed_sound(load_audio(folder / name), 16_000)[1], abs=1e-4)
