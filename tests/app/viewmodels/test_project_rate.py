"""A project whose frame rate is not its film's: told once it is open, and changed only where that is asked for."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from app.viewmodels.project import ProjectViewModel
from app.viewmodels.project_rate import rate_text
from app.viewmodels.session import Action
from engine.timeline import edits
from engine.timeline.session import read_project
from engine.timeline.sources import read_media
from engine.timeline.timecode import Counting

Said = list[tuple[str, Action | None]]


@pytest.fixture
def said(projects: ProjectViewModel) -> Said:
    told: Said = []
    projects.session.status.connect(lambda text, action: told.append((text, action)))
    return told


def _reopen(projects: ProjectViewModel, rate: Fraction, *, start: int = 0, save: bool = True) -> Path:
    """The project as an older version would have saved it, closed with its film and opened again."""
    path = projects.path
    assert path is not None
    projects.do(lambda project: edits.count_as(project, Counting(rate, False, start)))
    if save:
        projects.save()
    projects.close()
    projects.session.film.close()
    projects.open(path)
    return path


def test_a_rate_that_is_the_films_is_not_spoken_of(projects: ProjectViewModel, said: Said) -> None:
    _reopen(projects, Fraction(25))
    assert said[-1][0] == "Opened scene.foleyscope." and projects.rate.offered is None
    projects.rate.take()
    assert said[-1][0] == "The project counts as its film does." and not projects.undo_text


def test_another_rate_is_told_and_taken_as_one_step(projects: ProjectViewModel, said: Said, sound_folder: Path) -> None:
    media = read_media(sound_folder / "water/drip.wav", projects.base)
    projects.do(edits.add_track)
    projects.do(lambda p: edits.place(p, media, track=p.tracks[0].id, at=4801))
    path = _reopen(projects, Fraction(24000, 1001), start=86_400)
    text, action = said[-1]
    assert text == "This project counts 23.976 frames a second, but its film has 25." and action is not None
    assert action.text == "Take 25 fps" and not action.of_edit
    before = projects.project
    assert before is not None and before.frame_rate == Fraction(24000, 1001) and not projects.modified, "not silently"
    assert projects.session.film.counting.at(0.0) == "01:00:00:00"
    action.run()
    after = projects.project
    assert after is not None and after.frame_rate == 25 and after.tracks == before.tracks
    assert projects.session.film.counting.at(0.0) == "01:00:00:00", "the hour that was set by hand stays"
    assert said[-1][0] == "Counts 25 frames a second now; no sound has moved." and projects.rate.offered is None
    projects.undo()
    assert projects.project == before
    projects.redo()
    projects.save()
    assert read_project(path)[0].frame_rate == 25


def test_rates_that_look_alike_are_told_apart(projects: ProjectViewModel, said: Said) -> None:
    _reopen(projects, Fraction(75001, 3000))
    assert said[-1][0] == "This project counts 75001/3000 frames a second, but its film has 25."
    assert rate_text(Fraction(30000, 1001)) == "29.97"


def test_what_was_recovered_and_lost_is_told_with_it(
    projects: ProjectViewModel, said: Said, sound_folder: Path, tmp_path: Path
) -> None:
    sound = shutil.copy(sound_folder / "water/drip.wav", tmp_path / "gone.wav")
    media = read_media(sound, projects.base)
    projects.do(edits.add_track)
    projects.do(lambda p: edits.place(p, media, track=p.tracks[0].id, at=0))
    Path(sound).unlink()
    _reopen(projects, Fraction(24), save=False)
    text, action = said[-1]
    assert text == (
        "3 unsaved edits recovered. gone.wav is not where it says. "
        "This project counts 24 frames a second, but its film has 25."
    )
    assert action is not None and action.text == "Take 25 fps"


def test_a_film_that_is_open_already_is_compared_too(projects: ProjectViewModel, said: Said) -> None:
    path = projects.path
    assert path is not None
    projects.do(lambda p: edits.count_as(p, Counting(Fraction(24), False, 0)))
    projects.close()
    projects.open(path)
    assert said[-1][0].endswith("This project counts 24 frames a second, but its film has 25.")


def test_without_a_film_there_is_no_rate_to_take(projects: ProjectViewModel, said: Said) -> None:
    projects.close()
    projects.rate.take()
    assert said[-1][0] == "No project is open." and projects.rate.offered is None
