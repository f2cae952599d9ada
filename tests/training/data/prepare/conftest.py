"""Small videos with sound, written once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.media import write_video

RATE = 48_000


def tone(seconds: float, left: float = 0.3, right: float = 0.3, hertz: float = 440.0) -> np.ndarray:
    """A stereo tone ``(2, N)`` with a level for each channel."""
    wave = np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    return np.stack([left * wave, right * wave]).astype(np.float32)


def film(path: Path, sound: np.ndarray, fps: int = 10) -> Path:
    """A video as long as its sound; the picture is as bright as its time in tenths of seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = round(sound.shape[1] / RATE * fps)
    return write_video(path, (np.full((48, 64, 3), 5 * k + 20, np.uint8) for k in range(count)), fps, sound)


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``wide.mp4`` (stereo, 2.5 s), ``same.mp4`` (one channel twice) and ``bells/quiet.mp4`` (silent in the middle)."""
    folder = tmp_path_factory.mktemp("films")
    film(folder / "wide.mp4", tone(2.5, 0.4, 0.1))
    film(folder / "same.mp4", tone(2.0))
    quiet = tone(3.0, 0.2, 0.3)
    quiet[:, RATE : 2 * RATE] = 0
    film(folder / "bells" / "quiet.mp4", quiet)
    return folder
