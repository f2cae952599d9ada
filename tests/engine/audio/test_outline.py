"""Outlines: the same extremes as looking at every sample, and hits where they were put."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.audio.outline import BIN, read_outline
from engine.errors import Cancelled, MediaError
from engine.jobs import Job
from engine.media import load_audio, write_wav

RATE = 48_000


def _noise(tmp_path: Path, seconds: float, channels: int = 1) -> Path:
    rng = np.random.default_rng(4)
    sound = (0.3 * rng.standard_normal((channels, int(seconds * RATE)))).clip(-0.99, 0.99).astype(np.float32)
    return write_wav(tmp_path / "noise.wav", sound, RATE)


@pytest.mark.parametrize("channels", [1, 2])
def test_columns_are_the_extremes(tmp_path: Path, channels: int) -> None:
    path = _noise(tmp_path, 3.0, channels)
    sound = load_audio(path)
    outline = read_outline(path)
    assert outline.frames == sound.shape[1]
    width = 16 * BIN
    columns = outline.columns(0, 8 * width, 8)
    for number in range(8):
        part = sound[:, number * width : (number + 1) * width]
        assert columns[0, number] == part.min() and columns[1, number] == part.max()


@pytest.mark.parametrize("count", [1, 7, 300, 5000])
def test_any_number_of_columns_of_any_part(tmp_path: Path, count: int) -> None:
    outline = read_outline(_noise(tmp_path, 1.3))
    for first, last in ((0, outline.frames), (1000.5, 1003.2), (outline.frames - 10, outline.frames + 99)):
        columns = outline.columns(first, last, count)
        assert columns.shape == (2, count) and np.isfinite(columns).all() and (columns[0] <= columns[1]).all()


def test_hits_are_found_where_they_are(tmp_path: Path) -> None:
    sound = np.zeros((1, 3 * RATE), np.float32)
    at = (12_345, 60_000, 100_000)
    for place in at:
        decay = np.exp(-np.arange(9600) / 2000)
        sound[0, place : place + 9600] += 0.6 * decay * np.sin(np.arange(9600) * 0.2)
    onsets = read_outline(write_wav(tmp_path / "hits.wav", sound, RATE)).onsets
    assert len(onsets) == 3 and np.abs(onsets - np.array(at)).max() <= BIN


def test_a_swell_is_no_hit(tmp_path: Path) -> None:
    swell = np.linspace(0, 0.8, 3 * RATE) ** 2 * np.sin(np.arange(3 * RATE) * 0.05)
    outline = read_outline(write_wav(tmp_path / "swell.wav", swell[None].astype(np.float32), RATE))
    assert not len(outline.onsets)


def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "words.wav").write_text("words")
    with pytest.raises(MediaError):
        read_outline(tmp_path / "words.wav")


def test_it_stops_when_told(tmp_path: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        read_outline(_noise(tmp_path, 0.5), job)
