"""What the scanner writes: files, windows, problems and duplicates, inside the caller's transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import numpy as np

from engine.errors import Problem
from engine.library.names import Category
from engine.library.rights import NOTHING_SAID, Rights
from engine.library.words import index_words

PEAK_BINS = 400
_PEAK_SCALE = 32767


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what a file is known to be unchanged."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of a file before it is decoded."""

    path: str
    name: str
    folder: str
    stamp: Stamp
    duration: float
    sample_rate: int
    channels: int
    category: Category
    tags: Rights = NOTHING_SAID
    """What its own tags say of its use."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What decoding and encoding a file gave."""

    duration: float
    starts: list[float]
    vectors: np.ndarray
    """Unit vectors ``(len(starts), 128)``."""
    peaks: np.ndarray
    """Lowest and highest sample per bin ``(2, 400)``."""


def put_header(connection: sqlite3.Connection, header: Header) -> None:
    """Enter a file, or enter it again after it changed; its sound counts as unheard."""
    known = connection.execute("SELECT id FROM files WHERE path = ?", (header.path,)).fetchone()
    if known is not None:
        remove_file(connection, known[0])
    category = header.category
    cursor = connection.execute(
        "INSERT INTO files (path, name, folder, size, mtime_ns, duration, sample_rate, channels,"
        " category, subcategory, catid, tag_licence, tag_credit) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(header.path, header.name, header.folder, header.stamp.size, header.stamp.mtime_ns),
            *(header.duration, header.sample_rate, header.channels),
            *(category.category, category.subcategory, category.catid),
            *(storable(header.tags.licence), storable(header.tags.credit)),
        ),
    )
    file_id = int(cursor.lastrowid or 0)
    put_rights(connection, file_id, header.tags)
    stem = header.name.rsplit(".", 1)[0]
    texts = (stem, header.folder, category.category, category.subcategory, category.catid, category.extra)
    connection.execute(
        "INSERT INTO words (rowid, name, folder, category, subcategory, catid, extra) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (file_id, *map(index_words, texts)),
    )


def put_rights(connection: sqlite3.Connection, file_id: int, rights: Rights) -> None:
    """What is said of a file's use from here on; its words are found by ``licence:`` and ``credit:``."""
    texts = storable(rights.licence), storable(rights.credit)
    connection.execute("UPDATE files SET licence = ?, credit = ? WHERE id = ?", (*texts, file_id))
    connection.execute("DELETE FROM rights WHERE rowid = ?", (file_id,))
    if any(texts):
        row = (file_id, *map(index_words, texts))
        connection.execute("INSERT INTO rights (rowid, licence, credit) VALUES (?, ?, ?)", row)


def put_tags(connection: sqlite3.Connection, file_id: int, tags: Rights) -> None:
    """What a file's own tags say, where the library is older than that question."""
    texts = storable(tags.licence), storable(tags.credit)
    connection.execute("UPDATE files SET tag_licence = ?, tag_credit = ? WHERE id = ?", (*texts, file_id))


def remove_file(connection: sqlite3.Connection, file_id: int) -> None:
    """Take a file out; when others have the same bytes, the first of them by path inherits its windows."""
    twins = connection.execute("SELECT id FROM files WHERE duplicate_of = ? ORDER BY path", (file_id,)).fetchall()
    if twins:
        _hand_over(connection, file_id, twins[0][0])
        _stand_alone(connection, twins[0][0])
        connection.execute("UPDATE files SET duplicate_of = ? WHERE duplicate_of = ?", (twins[0][0], file_id))
    connection.execute("DELETE FROM words WHERE rowid = ?", (file_id,))
    connection.execute("DELETE FROM rights WHERE rowid = ?", (file_id,))
    connection.execute("DELETE FROM files WHERE id = ?", (file_id,))


