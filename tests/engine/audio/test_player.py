"""Audition: regions, loops, takes-over, the playhead, and sounds longer than memory should hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.audio import Player, load_clip, prepare
from engine.audio.stream import Feeder

RATE = 48_000


def noise(seconds: float) -> np.ndarray:
    rng = np.random.default_rng(5)
    return (0.3 * rng.standard_normal((2, round(seconds * RATE)))).clip(-1, 1).astype(np.float32)


@pytest.fixture
def player(device: Any) -> Player:
    return Player(device)


def test_plays_a_waveform_from_its_beginning_to_its_end(player: Player, device: Any) -> None:
    sound = noise(0.5)
    player.play(sound, RATE)
    heard = device.hear(0.6)
    assert np.array_equal(heard[: 24_000 - 240], sound.T[:-240])
    assert not heard[24_000:].any()
    assert not player.playing
    assert player.position is None


def test_plays_only_the_region(player: Player, device: Any) -> None:
    sound = noise(2.0)
    player.play_clip(prepare(sound, RATE, RATE, 2), 0.5, 0.75)
    heard = device.hear(0.5)
    assert np.array_equal(heard[240 : 12_000 - 240], sound.T[24_240 : 36_000 - 240])
    assert not heard[12_000:].any()


def test_position_is_the_file_s_own_and_follows_the_loop(player: Player, device: Any) -> None:
    player.play_clip(prepare(noise(2.0), RATE, RATE, 2), 0.5, 1.0, loop=True)
    device.hear(0.2)
    assert player.position == pytest.approx(0.7, abs=0.001)
    device.hear(0.4)
    assert player.position == pytest.approx(0.6, abs=0.001)
    player.loop = False
    device.hear(0.5)
    assert not player.playing


def test_stop_is_quick_and_final(player: Player, device: Any) -> None:
    player.play(noise(1.0), RATE, loop=True)
    device.hear(0.1)
    player.stop()
    assert not player.playing
    assert not device.hear(0.1)[480:].any()


def test_scrub_is_a_grain(player: Player, device: Any) -> None:
    player.scrub(prepare(noise(1.0), RATE, RATE, 2), 0.5, length=0.1)
    heard = device.hear(0.3)
    assert heard[2400].any()
    assert not heard[4800:].any()
    player.scrub(prepare(noise(1.0), RATE, RATE, 2), 3.0)
    assert not device.hear(0.1).any()


def test_a_long_sound_is_fed_block_by_block_sample_for_sample(tmp_path: Path, player: Player, device: Any) -> None:
    path = tmp_path / "long.wav"
    sound = noise(45.0)
    soundfile.write(path, sound.T, RATE, subtype="FLOAT")
    player.play_clip(load_clip(path, RATE, 2), 1.0, 45.0)
    heard = []
    for _ in range(45):
        feeder = player.feeder
        assert feeder is not None
        if feeder.hungry:
            feeder.top_up()
        heard.append(device.hear(1.0))
    whole = np.concatenate(heard)
    assert np.array_equal(whole[240 : 44 * RATE - 240], sound.T[RATE + 240 : 45 * RATE - 240])
    assert not player.playing


def test_without_an_end_a_sound_is_heard_to_the_file_s_end(tmp_path: Path, player: Player, device: Any) -> None:
    path = tmp_path / "some.wav"
    soundfile.write(path, noise(5.3).T, RATE)
    player.play_clip(load_clip(path, RATE, 2, seconds=2))
    assert player.feeder is not None
    player.feeder.top_up()
    assert device.hear(5.29)[-1].any()
    assert player.playing
    device.hear(0.02)
    assert not player.playing


@pytest.mark.parametrize("rate", [44_100, 22_050])
def test_a_long_sound_of_another_rate_has_no_seam(tmp_path: Path, player: Player, device: Any, rate: int) -> None:
    path = tmp_path / "long.wav"
    tone = 0.5 * np.sin(2 * np.pi * 700 * np.arange(25 * rate) / rate)
    soundfile.write(path, tone, rate, subtype="FLOAT")
    player.play_clip(load_clip(path, RATE, 2, 0.3, seconds=2), 0.3, 24.5)
    heard = []
    for _ in range(24):
        if player.feeder is not None and player.feeder.hungry:
            player.feeder.top_up()
        heard.append(device.hear(1.0))
    wanted = 0.5 * np.sin(2 * np.pi * 700 * (np.arange(24 * RATE) + 0.3 * RATE) / RATE)
    assert np.abs(np.concatenate(heard)[480:, 0] - wanted[480:]).max() < 1e-3


def test_a_long_loop_comes_round_without_a_gap(tmp_path: Path, player: Player, device: Any) -> None:
    path = tmp_path / "long.wav"
    sound = noise(32.0)
    soundfile.write(path, sound.T, RATE, subtype="FLOAT")
    player.play_clip(load_clip(path, RATE, 2), 0.5, 32.0, loop=True)
    feeder = player.feeder
    assert isinstance(feeder, Feeder)
    for _ in range(32):
        if feeder.hungry:
            feeder.top_up()
        device.hear(1.0)
    again = device.hear(0.5)
    assert player.position == pytest.approx(0.5 + 32.5 - 31.5, abs=0.001)
    assert np.array_equal(again[:4800], sound.T[48_000:52_800])
    assert feeder.voice.starved == 0


def test_a_region_past_the_end_of_a_wrong_header_is_silence(tmp_path: Path, player: Player, device: Any) -> None:
    path = tmp_path / "short.wav"
    soundfile.write(path, noise(31.0).T, RATE)
    player.play_clip(load_clip(path, RATE, 2), 0.0, 33.0)
    assert player.feeder is not None
    player.feeder.top_up()
    device.hear(31.5)
    assert player.playing
    assert not device.hear(1.0).any()
