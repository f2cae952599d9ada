"""Sounds in the device's form: rate, channels, region and the gain that levels them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio.clip import HEAD_SECONDS, TARGET_RMS_DB, levelling_gain, load_clip, prepare
from engine.errors import MediaError


def tone(seconds: float, rate: int = 48_000, level: float = 0.5) -> np.ndarray:
    return (level * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def pitch(frames: np.ndarray, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(frames[:, 0] * np.hanning(len(frames))))
    return float(np.fft.rfftfreq(len(frames), 1 / rate)[spectrum.argmax()])


def test_mono_sounds_on_both_sides_at_its_own_level() -> None:
    clip = prepare(tone(0.5), 48_000, 48_000, 2)
    assert np.array_equal(clip.samples[:, 0], clip.samples[:, 1])
    assert np.array_equal(clip.samples[:, 0], tone(0.5))


def test_another_rate_keeps_pitch_and_length() -> None:
    clip = prepare(tone(1.0, 22_050), 22_050, 48_000, 2)
    assert len(clip.samples) == pytest.approx(48_000, abs=2)
    assert pitch(clip.samples, 48_000) == pytest.approx(440, abs=1)


def test_varispeed_changes_pitch_and_length_together() -> None:
    clip = prepare(tone(1.0), 48_000, 48_000, 2, speed=2.0)
    assert len(clip.samples) == pytest.approx(24_000, abs=2)
    assert pitch(clip.samples, 48_000) == pytest.approx(880, abs=2)


@pytest.mark.parametrize("speed", [0.0, -1.0])
def test_a_speed_that_is_none_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        prepare(tone(0.1), 48_000, 48_000, 2, speed=speed)


def test_loads_from_a_whole_second_and_knows_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "ramp.wav"
    soundfile.write(path, np.linspace(-0.9, 0.9, 4 * 48_000), 48_000, subtype="FLOAT")
    clip = load_clip(path, 48_000, 2, 1.7, seconds=2)
    assert (clip.offset, clip.end) == (1.0, 4.0)
    assert clip.samples[0, 0] == pytest.approx(-0.45, abs=1e-4)
    assert clip.covers(1.5, 4.0)
    assert not clip.covers(0.9, 2.0)
    assert not clip.covers(1.5, 4.1)


@pytest.mark.parametrize("rate", [44_100, 22_050, 11_025])
def test_a_clip_of_another_rate_has_no_edge_where_it_ends(tmp_path: Path, rate: int) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone(4.0, rate), rate, subtype="FLOAT")
    whole = load_clip(path, 48_000, 1).samples
    part = load_clip(path, 48_000, 1, 0.0, seconds=2).samples
    assert np.allclose(part, whole[: 2 * 48_000], atol=1e-5)


def test_long_sounds_are_loaded_up_to_the_head(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    soundfile.write(path, np.zeros(8000 * 40), 8000)
    assert load_clip(path, 8000, 1).end == HEAD_SECONDS


def test_nothing_there_is_said(tmp_path: Path) -> None:
    path = tmp_path / "short.wav"
    soundfile.write(path, tone(0.2), 48_000)
    with pytest.raises(MediaError, match=r"short\.wav"):
        load_clip(path, 48_000, 2, 5.0)
    with pytest.raises(MediaError):
        load_clip(tmp_path / "absent.wav", 48_000, 2)


@pytest.mark.parametrize("level", [0.01, 0.2, 0.9])
def test_levelling_brings_loud_and_soft_to_one_level(level: float) -> None:
    sound = tone(2.0, level=level)[:, None]
    sound = np.concatenate([sound, np.zeros_like(sound)])  # silence does not count
    levelled = sound[:96_000] * levelling_gain(sound, 48_000)
    assert 20 * np.log10(np.sqrt(np.mean(levelled**2))) == pytest.approx(TARGET_RMS_DB, abs=0.1)


def test_levelling_never_clips_and_leaves_silence_alone() -> None:
    click = np.zeros((48_000, 1), np.float32)
    click[100] = 0.9
    assert np.abs(click * levelling_gain(click, 48_000)).max() <= 1.0
    assert levelling_gain(np.zeros((480, 2), np.float32), 48_000) == 1.0
    assert levelling_gain(np.zeros((0, 2), np.float32), 48_000) == 1.0
