"""Nearest windows: exact while that is fast, through an hnswlib graph in large libraries, the same on every run."""

from __future__ import annotations

import logging
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from engine.files import atomic_path

log = logging.getLogger(__name__)

DIMENSIONS = 128
# Up to here one matrix product over all windows takes a millisecond or two; beyond, the graph is faster.
EXACT_WINDOWS = 20_000
GRAPH_LINKS = 16
GRAPH_BUILD = 100
GRAPH_SEARCH = 400
SEED = 1
# Removed windows stay in the graph, skipped by the search, until they are this share of the library.
MOST_GONE = 0.1
# Embeddings may differ by 1e-5 between devices; what is nearer than this is a tie, and ties break by path.
TIE_DECIMALS = 5


@dataclass(frozen=True, eq=False)
class Windows:
    """All windows of a library in memory, ordered by path and time: rows of equal index belong together."""

    ids: np.ndarray
    """Row ids in the catalogue ``(n,)``."""
    file_ids: np.ndarray
    starts: np.ndarray
    """Start and end in the file, s, ``(n,)`` each."""
    ends: np.ndarray
    vectors: np.ndarray
    """Unit vectors ``(n, 128)`` float32."""
    generation: int
    """State of the catalogue they were read from."""

    def __len__(self) -> int:
        return len(self.ids)

    def nearest(
        self, vector: np.ndarray, k: int, file_ids: np.ndarray | None = None, graph: Any = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Rows and Euclidean distances of the ``k`` nearest windows, nearest first; ties in order of path and time.

        Args:
            vector: unit vector ``(128,)``.
            k: how many at most.
            file_ids: only windows of these files, chosen before the cut to ``k``.
            graph: hnswlib index over ``ids``; used where no filter narrows the search.
        """
        rows = None if graph is None or file_ids is not None else self._through(graph, vector, k)
        if rows is None:
            rows = self._exactly(vector, k, file_ids)
        # Computed row by row in one order of summation, so that twins come out equal to the last bit.
        distances = np.sqrt(((self.vectors[rows].astype(np.float64) - vector) ** 2).sum(axis=1)).round(TIE_DECIMALS)
        order = np.lexsort((rows, distances))[:k]
        return rows[order], distances[order]

    def _exactly(self, vector: np.ndarray, k: int, file_ids: np.ndarray | None) -> np.ndarray:
        rows = np.arange(len(self)) if file_ids is None else np.flatnonzero(np.isin(self.file_ids, file_ids))
        wanted = _with_ties(k)
        if len(rows) <= wanted:
            return rows
        similarity = (self.vectors if file_ids is None else self.vectors[rows]) @ vector
        return rows[np.argpartition(-similarity, wanted)[:wanted]]

    def _through(self, graph: Any, vector: np.ndarray, k: int) -> np.ndarray | None:
        """Rows of the nearest windows by the graph; None when it has too few to choose ``k`` from."""
        wanted = _with_ties(k)
        if wanted > graph.get_current_count() // 2:
            return None
        graph.set_ef(max(GRAPH_SEARCH, 2 * wanted))
        labels, _ = graph.knn_query(vector, k=wanted, num_threads=1)
        rows = self._rows_of(labels[0].astype(np.int64))
        return rows if len(rows) >= k else None

    def _rows_of(self, ids: np.ndarray) -> np.ndarray:
        """Rows of those ``ids`` that are still in the library; the graph may remember removed ones."""
        found = np.searchsorted(self.ids, ids, sorter=self._by_id)
        rows = self._by_id[np.minimum(found, len(self) - 1)]
        return rows[self.ids[rows] == ids]

    @cached_property
    def _by_id(self) -> np.ndarray:
        return np.argsort(self.ids)


def _with_ties(k: int) -> int:
    return k + 64


def build_graph(windows: Windows) -> Any:
    """An hnswlib graph over the windows, added in their order by one thread: the same sounds give the same graph."""
    import hnswlib

    graph = hnswlib.Index(space="l2", dim=DIMENSIONS)
    graph.init_index(max(1, len(windows)), M=GRAPH_LINKS, ef_construction=GRAPH_BUILD, random_seed=SEED)
    if len(windows):
        graph.add_items(windows.vectors, windows.ids, num_threads=1)
    return graph


def extend_graph(graph: Any, windows: Windows) -> bool:
    """Add the windows the graph does not know; False when so many it knows are gone that it is better rebuilt."""
    known = np.array(graph.get_ids_list(), dtype=np.int64)
    new = ~np.isin(windows.ids, known)
    gone = len(known) - (len(windows) - int(new.sum()))
    if gone > MOST_GONE * max(1, len(windows)):
        return False
    if new.any():
        graph.resize_index(len(known) + int(new.sum()))
        graph.add_items(windows.vectors[new], windows.ids[new], num_threads=1)
    return True


def save_graph(graph: Any, path: Path) -> int:
    """Write the graph to ``path``; its checksum, by which :func:`load_graph` knows it again."""
    with atomic_path(path) as temporary:
        graph.save_index(str(temporary))
        return _checksum(temporary)


def load_graph(path: Path, checksum: int) -> Any | None:
    """The graph saved at ``path``, or None when the file is missing, unreadable or not the one with ``checksum``.

    hnswlib trusts the numbers in its file, so nothing is handed to it that we did not write.
    """
    import hnswlib

    try:
        if _checksum(path) != checksum:
            log.info("vector index %s is not the one this library wrote; it is rebuilt", path)
            return None
        graph = hnswlib.Index(space="l2", dim=DIMENSIONS)
        graph.load_index(str(path))
    except (OSError, RuntimeError) as error:
        log.info("vector index %s is rebuilt: %s", path, error)
        return None
    return graph


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    return checksum
