"""Tables of licences: recognised by their columns, their rows found as files, the nearest one counts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import LibraryError
from engine.jobs import Job
from engine.library.rights import Rights
from engine.library.rights_table import SUFFIXES, open_table, rights_by_path, tables_for


def told(root: Path, *names: str) -> dict[str, Rights]:
    """What the tables in and beside ``root`` say of these files, by their path from it."""
    inside = [str(path) for path in root.rglob("*") if path.suffix in SUFFIXES]
    found = rights_by_path(tables_for(root, inside), [str(root / name) for name in names], root, Job())
    return {Path(path).relative_to(root).as_posix(): rights for path, rights in found.items()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "sounds"
    (folder / "dogs").mkdir(parents=True)
    return folder


def test_a_table_beside_the_folder_with_paths_from_there(root: Path) -> None:
    text = "file\tlabel\tsource\tlicence\nsounds/dogs/a.ogg\tdog\tESC-10\tCC BY 3.0\nsounds/b.wav\t-\t-\tnone stated\n"
    root.with_suffix(".tsv").write_text(text)
    assert told(root, "dogs/a.ogg", "b.wav") == {"dogs/a.ogg": Rights(licence="CC BY 3.0", credit="ESC-10")}


def test_a_table_beside_a_folder_above(root: Path) -> None:
    root.with_suffix(".tsv").write_text("file\tlicence\nsounds/dogs/a.ogg\tCC0\n")
    assert told(root / "dogs", "a.ogg") == {"a.ogg": Rights(licence="CC0")}


@pytest.mark.parametrize(
    "text",
    [
        "Filename;License;Author;Library\na.wav;CC0;Jané;Freesound\n",
        "File Name,Notes,LICENSE,Creator,Source\na.wav,x,CC0,Jané,Freesound\n",
        'path\tauthor\tsource\tlicence\n./dogs/a.wav\t"Jané"\tFreesound\tCC0\n',
        "Path,author,source,licence\ndogs\\a.wav,Jané,Freesound,CC0\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_columns_are_known_by_name(root: Path, text: str, encoding: str) -> None:
    (root / "licences.csv").write_text(text, encoding=encoding)
    assert told(root, "dogs/a.wav") == {"dogs/a.wav": Rights(licence="CC0", credit="Jané (Freesound)")}


def test_a_bare_name_counts_where_one_sound_has_it(root: Path) -> None:
    (root / "cats").mkdir()
    (root / "t.csv").write_text("file,licence\na.wav,CC0\nb.wav,CC BY\n")
    found = told(root, "dogs/a.wav", "cats/a.wav", "cats/b.wav")
    assert found == {"cats/b.wav": Rights(licence="CC BY")}


def test_the_nearest_table_counts(root: Path) -> None:
    (root / "all.csv").write_text("file,licence,author\ndogs/a.wav,CC0,Jane\ndogs/b.wav,CC0,Jane\n")
    (root / "dogs" / "own.csv").write_text("file,licence\na.wav,CC BY-NC\n")
    found = told(root, "dogs/a.wav", "dogs/b.wav")
    assert found["dogs/a.wav"] == Rights(licence="CC BY-NC", credit="Jane")
    assert found["dogs/b.wav"] == Rights(licence="CC0", credit="Jane")


@pytest.mark.parametrize("text", ["", "file,label\na.wav,dog\n", "licence,author\nCC0,Jane\n", "\x00\x01", '"unclosed'])
def test_other_tables_are_none(root: Path, text: str) -> None:
    (root / "t.csv").write_text(text)
    assert open_table(root / "t.csv", str(root)) is None


def test_a_damaged_table_is_told(root: Path) -> None:
    cell = "x" * 200_000  # longer than csv reads
    (root / "t.csv").write_text(f"file,licence\na.wav,{cell}\n")
    with pytest.raises(LibraryError, match=r"t\.csv cannot be read") as caught:
        told(root, "a.wav")
    assert caught.value.hint
    assert caught.value.path == root / "t.csv"


@given(cells=st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4), max_size=5))
def test_any_rows_are_read(tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]]) -> None:
    import csv

    root = tmp_path_factory.mktemp("any")
    with (root / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["file", "licence", "author"], *cells])
    found = told(root, "a.wav")
    assert set(found) <= {"a.wav"}
    assert os.listdir(root) == ["t.csv"]  # noqa: PTH208 - nothing was written
