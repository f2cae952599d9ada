"""Sources read by several processes at once and handed over in order, so that their number changes no byte."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import shutil
import tempfile
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import Cancelled
from engine.jobs import Job
from training.children import behave, cores
from training.data.encode import Encoded
from training.data.prepare.report import Source

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

_POLL = 0.2  # s between looks at whether the person wants to stop
_FEW = 4  # sources a worker should have before it is worth its start

_stop: Event | None = None


def worth(workers: int, sources: int) -> int:
    """How many processes to use: ``workers``, or with 0 as many as there are cores and work for."""
    return max(1, workers or min(cores(), sources // _FEW))


def read_all(
    sources: Sequence[Source], workers: int, folder: Path, job: Job
) -> Generator[tuple[Source, Iterator[Encoded | None]], None, None]:
    """Each source with its samples, in order.

    With one worker the samples are read here; with more, by processes that lay them down in a folder below ``folder``
    first, so that an hours-long video takes no memory.
    """
    if workers == 1:
        yield from ((source, source.samples()) for source in sources)
        return
    staging = Path(tempfile.mkdtemp(prefix=".staging-", dir=folder))
    context = multiprocessing.get_context("spawn")
    stop, waiting = context.Event(), deque[tuple[Source, Future[Path]]]()
    try:
        with ProcessPoolExecutor(workers, context, _start, (stop,)) as pool:
            try:
                for source in sources:
                    waiting.append((source, pool.submit(_stage, source, staging)))
                    if len(waiting) >= 2 * workers:
                        yield _next(waiting, job)
                while waiting:
                    yield _next(waiting, job)
            finally:
                stop.set()
                pool.shutdown(wait=False, cancel_futures=True)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def clear_staging(folder: Path) -> None:
    """Remove what the workers of a killed run left behind."""
    for left in folder.glob(".staging-*"):
        shutil.rmtree(left, ignore_errors=True)


def _next(waiting: deque[tuple[Source, Future[Path]]], job: Job) -> tuple[Source, Iterator[Encoded | None]]:
    source, future = waiting.popleft()
    while not future.done():
        job.check()
        with suppress(TimeoutError):
            future.exception(timeout=_POLL)
    return source, _staged(future)


def _staged(future: Future[Path]) -> Iterator[Encoded | None]:
    path = future.result()
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        while file.tell() < size:
            yield pickle.load(file)  # our own worker wrote it a moment ago
    path.unlink()


def _start(stop: Event) -> None:
    """A worker keeps to its one core."""
    import cv2

    global _stop  # noqa: PLW0603 - a worker process has no other place for it
    _stop = stop
    behave()
    cv2.setNumThreads(1)


def _stage(source: Source, folder: Path) -> Path:
    descriptor, name = tempfile.mkstemp(dir=folder)
    with os.fdopen(descriptor, "wb") as file:
        for sample in source.samples():
            if _stop is not None and _stop.is_set():
                raise Cancelled
            pickle.dump(sample, file, protocol=pickle.HIGHEST_PROTOCOL)
    return Path(name)
