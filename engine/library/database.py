"""The library's one SQLite file: opened, checked, and shared safely between threads."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.errors import LibraryError

APPLICATION_ID = 0x464F4C59  # "FOLY", in the file's header: a stranger's database is told apart before it is touched
SCHEMA_VERSION = 2
BUSY_SECONDS = 15.0

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    folder TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    duration REAL NOT NULL,
    sample_rate INTEGER NOT NULL,
    channels INTEGER NOT NULL,
    category TEXT NOT NULL,
    subcategory TEXT NOT NULL,
    catid TEXT NOT NULL,
    content_hash TEXT,
    duplicate_of INTEGER REFERENCES files (id) ON DELETE SET NULL,
    listened INTEGER NOT NULL DEFAULT 0,
    licence TEXT NOT NULL DEFAULT '',
    credit TEXT NOT NULL DEFAULT '',
    tag_licence TEXT,
    tag_credit TEXT
);
CREATE INDEX files_size ON files (size);
CREATE INDEX files_hash ON files (content_hash);
CREATE INDEX files_category ON files (category);
CREATE INDEX files_duplicate ON files (duplicate_of);
CREATE INDEX files_pending ON files (listened) WHERE listened = 0;
CREATE VIRTUAL TABLE words USING fts5 (
    name, folder, category, subcategory, catid, extra, tokenize = 'unicode61 remove_diacritics 0'
);
CREATE VIRTUAL TABLE rights USING fts5 (licence, credit, tokenize = 'unicode61 remove_diacritics 0');
CREATE TABLE windows (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    start REAL NOT NULL,
    "end" REAL NOT NULL,
    embedding BLOB NOT NULL
);
CREATE INDEX windows_file ON windows (file_id);
CREATE TABLE peaks (file_id INTEGER PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE, bins BLOB NOT NULL);
CREATE TABLE problems (
    path TEXT PRIMARY KEY,
    message TEXT NOT NULL,
    hint TEXT NOT NULL
) WITHOUT ROWID;
"""

# Step n makes format n + 1 of n, in one transaction. Tags are NULL until the next indexing reads them.
MIGRATIONS: dict[int, tuple[str, ...]] = {
    1: (
        "ALTER TABLE files ADD COLUMN licence TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE files ADD COLUMN credit TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE files ADD COLUMN tag_licence TEXT",
        "ALTER TABLE files ADD COLUMN tag_credit TEXT",
        "CREATE VIRTUAL TABLE rights USING fts5 (licence, credit, tokenize = 'unicode61 remove_diacritics 0')",
    )
}


