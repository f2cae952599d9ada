"""The one bridge between the window and worker threads: two lanes, one wake signal, jobs that are polled."""

from __future__ import annotations

import logging
import threading
import traceback
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine.errors import Cancelled, EngineError
from engine.jobs import Job

log = logging.getLogger(__name__)

Lane = Literal["model", "decode"]
POLL_MS = 50  # progress is read 20 times a second, however often the worker counts


@dataclass(eq=False, slots=True)
class Task:
    """One piece of work in a lane; hold it to cancel the work."""

    lane: Lane
    fn: Callable[..., Any]
    args: tuple[Any, ...]
    owner: QObject | None = None
    on_done: Callable[[Any], None] | None = None
    on_error: Callable[[EngineError], None] | None = None
    on_cancelled: Callable[[], None] | None = None
    key: str | None = None
    job: Job | None = None
    title: str = ""
    dropped: bool = False
    result: Any = None
    error: Exception | None = field(default=None)

    def cancel(self) -> None:
        """Ask running work to stop; work that has not started never will, and its owner hears ``on_cancelled``."""
        if self.job is not None:
            self.job.cancel()
        elif self.error is None:
            self.error = Cancelled()

    def drop(self) -> None:
        """Forget the work: nobody hears of it again, and a job is told to stop."""
        self.dropped = True
        if self.job is not None:
            self.job.cancel()

    def execute(self) -> None:
        """Run the work on the calling thread and keep its result or its failure."""
        if self.dropped or self.error is not None:
            return
        try:
            if self.job is not None:
                self.job.check()
                self.result = self.fn(*self.args, job=self.job)
            else:
                self.result = self.fn(*self.args)
        except Exception as exc:  # noqa: BLE001 - the bridge carries any failure to the main thread
            # Work that was told to stop may find its files closed: that is no failure.
            self.error = Cancelled() if self.job is not None and self.job.cancelled else exc

    def deliver(self) -> EngineError | None:
        """Tell the owner how it went (main thread). Returns a failure that nobody took."""
        if self.dropped or (self.owner is not None and not shiboken6.isValid(self.owner)):
            return None
        if isinstance(self.error, Cancelled):
            if self.on_cancelled is not None:
                self.on_cancelled()
        elif self.error is not None:
            return self._deliver_error(as_engine_error(self.error))
        elif self.on_done is not None:
            self.on_done(self.result)
        return None

    def _deliver_error(self, error: EngineError) -> EngineError | None:
        if self.on_error is None:
            return error
        self.on_error(error)
        return None


def as_engine_error(error: Exception) -> EngineError:
    """The failure as something a person can read; what we did not foresee keeps its traceback as the detail."""
    if isinstance(error, EngineError):
        return error
    detail = "".join(traceback.format_exception(error))
    log.error("Unforeseen failure: %s", detail)
    return EngineError(
        f"Something went wrong that should not have: {error or type(error).__name__}.",
        "Copy the details and report them; your files are untouched.",
        detail=detail,
    )


