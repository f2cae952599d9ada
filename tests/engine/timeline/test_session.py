"""Open projects: every edit on the disk before it counts, saves with backups, crashes without loss."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import ProjectError
from engine.timeline import edits
from engine.timeline.backups import backups, backups_folder
from engine.timeline.codec import digest, dump
from engine.timeline.document import Project
from engine.timeline.journal import journal_path
from engine.timeline.session import ProjectSession, Recovery, create_project, open_project, read_project


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the project lies."""
    return tmp_path / "film.foleyscope"


@pytest.fixture
def session(path: Path, project: Project) -> Iterator[ProjectSession]:
    """The small project, open."""
    with create_project(path, project) as opened:
        yield opened


def crashed(session: ProjectSession) -> ProjectSession:
    """The same file opened by the next program."""
    session._journal.close()
    session._lock.release()
    return open_project(session.path)


def softer(session: ProjectSession, gain_db: float) -> None:
    session.do(edits.set_clip_gain(session.project, "a", gain_db))


def test_save_load_save_gives_the_same_bytes(session: ProjectSession, path: Path) -> None:
    softer(session, -3)
    session.save()
    data = path.read_bytes()
    session.close()
    with open_project(path) as again:
        assert again.project == session.project
        assert not again.recovery
        again.save()
    assert path.read_bytes() == data == dump(session.project)
    assert not journal_path(path).exists()


def test_edits_are_undone_and_redone(session: ProjectSession, project: Project) -> None:
    softer(session, -3)
    softer(session, -6)
    assert session.modified
    assert session.undo().text == "Set level"  # type: ignore[union-attr]
    assert session.project.find_clip("a")[1].gain_db == -3
    session.redo()
    assert session.project.find_clip("a")[1].gain_db == -6
    assert session.redo() is None
    session.undo()
    session.undo()
    assert session.undo() is None
    assert session.project == project
    assert not session.modified
    softer(session, -9)
    assert session.undone == ()


def test_what_changes_nothing_is_not_written(session: ProjectSession, path: Path) -> None:
    softer(session, 0)
    assert session.done == ()
    assert not journal_path(path).exists()


def test_unsaved_edits_come_back_and_can_be_undone(session: ProjectSession, project: Project, path: Path) -> None:
    softer(session, -3)
    softer(session, -6)
    session.undo()
    session.do(edits.add_marker(session.project, 5, "here"))
    with crashed(session) as again:
        assert again.project == session.project
        assert again.modified
        assert again.recovery.edits == 4
        assert again.recovery.message == "4 unsaved edits recovered."
        assert [change.text for change in again.done] == ["Set level", "Add marker"]
        again.undo()
        again.undo()
        assert again.project == project


def test_an_undo_beyond_the_last_save_comes_back(session: ProjectSession, project: Project) -> None:
    softer(session, -3)
    session.save()
    session.undo()
    with crashed(session) as again:
        assert again.project == project
        again.undo()
        assert again.project.find_clip("a")[1].gain_db == -3


def test_an_edit_in_flight_is_dropped_and_told(session: ProjectSession, path: Path) -> None:
    softer(session, -3)
    before = session.project
    softer(session, -6)
    journal = journal_path(path)
    journal.write_bytes(journal.read_bytes()[:-20])
    assert read_project(path)[0] == before
    with crashed(session) as again:
        assert again.project == before
        assert again.recovery.torn
        assert again.recovery.message == "1 unsaved edit recovered; one that was being made is lost."
        softer(again, -9)
        with crashed(again) as third:
            assert third.project.find_clip("a")[1].gain_db == -9


