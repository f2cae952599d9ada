"""Closing a library that other threads are asking: they end with a sentence, never with a crash."""

from __future__ import annotations

import threading
from pathlib import Path

from engine.errors import LibraryError
from engine.library.database import Database


def test_closing_waits_for_running_queries(tmp_path: Path) -> None:
    for round_number in range(20):
        database = Database.create(tmp_path / f"{round_number}.foleylib")
        for number in range(200):
            database.set_meta(f"key {number}", "x" * 500)
        started, said = threading.Barrier(5), []

        def ask(database: Database = database, started: threading.Barrier = started, said: list[str] = said) -> None:
            with database.reading() as connection:
                connection.execute("SELECT 1").fetchone()
            started.wait()
            try:
                while True:
                    with database.reading() as connection:
                        connection.execute("SELECT a.value FROM meta a, meta b ORDER BY a.value, b.key").fetchall()
            except LibraryError as error:
                said.append(error.message)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        started.wait()
        database.close()
        for thread in threads:
            thread.join()
        assert len(said) == 4
        assert all(message.endswith("is closed.") for message in said)
