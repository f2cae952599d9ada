"""Work that a test holds back, to run and deliver it in an order of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from app.tasks import Runner, Task


@contextmanager
def held(runner: Runner) -> Iterator[list[Task]]:
    """What is submitted meanwhile waits in this list, in order; :func:`finish` it inside or after."""
    tasks: list[Task] = []
    with patch.object(runner, "_start", tasks.append):
        yield tasks


def finish(runner: Runner, task: Task) -> None:
    """Do held work and tell its owner."""
    task.execute()
    runner._finish(task)
