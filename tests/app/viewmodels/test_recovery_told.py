"""What a crash left is told when the project opens again, whatever else is opened with it or missing from it."""

from __future__ import annotations

import shutil
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.viewmodels.project import ProjectViewModel
from app.viewmodels.session import Action, SessionViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_placing import PlacingViewModel, Wanted
from engine.timeline import edits


def crashed(timeline: TimelineViewModel, sound: Path) -> Path:
    """The open project with two edits that were never saved, as a killed program leaves it."""
    projects = timeline.projects
    path = projects.path
    assert path is not None
    PlacingViewModel(timeline, timeline).drop([Wanted(path=sound)], 0, None)
    projects.do(lambda project: edits.add_marker(project, 0, "here"))
    left = path.with_name("left")
    left.mkdir()
    for part in path.parent.glob(f"{path.name}*"):
        if part.is_file() and not part.name.endswith(".lock"):
            shutil.copy(part, left / part.name)
    return left / path.name


def test_a_film_that_opens_with_the_project_does_not_hide_it(
    timeline: TimelineViewModel, threaded: SessionViewModel, sound_folder: Path, qtbot: QtBot
) -> None:
    path = crashed(timeline, sound_folder / "water/drip.wav")
    said: list[tuple[str, Action | None]] = []
    threaded.status.connect(lambda text, action: said.append((text, action)))
    again = ProjectViewModel(threaded, threaded)
    again.open(path)
    qtbot.waitUntil(lambda: again.project is not None and threaded.film.state == "open")
    text, action = said[-1]
    assert "unsaved edits recovered" in text and action is not None and action.text == "Save"
    again.close()


def test_missing_sounds_do_not_hide_it(
    timeline: TimelineViewModel, inline: SessionViewModel, sound_folder: Path, tmp_path: Path
) -> None:
    sound = Path(shutil.copy(sound_folder / "water/drip.wav", tmp_path / "gone.wav"))
    path = crashed(timeline, sound)
    sound.unlink()
    timeline.projects.close()
    said: list[tuple[str, Action | None]] = []
    inline.status.connect(lambda text, action: said.append((text, action)))
    timeline.projects.open(path)
    text, action = said[-1]
    assert "unsaved edits recovered" in text and "gone.wav is not where it says" in text
    assert action is not None and action.text == "Find…"


def test_a_film_opened_alone_is_told(threaded: SessionViewModel, film: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(threaded.status) as told:
        threaded.open_video(film)
    assert told.args[0] == f"Opened {film.name}."
