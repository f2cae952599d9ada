"""The sound library: a catalogue of files and windows in one SQLite file, searched by text and by nearness."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from engine.errors import LibraryError, Problem
from engine.library import query, store
from engine.library.database import Database
from engine.library.nearness import Embedder, Nearness
from engine.library.records import LibraryStats, SoundFile, WindowHit
from engine.library.reference import Reference
from engine.library.rights import Rights
from engine.library.vectors import DIMENSIONS, Windows

_FILE_FIELDS = tuple(field.name for field in fields(SoundFile))
_FILE_COLUMNS = ", ".join(f"f.{name}" for name in _FILE_FIELDS)


class Library:
    """A designer's sounds, indexed by one model. Safe to use from several threads; a context manager.

    Beside the catalogue ``NAME`` lies the vector index ``NAME.hnsw``, which may be deleted at any time: all in it
    is in the catalogue too and it is rebuilt when it is missing, damaged or old.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.path = database.path
        self.model_id = str(database.meta("model_id"))
        self.model_fingerprint = str(database.meta("model_fingerprint"))
        self._nearness = Nearness(database)

    @classmethod
    def create(cls, path: Path | str, model: Embedder) -> Library:
        """A new, empty library for the embeddings of ``model``.

        Raises:
            LibraryError: ``path`` exists already or cannot be written.
        """
        database = Database.create(Path(path))
        with database.writing() as connection:
            values = [("model_id", model.id), ("model_fingerprint", model.fingerprint), ("generation", 0)]
            connection.executemany("INSERT INTO meta (key, value) VALUES (?, ?)", values)
        return cls(database)

    @classmethod
    def open(cls, path: Path | str, model: Embedder | None = None) -> Library:
        """The library at ``path``, for use with ``model`` if one is given.

        Raises:
            LibraryError: it is missing, damaged, of another format, or made by another model.
        """
        database = Database.open(Path(path))
        try:
            library = cls(database)
            if model is not None:
                library.check_model(model)
        except LibraryError:
            database.close()
            raise
        return library

    def check_model(self, model: Embedder) -> None:
        """Raise :class:`LibraryError` unless ``model`` is the one that made this library."""
        if model.fingerprint == self.model_fingerprint:
            return
        if model.id == self.model_id:
            message = f"The library “{self.path.name}” was made by another version of the model “{model.id}”."
            hint = "Index the folder into a new library with this version."
        else:
            message = f"The library “{self.path.name}” was made by the model “{self.model_id}”, not by “{model.id}”."
            hint = f"Choose “{self.model_id}”, or index the folder into a new library with “{model.id}”."
        detail = f"library: {self.model_fingerprint}; model: {model.fingerprint}"
        raise LibraryError(message, hint, detail=detail, path=self.path)

    def search(self, text: str = "", *, category: str | None = None, limit: int = 500) -> list[SoundFile]:
        """Files that match, by path. Any text is legal; see :mod:`engine.library.query` for its language.

        Args:
            text: words that must all occur; ``a, b`` either, ``-a`` not, ``"a b"`` side by side, ``name:a`` in a field.
            category: only files of this category, whatever its case.
            limit: how many at most.
        """
        where, parameters = _where(text, category)
        sql = f"SELECT {_FILE_COLUMNS} FROM files AS f {where} ORDER BY f.path LIMIT ?"
        with self.database.reading() as connection:
            return [_sound_file(row) for row in connection.execute(sql, (*parameters, max(0, limit)))]

    def matching(self, text: str = "", category: str | None = None) -> dict[int, int]:
        """Files that match: id of the file that carries the windows -> id of the match, the first by path."""
        where, parameters = _where(text, category)
        sql = f"SELECT coalesce(f.duplicate_of, f.id), f.id FROM files AS f {where} ORDER BY f.path DESC"
        with self.database.reading() as connection:
            return dict(connection.execute(sql, parameters).fetchall())

    def files(self, file_ids: Iterable[int]) -> dict[int, SoundFile]:
        """The files of these ids; ids that are gone are left out."""
        sql = f"SELECT {_FILE_COLUMNS} FROM files AS f WHERE f.id IN (SELECT value FROM json_each(?))"
        with self.database.reading() as connection:
            rows = connection.execute(sql, (json.dumps([int(i) for i in file_ids]),))
            return {row[0]: _sound_file(row) for row in rows}

    def duplicates(self, file_id: int) -> list[SoundFile]:
        """The other files with the same bytes as this one, by path."""
        sql = (
            f"SELECT {_FILE_COLUMNS} FROM files AS f WHERE f.id != ?1 AND coalesce(f.duplicate_of, f.id) ="
            " (SELECT coalesce(duplicate_of, id) FROM files WHERE id = ?1) ORDER BY f.path"
        )
        with self.database.reading() as connection:
            return [_sound_file(row) for row in connection.execute(sql, (file_id,))]

    def rights(self, sounds: Iterable[tuple[Path, int]]) -> dict[Path, Rights]:
        """What is said of the use of these sounds, where anything is.

        Args:
            sounds: path and bytes of each; a file that lies elsewhere now is known by its name and size.
        """
        sql = (
            "SELECT licence, credit FROM files WHERE (path = ?1 OR (size = ?2 AND name = ?3))"
            " AND (licence != '' OR credit != '') ORDER BY path != ?1, path LIMIT 1"
        )
        found = {}
        with self.database.reading() as connection:
            for path, size in sounds:
                absolute = os.path.abspath(path)  # noqa: PTH100 - as indexed: links stay as the user wrote them
                asked = (store.storable(absolute), size, store.storable(path.name))
                row = connection.execute(sql, asked).fetchone()
                if row is not None:
                    found[path] = Rights(licence=row[0], credit=row[1])
        return found

    def categories(self) -> list[tuple[str, int]]:
        """Every category with its number of files, by name; files without one are left out."""
        sql = (
            "SELECT category, count(*) FROM files WHERE category != ''"
            " GROUP BY category ORDER BY category COLLATE NOCASE, category"
        )
        with self.database.reading() as connection:
            return connection.execute(sql).fetchall()

    def nearest(self, vector: np.ndarray, k: int, *, file_ids: Iterable[int] | None = None) -> list[WindowHit]:
        """The ``k`` windows nearest to ``vector``, nearest first; equally near ones by path and time.

        Args:
            vector: unit vector ``(128,)`` of this library's model.
            k: how many at most.
            file_ids: only windows of these files (or of the ones with the same bytes that stand for them).

        Raises:
            LibraryError: the vector has another size or is not finite.
        """
        vector = np.asarray(vector, dtype=np.float32).reshape(-1)
        if vector.shape != (DIMENSIONS,) or not np.isfinite(vector).all():
            raise LibraryError(
                f"A search needs {DIMENSIONS} finite numbers, not {vector.shape[0]}.",
                "Embed the picture with the model of this library.",
                path=self.path,
            )
        return self._nearness.nearest(vector, k, None if file_ids is None else self._carriers(file_ids))

    def peaks(self, file_id: int) -> np.ndarray:
        """Lowest and highest sample of 400 equal parts of the sound, float32 ``(2, 400)``; zeros until decoded."""
        with self.database.reading() as connection:
            found = store.get_peaks(connection, file_id)
        return np.zeros((2, store.PEAK_BINS), dtype=np.float32) if found is None else found

    def stats(self) -> LibraryStats:
        """The library in numbers."""
        with self.database.reading() as connection:
            files, seconds, duplicates, pending = connection.execute(
                "SELECT count(*), total(duration), count(duplicate_of), total(NOT listened) FROM files"
            ).fetchone()
            windows = connection.execute("SELECT count(*) FROM windows").fetchone()[0]
            problems = connection.execute("SELECT count(*) FROM problems").fetchone()[0]
        return LibraryStats(files, seconds, windows, duplicates, int(pending), problems)

    def problems(self) -> list[Problem]:
        """Files that could not be used when they were last scanned, by path."""
        with self.database.reading() as connection:
            rows = connection.execute("SELECT path, message, hint FROM problems ORDER BY path").fetchall()
        return [Problem(Path(path), message, hint) for path, message, hint in rows]

    def folders(self) -> list[Path]:
        """The folders that were indexed, in the order they were first."""
        return [Path(folder) for folder in json.loads(self.database.meta("folders", "[]"))]

    def windows(self) -> Windows:
        """All windows in memory, by path and time; read again when the catalogue changed."""
        return self._nearness.windows()

    def reference(self, model: Embedder | None = None) -> Reference | None:
        """How near unrelated queries come to these contents; measured with ``model`` when that was not done yet."""
        if model is not None:
            self.check_model(model)
        return self._nearness.reference(model)

    def finish(self, model: Embedder) -> None:
        """Bring the vector index and the reference distances up to the contents; called after indexing."""
        self.check_model(model)
        self._nearness.finish(model)

    def close(self) -> None:
        """Close the catalogue; the library cannot be used after it."""
        self.database.close()
        self._nearness.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _carriers(self, file_ids: Iterable[int]) -> np.ndarray:
        """The files that carry the windows of these."""
        sql = "SELECT DISTINCT coalesce(duplicate_of, id) FROM files WHERE id IN (SELECT value FROM json_each(?))"
        with self.database.reading() as connection:
            rows = connection.execute(sql, (json.dumps([int(i) for i in file_ids]),)).fetchall()
        return np.array(rows, dtype=np.int64).reshape(-1)


def _where(text: str, category: str | None) -> tuple[str, Sequence[str | int]]:
    condition = query.parse(text)
    clauses, parameters = [f"({condition.sql})"] if condition.sql else [], list(condition.parameters)
    if category is not None:
        clauses.append("f.category = ? COLLATE NOCASE")
        parameters.append(store.storable(category))
    return ("WHERE " + " AND ".join(clauses) if clauses else ""), parameters


def _sound_file(row: tuple[Any, ...]) -> SoundFile:
    values = dict(zip(_FILE_FIELDS, row, strict=True))
    return SoundFile(**values | {"path": Path(values["path"]), "listened": bool(values["listened"])})
