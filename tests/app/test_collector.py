"""Garbage is collected on the window's thread, and nowhere else."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.collector import MainThreadCollector


class Cyclic:
    """Knows itself, so that only the collector ends it; tells on which thread that was."""

    def __init__(self, ended: list[threading.Thread]) -> None:
        self.ended, self.me = ended, self

    def __del__(self) -> None:
        self.ended.append(threading.current_thread())


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[MainThreadCollector]:
    made = MainThreadCollector(interval=10)
    yield made
    made.stop()
    assert gc.isenabled()


def make_garbage(ended: list[threading.Thread], count: int) -> None:
    kept = []
    for _ in range(count):
        Cyclic(ended)
        kept.append([])  # containers are what Python's collector counts
        if len(kept) > 5000:
            kept.clear()


def test_a_worker_that_allocates_destroys_nothing(collector: MainThreadCollector, qtbot: QtBot) -> None:
    ended: list[threading.Thread] = []
    worker = threading.Thread(target=make_garbage, args=(ended, 20_000))
    worker.start()
    worker.join()
    assert ended == []
    qtbot.waitUntil(lambda: len(ended) > 0)
    assert set(ended) == {threading.main_thread()}


def test_without_it_the_worker_would_have() -> None:
    gc.enable()
    ended: list[threading.Thread] = []
    worker = threading.Thread(target=make_garbage, args=(ended, 20_000))
    worker.start()
    worker.join()
    assert worker in ended
    gc.collect()
