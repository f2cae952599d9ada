"""Rows of a table made side by side, one process each: small models gain more from that than from threads."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from engine.jobs import Job
from training.children import behave, cores

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

    from training.reproduce.runs import Workshop

Item = tuple[str, int]
"""A run and its seed."""
_POLL = 0.2  # s between looks at whether the person wants to stop

_stop: Event | None = None


def places(jobs: int, work: int) -> int:
    """How many processes to use for ``work`` runs: ``jobs``, or with 0 one a core, and one alone where a GPU trains."""
    import torch

    return max(1, min(work, jobs or (1 if torch.cuda.is_available() else cores())))


def make_all(workshop: Workshop, work: Sequence[Item], jobs: int, made: Callable[[], object]) -> None:
    """Train and measure every run; what starts from another one waits for it. ``made`` is called after each.

    Raises:
        Whatever a run raises; the others are stopped and can be continued, as after a cancel.
    """
    if places(jobs, len(work)) == 1:
        for run, seed in work:
            workshop.make(run, seed)
            made()
        return
    for done, _ in enumerate(_finished(workshop, list(work), places(jobs, len(work)))):
        workshop.job.begin(len(work), f"Made {done + 1} of {len(work)} runs")
        workshop.job.step(done + 1)
        made()


def _finished(workshop: Workshop, work: list[Item], workers: int) -> Iterator[Item]:
    """Each run as it is done."""
    context = multiprocessing.get_context("spawn")
    stop, running = context.Event(), dict[Future[list[dict[str, Any]]], Item]()
    workshop.job.begin(len(work), f"Making {len(work)} runs, {workers} at a time")
    with ProcessPoolExecutor(workers, context, _start, (stop,)) as pool:
        try:
            while work or running:
                for item in _ready(workshop, work, set(running.values())):
                    work.remove(item)
                    running[pool.submit(_make, _plain(workshop), *item)] = item
                for future in _next(running, workshop.job):
                    for line in future.result():
                        workshop.report(line)
                    yield running.pop(future)
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)


def _ready(workshop: Workshop, work: list[Item], running: set[Item]) -> list[Item]:
    starts = workshop.paper.starts
    open_ones = {*work, *running}
    return [(run, seed) for run, seed in work if (starts.get(run), seed) not in open_ones]


def _next(running: dict[Future[list[dict[str, Any]]], Item], job: Job) -> set[Future[list[dict[str, Any]]]]:
    while True:
        job.check()
        done = wait(running, timeout=_POLL, return_when=FIRST_COMPLETED).done
        if done:
            return done


def _plain(workshop: Workshop) -> dict[str, Any]:
    """What another process can be given of a workshop."""
    return {f.name: getattr(workshop, f.name) for f in fields(workshop) if f.name not in ("report", "job")}


def _start(stop: Event) -> None:
    import torch

    global _stop  # noqa: PLW0603 - a worker process has no other place for it
    _stop = stop
    behave()
    torch.set_num_threads(1)


def _make(settings: dict[str, Any], run: str, seed: int) -> list[dict[str, Any]]:
    """Make one run in a process of its own and return its lines of progress, but those of steps."""
    from training.reproduce.runs import Workshop

    job, lines = Job(), list[dict[str, Any]]()
    threading.Thread(target=_cancel_on_stop, args=(job,), daemon=True).start()
    Workshop(**settings, report=lines.append, job=job).make(run, seed)
    return [line for line in lines if line["event"] != "step"]


def _cancel_on_stop(job: Job) -> None:
    assert _stop is not None
    _stop.wait()
    job.cancel()
