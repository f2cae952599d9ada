"""Fills a set of shards from a plan: what is there already stays, what is missing is added, in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError, MediaError, Problem
from engine.jobs import Job
from training.data.encode import Encoded
from training.data.journal import JOURNAL, Finished, read_journal
from training.data.prepare.estimate import Estimate, estimate, refuse_if_it_cannot_fit
from training.data.prepare.report import Plan, PrepareReport, Refused, Source
from training.data.prepare.workers import clear_staging, read_all, worth
from training.data.writer import INDEX, ShardWriter, check_made

_NAMED = 3
"""Missing files that a report names."""
_TOLD = 60  # s of a long recording between words about it
_WAIT = 0.2  # s between looks at a folder that another process fills
Announce = Callable[[Estimate], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """A plan beside what its folder holds."""

    todo: list[Source]
    finished: dict[str, Finished]
    complete: bool
    """Whether the set has its index, so that nothing has to be written when nothing is to do."""


def fill(
    plan: Plan, out: Path, *, workers: int = 1, job: Job | None = None, announce: Announce | None = None
) -> PrepareReport:
    """Prepare what of ``plan`` is not in ``out`` yet.

    A source is there wholly or not at all. One that has changed since, or whose file is gone, keeps the samples it
    has; one that could not be read is tried again. A set that ends empty leaves nothing behind, so that the same folder
    takes longer films, or other settings.

    Args:
        plan: the sources in their order.
        out: made when missing.
        workers: processes; 0 is one a core. Their number changes no byte.
        job: progress and cancel.
        announce: told the estimate before work starts.

    Raises:
        MediaError: the folder holds another kind of set, or the disk is too small.
    """
    job, begun, work = job or Job(), time.monotonic(), _compare(plan, out)
    report = PrepareReport(missing=len(plan.missing), problems=list(plan.problems))
    report.missing_names = list(plan.missing[:_NAMED])
    workers = worth(workers, len(work.todo))
    if work.todo:
        wanted = _estimate(plan, work, out, workers, job)
        if announce:
            announce(wanted)
        refuse_if_it_cannot_fit(wanted, out)
    if work.todo or not work.complete:
        with _explained(out), _alone(out, job):
            work = _compare(plan, out)  # another process may have done it while this one waited
            if work.todo or not work.complete:
                with ShardWriter(out, plan.made) as writer:
                    _write(writer, work.todo, workers, job, report, plan.sample_seconds)
    report.kept = len(plan.sources) - len(work.todo)
    report.problems += _changed(plan, work.finished)
    _count(plan, out, report)
    if not report.samples:
        _leave_nothing(out, job)
    report.seconds = time.monotonic() - begun
    return report


def look(plan: Plan, out: Path, workers: int = 0, job: Job | None = None) -> Estimate:
    """What :func:`fill` would take, without doing it."""
    work = _compare(plan, out)
    return _estimate(plan, work, out, worth(workers, len(work.todo)), job)


def _estimate(plan: Plan, work: _Work, out: Path, workers: int, job: Job | None) -> Estimate:
    kept = len(plan.sources) - len(work.todo)
    return estimate(work.todo, out, workers, kept, job, sample_seconds=plan.sample_seconds, typical=plan.typical)


def _compare(plan: Plan, out: Path) -> _Work:
    record = read_journal(out)
    if record is None:
        return _Work(todo=list(plan.sources), finished={}, complete=False)
    check_made(out, record.made, plan.made)
    todo = [source for source in plan.sources if source.name not in record.finished]
    return _Work(todo=todo, finished=record.finished, complete=(out / INDEX).is_file())


def _write(  # noqa: PLR0917 - what fills, then how, then where it is told
    writer: ShardWriter, todo: list[Source], workers: int, job: Job, report: PrepareReport, seconds: float
) -> None:
    clear_staging(writer.folder)
    begun = time.monotonic()
    job.begin(len(todo), "Preparing")
    with closing(read_all(todo, workers, writer.folder, job)) as read:
        for number, (source, samples) in enumerate(read):
            left = (time.monotonic() - begun) / number * (len(todo) - number) if number else 0.0
            job.step(0, f"Preparing {source.path.name}" + (f", {left / 60:.0f} min left" if left > 90 else ""))
            try:
                _add(writer, source, samples, job, seconds)
            except EngineError as error:
                report.problems.append(Problem(path=source.path, message=error.message, hint=error.hint))
            job.step()


def _add(writer: ShardWriter, source: Source, samples: Iterable[Encoded | None], job: Job, seconds: float) -> None:
    with writer.source(source.name, source.stamp()) as tally:
        try:
            told = max(1, round(_TOLD / seconds))
            for number, sample in enumerate(samples):
                if number % told == 0 and number:
                    job.message = f"Preparing {source.path.name}, {number * seconds / 60:.0f} min of it done"
                job.check()
                if sample is None:
                    tally.silent += 1
                else:
                    writer.put(sample)
        except Refused as error:
            tally.refused = error.message


def _changed(plan: Plan, finished: dict[str, Finished]) -> list[Problem]:
    """What was prepared earlier and is no longer what it was."""
    problems = []
    again = "Its earlier samples stay; prepare into a new folder to read it again."
    for source in plan.sources:
        if source.name in finished and source.stamp() != finished[source.name].stamp:
            message = f"{source.path.name} or its label has changed since it was prepared."
            problems.append(Problem(path=source.path, message=message, hint=again))
    gone = sorted(finished.keys() - {source.name for source in plan.sources})
    if gone:
        message = f"{len(gone)} prepared earlier are no longer asked for, the first of them {gone[0]}."
        problems.append(Problem(path=Path(gone[0]), message=message, hint="Their samples stay."))
    return problems


def _count(plan: Plan, out: Path, report: PrepareReport) -> None:
    record = read_journal(out)
    if record is None:
        return
    paths = {source.name: source.path for source in plan.sources}
    for name, done in record.finished.items():
        report.silent += done.silent
        if done.refused:
            report.problems.append(Problem(path=paths.get(name, Path(name)), message=done.refused))
    report.refused = sum(bool(done.refused) for done in record.finished.values())
    report.videos, report.samples = len(record.finished) - report.refused, record.samples


def _leave_nothing(out: Path, job: Job) -> None:
    with _explained(out), _alone(out, job):
        record = read_journal(out)
        if record is not None and not record.samples:
            (out / INDEX).unlink(missing_ok=True)
            (out / JOURNAL).unlink(missing_ok=True)


@contextmanager
def _alone(out: Path, job: Job) -> Iterator[None]:
    """Holds the folder for this process; waits while another one writes there. A killed one holds nothing."""
    from filelock import FileLock, Timeout  # torch brings it

    out.mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / ".lock")
    while not lock.is_locked:
        try:
            lock.acquire(timeout=_WAIT)
        except Timeout:
            job.step(0, f"Waiting for another process that fills {out.name}")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _explained(out: Path) -> Iterator[None]:
    """What the disk or the system does to the work, as an error with a next step."""
    again = "then give the same command: it goes on where it stopped."
    try:
        yield
    except BrokenExecutor as error:
        message = "A worker process was ended from outside, perhaps for want of memory."
        raise MediaError(message, f"Use fewer --workers, {again}", detail=str(error), path=out) from error
    except OSError as error:
        message = f"The shards in {out} cannot be written."
        raise MediaError(message, f"Free some space there, {again}", detail=str(error), path=out) from error
