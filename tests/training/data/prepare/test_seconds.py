"""Seconds show their middle frame and hold their own sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.media import load_audio, write_wav
from training.data.prepare.seconds import fake_stereo, is_silent, seconds_of


def test_a_sample_is_the_middle_frame_and_its_second(films: Path) -> None:
    found = list(seconds_of(films / "wide.mp4", stereo=True))
    assert [second.middle for second in found] == [0.5, 1.5]
    whole, both = load_audio(films / "wide.mp4", 48_000, 1)[0], load_audio(films / "wide.mp4", 16_000, 2)
    for number, second in enumerate(found):
        assert second.frame.shape == (240, 480, 3)
        assert abs(second.frame.mean() - (20 + 5 * (5 + 10 * number))) < 2
        assert np.array_equal(second.sound, whole[number * 48_000 : (number + 1) * 48_000])
        assert second.stereo is not None
        assert np.allclose(second.stereo, both[:, number * 16_000 : (number + 1) * 16_000], atol=1e-6)


def test_left_stays_left(films: Path) -> None:
    (first, *_) = seconds_of(films / "wide.mp4", stereo=True)
    assert first.stereo is not None
    level = np.sqrt(np.mean(first.stereo**2, axis=1))
    assert level[0] == pytest.approx(4 * level[1], rel=0.1)


def test_sound_may_lie_in_another_file(films: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "s.wav", np.full((1, 48_000), 0.5, np.float32), 48_000)
    (only,) = seconds_of(films / "wide.mp4", tmp_path / "s.wav")
    assert only.sound.mean() == pytest.approx(0.5, abs=1e-3)
    assert only.stereo is None


@pytest.mark.parametrize(("apart", "said"), [(0.0, "the same"), (0.0005, "the same"), (0.002, ""), (0.5, "")])
def test_stereo_is_real_above_minus_60_db(tmp_path: Path, apart: float, said: str) -> None:
    rng = np.random.default_rng(0)
    both = np.repeat(0.3 * rng.standard_normal((1, 48_000)), 2, axis=0).clip(-0.9, 0.9)
    both[1] += apart * 0.3 * rng.standard_normal(48_000)
    write_wav(tmp_path / "s.wav", both.astype(np.float32), 16_000)
    assert (said in fake_stereo(tmp_path / "s.wav")) if said else fake_stereo(tmp_path / "s.wav") == ""


def test_one_channel_is_no_stereo_and_silence_does_not_count(tmp_path: Path, films: Path) -> None:
    write_wav(tmp_path / "mono.wav", np.full((1, 48_000), 0.5, np.float32), 48_000)
    assert fake_stereo(tmp_path / "mono.wav") == "has one channel"
    assert "the same" in fake_stereo(films / "same.mp4")
    assert fake_stereo(films / "wide.mp4") == ""
    noise = np.random.default_rng(0).uniform(-2e-4, 2e-4, (2, 48_000)).astype(np.float32)  # hiss of two converters
    noise[:, :16_000] += np.float32(0.3)
    write_wav(tmp_path / "hiss.wav", noise, 16_000)
    assert "the same" in fake_stereo(tmp_path / "hiss.wav")
    assert is_silent(noise[0, 16_000:])
