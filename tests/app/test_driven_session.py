"""A session of two minutes of film from the first look to delivery, with the program killed in between."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.media import load_audio, write_video
from engine.timeline.session import read_project

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two minutes at ten frames a second, whose colour wanders."""

    def frames() -> Iterator[np.ndarray]:
        for number in range(SECONDS * 10):
            picture = np.zeros((36, 64, 3), np.uint8)
            picture[..., number // 150 % 3] = 60 + number % 150
            yield picture

    return write_video(tmp_path_factory.mktemp("long") / "two minutes.mp4", frames(), Fraction(10), crf=20)


def _sit(*args: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "tests/app/driven_session.py"), *map(str, args)]
    folder = Path(str(args[1]))
    homes = {name: str(folder / name.lower()) for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    env = {**os.environ, **homes, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=env)


def _line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None and process.stderr is not None
    for line in process.stdout:
        if line.startswith("{"):
            return json.loads(line)  # type: ignore[no-any-return]
    raise AssertionError(process.stderr.read())


@pytest.mark.timeout(600)
def test_nothing_is_lost_between_the_first_look_and_delivery(
    long_film: Path, library_file: Path, tmp_path: Path
) -> None:
    sitting = _sit("spot", tmp_path, long_film, library_file)
    try:
        before = _line(sitting)
    finally:
        sitting.send_signal(signal.SIGKILL)
        sitting.communicate()
    assert before["clips"] == 11 and before["modified"] and "two minutes" in before["title"]
    path = tmp_path / "two minutes.foleyscope"

    project, recovery = read_project(path)
    assert recovery.edits == 3 and len(project.markers) == 1
    clips = list(project.clips())
    assert sum(clip.origin is not None and bool(clip.origin.alternates) for clip in clips) == 11

    sitting = _sit("deliver", tmp_path)
    after = _line(sitting)
    delivered = _line(sitting)
    sitting.communicate(timeout=60)
    assert after["project"] == before["project"], "to the sample as it was"
    assert any("3 unsaved edits recovered." in text for text in after["said"])
    assert delivered["state"] == "done" and "LUFS" in delivered["told"]
    sound = load_audio(tmp_path / "mix.wav")
    assert abs(sound.shape[1] - SECONDS * 48_000) < 9_600
    for clip in clips:
        heard = not project.find_clip(clip.id)[0].mute and not clip.mute
        stretch = sound[:, clip.position : clip.position + 4800]
        assert not heard or np.abs(stretch).max() > 1e-4, f"{clip.name} is heard where it lies"
