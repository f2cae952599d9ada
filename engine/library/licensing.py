"""Brings the catalogue's licences and credits up to the files' tags and the tables that lie with them."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.jobs import Job
from engine.library.database import Database
from engine.library.rights import NOTHING_SAID, Rights, read_tags
from engine.library.rights_table import rights_by_path, tables_for
from engine.library.store import put_rights, put_tags
from engine.library.walk import Found

_AT_ONCE = 256


def settle_rights(database: Database, root: Path, found: Found, pool: ThreadPoolExecutor, job: Job) -> bool:
    """Enters what tags and tables say of the sounds under ``root``; a file's own tags go first.

    Returns:
        Whether anything changed.

    Raises:
        LibraryError: a table of licences cannot be read (its ``path``), or the catalogue cannot be written.
        Cancelled: the job was cancelled.
    """
    prefix = f"{str(root).rstrip(os.sep)}{os.sep}"
    _read_missing_tags(database, found, pool, job)
    told = rights_by_path(tables_for(root, found.tables), found.files, root, job)
    sql = (
        "SELECT id, path, coalesce(tag_licence, ''), coalesce(tag_credit, ''), licence, credit FROM files"
        " WHERE substr(path, 1, ?) = ?"
    )
    with database.reading() as connection:
        rows = connection.execute(sql, (len(prefix), prefix)).fetchall()
    changed = []
    for file_id, path, tag_licence, tag_credit, licence, credit in rows:
        rights = Rights(licence=tag_licence, credit=tag_credit).or_else(told.get(path, NOTHING_SAID))
        if (rights.licence, rights.credit) != (licence, credit):
            changed.append((file_id, rights))
    with database.writing() as connection:
        for file_id, rights in changed:
            put_rights(connection, file_id, rights)
    return bool(changed)


def _read_missing_tags(database: Database, found: Found, pool: ThreadPoolExecutor, job: Job) -> None:
    """Tags of the files that were entered before tags were asked for."""
    with database.reading() as connection:
        rows = connection.execute("SELECT id, path FROM files WHERE tag_licence IS NULL").fetchall()
    todo = [(file_id, path) for file_id, path in rows if path in found.files]
    if not todo:
        return
    job.begin(len(todo), "Reading licences")
    for first in range(0, len(todo), _AT_ONCE):
        batch = todo[first : first + _AT_ONCE]
        read = list(pool.map(lambda item: read_tags(Path(item[1])), batch))
        with database.writing() as connection:
            for (file_id, _), tags in zip(batch, read, strict=True):
                put_tags(connection, file_id, tags)
        job.step(len(batch))