def test_looking_changes_nothing(session: ProjectSession, path: Path) -> None:
    softer(session, -3)
    before = {file.name: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    found, recovery = read_project(path)
    assert found == session.project
    assert recovery.edits == 1
    assert {file.name: file.read_bytes() for file in path.parent.iterdir() if file.is_file()} == before


def test_a_journal_of_another_file_is_set_aside(session: ProjectSession, path: Path, project: Project) -> None:
    softer(session, -3)
    other = edits.rename_track(project, "air", "Wind").apply(project)
    path.write_bytes(dump(other))
    with crashed(session) as again:
        assert again.project == other
        assert again.recovery.edits == 0
        aside = again.recovery.set_aside
        assert aside is not None
        assert aside.parent == backups_folder(path)
        assert aside.name in again.recovery.message
        assert not journal_path(path).exists()
        softer(again, -5)
        with crashed(again) as third:
            assert third.project.find_clip("a")[1].gain_db == -5


def test_each_save_keeps_the_one_before(session: ProjectSession, path: Path, project: Project) -> None:
    softer(session, -3)
    session.save()
    softer(session, -6)
    session.save()
    session.save()
    assert [kept.read_bytes() for kept in backups(path)] == [
        dump(edits.set_clip_gain(project, "a", -3).apply(project)),
        dump(project),
    ]


def test_a_file_that_went_outside_is_written_anew(session: ProjectSession, path: Path) -> None:
    softer(session, -3)
    path.rename(path.with_name("moved.foleyscope"))
    session.save()
    assert read_project(path) == (session.project, Recovery()) and not session.modified
    softer(session, -6)
    path.unlink()
    session.save_as(path)
    assert read_project(path) == (session.project, Recovery()) and not session.modified


def test_a_program_that_ends_between_saving_and_clearing_the_journal(session: ProjectSession, path: Path) -> None:
    softer(session, -3)
    journal = journal_path(path)
    session._journal.saving(digest(dump(session.project)))
    unsaved = journal.read_bytes()
    session.save()
    journal.write_bytes(unsaved)
    with crashed(session) as again:
        assert again.project == session.project
        assert not again.recovery
        assert not again.modified


def test_closing_can_discard(session: ProjectSession, path: Path, project: Project) -> None:
    softer(session, -3)
    session.close(discard=True)
    with open_project(path) as again:
        assert again.project == project
        assert not again.recovery


def test_one_program_at_a_time(session: ProjectSession, path: Path) -> None:
    with pytest.raises(ProjectError, match="open in another window"):
        open_project(path)
    session.close()
    open_project(path).close()


def test_save_as_goes_on_with_the_new_file(session: ProjectSession, path: Path, project: Project) -> None:
    sound = path.parent / "steps.wav"
    sound.write_bytes(b"RIFF")
    steps = replace(project.find_media("steps"), path=sound.as_posix(), relative="steps.wav")
    session.do(edits.relink(session.project, {"steps": steps}))
    softer(session, -3)
    target = path.parent / "sub" / "other.foleyscope"
    session.save_as(target)
    assert path.read_bytes() == dump(project)
    assert not journal_path(path).exists()
    assert read_project(target)[0] == session.project
    assert read_project(target)[0].find_media("steps").relative == "../steps.wav"
    open_project(path).close()
    with pytest.raises(ProjectError):
        open_project(target)
    session.undo()
    assert session.project.find_clip("a")[1].gain_db == 0
    with crashed(session) as again:
        assert again.path == target
        assert again.project == session.project


def test_save_as_over_a_project_keeps_a_backup_and_itself_is_save(session: ProjectSession, path: Path) -> None:
    target = path.with_name("other.foleyscope")
    with create_project(target, Project(id="other")) as other:
        other.do(edits.add_track(other.project))
    softer(session, -3)
    session.save_as(session.path)
    assert not session.modified
    session.save_as(target)
    assert backups(target)[0].read_bytes() == dump(Project(id="other"))
    assert len(list(backups_folder(target).glob("other unsaved *.journal"))) == 1
    assert read_project(target) == (session.project, Recovery())


def test_errors_say_the_next_step(tmp_path: Path, session: ProjectSession, path: Path, project: Project) -> None:
    (tmp_path / "folder.foleyscope").mkdir()
    broken = tmp_path / "broken.foleyscope"
    broken.write_bytes(b"{")
    tries = [
        (lambda: open_project(tmp_path / "none.foleyscope"), "There is no project"),
        (lambda: open_project(tmp_path / "folder.foleyscope"), "cannot be read"),
        (lambda: open_project(broken), "damaged"),
        (lambda: create_project(path, project), "there already"),
        (lambda: create_project(tmp_path / "film.wav", project), "no name for a project"),
        (lambda: session.save_as(tmp_path / "film.wav"), "no name for a project"),
        (lambda: session.save_as(broken / "film.foleyscope"), "film.foleyscope could not be saved"),
        (lambda: open_project(tmp_path / f"{'x' * 300}.foleyscope"), "cannot be read"),
        (lambda: create_project(tmp_path / f"{'x' * 300}.foleyscope", project), "could not be saved"),
    ]
    for attempt, said in tries:
        with pytest.raises(ProjectError, match=said) as refused:
            attempt()
        assert refused.value.hint
    assert not broken.with_name(broken.name + ".lock").exists()


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file may grow beyond ``size`` bytes: the system refuses to write, as on a full disk."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_a_full_disk_refuses_the_edit_and_loses_nothing(session: ProjectSession, path: Path) -> None:
    softer(session, -3)
    before, written = session.project, journal_path(path).stat().st_size
    with full_disk(written + 100), pytest.raises(ProjectError, match="could not be written") as refused:
        softer(session, -6)
    assert "Make room" in refused.value.hint
    assert session.project is before
    assert journal_path(path).stat().st_size == written
    softer(session, -9)
    with crashed(session) as again:
        assert again.project.find_clip("a")[1].gain_db == -9


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_a_full_disk_refuses_the_save_and_loses_nothing(session: ProjectSession, path: Path, project: Project) -> None:
    softer(session, -3)
    with full_disk(journal_path(path).stat().st_size + 200), pytest.raises(ProjectError) as refused:
        session.save()
    assert "Make room" in refused.value.hint
    assert path.read_bytes() == dump(project)
    with crashed(session) as again:
        assert again.project.find_clip("a")[1].gain_db == -3
