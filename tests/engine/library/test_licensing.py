"""Indexing brings licences in: tags first, then tables, also where they change later or the library is an old one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.library import Library, Rights, index_folder
from engine.models import Model

Write = Callable[..., Path]


def said(library: Library) -> dict[str, tuple[str, str]]:
    return {file.name: (file.licence, file.credit) for file in library.search()}


def names(library: Library, text: str) -> set[str]:
    return {file.name for file in library.search(text)}


@pytest.fixture
def stocked(library: Library, folder: Path, write: Write, model: Model) -> Library:
    """Three sounds, one of which says more itself than the table beside them."""
    for name in ("dog/a.wav", "dog/b.wav", "c.wav"):
        write(name)
    with soundfile.SoundFile(str(folder / "c.wav"), "r+") as file:
        file.copyright = "CC BY-SA 4.0"
    (folder / "table.tsv").write_text("file\tlicence\tauthor\ndog/a.wav\tCC0\tJane\nc.wav\tCC BY\tJohn\n")
    report = index_folder(library, folder, model)
    assert (report.added, report.problems) == (3, [])
    return library


def test_tags_go_before_the_table(stocked: Library) -> None:
    assert said(stocked) == {"a.wav": ("CC0", "Jane"), "b.wav": ("", ""), "c.wav": ("CC BY-SA 4.0", "John")}


def test_they_are_found_by_text(stocked: Library) -> None:
    assert names(stocked, "licence:cc0") == {"a.wav"}
    assert names(stocked, "license:by-sa") == {"c.wav"}
    assert names(stocked, "licence:none") == {"b.wav"}
    assert names(stocked, "-licence:none credit:john") == {"c.wav"}
    assert names(stocked, "dog licence:CC") == {"a.wav"}
    assert names(stocked, "jane") == set()  # a licence is no name


def test_a_changed_table_is_caught_up_with_though_no_sound_changed(
    stocked: Library, folder: Path, model: Model
) -> None:
    (folder / "table.tsv").write_text("file\tlicence\ndog/b.wav\tCC0\n")
    generation = stocked.windows().generation
    report = index_folder(stocked, folder, model)
    assert (report.unchanged, report.audio_seconds) == (3, 0.0)
    assert said(stocked) == {"a.wav": ("", ""), "b.wav": ("CC0", ""), "c.wav": ("CC BY-SA 4.0", "")}
    assert names(stocked, "licence:cc0") == {"b.wav"}
    assert stocked.windows().generation > generation
    (folder / "dog" / "b.wav").unlink()
    index_folder(stocked, folder, model)
    assert names(stocked, "licence:cc0") == set()


def test_a_damaged_table_stops_nothing(library: Library, folder: Path, write: Write, model: Model) -> None:
    write("a.wav")
    (folder / "table.csv").write_text(f"file,licence\na.wav,{'x' * 200_000}\n")
    report = index_folder(library, folder, model)
    assert (report.added, library.stats().pending) == (1, 0)
    assert [problem.path.name for problem in report.problems] == ["table.csv"]


def test_sounds_are_known_where_they_lie_and_elsewhere(stocked: Library, folder: Path) -> None:
    there, moved = folder / "dog" / "a.wav", Path("/elsewhere/a.wav")
    size = there.stat().st_size
    jane = Rights(licence="CC0", credit="Jane")
    wanted = [(there, size), (moved, size), (Path("/other/a.wav"), size + 1), (folder / "dog" / "b.wav", 1)]
    assert stocked.rights(wanted) == {there: jane, moved: jane}


def test_an_old_library_is_brought_up_to_date(stocked: Library, folder: Path, model: Model, tmp_path: Path) -> None:
    """Format 1 had neither licences nor their words; everything else of it stays."""
    files, windows = stocked.search(), stocked.windows().vectors.tobytes()
    stocked.close()
    connection = sqlite3.connect(stocked.path)
    for column in ("licence", "credit", "tag_licence", "tag_credit"):
        connection.execute(f"ALTER TABLE files DROP COLUMN {column}")
    connection.execute("DROP TABLE rights")
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    with Library.open(stocked.path, model) as library:
        assert [file.path for file in library.search()] == [file.path for file in files]
        assert library.windows().vectors.tobytes() == windows
        assert set(said(library).values()) == {("", "")}
        report = index_folder(library, folder, model)
        assert (report.unchanged, report.audio_seconds) == (3, 0.0)
        assert library.search() == files
        assert names(library, "licence:by-sa") == {"c.wav"}


def test_a_sound_that_was_silent_on_its_licence_and_is_written_anew(
    stocked: Library, folder: Path, model: Model
) -> None:
    with soundfile.SoundFile(str(folder / "dog" / "b.wav"), "w", 16_000, 1) as file:
        file.artist = "Joan"
        file.write(np.zeros(16_000))
    index_folder(stocked, folder, model)
    assert said(stocked)["b.wav"] == ("", "Joan")
