"""The demo: shown as work while it is rendered, stopped by a button, offered again."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.viewmodels.audition import AuditionViewModel
from app.viewmodels.demo import DemoViewModel
from app.viewmodels.library import LibraryViewModel
from app.viewmodels.session import Action, SessionViewModel


def test_rendering_is_shown_and_can_be_stopped(threaded: SessionViewModel, home: Path, qtbot: QtBot) -> None:
    demo = DemoViewModel(threaded)
    said: list[tuple[str, Action | None]] = []
    threaded.status.connect(lambda sentence, action: said.append((sentence, action)))
    demo.open()
    task = threaded.preparing
    assert task is not None and task.title == "Rendering the demo"
    qtbot.waitUntil(lambda: task.job is not None and task.job.done > 0, timeout=60000)
    threaded.stop_opening()
    qtbot.waitUntil(lambda: threaded.preparing is None, timeout=60000)
    sentence, action = said[-1]
    assert "stopped" in sentence and action is not None and action.text == "Try again"
    assert threaded.film.state == "empty"


def test_the_browser_says_that_the_demos_sounds_follow(
    threaded: SessionViewModel, audition: AuditionViewModel, home: Path, film: Path
) -> None:
    library = LibraryViewModel(threaded, audition)
    told: list[tuple[str, ...]] = []
    library.state_changed.connect(lambda: told.append(library.page.buttons))
    assert library.page.buttons, "an empty browser asks for a folder"
    DemoViewModel(threaded).open()
    assert told[-1] == ()
    threaded.open_video(film)
    assert told[-1] != ()


def test_opening_a_film_of_ones_own_drops_the_demo(
    threaded: SessionViewModel, home: Path, film: Path, qtbot: QtBot
) -> None:
    demo = DemoViewModel(threaded)
    demo.open()
    threaded.open_video(film)
    qtbot.waitUntil(lambda: threaded.film.state == "open")
    assert threaded.preparing is None and threaded.video == film