class Runner(QObject):
    """What panels see of the lanes: submit work, list the jobs, shut down."""

    jobs_changed = Signal()
    """A job (work with a title) was started or ended."""
    progress = Signal()
    """Emitted 20 times a second while jobs run: read ``jobs``."""
    problem = Signal(object)
    """An EngineError that no owner took."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Task] = []
        self._newest: dict[str, Task] = {}

    @property
    def jobs(self) -> tuple[Task, ...]:
        """Titled work, waiting or running, oldest first."""
        return tuple(self._jobs)

    def submit(
        self,
        lane: Lane,
        fn: Callable[..., Any],
        *args: Any,
        owner: QObject | None = None,
        on_done: Callable[[Any], None] | None = None,
        on_error: Callable[[EngineError], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
        key: str | None = None,
        job: Job | None = None,
        title: str = "",
    ) -> Task:
        """Run ``fn(*args)`` in a lane (with ``job=job`` where one is given) and call back on the main thread.

        Args:
            lane: ``"model"`` is serial (model, index writes); ``"decode"`` is parallel (pictures, sounds, disk).
            owner: results are dropped once this object is destroyed.
            on_done: gets the result. ``on_error`` gets an EngineError; without it, ``problem`` says it.
            key: newer work with the same key supersedes older work, whose result is dropped.
            job: counted by the worker and polled here; with a ``title`` it is listed in the window.
        """
        task = Task(lane, fn, args, owner, on_done, on_error, on_cancelled, key, job, title)
        if key is not None:
            self._supersede(key, task)
        if title:
            self._jobs.append(task)
            self.jobs_changed.emit()
        self._start(task)
        return task

    def shutdown(self, wait: float | None = None) -> bool:
        """Cancel everything and wait (s; None for as long as it takes) for the workers. Returns whether all ended."""
        for task in self.jobs:
            task.drop()
        return True

    def _supersede(self, key: str, task: Task) -> None:
        older = self._newest.get(key)
        if older is not None:
            older.drop()
            self._end_job(older)
        self._newest[key] = task

    def _finish(self, task: Task) -> None:
        if task.key is not None and self._newest.get(task.key) is task:
            del self._newest[task.key]
        self._end_job(task)
        unclaimed = task.deliver()
        if unclaimed is not None:
            self.problem.emit(unclaimed)

    def _end_job(self, task: Task) -> None:
        if task in self._jobs:
            self._jobs.remove(task)
            self.jobs_changed.emit()

    def _start(self, task: Task) -> None:
        raise NotImplementedError


class InlineRunner(Runner):
    """Runs work at once on the calling thread: for tests and for scripts that draw the window."""

    def _start(self, task: Task) -> None:
        task.execute()
        self._finish(task)


class YieldingJob(Job):
    """A job that lets short work of its own lane go first at every step, so that a long indexing delays no scrub."""

    def __init__(self) -> None:
        super().__init__()
        self.between_steps: Callable[[], None] | None = None

    def step(self, n: float = 1, message: str | None = None) -> None:
        """Count, then let waiting short work run on this thread. Raises Cancelled like any job."""
        super().step(n, message)
        if self.between_steps is not None:
            self.between_steps()


class TaskRunner(Runner):
    """Runs work in real threads; results arrive on the main thread through one queued signal."""

    _wake = Signal()

    def __init__(self, parent: QObject | None = None, decode_threads: int = 2) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._idle = threading.Condition()
        self._at_work = 0
        """Workers that run something (guarded by ``_idle``)."""
        self._waiting: dict[Lane, deque[Task]] = {"model": deque(), "decode": deque()}
        self._executors: dict[Lane, ThreadPoolExecutor] = {
            "model": ThreadPoolExecutor(1, thread_name_prefix="model"),
            "decode": ThreadPoolExecutor(decode_threads, thread_name_prefix="decode"),
        }
        self._long: dict[Lane, int] = {"model": 0, "decode": 0}
        """Titled jobs that run (guarded by ``_lock``)."""
        self._most_long: dict[Lane, int] = {"model": 1, "decode": max(1, decode_threads - 1)}
        self._finished: deque[Task] = deque()
        self._woken = False
        self._closed = False
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self.progress)
        self.jobs_changed.connect(self._poll_while_busy)
        self._wake.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    def shutdown(self, wait: float | None = None) -> bool:
        """Cancel everything, wait for the workers to notice and deliver nothing more."""
        self._timer.stop()
        with self._lock:
            self._closed = True
            for task in [*self._jobs, *self._waiting["model"], *self._waiting["decode"]]:
                task.drop()
        for executor in self._executors.values():
            executor.shutdown(wait=wait is None, cancel_futures=True)
        with self._idle:
            return self._idle.wait_for(lambda: not self._at_work, wait)

    def _start(self, task: Task) -> None:
        if self._closed:
            task.drop()
            return
        if isinstance(task.job, YieldingJob):
            task.job.between_steps = lambda: self._run_short_work(task.lane)
        with self._lock:
            self._waiting[task.lane].append(task)
        self._executors[task.lane].submit(self._run_next, task.lane)

    def _run_next(self, lane: Lane) -> None:
        with self._idle:
            self._at_work += 1
        try:
            task = self._take(lane)
            if task is not None:
                self._run(task)
                self._end_long(task)
        finally:
            with self._idle:
                self._at_work -= 1
                self._idle.notify_all()

    def _take(self, lane: Lane) -> Task | None:
        """What is next: short work first; of long jobs so many that the parallel lane keeps a thread for short work."""
        with self._lock:  # a yielding job may already have taken what this call was submitted for
            waiting = self._waiting[lane]
            task = next((t for t in waiting if not t.title), None)
            if task is None and waiting and self._long[lane] < self._most_long[lane]:
                task = waiting[0]
                self._long[lane] += 1
            if task is not None:
                waiting.remove(task)
            return task

    def _end_long(self, task: Task) -> None:
        """A long job has ended: one that had to wait for it is begun."""
        if not task.title:
            return
        with self._lock:
            self._long[task.lane] -= 1
            if self._waiting[task.lane] and not self._closed:
                self._executors[task.lane].submit(self._run_next, task.lane)

    def _run_short_work(self, lane: Lane) -> None:
        while True:
            with self._lock:
                task = next((t for t in self._waiting[lane] if not t.title), None)
                if task is None:
                    return
                self._waiting[lane].remove(task)
            self._run(task)

    def _run(self, task: Task) -> None:
        task.execute()
        with self._lock:
            self._finished.append(task)
            wake, self._woken = not self._woken, True
        if wake and not self._closed:
            self._wake.emit()

    def _drain(self) -> None:
        while not self._closed:
            with self._lock:
                if not self._finished:
                    self._woken = False
                    return
                task = self._finished.popleft()
            try:
                self._finish(task)
            except Exception as exc:  # noqa: BLE001 - one panel's fault must not keep results from all others
                self.problem.emit(as_engine_error(exc))

    def _poll_while_busy(self) -> None:
        if self._jobs and not self._timer.isActive():
            self._timer.start()
        elif not self._jobs:
            self._timer.stop()
            self.progress.emit()
