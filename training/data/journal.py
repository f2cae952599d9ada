"""What a set of shards already holds for good, source by source, so that a killed run goes on where it stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from engine.files import write_text

JOURNAL = "journal.jsonl"
_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A source whose samples are all in the shards."""

    stamp: list[Any]
    """What its files and its label were like then."""
    silent: int = 0
    """Seconds left out because nothing is heard in them."""
    refused: str = ""
    """Why it has no samples, where it was looked at and turned away."""


@dataclass(slots=True, kw_only=True)
class Record:
    """The part of a journal that the shards bear out."""

    made: dict[str, Any]
    """The settings the set is made with."""
    finished: dict[str, Finished] = field(default_factory=dict)
    samples: int = 0
    end: int = 0
    """Bytes of the last shard that belong to finished sources."""
    size: int = 0
    """Bytes of the journal up to here."""


def read_journal(folder: Path) -> Record | None:
    """The record of the set in ``folder``; None where no journaled set was begun.

    It ends before a line that was not written to its end, and before one whose shard is gone or too short, as after a
    power cut or a deleted file: what follows is made again.
    """
    held = {path.name: path.stat().st_size for path in folder.glob("shard-*.tar")}
    record: Record | None = None
    for line, entry in _lines(folder / JOURNAL):
        if record is None:
            if entry.get("version") != _VERSION:
                return None
            record = Record(made=entry["made"])
        elif held.get(entry["shard"], -1) >= entry["end"] or not entry["samples"]:
            done = Finished(stamp=entry["stamp"], silent=entry["silent"], refused=entry["refused"])
            record.finished[entry["source"]] = done
            record.samples, record.end = entry["samples"], entry["end"]
        else:
            break
        record.size += len(line)
    return record


def rows(folder: Path) -> Iterator[dict[str, Any]]:
    """The facts of every sample in the journal, in order."""
    for _, entry in _lines(folder / JOURNAL):
        yield from entry.get("rows", ())


def begin_journal(folder: Path, made: dict[str, Any]) -> None:
    """Write the journal's first line: nothing is finished yet."""
    write_text(folder / JOURNAL, json.dumps({"version": _VERSION, "made": made}) + "\n")


def append_entry(journal: BinaryIO, entry: dict[str, Any]) -> None:
    """Add a finished source and see it onto the disk."""
    journal.write((json.dumps(entry, ensure_ascii=False) + "\n").encode())
    journal.flush()
    os.fsync(journal.fileno())


def _lines(path: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    if not path.is_file():
        return
    with path.open("rb") as file:
        for line in file:
            try:
                entry = json.loads(line)
            except ValueError:
                return
            if not line.endswith(b"\n") or not isinstance(entry, dict):
                return
            yield line, entry
