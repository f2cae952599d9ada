"""Sounds are read by the sample, silent beyond their ends, from any thread, few files open at a time."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio.sources import OpenFiles, SoundSource, seekable_copy
from engine.errors import Cancelled, MediaError
from engine.jobs import Job
from tests.engine.audio.sessions import RATE, noise, write


def source(path: str | Path, folder: Path) -> SoundSource:
    return SoundSource(Path(path), folder, OpenFiles())


def test_before_and_after_the_file_there_is_silence(tmp_path: Path) -> None:
    sound = noise(1000)
    made = source(write(tmp_path, "a", sound).path, tmp_path)
    heard = made.read(-100, 1300)
    assert not heard[:, :100].any()
    assert np.array_equal(heard[:, 100:1100], sound)
    assert not heard[:, 1100:].any()
    assert not made.read(5000, 10).any()
    made.close()


def test_more_than_two_channels_are_folded_and_broken_numbers_silenced(tmp_path: Path) -> None:
    sound = noise(1000, 6)
    assert source(write(tmp_path, "surround", sound).path, tmp_path).read(0, 1000).shape == (2, 1000)
    sound = noise(1000, 1)
    sound[0, 5] = np.nan
    heard = source(write(tmp_path, "nan", sound).path, tmp_path).read(0, 1000)
    assert heard[0, 5] == 0
    assert np.array_equal(heard[0, 6:], sound[0, 6:])


def test_threads_read_what_one_reads(tmp_path: Path) -> None:
    sound = noise(200_000)
    made = source(write(tmp_path, "a", sound).path, tmp_path)
    places = [int(place) for place in np.random.default_rng(1).integers(0, 190_000, 200)]
    with ThreadPoolExecutor(4) as threads:
        parts = list(threads.map(lambda place: made.read(place, 5000), places))
    assert all(np.array_equal(part, sound[:, at : at + 5000]) for part, at in zip(parts, places, strict=True))
    made.close()


def test_only_so_many_files_are_open(tmp_path: Path) -> None:
    files = OpenFiles(most=2)
    made = [SoundSource(Path(write(tmp_path, f"{n}", noise(100)).path), tmp_path, files) for n in range(4)]
    for one in (*made, *made):
        one.read(0, 100)
    assert sum(one._file is not None for one in made) == 2
    files.close()
    assert all(one._file is None for one in made)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        source(tmp_path / "gone.wav", tmp_path).read(0, 10)
    assert caught.value.hint


def test_a_copy_is_made_once_and_again_when_the_file_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    soundfile.write(path, noise(RATE).T, RATE)
    first = seekable_copy(path, tmp_path / "kept")
    assert seekable_copy(path, tmp_path / "kept") == first
    assert soundfile.info(first).subtype == "FLOAT"
    soundfile.write(path, noise(2 * RATE).T, RATE)
    assert seekable_copy(path, tmp_path / "kept") != first


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
def test_a_copy_that_finds_no_room_says_how_much_it_takes_and_leaves_nothing(tmp_path: Path) -> None:
    import resource

    path, folder = tmp_path / "a.mp3", tmp_path / "kept"
    soundfile.write(path, noise(10 * RATE).T, RATE)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))  # writing fails as on a full disk
    try:
        with pytest.raises(MediaError, match=r"a\.mp3 has to be decoded") as caught:
            source(path, folder).prepare()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "4 MB" in caught.value.hint
    assert caught.value.path == path
    assert list(folder.iterdir()) == []
    assert source(path, folder).read(0, 100).shape == (2, 100)


class Impatient(Job):
    """Cancelled as soon as a part of the copy is there."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def check(self) -> None:
        if any(file.stat().st_size for file in self.folder.iterdir()):
            self.cancel()
        super().check()


@pytest.mark.parametrize("asked", ["prepare", "read"])
def test_a_copy_under_way_can_be_given_up_and_leaves_nothing(tmp_path: Path, asked: str) -> None:
    path, folder = tmp_path / "a.mp3", tmp_path / "kept"
    folder.mkdir()
    soundfile.write(path, noise(40 * RATE, 1).T, RATE)
    job = Impatient(folder)
    made = SoundSource(path, folder, OpenFiles(), job if asked == "read" else None)
    with pytest.raises(Cancelled):
        made.read(0, 100) if asked == "read" else made.prepare(job)
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    soundfile.write(path, noise(RATE).T, RATE)
    (tmp_path / "taken").touch()
    with pytest.raises(MediaError, match="could not be written") as caught:
        seekable_copy(path, tmp_path / "taken" / "kept")
    assert "TMPDIR" in caught.value.hint
