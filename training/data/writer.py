"""Writes prepared samples into tar shards: a fresh set at once, or a journaled one that a killed run takes up again."""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self

from engine.errors import MediaError
from engine.files import atomic_path
from training.data.encode import Encoded, encode_sample
from training.data.journal import JOURNAL, Finished, append_entry, begin_journal, read_journal, rows

INDEX = "index.jsonl"
SHARD_SAMPLES = 500
MEMBERS = (
    ("jpg", "frame"),
    ("s16", "sound"),
    ("stereo.s16", "stereo"),
    ("mjpg", "frames"),
    ("clip.s16", "sounds"),
    ("json", None),
)


@dataclass(slots=True)
class Tally:
    """What happened to a source while it was read."""

    silent: int = 0
    refused: str = ""


class ShardWriter:
    """Writes samples in order; the index is written when the writer closes, which is what makes a set complete.

    Args:
        folder: made when missing.
        made: the settings of a journaled set. What an earlier run with the same settings finished is kept and added
            to; what it left unfinished is cut off. None replaces whatever set is there.

    Raises:
        MediaError: the folder holds shards that were made otherwise.
    """

    def __init__(self, folder: Path | str, made: dict[str, Any] | None = None) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.finished: dict[str, Finished] = {}
        self._rows: list[dict[str, Any]] = []
        self._count = 0
        self._shard: BinaryIO | None = None
        self._journal: BinaryIO | None = None
        if made is not None:
            self._resume(made)
        else:
            (self.folder / JOURNAL).unlink(missing_ok=True)
            self._rewind(0, 0)
        (self.folder / INDEX).unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._close_shard(end=kind is None)
        if self._journal is not None:
            self._journal.close()
        if kind is None:
            facts = self._rows if self._journal is None else rows(self.folder)
            with atomic_path(self.folder / INDEX) as temporary, temporary.open("w", encoding="utf-8") as file:
                file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in facts)

    def __len__(self) -> int:
        return self._count

    def add(self, group: str, **parts: Any) -> None:
        """Append a sample; the parts are those of :func:`encode_sample`."""
        self.put(encode_sample(group, **parts))

    def put(self, sample: Encoded) -> None:
        """Append an encoded sample."""
        if self._shard is None or self._count % SHARD_SAMPLES == 0:
            self._close_shard(end=True)
            self._shard = self._path(self._count).open("wb")
        key = f"{self._count:08d}"
        facts = {"key": key, **sample.facts}
        members = {**sample.members, "json": json.dumps(facts, ensure_ascii=False).encode()}
        facts["shard"] = self._path(self._count).name
        for suffix, field in MEMBERS:
            if suffix in members:
                offset = self._append(f"{key}.{suffix}", members[suffix])
                if field:
                    facts[field] = [offset, len(members[suffix])]
        self._rows.append(facts)
        self._count += 1

    @contextmanager
    def source(self, name: str, stamp: list[Any]) -> Iterator[Tally]:
        """Samples put inside belong to one source of a journaled set: all of them are kept, or on an error none."""
        count, end, tally = self._count, self._end(), Tally()
        self._rows = []
        try:
            yield tally
        except BaseException:
            self._rewind(count, end)
            raise
        self._commit({"source": name, "stamp": stamp, "silent": tally.silent, "refused": tally.refused})

    def _commit(self, facts: dict[str, Any]) -> None:
        assert self._journal is not None
        if self._shard is not None:
            _sync(self._shard)  # before the journal says so
        place = {"samples": self._count, "shard": self._path(self._count - 1).name, "end": self._end()}
        append_entry(self._journal, {**facts, **place, "rows": self._rows})

    def _resume(self, made: dict[str, Any]) -> None:
        record = read_journal(self.folder)
        if record is None:
            if (self.folder / INDEX).exists() or any(self.folder.glob("shard-*.tar")):
                hint = "Choose another folder, or delete this one first."
                raise MediaError(f"{self.folder} holds shards that nothing can be added to.", hint, path=self.folder)
            begin_journal(self.folder, made)
            record = read_journal(self.folder)
            assert record is not None
        check_made(self.folder, record.made, made)
        self.finished = record.finished
        self._rewind(record.samples, record.end)
        self._journal = (self.folder / JOURNAL).open("r+b")
        self._journal.truncate(record.size)
        self._journal.seek(record.size)

    def _path(self, sample: int) -> Path:
        return self.folder / f"shard-{max(sample, 0) // SHARD_SAMPLES:05d}.tar"

    def _end(self) -> int:
        return self._shard.tell() if self._shard is not None else 0

    def _rewind(self, count: int, end: int) -> None:
        """Cut off everything after the first ``count`` samples, which fill the last shard up to ``end``."""
        self._close_shard(end=False)
        last = self._path(count - 1) if count else None
        for path in self.folder.glob("shard-*.tar"):
            if last is None or path.name > last.name:
                path.unlink()
        self._rows, self._count = self._rows[:0], count
        if last is not None:
            self._shard = last.open("r+b")
            self._shard.truncate(end)
            self._shard.seek(end)

    def _append(self, name: str, data: bytes) -> int:
        assert self._shard is not None
        member = tarfile.TarInfo(name)
        member.size = len(data)
        self._shard.write(member.tobuf(tarfile.USTAR_FORMAT))
        offset = self._shard.tell()
        self._shard.write(data + bytes(-len(data) % tarfile.BLOCKSIZE))
        return offset

    def _close_shard(self, *, end: bool) -> None:
        shard, self._shard = self._shard, None
        if shard is None:
            return
        if not end:  # finished sources are on the disk already, and what a full disk did not take is cut off anyway
            with suppress(OSError):
                shard.close()
            return
        with shard:  # two empty blocks, filled up to a whole record
            shard.write(bytes(2 * tarfile.BLOCKSIZE))
            shard.write(bytes(-shard.tell() % tarfile.RECORDSIZE))
            _sync(shard)


def check_made(folder: Path, before: dict[str, Any], made: dict[str, Any]) -> None:
    """Raises MediaError when the set in ``folder`` was begun with other settings than ``made``."""
    now = json.loads(json.dumps(made))
    if before != now:
        other = ", ".join(f"{key} {before.get(key)}" for key in now if before.get(key) != now[key]) or "more settings"
        hint = "Give the same settings to go on with it, or choose another folder."
        raise MediaError(f"The shards in {folder} were begun with {other}.", hint, path=folder)


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
