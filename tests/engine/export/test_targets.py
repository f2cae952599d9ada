"""Targets: all or nothing, never a source, and the system's refusals with the next step."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import Cancelled, ProjectError
from engine.export.targets import folder, one_file, refuse_sources


def test_a_source_is_refused_under_any_name(tmp_path: Path) -> None:
    source = tmp_path / "rain.wav"
    source.write_bytes(b"sound")
    os.link(source, tmp_path / "hard.wav")
    (tmp_path / "soft.wav").symlink_to(source)
    for name in ("rain.wav", "hard.wav", "soft.wav"):
        with pytest.raises(ProjectError, match="is a source"):
            refuse_sources(tmp_path / name, [source])
    with pytest.raises(ProjectError, match="is a source"):
        refuse_sources(tmp_path / "missing.wav", [tmp_path / "missing.wav"])
    refuse_sources(tmp_path / "mix.wav", [source])


@pytest.mark.parametrize("error", [Cancelled(), ValueError("bad")])
def test_what_fails_leaves_nothing(tmp_path: Path, error: Exception) -> None:
    (tmp_path / "there.wav").write_bytes(b"before")
    for target in ("there.wav", "new.wav"):
        with pytest.raises(type(error)), one_file(tmp_path / target) as temporary:
            temporary.write_bytes(b"half")
            raise error
    with pytest.raises(type(error)), folder(tmp_path / "stems", []) as staging:
        (staging / "1.wav").write_bytes(b"half")
        raise error
    assert [path.name for path in tmp_path.iterdir()] == ["there.wav"]
    assert (tmp_path / "there.wav").read_bytes() == b"before"


def test_a_folder_arrives_whole_and_keeps_what_is_there(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "stems"
    out.mkdir(parents=True)
    (out / "notes.txt").write_text("mine")
    (out / "1.wav").write_text("old")
    with folder(out, []) as staging:
        (staging / "1.wav").write_text("new")
    assert sorted(path.name for path in out.iterdir()) == ["1.wav", "notes.txt"]
    assert (out / "1.wav").read_text() == "new"
    assert [path.name for path in out.parent.iterdir()] == ["stems"]


def test_a_file_of_the_folder_that_is_a_source_stays(tmp_path: Path) -> None:
    source = tmp_path / "1.wav"
    source.write_text("recording")
    with pytest.raises(ProjectError, match="is a source"), folder(tmp_path, [source]) as staging:
        (staging / "0.wav").write_text("stem")
        (staging / "1.wav").write_text("stem")
    assert source.read_text() == "recording"
    assert [path.name for path in tmp_path.iterdir()] == ["1.wav"]


def test_file_and_folder_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProjectError, match="is a folder"), one_file(tmp_path):
        pass
    with pytest.raises(ProjectError, match="is a file") as caught, folder(tmp_path / "file", []):
        pass
    assert "folder" in caught.value.hint


def test_a_full_disk_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="disk is full") as caught, one_file(tmp_path / "a.wav"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert "Free some space" in caught.value.hint
    with pytest.raises(ProjectError, match="no file as large") as caught, one_file(tmp_path / "a.wav"):
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    assert "FAT32" in caught.value.hint
    with pytest.raises(ProjectError, match="could not be written"), folder(tmp_path / "a", []):
        raise PermissionError(errno.EACCES, "no")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_really_full_disk_leaves_nothing(tmp_path: Path) -> None:
    with (
        pytest.raises(ProjectError, match="disk is full"),
        one_file(tmp_path / "a.wav"),
        Path("/dev/full").open("wb") as file,
    ):
        file.write(bytes(1 << 16))
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from engine.export import targets
from engine.export.targets import folder, one_file
out = Path(sys.argv[1])
with one_file(out / "mix.wav") as file, folder(out / "stems", []) as staging:
    file.write_bytes(b"half")
    (staging / "1.wav").write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no signal ends a process there")
def test_what_a_killed_process_left_goes_with_the_next_delivery(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, timeout=60)
    assert len(list(tmp_path.glob(".writing-*"))) == 2, "the test needs something that was left"
    with one_file(tmp_path / "next.wav") as temporary:
        temporary.write_bytes(b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["next.wav"]


def test_what_another_delivery_writes_now_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".writing-of-something-else").touch()
    with one_file(tmp_path / "one.wav") as one:
        with folder(tmp_path / "stems", []) as staging:
            (staging / "1.wav").touch()
        one.write_bytes(b"still here")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".writing-of-something-else", "one.wav", "stems"]
