"""One sentence, its action, and failures that can be copied."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.viewmodels.session import Action, SessionViewModel
from app.widgets.status_line import StatusLine
from engine.errors import MediaError, ProjectError


@pytest.fixture
def line(inline: SessionViewModel, qtbot: QtBot) -> StatusLine:
    made = StatusLine(inline)
    qtbot.addWidget(made)
    made.resize(600, 24)
    made.show()
    return made


def test_a_sentence_with_its_action(line: StatusLine, inline: SessionViewModel) -> None:
    pressed: list[bool] = []
    inline.say("Moved one sound.", Action("Undo", lambda: pressed.append(True)))
    assert line.sentence.text() == "Moved one sound." and line.button.text() == "Undo"
    line.button.click()
    assert pressed == [True]
    inline.say("Done.")
    assert not line.button.isVisible()


def test_a_failure_shows_sentence_and_step_and_copies_all(line: StatusLine, inline: SessionViewModel) -> None:
    inline.problem.emit(MediaError("a.mp4 is empty.", "Copy it again.", detail="errno 5", path="a.mp4"))
    assert line.sentence.full_text == "a.mp4 is empty. Copy it again."
    line.details.click()
    assert QGuiApplication.clipboard().text().splitlines() == [
        "a.mp4 is empty.",
        "Copy it again.",
        "File: a.mp4",
        "errno 5",
    ]
    inline.say("Better now.")
    assert not line.details.isVisible()


def test_a_long_sentence_is_shortened_and_told_in_the_tooltip(line: StatusLine, inline: SessionViewModel) -> None:
    sentence = "word " * 100
    inline.say(sentence)
    assert line.sentence.text().endswith("…") and line.sentence.toolTip() == sentence
    assert line.width() == 600


def test_what_was_said_ends_with_the_next_edit(line: StatusLine, inline: SessionViewModel) -> None:
    inline.say("Moved onto the hit.", Action("Undo", lambda: None))
    inline.edited.emit()
    assert line.sentence.full_text == "" and not line.button.isVisible(), "its Undo would take back another edit"
    inline.problem.emit(ProjectError("There is no sound to split.", "Select one."))
    inline.edited.emit()
    assert line.sentence.full_text == "" and not line.details.isVisible()


def test_what_no_edit_brought_about_can_be_read_first(
    line: StatusLine, inline: SessionViewModel, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("app.widgets.status_line.ENOUGH_MS", 300)
    inline.say("Exported mix.wav.", Action("Show", lambda: None, of_edit=False))
    inline.edited.emit()
    assert line.button.isVisible()
    qtbot.waitUntil(lambda: line.sentence.full_text == "")


def test_old_news_goes_by_itself(
    line: StatusLine, inline: SessionViewModel, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("app.widgets.status_line.STALE_MS", 50)
    inline.say("Copied rain.wav.")
    qtbot.waitUntil(lambda: line.sentence.full_text == "")