class Database:
    """One SQLite file; every thread has its own connection, and one thread writes at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._opened: list[tuple[sqlite3.Connection, threading.RLock]] = []
        """Each thread's connection and the lock it holds while it uses it."""
        self._guard = threading.Lock()
        self._writer = threading.RLock()
        self._closed = False

    @classmethod
    def create(cls, path: Path) -> Database:
        """A new, empty catalogue at ``path``; :class:`LibraryError` when something is there or it cannot be written."""
        if path.exists():
            raise LibraryError(
                f"“{path}” exists already.", "Open it, or choose another file for the library.", path=path
            )
        database = cls(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(path, error) from error
        with database.reading() as connection:
            connection.executescript(
                f"BEGIN; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
                f"{SCHEMA} COMMIT;"
            )
        return database

    @classmethod
    def open(cls, path: Path) -> Database:
        """The catalogue at ``path``, brought up to this format where it is older.

        Raises:
            LibraryError: it is missing, damaged, another kind of file or of a later format.
        """
        if not path.is_file():
            raise LibraryError(
                f"There is no sound library at “{path}”.",
                "Make one by indexing a folder of sounds, or choose the library's file.",
                path=path,
            )
        database = cls(path)
        try:
            database._check()
        except LibraryError:
            database.close()
            raise
        return database

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection; what SQLite reports is raised as :class:`LibraryError`."""
        connection, in_use = self._connection()
        try:
            with in_use:
                yield connection
        except sqlite3.Error as error:
            raise self._explained(error) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection inside one transaction: committed at the end, undone on any exception."""
        with self._writer, self.reading() as connection:
            if connection.in_transaction:  # nested: the outermost block commits
                yield connection
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def meta(self, key: str, *default: Any) -> Any:
        """A fact about the library, else ``default``; :class:`LibraryError` where neither is there."""
        with self.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        if row is None and not default:
            message, hint = f"The library “{self.path.name}” is incomplete.", "Index the folder into a new one."
            raise LibraryError(message, hint, detail=f"no {key}", path=self.path)
        return default[0] if row is None else row[0]

    def set_meta(self, key: str, value: str | bytes | int) -> None:
        """Remember a fact about the library."""
        with self.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))

    def close(self) -> None:
        """Close every thread's connection once it is not in use; further use raises :class:`LibraryError`."""
        with self._writer:
            with self._guard:
                self._closed = True
                opened, self._opened = self._opened, []
            for connection, in_use in opened:
                with in_use:  # SQLite crashes when a connection closes beneath a running query
                    connection.close()

    def _connection(self) -> tuple[sqlite3.Connection, threading.RLock]:
        own: tuple[sqlite3.Connection, threading.RLock] | None = getattr(self._local, "own", None)
        if own is None or self._closed:
            try:
                own = self._local.own = self._connect()
            except sqlite3.Error as error:
                raise self._explained(error) from error
        return own

    def _connect(self) -> tuple[sqlite3.Connection, threading.RLock]:
        with self._guard:
            if self._closed:
                raise LibraryError(f"The library “{self.path.name}” is closed.", "Open it again.", path=self.path)
            # Only close() uses a connection from another thread, and then nobody else does.
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, check_same_thread=False)
            own = (connection, threading.RLock())
            self._opened.append(own)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        return own

    def _check(self) -> None:
        with self.reading() as connection:
            kind = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if kind != APPLICATION_ID:
                raise LibraryError(
                    f"“{self.path.name}” is not a Foleyscope sound library.",
                    "Choose another file, or index a folder into a new one.",
                    path=self.path,
                )
            if version != SCHEMA_VERSION and version not in MIGRATIONS:
                raise LibraryError(
                    f"“{self.path.name}” has format {version}; this Foleyscope reads format {SCHEMA_VERSION}.",
                    "Update Foleyscope, or index the folder into a new library.",
                    path=self.path,
                )
            connection.execute("SELECT count(*) FROM meta").fetchone()
        if version != SCHEMA_VERSION:
            self._migrate()

    def _migrate(self) -> None:
        """Whole or not at all; another program that opens it meanwhile waits, and then finds nothing left to do."""
        with self.writing() as connection:
            while (version := connection.execute("PRAGMA user_version").fetchone()[0]) in MIGRATIONS:
                for statement in MIGRATIONS[version]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")

    def _explained(self, error: sqlite3.Error) -> LibraryError:
        text, detail = str(error), f"{type(error).__name__}: {error}"
        if "locked" in text or "busy" in text:
            message, hint = "is being written by another program.", "Wait for it to finish, then try again."
        elif "readonly" in text or "unable to open" in text:
            message, hint = "cannot be written.", "Check the folder's permissions, or choose another place for it."
        elif "full" in text:
            message, hint = "cannot grow: the disk is full.", "Free some space, then index again; it resumes."
        elif isinstance(error, sqlite3.ProgrammingError) and self._closed:
            message, hint = "is closed.", "Open it again."
        elif "not a database" in text:
            message, hint = "is not a sound library.", "Choose another file, or index a folder into a new one."
        else:
            message, hint = "is damaged or not a sound library.", "Move it away and index the folder into a new one."
        return LibraryError(f"The library “{self.path.name}” {message}", hint, detail=detail, path=self.path)


def _unwritable(path: Path, error: OSError) -> LibraryError:
    return LibraryError(
        f"The library cannot be made at “{path}”.", "Choose a folder you may write to.", detail=str(error), path=path
    )
