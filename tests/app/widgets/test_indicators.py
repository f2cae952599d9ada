"""The corner of the menu bar shows work in progress and stops it."""

from __future__ import annotations

import time

from pytestqt.qtbot import QtBot

from app.viewmodels.indicators import IndicatorsViewModel
from app.viewmodels.session import SessionViewModel
from app.widgets.indicators import Indicators
from engine.jobs import Job


def _half_then_wait(job: Job) -> None:
    job.begin(10, "half way")
    job.step(5)
    while True:
        time.sleep(0.001)
        job.check()


def test_work_brings_a_bar_and_a_button_that_stops_it(threaded: SessionViewModel, qtbot: QtBot) -> None:
    corner = Indicators(IndicatorsViewModel(threaded))
    qtbot.addWidget(corner)
    corner.show()
    assert not corner.bar.isVisible()
    threaded.runner.submit("decode", _half_then_wait, job=Job(), title="Reading sounds")
    qtbot.waitUntil(lambda: corner.bar.isVisible() and corner.bar.value() == 500)
    assert corner.task_name.full_text == "Reading sounds  50%" and corner.task_name.toolTip() == "half way"
    corner.cancel.click()
    qtbot.waitUntil(lambda: not corner.bar.isVisible())
