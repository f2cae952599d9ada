"""The library that is open with a project is the project's own, and a person can stay with the one there was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.tasks import Task
from app.viewmodels.project import ProjectViewModel
from app.viewmodels.session import Action, SessionViewModel
from engine.jobs import Job
from engine.timeline import edits

Told = list[tuple[str, Action | None]]


@pytest.fixture
def own(library_file: Path, tmp_path: Path) -> Path:
    """The project's library."""
    return Path(shutil.copy(library_file, tmp_path / "own.foleylib"))


@pytest.fixture
def other(library_file: Path, tmp_path: Path) -> Path:
    """Another one."""
    return Path(shutil.copy(library_file, tmp_path / "other.foleylib"))


@pytest.fixture
def project(inline: SessionViewModel, film: Path, own: Path, tmp_path: Path) -> Path:
    """A project made while its library was open; both are closed again."""
    inline.open_library(own)
    inline.open_video(film)
    projects = ProjectViewModel(inline, inline)
    projects.new(tmp_path / "with library.foleyscope")
    assert projects.project is not None and len(projects.project.libraries) == 1
    projects.close()
    inline.close()
    return tmp_path / "with library.foleyscope"


@pytest.fixture
def told(inline: SessionViewModel) -> Told:
    """What the status line says."""
    said: Told = []
    inline.status.connect(lambda text, action: said.append((text, action)))
    return said


@pytest.fixture
def opened(inline: SessionViewModel, project: Path) -> Callable[[], ProjectViewModel]:
    """Opens the project."""

    def open_it() -> ProjectViewModel:
        projects = ProjectViewModel(inline, inline)
        projects.open(project)
        assert projects.project is not None
        return projects

    return open_it


def test_it_takes_the_place_of_another_and_gives_it_back(
    inline: SessionViewModel, own: Path, other: Path, opened: Callable[[], ProjectViewModel], told: Told
) -> None:
    inline.open_library(other)
    opened()
    assert inline.collection.library_path == own and inline.library is not None
    text, action = told[-1]
    assert text == "The project's library own is open." and action is not None and action.text == "Keep other"
    assert not action.of_edit, "the next edit does not end it at once"
    action.run()
    assert inline.collection.library_path == other and told[-1][0] == "The library other is open."


def test_it_opens_where_none_is_open(
    inline: SessionViewModel, own: Path, opened: Callable[[], ProjectViewModel], told: Told
) -> None:
    opened()
    assert inline.collection.library_path == own and told[-1] == ("Opened with library.foleyscope.", None)


def test_it_is_not_opened_again(
    inline: SessionViewModel, own: Path, tmp_path: Path, opened: Callable[[], ProjectViewModel], told: Told
) -> None:
    """Nor by another name."""
    link = tmp_path / "link.foleylib"
    link.symlink_to(own)
    for name in (own, link):
        inline.open_library(name)
        library = inline.library
        opened().close()
        assert inline.library is library and told[-1][0] == "Opened with library.foleyscope."


def test_a_missing_one_leaves_what_is_open(
    inline: SessionViewModel, own: Path, other: Path, opened: Callable[[], ProjectViewModel], told: Told
) -> None:
    own.unlink()
    opened().close()
    assert told[-1] == ("The project's library own is missing: open it from where it is now.", None)
    inline.open_library(other)
    opened()
    assert inline.collection.library_path == other
    assert told[-1] == ("The project's library own is missing; other stays open.", None)


def test_two_of_one_name_are_told_with_their_folders(
    inline: SessionViewModel, other: Path, tmp_path: Path, opened: Callable[[], ProjectViewModel], told: Told
) -> None:
    (tmp_path / "archive").mkdir()
    inline.open_library(other.rename(tmp_path / "archive" / "own.foleylib"))
    opened()
    text, action = told[-1]
    assert text == f"The project's library {tmp_path.name}/own is open."
    assert action is not None and action.text == "Keep archive/own"


def test_sounds_being_read_into_another_are_not_stopped(
    inline: SessionViewModel, own: Path, other: Path, opened: Callable[[], ProjectViewModel], told: Told
) -> None:
    inline.open_library(other)
    inline.collection.indexing = Task("model", print, (), job=Job())
    opened()
    text, action = told[-1]
    assert inline.collection.library_path == other and not inline.collection.indexing.job.cancelled  # type: ignore[union-attr]
    assert text == "other stays open while sounds are read into it; the project's library is own."
    assert action is not None and action.text == "Open own"
    inline.collection.indexing = None
    action.run()
    assert inline.collection.library_path == own


def test_what_a_crash_left_is_told_with_it(
    inline: SessionViewModel, other: Path, opened: Callable[[], ProjectViewModel], told: Told
) -> None:
    projects = opened()
    projects.do(edits.add_track)
    projects.close()
    inline.open_library(other)
    opened()
    text, action = told[-1]
    assert text == "1 unsaved edit recovered. The project's library own is open."
    assert action is not None and action.text == "Keep other"


def test_the_last_library_on_its_way_is_replaced_too(
    threaded: SessionViewModel, own: Path, other: Path, project: Path, qtbot: QtBot
) -> None:
    """As when the program starts with a project: the last library is still being opened."""
    threaded.open_library(other)
    projects = ProjectViewModel(threaded, threaded)
    projects.open(project)
    qtbot.waitUntil(lambda: projects.project is not None and threaded.recommender is not None)
    assert threaded.collection.library_path == own
    assert threaded.library is not None and Path(threaded.library.path) == own
    projects.close()
