"""What is read of one file, in a thread of the pool: its header, its sound, its bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from engine.errors import EngineError, Problem
from engine.features import FrontEnd
from engine.jobs import Job
from engine.library.listening import Decoded, listen
from engine.library.names import categorise
from engine.library.rights import read_tags
from engine.library.store import Header, Stamp


def workers() -> int:
    """Threads that decode ahead of the encoder; more would only wait for the same disk."""
    return min(4, os.cpu_count() or 1)


def read_header(root: Path, path: str, stamp: Stamp) -> Header | Problem:
    """What a file's name, header and tags say, or why they cannot be read.

    Args:
        root: the indexed folder; categories come from the folders below it.
        path: of the file.
        stamp: its size and time as the walk found them.
    """
    from engine.media import probe

    parts = Path(path).relative_to(root).parts
    try:
        info = probe(path, quick=True)
    except EngineError as error:
        return Problem(Path(path), error.message, error.hint)
    if info.audio is None:
        return Problem(Path(path), f"{parts[-1]} holds no sound.", "Move it out of the sound folder.")
    return Header(
        path=path,
        name=parts[-1],
        folder="/".join(parts[:-1]),
        stamp=stamp,
        duration=info.duration,
        sample_rate=info.audio.sample_rate,
        channels=info.audio.channels,
        category=categorise(parts[-1], (root.name, *parts[:-1])),
        tags=read_tags(Path(path)),
    )


def decode(path: str, front: FrontEnd, job: Job) -> Decoded | Problem:
    """A file's windows and peaks, or why there are none. Raises :class:`Cancelled` between two blocks."""
    try:
        return listen(Path(path), front, job)
    except EngineError as error:
        return Problem(Path(path), error.message, error.hint)


def content_hash(path: str, job: Job) -> str | None:
    """Digest of a file's bytes; None when they cannot be read, which decoding will report."""
    digest = hashlib.blake2b(digest_size=16)
    try:
        with Path(path).open("rb") as stream:
            while block := stream.read(1 << 20):
                job.check()
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()