def put_heard(connection: sqlite3.Connection, file_id: int, heard: Heard) -> None:
    """Store a file's windows and peaks; from here on it is recommended."""
    connection.execute("DELETE FROM windows WHERE file_id = ?", (file_id,))
    connection.executemany(
        'INSERT INTO windows (file_id, start, "end", embedding) VALUES (?, ?, ?, ?)',
        [
            (file_id, start, min(start + 1.0, heard.duration), vector.astype("<f4").tobytes())
            for start, vector in zip(heard.starts, heard.vectors, strict=True)
        ],
    )
    bins = np.round(np.clip(heard.peaks, -1, 1) * _PEAK_SCALE).astype("<i2").tobytes()
    connection.execute("INSERT OR REPLACE INTO peaks (file_id, bins) VALUES (?, ?)", (file_id, bins))
    connection.execute("UPDATE files SET listened = 1 WHERE id = ?", (file_id,))
    connection.execute(
        "UPDATE files SET duration = ? WHERE id = ? OR duplicate_of = ?", (heard.duration, file_id, file_id)
    )


def get_peaks(connection: sqlite3.Connection, file_id: int) -> np.ndarray | None:
    """Peaks of a file or of the one that stands for it, float32 ``(2, 400)`` in -1..1; None before it was decoded."""
    row = connection.execute(
        "SELECT bins FROM peaks WHERE file_id = (SELECT coalesce(duplicate_of, id) FROM files WHERE id = ?)", (file_id,)
    ).fetchone()
    return None if row is None else np.frombuffer(row[0], "<i2").reshape(2, PEAK_BINS).astype(np.float32) / _PEAK_SCALE


def put_problem(connection: sqlite3.Connection, problem: Problem) -> None:
    """Remember that a file could not be used in the last scan."""
    row = tuple(storable(text) for text in (str(problem.path), problem.message, problem.hint))
    connection.execute("INSERT OR REPLACE INTO problems (path, message, hint) VALUES (?, ?, ?)", row)


def forget_problems(connection: sqlite3.Connection, prefix: str) -> None:
    """Start a scan of the folder ``prefix`` (with its separator) with a clean sheet."""
    connection.execute("DELETE FROM problems WHERE substr(path, 1, ?) = ?", (len(prefix), prefix))


def unite_duplicates(connection: sqlite3.Connection) -> None:
    """Of files with the same bytes the first by path stands for all; the others keep no windows of their own.

    The choice does not depend on which was found first, so that every scan of a folder ends the same.
    """
    groups = connection.execute(
        "SELECT group_concat(id) FROM files WHERE content_hash IS NOT NULL"
        " GROUP BY content_hash HAVING count(*) - count(duplicate_of) > 1"
    ).fetchall()
    for (ids,) in groups:
        first, *others = sorted((int(i) for i in ids.split(",")), key=lambda i: _path(connection, i))
        for other in others:
            _hand_over(connection, other, first)
            connection.execute(
                "UPDATE files SET duplicate_of = ?, listened = 1,"
                " duration = (SELECT duration FROM files WHERE id = ?) WHERE id = ?",
                (first, first, other),
            )
        _stand_alone(connection, first)


def _hand_over(connection: sqlite3.Connection, giver: int, heir: int) -> None:
    """Windows and peaks change hands, unless the heir has its own."""
    heard = dict(
        connection.execute("SELECT id, listened AND duplicate_of IS NULL FROM files WHERE id IN (?, ?)", (giver, heir))
    )
    if heard[giver] and not heard[heir]:
        connection.execute("UPDATE windows SET file_id = ? WHERE file_id = ?", (heir, giver))
        connection.execute("UPDATE OR REPLACE peaks SET file_id = ? WHERE file_id = ?", (heir, giver))
        connection.execute(
            "UPDATE files SET duration = (SELECT duration FROM files WHERE id = ?) WHERE id = ?", (giver, heir)
        )
    connection.execute("DELETE FROM windows WHERE file_id = ?", (giver,))
    connection.execute("DELETE FROM peaks WHERE file_id = ?", (giver,))


def _stand_alone(connection: sqlite3.Connection, file_id: int) -> None:
    """The file stands for itself; it was heard if it has peaks."""
    connection.execute(
        "UPDATE files SET duplicate_of = NULL, listened = EXISTS (SELECT 1 FROM peaks WHERE file_id = files.id)"
        " WHERE id = ?",
        (file_id,),
    )


def _path(connection: sqlite3.Connection, file_id: int) -> str:
    path: str = connection.execute("SELECT path FROM files WHERE id = ?", (file_id,)).fetchone()[0]
    return path


def storable(text: str) -> str:
    """Text SQLite takes: bytes of a file name that are not UTF-8 become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
