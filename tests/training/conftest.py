"""A tiny world that can be learned in seconds: each video is a colour that hums its own tone."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from training.data.clips import ClipForm
from training.data.clips.encode import encode_clip
from training.data.shards import ShardWriter

HUES = [(220, 40, 40), (40, 200, 60), (50, 80, 230), (230, 210, 60)]
TONES = [200.0, 600.0, 1800.0, 5400.0]


def toy_pair(kind: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A frame of one colour with noise, and a second of its tone with noise."""
    frame = np.clip(np.array(HUES[kind]) + rng.normal(0, 12, (224, 224, 3)), 0, 255).astype(np.uint8)
    t = np.arange(48_000) / 48_000
    sound = 0.4 * np.sin(2 * np.pi * TONES[kind] * t) + 0.01 * rng.standard_normal(48_000)
    return frame, sound.astype(np.float32)


def toy_stereo(sound: np.ndarray, kind: int) -> np.ndarray:
    """The same second at 16 kHz with two channels: red and green sound from the left, the others from the right."""
    gains = np.array([[1.0], [0.2]] if kind < 2 else [[0.2], [1.0]], dtype=np.float32)
    return gains * sound.reshape(16_000, 3).mean(axis=1)


@pytest.fixture(scope="session")
def toy_shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 videos of four kinds, three seconds each, spread over the three splits."""
    folder = tmp_path_factory.mktemp("toy") / "shards"
    rng = np.random.default_rng(0)
    splits = ["train"] * 16 + ["validation"] * 4 + ["test"] * 4
    with ShardWriter(folder) as writer:
        for video, split in enumerate(splits):
            for second in range(3):
                frame, sound = toy_pair(video % 4, rng)
                label = f"kind{video % 4}"
                stereo = toy_stereo(sound, video % 4)
                writer.add(
                    f"v{video}", frame=frame, sound=sound, stereo=stereo, label=label, time=second + 0.5, split=split
                )
    return folder


ACTION_FORM = ClipForm(rate=Fraction(4), size=60)


@pytest.fixture(scope="session")
def toy_actions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """18 videos of three actions as prepared clips; split n tests groups n and n + 3. Those of group 1 are short."""
    folder, rng = tmp_path_factory.mktemp("toy") / "actions", np.random.default_rng(0)
    with ShardWriter(folder) as writer:
        for action in range(3):
            for group in range(1, 7):
                seconds = 1.5 if group == 1 else 4.0
                frames = [toy_pair(action, rng)[0][:60, :60] for _ in range(int(4 * seconds))]
                tone = 0.3 * np.sin(2 * np.pi * TONES[action] * np.arange(round(seconds * 21_000)) / 21_000)
                name = f"v_Kind{action}_g{group:02}_c01.avi"
                sound = np.tile(tone.astype(np.float32), (2, 1))
                clip = encode_clip(
                    name, ACTION_FORM, frames=frames, sounds=[sound], heard=[[0]], label=f"Kind{action}", channels=1
                )
                uses = ["test" if group % 3 == split % 3 else "train" for split in (1, 2, 3)]
                writer.put(replace(clip, facts={**clip.facts, "collection": "UCF101", "uses": uses}))
    return folder
