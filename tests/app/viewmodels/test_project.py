"""A project in the window: made, edited, saved, recovered, found again, and stepping aside for another film."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.project import ProjectViewModel
from app.viewmodels.session import Action, SessionViewModel
from engine.errors import EngineError
from engine.timeline import edits
from engine.timeline.codec import dump
from engine.timeline.document import LibraryRef
from engine.timeline.session import read_project
from engine.timeline.sources import read_media
from tests.app.held_work import finish, held


def _path(projects: ProjectViewModel) -> Path:
    assert projects.path is not None
    return projects.path


def _place(projects: ProjectViewModel, sound: Path) -> None:
    media = read_media(sound, projects.base)
    assert projects.do(edits.add_track)
    assert projects.do(lambda p: edits.place(p, media, track=p.tracks[-1].id, at=4800))


@pytest.fixture
def sound(sound_folder: Path) -> Path:
    return sound_folder / "water/drip.wav"


def test_a_new_project_has_the_films_rate_and_length(projects: ProjectViewModel) -> None:
    project = projects.project
    assert project is not None and project.video is not None
    assert project.frame_rate == 25 and project.video.duration == 96_000
    assert _path(projects).is_file() and not projects.modified


def test_without_a_film_there_is_no_project(inline: SessionViewModel, tmp_path: Path) -> None:
    told: list[EngineError] = []
    inline.problem.connect(told.append)
    made = ProjectViewModel(inline, inline)
    made.new(tmp_path / "none.foleyscope")
    assert made.project is None and "Open a video" in str(told[0])


def test_an_existing_file_is_never_replaced(projects: ProjectViewModel, tmp_path: Path) -> None:
    told: list[EngineError] = []
    projects.session.problem.connect(told.append)
    taken = tmp_path / "taken.foleyscope"
    taken.write_text("mine")
    projects.new(taken)
    assert taken.read_text() == "mine" and "there already" in str(told[0])
    assert _path(projects).name == "scene.foleyscope", "the open one stays open"


def test_the_name_gets_its_suffix(projects: ProjectViewModel, tmp_path: Path) -> None:
    projects.new(tmp_path / "reel 2")
    assert _path(projects).name == "reel 2.foleyscope"


def test_edits_undo_redo_and_the_mark(projects: ProjectViewModel, sound: Path) -> None:
    _place(projects, sound)
    assert projects.modified and projects.undo_text == "Place sound"
    projects.undo()
    projects.undo()
    assert not projects.modified and projects.redo_text == "Add track"
    projects.redo()
    projects.redo()
    projects.save()
    assert not projects.modified and len(list(read_project(_path(projects))[0].clips())) == 1


def test_a_refused_edit_is_told_and_changes_nothing(projects: ProjectViewModel) -> None:
    told: list[EngineError] = []
    projects.session.problem.connect(told.append)
    before = projects.project
    assert not projects.do(lambda p: edits.remove_clips(p, ["nothing"]))
    assert projects.project is before and "no clip" in str(told[0])


def test_closed_without_saving_is_there_again_with_a_sentence(projects: ProjectViewModel, sound: Path) -> None:
    path, said = _path(projects), list[tuple[str, Action]]()
    _place(projects, sound)
    projects.close()
    projects.session.status.connect(lambda text, action: said.append((text, action)))
    projects.open(path)
    assert projects.modified and len(list(projects.project.clips())) == 1  # type: ignore[union-attr]
    text, action = said[-1]
    assert text == "2 unsaved edits recovered." and action.text == "Save"
    action.run()
    assert not projects.modified
    projects.undo()
    assert not list(projects.project.clips()), "what was recovered can be undone"  # type: ignore[union-attr]


def test_dropped_project_files_are_opened(projects: ProjectViewModel) -> None:
    path = _path(projects)
    projects.close()
    projects.session.open_path(path)
    assert _path(projects) == path


def test_opening_brings_the_picture(projects: ProjectViewModel, film: Path) -> None:
    path, session = _path(projects), projects.session
    projects.close()
    session.film.close()
    projects.open(path)
    assert session.video == film and session.film.state == "open"


def test_another_film_lets_the_project_step_aside(projects: ProjectViewModel, film: Path, tmp_path: Path) -> None:
    said: list[tuple[str, Action]] = []
    projects.session.status.connect(lambda text, action: said.append((text, action)))
    path, other = _path(projects), tmp_path / "other.mp4"
    shutil.copy(film, other)
    projects.do(edits.add_track)
    projects.session.open_video(other)
    assert projects.project is None and "edits are kept" in said[-1][0]
    said[-1][1].run()
    assert _path(projects) == path and len(projects.project.tracks) == 1  # type: ignore[union-attr]
    assert projects.session.video == film


def test_missing_sounds_are_told_and_found(projects: ProjectViewModel, sound: Path, tmp_path: Path) -> None:
    away, home = tmp_path / "away" / sound.name, tmp_path / "home" / sound.name
    home.parent.mkdir()
    away.parent.mkdir()
    shutil.copy(sound, home)
    _place(projects, home)
    path, said = _path(projects), list[tuple[str, Action]]()
    projects.save()
    projects.close()
    home.rename(away)
    projects.session.status.connect(lambda text, action: said.append((text, action)))
    wanted: list[bool] = []
    projects.locate_wanted.connect(lambda: wanted.append(True))
    projects.open(path)
    assert said[-1][0] == "drip.wav is not where it says."
    said[-1][1].run()
    assert wanted
    projects.relink(away.parent)
    assert said[-1][0] == "1 found again." and projects.project.media[0].path == away.as_posix()  # type: ignore[union-attr]


@pytest.fixture
def shut(playback: PlaybackViewModel, sound: Path) -> Path:
    """A closed project whose sound, picture and library lie where nobody may look."""
    projects = playback.projects
    _place(projects, sound)
    project, path, place = projects.project, _path(projects), "/" + "x" * 300
    assert project is not None and project.video is not None
    lost = replace(
        project,
        media=(replace(project.media[0], path=place, relative=""),),
        video=replace(project.video, path=place, relative=""),
        libraries=(LibraryRef(path=place),),
    )
    projects.save()
    projects.close()
    path.write_bytes(dump(lost))
    return path


def test_a_project_opens_and_plays_without_what_may_not_be_looked_at(playback: PlaybackViewModel, shut: Path) -> None:
    told: list[EngineError] = []
    said: list[str] = []
    playback.session.problem.connect(told.append)
    playback.session.status.connect(lambda text, action: said.append(text))
    playback.projects.open(shut)
    assert told == [] and playback.projects.project is not None and playback.ready
    assert said[-1].startswith("2 files of this project are not where it says.")


@pytest.mark.allow_logs  # what was not foreseen is logged
def test_a_project_that_fails_late_in_opening_can_be_tried_again(
    projects: ProjectViewModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[EngineError] = []
    projects.session.problem.connect(told.append)
    path = _path(projects)
    projects.close()
    with monkeypatch.context() as patch:
        patch.setattr("engine.timeline.missing.missing", lambda project, base: 1 / 0)
        projects.open(path)
    assert len(told) == 1 and projects.project is None
    projects.open(path)
    assert len(told) == 1 and _path(projects) == path, "its lock was let go"


@pytest.fixture
def moved(projects: ProjectViewModel, sound: Path, tmp_path: Path) -> Path:
    """Where a sound of the project went."""
    home, away = tmp_path / "home" / sound.name, tmp_path / "away" / sound.name
    home.parent.mkdir()
    away.parent.mkdir()
    shutil.copy(sound, home)
    _place(projects, home)
    return home.rename(away)


def test_what_is_found_counts_after_edits_made_meanwhile(projects: ProjectViewModel, moved: Path) -> None:
    told: list[EngineError] = []
    said: list[str] = []
    projects.session.problem.connect(told.append)
    projects.session.status.connect(lambda text, action: said.append(text))
    runner = projects.session.runner
    with held(runner) as work:
        projects.relink(moved.parent)
        work[0].execute()
        assert projects.do(edits.add_track) and projects.do(lambda p: edits.set_loop(p, (0, 9600)))
    finish(runner, work[0])
    assert told == [] and said[-1] == "1 found again."
    assert projects.project is not None and projects.project.media[0].path == moved.as_posix()
    assert projects.project.loop == (0, 9600) and len(projects.project.tracks) == 2


def test_what_is_found_for_another_project_is_not_told(projects: ProjectViewModel, moved: Path, tmp_path: Path) -> None:
    said: list[object] = []
    runner = projects.session.runner
    with held(runner) as work:
        projects.relink(moved.parent)
    projects.new(tmp_path / "other.foleyscope")
    projects.session.problem.connect(said.append)
    projects.session.status.connect(lambda text, action: said.append(text))
    finish(runner, work[0])
    assert said == [] and projects.project is not None and not projects.project.media


def test_a_project_asked_for_twice_is_opened_once(projects: ProjectViewModel) -> None:
    told: list[EngineError] = []
    projects.session.problem.connect(told.append)
    path, runner = _path(projects), projects.session.runner
    projects.close()
    with held(runner) as work:
        projects.open(path)
        projects.open(path)
        for task in work:
            task.execute()
    for task in reversed(work):
        runner._finish(task)
    assert told == [] and _path(projects) == path


def test_a_late_failure_leaves_the_project_that_was_asked_for_since(projects: ProjectViewModel, tmp_path: Path) -> None:
    told: list[EngineError] = []
    projects.session.problem.connect(told.append)
    path, runner = _path(projects), projects.session.runner
    projects.close()
    with held(runner) as work:
        projects.open(tmp_path / "gone.foleyscope")
        projects.open(path)
    for task in work:
        finish(runner, task)
    assert len(told) == 1 and _path(projects) == path


def test_save_as_goes_on_with_the_other_file(projects: ProjectViewModel, tmp_path: Path) -> None:
    first = _path(projects)
    projects.do(edits.add_track)
    projects.save_as(tmp_path / "copy")
    assert _path(projects).name == "copy.foleyscope" and not projects.modified
    assert not read_project(first)[0].tracks, "the first keeps what was saved there"


def test_damaged_files_are_told_and_the_open_one_stays(projects: ProjectViewModel, tmp_path: Path) -> None:
    told: list[EngineError] = []
    projects.session.problem.connect(told.append)
    broken = tmp_path / "broken.foleyscope"
    broken.write_text("{")
    projects.open(broken)
    assert told and _path(projects).name == "scene.foleyscope"


def test_a_project_on_its_way_does_not_replace_a_film_opened_since(
    projects: ProjectViewModel, threaded: SessionViewModel, film: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path = _path(projects)
    projects.close()
    other = Path(shutil.copy(film, tmp_path / "other.mp4"))
    later = ProjectViewModel(threaded, threaded)
    later.open(path)
    threaded.open_video(other)
    qtbot.waitUntil(lambda: threaded.film.state == "open" and not path.with_name(path.name + ".lock").exists())
    assert threaded.video == other and later.project is None
