"""One SQLite file, shared between threads, told apart from strangers."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from engine.errors import LibraryError
from engine.library.database import Database


def test_what_is_no_library_is_refused_with_a_next_step(tmp_path: Path) -> None:
    text, stranger, empty = tmp_path / "notes.txt", tmp_path / "other.db", tmp_path / "empty"
    text.write_text("these are not the sounds you are looking for " * 50)
    sqlite3.connect(stranger).execute("CREATE TABLE t (x)").connection.close()
    empty.touch()
    for path in (text, stranger, empty):
        with pytest.raises(LibraryError, match="not a") as caught:
            Database.open(path)
        assert caught.value.hint
        assert caught.value.path == path


def test_a_damaged_library_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.lib"
    Database.create(path).close()
    data = bytearray(path.read_bytes())
    data[100:4000] = b"\xff" * 3900
    path.write_bytes(data)
    with pytest.raises(LibraryError, match="damaged"):
        Database.open(path)


def test_a_missing_library_is_told(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no sound library"):
        Database.open(tmp_path / "none.lib")
    assert not (tmp_path / "none.lib").exists()


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.lib"
    Database.create(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LibraryError, match="format 99") as caught:
        Database.open(path)
    assert "Update" in caught.value.hint


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "precious"
    path.write_text("mine")
    with pytest.raises(LibraryError, match="exists"):
        Database.create(path)
    assert path.read_text() == "mine"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="cannot be"):
        Database.create(tmp_path / "file" / "a.lib")


def test_an_exception_undoes_the_whole_block(tmp_path: Path) -> None:
    database = Database.create(tmp_path / "a.lib")

    def fail() -> None:
        with database.writing() as connection, database.writing():
            connection.execute("INSERT INTO meta VALUES ('k', 1)")
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM meta").fetchone()[0] == 0
    database.close()


def test_many_threads_write_and_read(tmp_path: Path) -> None:
    database = Database.create(tmp_path / "a.lib")
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for n in range(20):
                with database.writing() as connection:
                    connection.execute("INSERT INTO meta VALUES (?, 1)", (f"{number}-{n}",))
                with database.reading() as connection:
                    connection.execute("SELECT count(*) FROM meta").fetchone()
        except LibraryError as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM meta").fetchone()[0] == 80
    database.close()
    assert not errors


def test_a_closed_library_says_so(tmp_path: Path) -> None:
    database = Database.create(tmp_path / "a.lib")
    database.close()
    with pytest.raises(LibraryError, match="closed"), database.reading():
        pass
