"""One owner of a project at a time, and none after a crash."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import ProjectError
from engine.timeline.lock import ProjectLock

HOLD = """
import sys
from pathlib import Path
from engine.timeline.lock import ProjectLock
lock = ProjectLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_owner_is_told_who_has_it(tmp_path: Path) -> None:
    project = tmp_path / "film.foleyscope"
    lock = ProjectLock(project)
    with pytest.raises(ProjectError, match=f"open in another window .process {os.getpid()} on ") as refused:
        ProjectLock(project)
    assert refused.value.hint == "Close it there first."
    lock.release()
    lock.release()
    ProjectLock(project).release()
    if os.name == "posix":
        assert list(tmp_path.iterdir()) == []


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_killed_owner_holds_nothing(tmp_path: Path) -> None:
    project = tmp_path / "film.foleyscope"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(project)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[3],
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(ProjectError, match=str(holder.pid)):
            ProjectLock(project)
        holder.kill()
        holder.wait()
    ProjectLock(project).release()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts open files where Linux lists them")
@pytest.mark.parametrize("call", ["fcntl.flock", "os.write"])
def test_a_lock_that_fails_says_so_and_lets_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    project, before = tmp_path / "film.foleyscope", open_files()
    with monkeypatch.context() as patch:
        patch.setattr(call, refuse)
        with pytest.raises(ProjectError, match="cannot be locked: No locks available") as refused:
            ProjectLock(project)
    assert refused.value.hint
    assert open_files() == before
    ProjectLock(project).release()


def test_a_lock_that_cannot_be_taken_away_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    project = tmp_path / "film.foleyscope"
    lock = ProjectLock(project)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        lock.release()
    ProjectLock(project).release()


@pytest.mark.skipif(
    os.name != "posix" or not Path("/proc").is_dir(), reason="wants a folder that even root cannot write to"
)
def test_where_nothing_can_be_written_it_says_so() -> None:
    with pytest.raises(ProjectError, match="Nothing can be written") as refused:
        ProjectLock(Path("/proc/film.foleyscope"))
    assert "Copy" in refused.value.hint
