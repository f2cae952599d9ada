"""The sound library: a catalogue of files and windows in one SQLite file, searched by text and by nearness."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import numpy as np

from engine.errors import LibraryError
from engine.library import query, store
from engine.library.database import Database
from engine.library.records import LibraryStats, Problem, SoundFile, WindowHit
from engine.library.reference import Reference, measure
from engine.library.vectors import (
    DIMENSIONS,
    EXACT_WINDOWS,
    Windows,
    build_graph,
    extend_graph,
    load_graph,
    save_graph,
)

log = logging.getLogger(__name__)

_FILE_FIELDS = tuple(field.name for field in fields(SoundFile))
_FILE_COLUMNS = ", ".join(f"f.{name}" for name in _FILE_FIELDS)
_MANY = 500  # SQLite bounds the parameters of a statement


class Embedder(Protocol):
    """What a library needs to know of the model that makes its embeddings; :class:`engine.models.Model` is one."""

    id: str
    fingerprint: str
    background: np.ndarray | None


class Library:
    """A designer's sounds, indexed by one model. Safe to use from several threads; a context manager.

    Beside the catalogue ``NAME`` lies the vector index ``NAME.hnsw``, which may be deleted at any time: all in it
    is in the catalogue too and it is rebuilt when it is missing, damaged or old.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.path = database.path
        self.model_id = str(self._meta("model_id"))
        self.model_fingerprint = str(self._meta("model_fingerprint"))
        self.exact_windows = EXACT_WINDOWS
        self._guard = threading.RLock()
        self._windows: Windows | None = None
        self._graph: Any = None
        self._graph_generation = -1

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

    @classmethod
    def open_or_create(cls, path: Path | str, model: Embedder) -> Library:
        """The library at ``path`` if there is one, else a new one; raises as :meth:`open` and :meth:`create` do."""
        return cls.open(path, model) if Path(path).exists() else cls.create(path, model)

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
        wanted = sorted({int(i) for i in file_ids})
        found: dict[int, SoundFile] = {}
        with self.database.reading() as connection:
            for first in range(0, len(wanted), _MANY):
                part = wanted[first : first + _MANY]
                sql = f"SELECT {_FILE_COLUMNS} FROM files AS f WHERE f.id IN ({', '.join('?' * len(part))})"
                found |= {row[0]: _sound_file(row) for row in connection.execute(sql, part)}
        return found

    def duplicates(self, file_id: int) -> list[SoundFile]:
        """The other files with the same bytes as this one, by path."""
        sql = (
            f"SELECT {_FILE_COLUMNS} FROM files AS f WHERE f.id != ?1 AND coalesce(f.duplicate_of, f.id) ="
            " (SELECT coalesce(duplicate_of, id) FROM files WHERE id = ?1) ORDER BY f.path"
        )
        with self.database.reading() as connection:
            return [_sound_file(row) for row in connection.execute(sql, (file_id,))]

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
        windows = self.windows()
        if k < 1 or not len(windows):
            return []
        only = None if file_ids is None else self._carriers(file_ids)
        with self._guard:  # the graph may not grow while it is searched
            rows, distances = windows.nearest(vector, k, only, self._current_graph(windows))
        columns = (windows.file_ids[rows], windows.starts[rows], windows.ends[rows], distances)
        return [WindowHit(*values) for values in zip(*(column.tolist() for column in columns), strict=True)]

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
        return [Path(folder) for folder in json.loads(self._meta("folders", "[]"))]

    def windows(self) -> Windows:
        """All windows in memory, read again when the catalogue changed."""
        generation = int(self._meta("generation"))
        with self._guard:
            if self._windows is None or self._windows.generation != generation:
                with self.database.reading() as connection:
                    self._windows = _read_windows(connection, generation)
            return self._windows

    def reference(self, model: Embedder | None = None) -> Reference | None:
        """How near unrelated queries come to these contents; measured with ``model`` when that was not done yet."""
        windows = self.windows()
        stored = self._meta("reference", None)
        if stored is not None:
            head, _, numbers = stored.partition(b"\n")
            facts = json.loads(head)
            if facts["generation"] == windows.generation or model is None:
                return Reference(facts["kind"], np.frombuffer(numbers, "<f4"), facts["source"])
        return None if model is None else self._measure(model, windows)

    def finish(self, model: Embedder) -> None:
        """Bring the vector index and the reference distances up to the contents; called after indexing."""
        windows = self.windows()
        with self._guard:
            self._graph = self._updated_graph(windows)
            self._graph_generation = windows.generation
            checksum = save_graph(self._graph, self._graph_path)
        self.set_meta("graph", json.dumps({"generation": windows.generation, "checksum": checksum}))
        self._measure(model, windows)

    def set_meta(self, key: str, value: str | bytes | int) -> None:
        """Remember a fact about the library."""
        with self.database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))

    def close(self) -> None:
        """Close the catalogue; the library cannot be used after it."""
        self.database.close()
        with self._guard:
            self._windows = self._graph = None

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _graph_path(self) -> Path:
        return self.path.with_name(self.path.name + ".hnsw")

    def _meta(self, key: str, *default: Any) -> Any:
        with self.database.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        if row is None and not default:
            raise LibraryError(
                f"The library “{self.path.name}” is incomplete.",
                "Move it away and index the folder into a new one.",
                detail=f"no {key}",
                path=self.path,
            )
        return default[0] if row is None else row[0]

    def _carriers(self, file_ids: Iterable[int]) -> np.ndarray:
        files = self.files(file_ids)
        return np.array(sorted({file.duplicate_of or file.id for file in files.values()}), dtype=np.int64)

    def _current_graph(self, windows: Windows) -> Any:
        """The graph over exactly these windows, or None while searching all of them is as fast."""
        if len(windows) <= self.exact_windows:
            return None
        with self._guard:
            if self._graph_generation != windows.generation:
                self._graph = self._updated_graph(windows)
                self._graph_generation = windows.generation
            return self._graph

    def _updated_graph(self, windows: Windows) -> Any:
        stored = json.loads(self._meta("graph", "{}"))
        graph = self._graph
        if graph is None and stored:
            graph = load_graph(self._graph_path, stored["checksum"])
        if graph is not None and extend_graph(graph, windows):
            return graph
        return build_graph(windows)

    def _measure(self, model: Embedder, windows: Windows) -> Reference:
        self.check_model(model)
        reference = measure(windows, model.background, model.fingerprint)
        facts = {"generation": windows.generation, "kind": reference.kind, "source": reference.source}
        self.set_meta("reference", json.dumps(facts).encode() + b"\n" + reference.distances.astype("<f4").tobytes())
        return reference


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


def _read_windows(connection: sqlite3.Connection, generation: int) -> Windows:
    rank = {file_id: n for n, (file_id,) in enumerate(connection.execute("SELECT id FROM files ORDER BY path"))}
    rows = connection.execute('SELECT id, file_id, start, "end", embedding FROM windows ORDER BY id').fetchall()
    ids, file_ids, starts, ends, blobs = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    ranks = np.array([rank.get(file_id, 0) for file_id in file_ids], dtype=np.int64)
    order = np.lexsort((np.array(starts), ranks))
    vectors = np.frombuffer(b"".join(blobs), "<f4").reshape(-1, DIMENSIONS)
    return Windows(
        ids=np.array(ids, dtype=np.int64)[order],
        file_ids=np.array(file_ids, dtype=np.int64)[order],
        starts=np.array(starts, dtype=np.float64)[order],
        ends=np.array(ends, dtype=np.float64)[order],
        vectors=np.ascontiguousarray(vectors[order], dtype=np.float32),
        generation=generation,
    )
