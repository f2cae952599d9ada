"""What a mix keeps on the disk: little beside what is played, nothing once it is closed or its process is gone."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from engine.audio.mixer import Mixer
from engine.timeline.document import Project, Track
from tests.engine.audio.sessions import RATE, clip, noise, project, write

KILLED = """
import os, signal
from engine.audio.mixer import Mixer
from tests.engine.audio.sessions import project
mixer = Mixer(project([]))
(mixer._sounds.folder / "copy.wav").touch()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="no signal ends a process there")
def test_what_a_killed_process_left_goes_with_the_next_mix(kept: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED], check=False, timeout=60)
    assert len(list(kept.iterdir())) == 1, "the test needs something that was left"
    with Mixer(project([])) as mixer:
        assert list(kept.iterdir()) == [mixer._sounds.folder]
    assert list(kept.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps files that are mapped into memory")
def test_pitches_that_were_tried_do_not_pile_up(tmp_path: Path, kept: Path) -> None:
    media = write(tmp_path, "a", noise(3000))

    def at(pitch: float) -> Project:
        clips = tuple(clip("a", 4000 * n, 3000, pitch=pitch + n) for n in range(12))
        return project([media], Track(id="0", clips=clips))

    with Mixer(at(1.0)) as mixer:
        heard = mixer.render(0, 48_000)
        for tried in range(2, 32):
            mixer.update(at(tried / 8))
            mixer.render(0, 48_000)
        mixer.update(at(1.0))
        assert (mixer.render(0, 48_000) == heard).all()
        assert len(list(kept.rglob("*.npy"))) <= 12 + 8
        mixer.update(replace(at(1.0), tracks=()))
        assert len(list(kept.rglob("*.npy"))) <= 8


def test_closing_gives_up_what_is_being_made(tmp_path: Path, kept: Path) -> None:
    before = set(threading.enumerate())
    media = write(tmp_path, "long", noise(240 * RATE, 1))  # shifting it takes far longer than closing may
    with Mixer(project([media], [clip("long", 0, 240 * RATE, pitch=3.0)]), threads=1) as mixer:
        mixer.read_ahead(0, RATE)
        end = time.monotonic() + 20
        while not list(kept.rglob("*.npy")) and time.monotonic() < end:
            time.sleep(0.01)
        begun = time.monotonic()
    assert time.monotonic() - begun < 4
    assert list(kept.iterdir()) == []
    assert not [one for one in threading.enumerate() if one not in before and one.name.startswith("read-ahead")]
