"""Index a folder: names and headers first, then the sound of every file; it stops anywhere and goes on from there."""

from __future__ import annotations

import json
import logging
import os
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np

from engine.errors import LibraryError, Problem
from engine.features import FrontEnd
from engine.jobs import Job
from engine.library.catalogue import Library
from engine.library.licensing import settle_rights
from engine.library.listening import Decoded
from engine.library.nearness import Embedder
from engine.library.reading import content_hash, decode, read_header, workers
from engine.library.records import IndexReport
from engine.library.store import (
    Header,
    Heard,
    Stamp,
    forget_problems,
    put_header,
    put_heard,
    put_problem,
    remove_file,
    unite_duplicates,
)
from engine.library.vectors import DIMENSIONS
from engine.library.walk import Found, walk

log = logging.getLogger(__name__)

HEADERS_AT_ONCE = 64
WINDOWS_AT_ONCE = 64
# The encoder always sees batches of this size, so that a sound's numbers do not depend on its neighbours.
BATCH = 32
SHOWN_EVERY = 5.0  # s between the moments when running work becomes searchable by sound


class SoundEmbedder(Embedder, Protocol):
    """A model that embeds sounds; :class:`engine.models.Model` is one."""

    @property
    def front(self) -> FrontEnd:
        """What sounds are turned into for it."""

    def embed_features(self, features: np.ndarray) -> np.ndarray:
        """Unit vectors ``(n, 128)`` of log-mels ``(n, *front.shape)``."""


def index_folder(library: Library, folder: Path | str, model: SoundEmbedder, job: Job | None = None) -> IndexReport:
    """Bring the library up to date with a folder and everything in it; nothing in the folder is written to.

    Unchanged files (by size and time) are skipped, vanished ones taken out. A file that cannot be used is reported
    and never stops the others. What was done when the job is cancelled stays; the next run goes on from there.

    Raises:
        LibraryError: the folder cannot be read, or ``model`` is not the library's.
        Cancelled: the job was cancelled.
    """
    library.check_model(model)
    return _Scan(library, _checked(folder), model, job or Job()).run()


