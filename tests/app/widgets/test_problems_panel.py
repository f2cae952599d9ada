"""Files left out: listed with reason and next step, and copied as text."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.widgets.problems_panel import ProblemsPanel
from engine.library import Problem


def test_problems_are_listed_copied_and_replaced(dressed: object, qtbot: QtBot) -> None:
    panel = ProblemsPanel()
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.list.isVisible(), "nothing is wrong yet"
    problems = [Problem(Path(f"/s/{n}.wav"), f"{n}.wav is empty.", "Copy it again.") for n in "ab"]
    panel.set_problems(problems)
    assert panel.list.isVisible() and panel.list.topLevelItemCount() == 2
    panel.copy.click()
    assert QGuiApplication.clipboard().text().splitlines()[1] == "/s/b.wav\tb.wav is empty.\tCopy it again."
    panel.set_problems([])
    assert not panel.list.isVisible() and panel.as_text() == ""
