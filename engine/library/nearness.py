"""A library's windows in memory, the graph over them on disk, and the yardstick for its distances, kept up to date."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from engine.library.database import Database
from engine.library.records import WindowHit
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

_ROWS_AT_ONCE = 20_000


class Embedder(Protocol):
    """What a library needs to know of the model that makes its embeddings; :class:`engine.models.Model` is one."""

    id: str
    fingerprint: str
    background: np.ndarray | None


class Nearness:
    """The part of a library that knows distances; safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.exact_windows = EXACT_WINDOWS
        self._guard = threading.RLock()
        self._windows: Windows | None = None
        self._graph: Any = None
        self._graph_generation = -1

    def windows(self) -> Windows:
        """All windows in memory, read again when the catalogue changed."""
        generation = int(self.database.meta("generation"))
        with self._guard:
            if self._windows is None or self._windows.generation != generation:
                with self.database.reading() as connection:
                    self._windows = _read_windows(connection, generation)
            return self._windows

    def nearest(self, vector: np.ndarray, k: int, file_ids: np.ndarray | None) -> list[WindowHit]:
        """The ``k`` windows nearest to a unit vector ``(128,)``, only of ``file_ids`` if given."""
        windows = self.windows()
        if k < 1 or not len(windows):
            return []
        with self._guard:  # the graph may not grow while it is searched
            rows, distances = windows.nearest(vector, k, file_ids, self._current_graph(windows))
        columns = (windows.file_ids[rows], windows.starts[rows], windows.ends[rows], distances)
        return [WindowHit(*values) for values in zip(*(column.tolist() for column in columns), strict=True)]

    def reference(self, model: Embedder | None) -> Reference | None:
        """The stored yardstick, measured again with ``model`` when the contents changed since."""
        windows = self.windows()
        generation, stored = self._stored_reference()
        if model is None or generation == windows.generation:
            return stored
        return self._measure(model, windows)

    def finish(self, model: Embedder) -> None:
        """Bring the graph's file and the yardstick up to the contents."""
        windows = self.windows()
        stored = json.loads(self.database.meta("graph", "{}"))
        if stored.get("generation") != windows.generation or not self._graph_path.exists():
            self._save_graph(windows)
        self.reference(model)

    def close(self) -> None:
        """Let go of the memory."""
        with self._guard:
            self._windows = self._graph = None
            self._graph_generation = -1

    @property
    def _graph_path(self) -> Path:
        return self.database.path.with_name(self.database.path.name + ".hnsw")

    def _save_graph(self, windows: Windows) -> None:
        with self._guard:
            self._graph = self._updated_graph(windows)
            self._graph_generation = windows.generation
            try:
                checksum = save_graph(self._graph, self._graph_path)
            except (OSError, RuntimeError) as error:
                log.info("the vector index %s cannot be kept: %s", self._graph_path, error)
                return
        self.database.set_meta("graph", json.dumps({"generation": windows.generation, "checksum": checksum}))

    def _current_graph(self, windows: Windows) -> Any:
        """The graph over exactly these windows, or None while comparing all of them is as fast."""
        if len(windows) <= self.exact_windows:
            return None
        if self._graph_generation != windows.generation:
            self._graph = self._updated_graph(windows)
            self._graph_generation = windows.generation
        return self._graph

    def _updated_graph(self, windows: Windows) -> Any:
        stored = json.loads(self.database.meta("graph", "{}"))
        graph = self._graph
        if graph is None and stored:
            graph = load_graph(self._graph_path, stored["checksum"])
        if graph is not None and extend_graph(graph, windows):
            return graph
        return build_graph(windows)

    def _stored_reference(self) -> tuple[int, Reference | None]:
        stored = self.database.meta("reference", None)
        if stored is None:
            return -1, None
        head, _, numbers = stored.partition(b"\n")
        facts = json.loads(head)
        return facts["generation"], Reference(facts["kind"], np.frombuffer(numbers, "<f4"), facts["source"])

    def _measure(self, model: Embedder, windows: Windows) -> Reference:
        reference = measure(windows, model.background, model.fingerprint)
        facts = {"generation": windows.generation, "kind": reference.kind, "source": reference.source}
        numbers = reference.distances.astype("<f4").tobytes()
        self.database.set_meta("reference", json.dumps(facts).encode() + b"\n" + numbers)
        return reference


def _read_windows(connection: sqlite3.Connection, generation: int) -> Windows:
    """All windows by path and time, read in slabs so that the vectors are held once while they are sorted."""
    rank = {file_id: n for n, (file_id,) in enumerate(connection.execute("SELECT id FROM files ORDER BY path"))}
    cursor = connection.execute('SELECT id, file_id, start, "end", embedding FROM windows ORDER BY id')
    numbers: list[np.ndarray] = [np.zeros((0, 4))]
    vectors: list[np.ndarray] = [np.zeros((0, DIMENSIONS), dtype=np.float32)]
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        numbers.append(np.array([row[:4] for row in rows], dtype=np.float64))
        vectors.append(np.frombuffer(b"".join(row[4] for row in rows), "<f4").reshape(-1, DIMENSIONS))
    ids, file_ids, starts, ends = np.concatenate(numbers).T
    order = np.lexsort((starts, [rank.get(file_id, 0) for file_id in file_ids.tolist()]))
    return Windows(
        ids=ids[order].astype(np.int64),
        file_ids=file_ids[order].astype(np.int64),
        starts=starts[order],
        ends=ends[order],
        vectors=_gathered(vectors, order),
        generation=generation,
    )


def _gathered(slabs: list[np.ndarray], order: np.ndarray) -> np.ndarray:
    """Rows of the slabs in ``order``; each slab is let go of as soon as it is placed."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    gathered = np.empty((len(order), DIMENSIONS), dtype=np.float32)
    last = len(order)
    while slabs:
        slab = slabs.pop()
        gathered[place[last - len(slab) : last]] = slab
        last -= len(slab)
    return gathered