class _Scan:
    """One run over one folder."""

    def __init__(self, library: Library, root: Path, model: SoundEmbedder, job: Job) -> None:
        self.library, self.root, self.model, self.job = library, root, model, job
        self.prefix = f"{str(root).rstrip(os.sep)}{os.sep}"
        self.added: set[str] = set()
        self.updated: set[str] = set()
        self.removed = 0
        self.problems: list[Problem] = []
        self.audio_seconds = 0.0
        self.shown = time.monotonic()
        self.changed = False

    def run(self) -> IndexReport:
        started = time.perf_counter()
        self.job.begin(0, "Looking for sounds")
        found = walk(self.root, self.job)
        try:
            with ThreadPoolExecutor(workers(), thread_name_prefix="index") as pool:
                self._take_stock(found)
                self._read_headers(pool, found)
                self._settle_rights(pool, found)
                self._find_duplicates(pool)
                self._hear_all(pool)
        finally:
            if self.changed:
                _show(self.library)
        self.job.begin(0, "Sorting")
        self.library.finish(self.model)
        failed = {str(problem.path) for problem in self.problems}
        added, updated = len(self.added - failed), len(self.updated - failed)
        unchanged = len(found.files.keys() - self.added - self.updated - failed)
        seconds = time.perf_counter() - started
        problems = sorted(self.problems, key=lambda problem: str(problem.path))
        return IndexReport(added, updated, unchanged, self.removed, problems, seconds, self.audio_seconds)

    def _take_stock(self, found: Found) -> None:
        """Compare the folder with the catalogue; what vanished is taken out."""
        known = self._known()
        lost = tuple(f"{folder.rstrip(os.sep)}{os.sep}" for folder in found.unreadable)
        gone = [path for path in known if path not in found.files and not path.startswith(lost)]
        self.added = found.files.keys() - known.keys()
        self.updated = {path for path, stamp in found.files.items() if path in known and known[path][1] != stamp}
        with self.library.database.writing() as connection:
            forget_problems(connection, self.prefix)
            for path in gone:
                remove_file(connection, known[path][0])
        self.removed = len(gone)
        self.changed |= bool(gone)
        self._report(found.problems)
        _remember_folder(self.library, self.root)

    def _read_headers(self, pool: ThreadPoolExecutor, found: Found) -> None:
        """Enter every new or changed file by its name and header: it is found by text from here on."""
        todo = [(path, found.files[path]) for path in sorted(self.added | self.updated)]
        self.job.begin(len(todo), "Reading headers")
        for batch in _batches(todo, HEADERS_AT_ONCE):
            read = list(pool.map(lambda item: read_header(self.root, *item), batch))
            with self.library.database.writing() as connection:
                for header in read:
                    if isinstance(header, Header):
                        put_header(connection, header)
                for path, stale in self._known_of(read):
                    log.debug("%s can no longer be read", path)
                    remove_file(connection, stale)
            self._report([problem for problem in read if isinstance(problem, Problem)])
            self.changed = True
            self.job.step(len(batch))

    def _known_of(self, read: Sequence[Header | Problem]) -> list[tuple[str, int]]:
        """Files of the catalogue that changed into something unreadable."""
        paths = [str(item.path) for item in read if isinstance(item, Problem) and str(item.path) in self.updated]
        with self.library.database.reading() as connection:
            rows = [
                connection.execute("SELECT path, id FROM files WHERE path = ?", (path,)).fetchone() for path in paths
            ]
        return [row for row in rows if row is not None]

    def _settle_rights(self, pool: ThreadPoolExecutor, found: Found) -> None:
        """Licences and credits; a table that cannot be read is reported and changes nothing."""
        self.job.begin(0, "Looking up licences")
        try:
            self.changed |= settle_rights(self.library.database, self.root, found, pool, self.job)
        except LibraryError as error:
            if error.path is None or error.path == self.library.path:
                raise
            self.problems.append(Problem(error.path, error.message, error.hint))

    def _find_duplicates(self, pool: ThreadPoolExecutor) -> None:
        """Hash the files that share their size with another, the only ones that can be duplicates."""
        with self.library.database.reading() as connection:
            twins = connection.execute(
                "SELECT id, path, content_hash FROM files WHERE size IN"
                " (SELECT size FROM files GROUP BY size HAVING count(*) > 1 AND count(content_hash) < count(*))"
            ).fetchall()
        todo = [(file_id, path) for file_id, path, digest in twins if digest is None]
        self.job.begin(len(todo), "Looking for duplicates")
        for batch in _batches(todo, HEADERS_AT_ONCE):
            hashes = pool.map(lambda item: content_hash(item[1], self.job), batch)
            rows = [(digest, file_id) for (file_id, _), digest in zip(batch, hashes, strict=True)]
            with self.library.database.writing() as connection:
                connection.executemany("UPDATE files SET content_hash = ? WHERE id = ?", rows)
            self.job.step(len(batch))
        with self.library.database.writing() as connection:
            unite_duplicates(connection)

    def _hear_all(self, pool: ThreadPoolExecutor) -> None:
        """Decode ahead in threads, encode here; a file that fails may leave its work to a duplicate, hence the loop."""
        while pending := self._pending():
            self.job.begin(sum(duration for _, _, duration in pending), f"Listening to {len(pending)} sounds")
            batch: list[tuple[int, str, Decoded]] = []
            for n, (file_id, path, duration, decoded) in enumerate(self._decoded(pool, pending), 1):
                if isinstance(decoded, Problem):
                    self._drop(file_id, decoded)
                else:
                    batch.append((file_id, path, decoded))
                if sum(len(item[2].starts) for item in batch) >= WINDOWS_AT_ONCE:
                    self._encode(batch)
                    batch = []
                self.job.step(duration, f"Listening: {n} of {len(pending)}, {Path(path).name}")
            self._encode(batch)

    def _decoded(
        self, pool: ThreadPoolExecutor, pending: list[tuple[int, str, float]]
    ) -> Iterator[tuple[int, str, float, Decoded | Problem]]:
        """Files in order, decoded a few ahead of the encoder."""
        waiting: deque[tuple[tuple[int, str, float], Future[Decoded | Problem]]] = deque()
        coming = iter(pending)
        try:
            while True:
                for item in islice(coming, 2 * workers() - len(waiting)):
                    waiting.append((item, pool.submit(decode, item[1], self.model.front, self.job)))
                if not waiting:
                    return
                item, future = waiting.popleft()
                yield *item, future.result()
        finally:
            for _, future in waiting:
                future.cancel()

    def _encode(self, batch: list[tuple[int, str, Decoded]]) -> None:
        """Embed the windows of some files and store them in one transaction."""
        if not batch:
            return
        vectors = _embed(self.model, np.concatenate([decoded.features for _, _, decoded in batch]), self.job)
        with self.library.database.writing() as connection:
            first = 0
            for file_id, _, decoded in batch:
                own = vectors[first : first + len(decoded.starts)]
                first += len(own)
                put_heard(connection, file_id, Heard(decoded.duration, decoded.starts, own, decoded.peaks))
                self.audio_seconds += decoded.duration
        self.changed = True
        if time.monotonic() - self.shown > SHOWN_EVERY:
            _show(self.library)
            self.shown = time.monotonic()

    def _drop(self, file_id: int, problem: Problem) -> None:
        """Its header could be read but its sound cannot: it is no use to anybody."""
        with self.library.database.writing() as connection:
            remove_file(connection, file_id)
        self._report([problem])

    def _report(self, problems: Iterable[Problem]) -> None:
        with self.library.database.writing() as connection:
            for problem in problems:
                log.info("%s: %s", problem.path, problem.message)
                self.problems.append(problem)
                put_problem(connection, problem)

    def _known(self) -> dict[str, tuple[int, Stamp]]:
        sql = "SELECT path, id, size, mtime_ns FROM files WHERE substr(path, 1, ?) = ?"
        with self.library.database.reading() as connection:
            rows = connection.execute(sql, (len(self.prefix), self.prefix)).fetchall()
        return {path: (file_id, Stamp(size, mtime_ns)) for path, file_id, size, mtime_ns in rows}

    def _pending(self) -> list[tuple[int, str, float]]:
        sql = (
            "SELECT id, path, duration FROM files WHERE listened = 0 AND duplicate_of IS NULL"
            " AND substr(path, 1, ?) = ? ORDER BY path"
        )
        with self.library.database.reading() as connection:
            return connection.execute(sql, (len(self.prefix), self.prefix)).fetchall()


