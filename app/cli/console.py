"""Where the command line speaks: results on stdout, progress and logs on stderr, and Ctrl-C that stops work cleanly."""

from __future__ import annotations

import json
import logging
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from numbers import Real
from pathlib import Path
from typing import Any, TypeVar

import typer

from engine.errors import Cancelled
from engine.jobs import Job

_POLL = 0.05  # s, the 20 Hz at which every progress display polls its job
_LINE_EVERY = 10.0  # s between plain progress lines where stderr is not a terminal

T = TypeVar("T")


def set_up_logging(debug: bool) -> None:
    """Send our loggers to stderr: warnings, or everything with ``debug``."""
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    for name in ("app", "engine", "training"):
        logging.getLogger(name).setLevel(logging.DEBUG if debug else logging.WARNING)


def say(text: str = "") -> None:
    """Write a line of the result to stdout."""
    typer.echo(text)


def note(text: str) -> None:
    """Write a line about the work to stderr."""
    typer.echo(text, err=True)


def print_json(value: Any) -> None:
    """Write ``value`` to stdout as JSON; dataclasses, paths and numpy values are taken apart, NaN becomes null."""
    say(json.dumps(plain(value), indent=2, allow_nan=False))


def plain(value: Any) -> Any:
    """``value`` in the types JSON knows."""
    if isinstance(value, bool | str | int) or value is None:
        return value
    if isinstance(value, Real) or hasattr(value, "tolist"):
        return _plain_number(value)
    if isinstance(value, Path):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _plain_number(value: Any) -> Any:
    if hasattr(value, "tolist"):  # numpy and torch, scalars and arrays alike
        value = value.tolist()
        return plain(value) if isinstance(value, list) else _plain_number(value)
    if isinstance(value, int | str):
        return value
    return float(value) if math.isfinite(value) else None


def run_job(work: Callable[[Job], T]) -> T:
    """Returns ``work(job)``, run on a worker thread with its progress on stderr.

    Ctrl-C cancels the job; it stops at its next step and :class:`Cancelled` leaves from here. A second Ctrl-C ends
    the process at once (files are written atomically, so nothing is left half done).
    """
    job = Job()
    with _ctrl_c_cancels(job), ThreadPoolExecutor(1, thread_name_prefix="foleyscope-job") as pool:
        future = pool.submit(work, job)
        _follow(job, future)
        error = future.exception()
        if error is not None and job.cancelled:  # such as data workers that Ctrl-C reached before the job did
            raise Cancelled from error
        return future.result()


@contextmanager
def _ctrl_c_cancels(job: Job) -> Iterator[None]:
    """A handler instead of KeyboardInterrupt, which could strike between any two bytecodes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(*_: Any) -> None:
        if job.cancelled:
            os._exit(130)
        job.cancel()

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _follow(job: Job, future: Future[Any]) -> None:
    told = False
    with _display(job) as refresh:
        while not future.done():
            wait([future], timeout=_POLL)
            refresh()
            if job.cancelled and not told:
                note("Stopping; press Ctrl-C again to stop at once.")
                told = True


@contextmanager
def _display(job: Job) -> Iterator[Callable[[], None]]:
    """Yields the function that brings the display of ``job`` up to date."""
    if sys.stderr.isatty():
        with _bar(job) as refresh:
            yield refresh
    else:
        yield _lines(job)


@contextmanager
def _bar(job: Job) -> Iterator[Callable[[], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    # stdout stays out of it: rich would send what commands print there to the console it draws on.
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task("Starting", total=None)

        def refresh() -> None:
            bar.update(task, description=job.message or "Working", completed=job.done, total=job.total or None)

        yield refresh


def _lines(job: Job) -> Callable[[], None]:
    last = time.monotonic()

    def refresh() -> None:
        nonlocal last
        if time.monotonic() - last < _LINE_EVERY:
            return
        last = time.monotonic()
        share = "" if job.fraction is None else f" {job.fraction:.0%}"
        note(f"{job.message or 'Working'}{share}")

    return refresh
