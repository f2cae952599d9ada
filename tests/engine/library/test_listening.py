"""One pass over a sound gives the windows and peaks that having it whole would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import Cancelled, MediaError
from engine.features import MONO, STEREO, log_mel, split_windows, window_starts
from engine.jobs import Job
from engine.library import listening
from engine.library.listening import PeakMeter, listen

RATE = 48_000


def sound(path: Path, seconds: float, level: float = 0.3) -> np.ndarray:
    samples = (level * np.random.default_rng(0).standard_normal(round(seconds * RATE))).clip(-1, 1).astype(np.float32)
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    return samples


@pytest.mark.parametrize("seconds", [0.01, 0.5, 1.0, 1.1, 1.5, 3.0, 7.3])
@pytest.mark.parametrize("block", [0.7, 30.0])
def test_windows_are_those_of_the_front_end(
    tmp_path: Path, seconds: float, block: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "BLOCK_SECONDS", block)
    samples = sound(tmp_path / "a.wav", seconds)
    decoded = listen(tmp_path / "a.wav", MONO, Job())
    starts, rows = split_windows(samples)
    assert decoded.duration == pytest.approx(seconds, abs=1e-6)
    assert decoded.starts == pytest.approx(starts)
    assert decoded.features[:, 0] == pytest.approx(log_mel(rows, RATE), abs=1e-4)


def test_a_very_long_sound_is_thinned_evenly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MOST_WINDOWS", 10)
    monkeypatch.setattr(listening, "BLOCK_SECONDS", 3.0)
    sound(tmp_path / "a.wav", 37)
    assert listen(tmp_path / "a.wav", MONO, Job()).starts == [0.0, 4.0, 8.0, 12.0, 16.0, 20.0, 24.0, 28.0, 32.0, 36.0]


def test_silent_windows_are_left_out(tmp_path: Path) -> None:
    samples = np.zeros(4 * RATE, dtype=np.float32)
    samples[2 * RATE : 3 * RATE] = 0.1
    soundfile.write(tmp_path / "a.wav", samples, RATE)
    assert listen(tmp_path / "a.wav", MONO, Job()).starts == [2.0]


def test_silence_has_peaks_and_no_windows(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(RATE), RATE)
    decoded = listen(tmp_path / "a.wav", MONO, Job())
    assert decoded.starts == []
    assert decoded.features.shape == (0, 1, 64, 100)
    assert decoded.peaks.shape == (2, 400)


def test_other_rates_and_channels_come_to_the_same_seconds(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.flac", np.random.default_rng(0).uniform(-0.5, 0.5, (22_050 * 3, 4)), 22_050)
    decoded = listen(tmp_path / "a.flac", MONO, Job())
    assert decoded.starts == window_starts(3.0)


@pytest.mark.parametrize("seconds", [0.5, 2.0, 2.6])
def test_a_stereo_front_end_hears_both_sides(tmp_path: Path, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "BLOCK_SECONDS", 0.7)
    rate = STEREO.sample_rate
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, (2, round(seconds * rate))).astype(np.float32)
    samples[1] *= 0.1
    soundfile.write(tmp_path / "a.wav", samples.T, rate, subtype="FLOAT")
    decoded = listen(tmp_path / "a.wav", STEREO, Job())
    starts, windows = split_windows(samples, rate)
    assert decoded.starts == pytest.approx(starts)
    assert decoded.features == pytest.approx(STEREO.sounds(windows), abs=1e-4)
    assert decoded.features[:, 0].mean() > decoded.features[:, 1].mean() + 1


def test_one_channel_is_heard_on_both_sides(tmp_path: Path) -> None:
    sound(tmp_path / "a.wav", 1.0)
    features = listen(tmp_path / "a.wav", STEREO, Job()).features
    assert features.shape == (1, *STEREO.shape)
    assert np.array_equal(features[:, 0], features[:, 1])


@pytest.mark.parametrize("length", [0, 1, 3, 399, 400, 5000, 300_000])
@pytest.mark.parametrize("block", [7, 1000, 10**6])
def test_peaks_bound_the_sound(length: int, block: int) -> None:
    samples = np.random.default_rng(length).uniform(-1, 1, length).astype(np.float32)
    meter = PeakMeter()
    meter.MOST_CHUNKS = 4000
    for first in range(0, max(1, length), max(block, length // 500 + 1)):
        meter.add(samples[first : first + max(block, length // 500 + 1)])
    bins = meter.bins()
    assert bins.shape == (2, 400)
    if length:
        assert bins[0].min() == samples.min()
        assert bins[1].max() == samples.max()
    if length >= 5000:
        for n in (0, 100, 250, 398):  # every bin holds at least its own part of the sound
            part = samples[round(n * length / 400) : round((n + 1) * length / 400)]
            assert bins[0, n] <= np.sort(part)[len(part) // 4]
            assert bins[1, n] >= np.sort(part)[3 * len(part) // 4]


def test_peaks_lie_where_the_sound_is() -> None:
    samples = np.zeros(48_000, dtype=np.float32)
    samples[24_000:36_000] = 0.5
    meter = PeakMeter()
    meter.add(samples)
    high = meter.bins()[1]
    assert high[:199].max() == 0
    assert high[200:299].min() == 0.5
    assert high[302:].max() == 0


def test_what_is_no_sound_raises(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("not a sound")
    with pytest.raises(MediaError):
        listen(tmp_path / "a.wav", MONO, Job())


def test_it_stops_between_blocks(tmp_path: Path) -> None:
    sound(tmp_path / "a.wav", 1)
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        listen(tmp_path / "a.wav", MONO, job)
