"""Pitch moves by semitones, length, place and level stay; what was made is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.audio.pitch import PitchedSource, shift
from engine.audio.sources import OpenFiles, SoundSource
from engine.errors import Cancelled
from engine.jobs import Job
from tests.engine.audio.sessions import noise, write


def tone(hz: float, rate: int, seconds: float = 1.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate))[None].astype(np.float32)


@pytest.mark.parametrize("rate", [22_050, 48_000, 96_000])
@pytest.mark.parametrize("semitones", [-12.0, -0.5, 4.0, 12.0])
def test_a_tone_moves_by_semitones_at_its_level(rate: int, semitones: float) -> None:
    heard = shift(tone(880, rate), rate, semitones)
    assert heard.shape == (1, rate)
    spectrum = np.abs(np.fft.rfft(heard[0] * np.hanning(rate)))
    assert spectrum.argmax() == pytest.approx(880 * 2 ** (semitones / 12), abs=1.5)
    assert np.sqrt(np.mean(heard[0, rate // 4 : -rate // 4] ** 2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_events_stay_where_they_are() -> None:
    sound = np.zeros((1, 48_000), np.float32)
    sound[0, 20_000:20_480] = noise(480, 1, 0.3)[0]
    heard = shift(sound, 48_000, 5.0)[0]
    centre = (np.arange(48_000) * heard**2).sum() / (heard**2).sum()
    assert centre == pytest.approx(20_240, abs=480)


def test_sides_keep_their_relation() -> None:
    left = noise(48_000, 1, 0.2)
    heard = shift(np.concatenate([left, 0.5 * left]), 48_000, 3.0)
    assert np.allclose(heard[1], 0.5 * heard[0], atol=1e-5)


@pytest.mark.parametrize("frames", [1, 50, 3000])
def test_short_sounds_keep_their_length(frames: int) -> None:
    assert shift(noise(frames), 48_000, -3.0).shape == (2, frames)


def test_a_part_is_made_in_pieces_without_a_seam_and_kept(tmp_path: Path) -> None:
    media = write(tmp_path, "long", tone(440, 4000, 200.0), 4000)
    source = SoundSource(Path(media.path), tmp_path / "kept", OpenFiles())

    def part() -> PitchedSource:
        return PitchedSource(source, 4000, 80_000, 600_000, semitones=2.0, folder=tmp_path / "kept")

    heard = part().read(80_000, 600_000)[0]
    assert np.abs(heard).max() < 0.75
    envelope = np.sqrt(np.convolve(heard**2, np.ones(400) / 400, mode="valid"))
    assert envelope.min() > 0.1
    assert np.median(envelope) == pytest.approx(0.354, abs=0.01)
    kept = list((tmp_path / "kept").iterdir())
    assert np.array_equal(part().read(100_000, 500)[0], heard[20_000:20_500])
    assert list((tmp_path / "kept").iterdir()) == kept
    source.close()


def test_making_can_be_stopped(tmp_path: Path) -> None:
    media = write(tmp_path, "a", tone(440, 8000), 8000)
    source = SoundSource(Path(media.path), tmp_path, OpenFiles())
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        PitchedSource(source, 8000, 0, 8000, semitones=1.0, folder=tmp_path / "kept").prepare(job)
    assert not list((tmp_path / "kept").iterdir())
    source.close()