def _checked(folder: Path | str) -> Path:
    root = Path(os.path.abspath(folder))  # noqa: PTH100 - links stay as the user wrote them
    if not root.is_dir():
        what = "is a file, not a folder" if root.exists() else "does not exist"
        raise LibraryError(f"“{root}” {what}.", "Choose the folder that holds your sounds.", path=root)
    try:
        next(root.iterdir(), None)
    except OSError as error:
        raise LibraryError(
            f"“{root}” cannot be read.", "Check its permissions.", detail=str(error), path=root
        ) from error
    return root


def _embed(model: SoundEmbedder, features: np.ndarray, job: Job) -> np.ndarray:
    """Unit vectors ``(n, 128)`` of log-mels ``(n, *front.shape)``, in full batches: the last one is filled up."""
    vectors = np.zeros((len(features), DIMENSIONS), dtype=np.float32)
    for first in range(0, len(features), BATCH):
        job.check()
        batch = np.zeros((BATCH, *features.shape[1:]), dtype=np.float32)
        part = features[first : first + BATCH]
        batch[: len(part)] = part
        vectors[first : first + len(part)] = model.embed_features(batch)[: len(part)]
    return vectors


def _show(library: Library) -> None:
    """From here on searches see what was stored."""
    with library.database.writing() as connection:
        connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")


def _remember_folder(library: Library, root: Path) -> None:
    folders = [str(folder) for folder in library.folders()]
    if str(root) not in folders:
        library.database.set_meta("folders", json.dumps([*folders, str(root)]))


def _batches(items: list, size: int) -> Iterator[list]:
    return (items[first : first + size] for first in range(0, len(items), size))
