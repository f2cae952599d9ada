"""Flushing on a thread: nobody waits who need not, nothing that was asked for is left out, failures are told."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.timeline import edits, syncing
from engine.timeline.document import Project
from engine.timeline.journal import Entry, Journal, read_journal
from engine.timeline.syncing import BackgroundSync


class SlowDisk:
    """The real fsync, held back until the test lets it go; counts."""

    def __init__(self) -> None:
        self.free, self.begun, self.flushed = threading.Event(), threading.Event(), 0
        self._flush = os.fsync

    def fsync(self, file: int) -> None:
        self.begun.set()
        assert self.free.wait(10)
        self._flush(file)
        self.flushed += 1


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowDisk]:
    slow = SlowDisk()
    monkeypatch.setattr(syncing.os, "fsync", slow.fsync)
    yield slow
    slow.free.set()


def test_an_edit_does_not_wait_for_the_disk_and_is_written_all_the_same(
    disk: SlowDisk, project: Project, tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "p.journal", "one")
    made = [Entry(kind="do", change=edits.add_marker(project, at, "n")) for at in range(3)]
    for entry in made:
        journal.append(entry)  # would hang here
    assert disk.begun.wait(10)
    assert disk.flushed == 0
    assert read_journal(journal.path, "one").entries == tuple(made)  # a kill would leave them all
    disk.free.set()
    journal.close()
    assert 2 <= disk.flushed <= 4  # the folder once; the file once, or once more for what came meanwhile


def test_a_save_waits_for_the_edits_before_it(disk: SlowDisk, project: Project, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "p.journal", "one")
    journal.append(Entry(kind="do", change=edits.add_marker(project, 1, "n")))
    saving = threading.Thread(target=journal.saving, args=("two",))
    saving.start()
    saving.join(0.1)
    assert saving.is_alive()
    disk.free.set()
    saving.join(10)
    assert not saving.is_alive()
    journal.close()


def test_closing_serves_what_was_asked_for(disk: SlowDisk, tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as file:
        sync = BackgroundSync(file.fileno())
        sync.ask()
        disk.free.set()
        sync.close()
        assert disk.flushed == 1


def test_a_failure_is_told_once_to_whoever_asks_next() -> None:
    reading, writing = os.pipe()  # a pipe cannot be flushed
    sync = BackgroundSync(writing)
    sync.ask()
    with pytest.raises(OSError):
        sync.wait()
    sync.check()
    sync.close()
    os.close(reading)
    os.close(writing)
