"""Small sessions to mix: files of several kinds, and a document around a few clips."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from engine.timeline.document import Clip, Master, Media, Project, Track

RATE = 48_000
OPEN = Master(limiter=False)


def noise(frames: int, channels: int = 2, level: float = 0.1, seed: int = 3) -> np.ndarray:
    """Float32 ``(channels, frames)``."""
    return (level * np.random.default_rng(seed).standard_normal((channels, frames))).clip(-1, 1).astype(np.float32)


def write(folder: Path, name: str, sound: np.ndarray, rate: int = RATE) -> Media:
    """``sound (C, N)`` as a float WAV, and the document's entry for it, whose id is ``name``."""
    path = folder / f"{name}.wav"
    soundfile.write(path, sound.T, rate, subtype="FLOAT")
    return Media(id=name, path=str(path), sample_rate=rate, channels=sound.shape[0], frames=sound.shape[1])


def clip(media: str, position: int, length: int, **options: Any) -> Clip:
    """A clip named by where it lies."""
    return Clip(**{"id": f"{media}@{position}", "media": media, "position": position, "length": length, **options})


def project(media: list[Media], *tracks: list[Clip] | Track, **options: Any) -> Project:
    """A project at 48 kHz of these tracks, without the limiter unless asked for."""
    rows = [row if isinstance(row, Track) else Track(id=str(n), clips=tuple(row)) for n, row in enumerate(tracks)]
    settings = {"id": "test", "frame_rate": Fraction(24), "master": OPEN, **options}
    return Project(media=tuple(media), tracks=tuple(rows), **settings)
