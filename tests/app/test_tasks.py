"""The lanes: order, supersession, ownership, cancel, and what happens to failures."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.tasks import InlineRunner, TaskRunner, YieldingJob, as_engine_error
from engine.errors import EngineError, MediaError
from engine.jobs import Job


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    made.shutdown()


def _count_until_cancelled(job: Job) -> None:
    job.begin(0, "counting")
    while True:
        time.sleep(0.002)
        job.step()


def test_result_arrives_on_the_main_thread(runner: TaskRunner, qtbot: QtBot) -> None:
    seen: list[tuple[int, int]] = []
    runner.submit("decode", threading.get_ident, on_done=lambda worker: seen.append((worker, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen))
    worker, main = seen[0]
    assert main == threading.get_ident() != worker


def test_model_lane_is_serial_and_in_order(runner: TaskRunner, qtbot: QtBot) -> None:
    running: list[int] = []
    seen: list[int] = []

    def work(number: int) -> int:
        running.append(number)
        time.sleep(0.005)
        assert running == [number]
        running.remove(number)
        return number

    for number in range(8):
        runner.submit("model", work, number, on_done=seen.append)
    qtbot.waitUntil(lambda: len(seen) == 8)
    assert seen == list(range(8))


def test_decode_lane_is_parallel(runner: TaskRunner, qtbot: QtBot) -> None:
    both = threading.Barrier(2, timeout=5)
    seen: list[int] = []
    for _ in range(2):
        runner.submit("decode", both.wait, on_done=seen.append)
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert sorted(seen) == [0, 1]


def test_newer_work_with_the_same_key_supersedes(runner: TaskRunner, qtbot: QtBot) -> None:
    gate = threading.Event()
    ran: list[int] = []
    seen: list[int] = []

    def work(number: int) -> int:
        gate.wait(5)
        ran.append(number)
        return number

    for number in range(5):
        runner.submit("model", work, number, on_done=seen.append, key="scrub")
        if number == 0:
            qtbot.wait(20)  # the first has begun; its result must be dropped all the same
    gate.set()
    qtbot.waitUntil(lambda: seen == [4])
    assert 4 in ran and not {1, 2, 3} & set(ran), "work that had not begun must never run"


def test_results_for_a_destroyed_owner_are_dropped(runner: TaskRunner, qtbot: QtBot) -> None:
    owner, gate = QObject(), threading.Event()
    seen: list[Any] = []
    runner.submit("model", gate.wait, 5, owner=owner, on_done=seen.append)
    owner.deleteLater()
    qtbot.waitSignal(owner.destroyed).wait()
    gate.set()
    after: list[Any] = []
    runner.submit("model", int, on_done=after.append)
    qtbot.waitUntil(lambda: after == [0])
    assert seen == []


def test_failure_goes_to_the_owner_and_otherwise_to_problem(runner: TaskRunner, qtbot: QtBot) -> None:
    def fail() -> None:
        raise MediaError("x.mp4 has no picture.", "Choose a video.")

    told: list[EngineError] = []
    runner.submit("decode", fail, on_error=told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].hint == "Choose a video."
    with qtbot.waitSignal(runner.problem) as caught:
        runner.submit("decode", fail)
    assert isinstance(caught.args[0], MediaError)


@pytest.mark.allow_logs
def test_results_go_on_when_who_gets_one_fails(runner: TaskRunner, qtbot: QtBot) -> None:
    seen: list[int] = []
    with qtbot.waitSignal(runner.problem) as caught:
        runner.submit("decode", lambda: 0, on_done=lambda number: 1 / number)
    assert "ZeroDivisionError" in caught.args[0].detail
    runner.submit("decode", lambda: 7, on_done=seen.append)
    qtbot.waitUntil(lambda: seen == [7])


@pytest.mark.allow_logs
def test_unforeseen_failure_keeps_its_traceback_for_copying() -> None:
    runner = InlineRunner()
    told: list[EngineError] = []
    runner.submit("decode", lambda: {}["x"], on_error=told.append)
    assert "KeyError" in told[0].detail and told[0].hint
    assert as_engine_error(told[0]) is told[0]


def test_job_is_listed_polled_and_cancelled(runner: TaskRunner, qtbot: QtBot) -> None:
    stopped: list[bool] = []
    task = runner.submit(
        "decode", _count_until_cancelled, job=Job(), title="Counting", on_cancelled=lambda: stopped.append(True)
    )
    assert runner.jobs == (task,)
    with qtbot.waitSignals([runner.progress, runner.progress]):
        pass
    task.cancel()
    qtbot.waitUntil(lambda: stopped == [True])
    assert runner.jobs == ()


def test_work_cancelled_before_it_began_never_runs(runner: TaskRunner, qtbot: QtBot) -> None:
    gate = threading.Event()
    ran: list[int] = []
    stopped: list[bool] = []
    runner.submit("model", gate.wait, 5)
    runner.submit("model", ran.append, 1, on_cancelled=lambda: stopped.append(True)).cancel()
    gate.set()
    qtbot.waitUntil(lambda: stopped == [True])
    assert ran == []


def test_short_work_passes_a_yielding_job(runner: TaskRunner, qtbot: QtBot) -> None:
    order: list[str] = []
    begun = threading.Event()

    def index(job: Job) -> None:
        job.begin(100)
        for _ in range(100):
            begun.set()
            time.sleep(0.002)
            job.step()
        order.append("indexed")

    done: list[Any] = []
    runner.submit("model", index, job=YieldingJob(), title="Indexing", on_done=done.append)
    begun.wait(5)
    runner.submit("model", order.append, "suggested")
    qtbot.waitUntil(lambda: bool(done))
    assert order == ["suggested", "indexed"]


def test_shutdown_cancels_and_leaves_no_thread(qtbot: QtBot) -> None:
    before = threading.active_count()
    runner = TaskRunner()
    seen: list[Any] = []
    runner.submit("decode", _count_until_cancelled, job=Job(), title="Counting", on_cancelled=lambda: seen.append(1))
    runner.submit("model", int, on_done=seen.append)
    runner.shutdown()
    runner.submit("model", int, on_done=seen.append)
    qtbot.wait(20)
    assert threading.active_count() == before and seen == []


def test_shutdown_waits_no_longer_than_it_was_told_to() -> None:
    runner, begun, may_end = TaskRunner(), threading.Event(), threading.Event()

    def deaf() -> None:
        begun.set()
        may_end.wait(10)

    runner.submit("model", deaf)
    assert begun.wait(5)
    asked = time.monotonic()
    assert runner.shutdown(0.05) is False
    assert time.monotonic() - asked < 1.0
    may_end.set()
    assert runner.shutdown(5.0) is True
    assert runner.shutdown() is True


def test_inline_runner_tells_results_failures_and_jobs() -> None:
    runner = InlineRunner()
    seen: list[Any] = []
    listed: list[int] = []
    runner.jobs_changed.connect(lambda: listed.append(len(runner.jobs)))
    runner.submit("model", lambda job: job.fraction, job=Job(), title="t", on_done=seen.append)
    assert seen == [None] and listed == [1, 0]


def test_long_jobs_leave_the_parallel_lane_a_thread_for_short_work(runner: TaskRunner, qtbot: QtBot) -> None:
    may_end, order = threading.Event(), list[str]()

    def long(name: str, job: Job) -> None:
        assert may_end.wait(10)
        order.append(name)

    for name in ("proxy", "shots", "strip"):
        runner.submit("decode", long, name, job=Job(), title=name)
    runner.submit("decode", order.append, "frame", on_done=lambda _: may_end.set())
    qtbot.waitUntil(lambda: not runner.jobs)
    assert order == ["frame", "proxy", "shots", "strip"]


def test_short_work_that_waits_goes_before_long_work_that_waits(runner: TaskRunner, qtbot: QtBot) -> None:
    may_go_on, order = threading.Event(), list[str]()
    runner.submit("model", may_go_on.wait, 10)
    runner.submit("model", lambda job: order.append("looked through"), job=Job(), title="Looking through")
    runner.submit("model", order.append, "suggested")
    may_go_on.set()
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == ["suggested", "looked through"]
