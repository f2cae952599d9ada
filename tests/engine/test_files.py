"""Files are written beside their place, with the rights that any new file of this person has; caches are bounded."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.files import atomic_path, forget_oldest, write_text


@pytest.fixture
def careful() -> Iterator[None]:
    """New files are not for others."""
    before = os.umask(0o027)
    yield
    os.umask(before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights elsewhere")
def test_a_file_has_the_rights_of_any_other_and_the_umask_of_all_threads_stays(
    careful: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.txt").touch()

    def touched(_mask: int) -> int:
        raise AssertionError("for a moment files of other threads would be open to everyone")

    with monkeypatch.context() as patch:
        patch.setattr(os, "umask", touched)
        write_text(tmp_path / "ours.txt", "word")
    assert (tmp_path / "ours.txt").stat().st_mode == (tmp_path / "other.txt").stat().st_mode


def test_what_failed_leaves_the_target_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.txt"
    write_text(target, "old")
    with pytest.raises(RuntimeError), atomic_path(target) as temporary:
        temporary.write_text("half")
        assert temporary.suffix == ".txt" and temporary.parent == target.parent
        raise RuntimeError
    assert target.read_text() == "old" and list(target.parent.iterdir()) == [target]


def test_the_oldest_files_go_first(tmp_path: Path) -> None:
    for age, name in enumerate(["new.mkv", "middle.mkv", "old.mkv"]):
        (tmp_path / name).write_bytes(bytes(100))
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    forget_oldest(tmp_path, 200, keep=tmp_path / "new.mkv")
    assert sorted(f.name for f in tmp_path.iterdir()) == ["middle.mkv", "new.mkv"]
    forget_oldest(tmp_path, 0, keep=tmp_path / "new.mkv")
    assert [f.name for f in tmp_path.iterdir()] == ["new.mkv"]


def test_folders_of_what_was_forgotten_go_and_others_stay(tmp_path: Path) -> None:
    for age, name in enumerate(["a/new.wav", "b/old.wav", "c/older.wav", "c/oldest.wav"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(bytes(100))
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    forget_oldest(tmp_path, 300, keep=tmp_path / "a/new.wav")
    assert sorted(f.name for f in tmp_path.rglob("*.wav")) == ["new.wav", "old.wav", "older.wav"]
    forget_oldest(tmp_path, 0, keep=tmp_path / "a/new.wav")
    assert sorted(f.name for f in tmp_path.rglob("*")) == ["a", "new.wav"]
