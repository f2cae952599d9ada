"""The command line's voice: JSON of anything, progress of a job, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from app.cli import console
from engine.errors import Cancelled, MediaError
from engine.jobs import Job


@dataclass(frozen=True)
class _Row:
    path: Path
    score: float


def test_json_takes_dataclasses_paths_and_numbers_apart(capsys: pytest.CaptureFixture[str]) -> None:
    value = {
        "rows": [_Row(Path("a") / "b.wav", np.float32(0.5))],
        3: np.arange(2),
        "bad": float("nan"),
        "flag": np.True_,
    }
    console.print_json(value)
    expected = {"rows": [{"path": str(Path("a") / "b.wav"), "score": 0.5}], "3": [0, 1], "bad": None, "flag": True}
    assert json.loads(capsys.readouterr().out) == expected


def test_json_survives_a_file_name_that_is_not_text(capsys: pytest.CaptureFixture[str]) -> None:
    name = os.fsdecode(b"caf\xe9.wav")
    console.print_json(name)
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == name


def test_json_refuses_what_it_does_not_know() -> None:
    with pytest.raises(TypeError, match="object"):
        console.print_json(object())


def test_run_job_returns_the_result_of_a_worker_thread() -> None:
    threads = console.run_job(lambda job: threading.current_thread())
    assert threads is not threading.main_thread()
    assert not threads.is_alive()


def test_run_job_raises_what_the_work_raised() -> None:
    def work(job: Job) -> None:
        raise MediaError("No.", "Try yes.")

    with pytest.raises(MediaError, match="Try yes"):
        console.run_job(work)


def test_progress_lines_tell_stage_and_share(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "_LINE_EVERY", 0.0)

    def work(job: Job) -> None:
        job.begin(4, "Listening")
        job.step()
        time.sleep(0.3)

    console.run_job(work)
    captured = capsys.readouterr()
    assert "Listening 25%" in captured.err
    assert captured.out == ""


def test_ctrl_c_cancels_the_job_between_two_steps(capsys: pytest.CaptureFixture[str]) -> None:
    ended: list[float] = []

    def work(job: Job) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        try:
            while True:
                time.sleep(0.01)
                job.step()
        finally:
            ended.append(job.done)

    with pytest.raises(Cancelled):
        console.run_job(work)
    assert len(ended) == 1
    assert "Stopping" in capsys.readouterr().err
