"""The corner in words: device, model, library, work."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.viewmodels.indicators import IndicatorsViewModel
from app.viewmodels.session import SessionViewModel
from engine.jobs import Job


def test_says_what_is_missing_and_then_what_there_is(inline: SessionViewModel, sounds: Path, home: Path) -> None:
    corner = IndicatorsViewModel(inline)
    assert (corner.device, corner.model, corner.library) == ("", "no model", "no library")
    inline.add_folder(sounds)
    assert (corner.model, corner.library) == ("starter", "4 sounds")
    assert corner.device in {"CPU", "CUDA", "MPS"}


def test_shows_the_newest_job_and_cancels_it(threaded: SessionViewModel, qtbot: QtBot) -> None:
    import time

    def count(job: Job) -> None:
        job.begin(10**6, "counting")
        while True:
            time.sleep(0.001)
            job.step()

    corner = IndicatorsViewModel(threaded)
    assert corner.task is None and corner.more == 0
    for title in ("First", "Second"):
        threaded.runner.submit("decode", count, job=Job(), title=title)
    assert corner.task is not None and corner.task.title == "Second" and corner.more == 1
    corner.cancel()
    qtbot.waitUntil(lambda: corner.task is not None and corner.task.title == "First")
    corner.cancel()
    qtbot.waitUntil(lambda: corner.task is None)
