"""One clock: steady in spite of uneven callbacks, never backwards, and without a jump when devices come and go."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.audio.clock import Clock
from engine.audio.ring import RingVoice

RATE = 48_000
BLOCK = 480


def test_it_waits_for_the_first_sound(device: Any) -> None:
    clock, voice = Clock(), RingVoice(device, 1.0)
    clock.follow(voice)
    assert clock.seconds(5.0) == 0
    voice.mark = (0, 6.0)  # handed over, and heard at 6 s
    assert clock.seconds(5.9) == 0
    assert not clock.running
    assert clock.seconds(6.25) == pytest.approx(0.25)


def test_uneven_callbacks_make_a_steady_clock(device: Any) -> None:
    rng = np.random.default_rng(3)
    clock, voice = Clock(), RingVoice(device, 1.0)
    clock.follow(voice)
    errors, before = [], 0.0
    for number in range(600):
        now = number * BLOCK / RATE
        voice.mark = (number * BLOCK, now + rng.uniform(-0.004, 0.004))
        for late in (0.001, 0.006):
            seconds = clock.seconds(now + late)
            assert seconds >= before
            before = seconds
            errors.append(seconds - (now + late))
    assert np.abs(errors[200:]).max() < 0.002
    assert np.abs(errors[600:]).max() < 0.0005, "an eighth of a frame at 240 frames a second"


def test_a_device_that_runs_slower_is_followed(device: Any) -> None:
    clock, voice = Clock(), RingVoice(device, 1.0)
    clock.follow(voice)
    for number in range(2000):
        voice.mark = (number * BLOCK, number * 0.01 * 1.0005)
        clock.seconds(number * 0.01 * 1.0005)
    assert clock.seconds(1999 * 0.01 * 1.0005) == pytest.approx(19.99, abs=0.001)


def test_a_dropped_device_and_one_that_returns_make_no_jump(device: Any) -> None:
    clock, voice = Clock(), RingVoice(device, 1.0)
    clock.follow(voice)
    for number in range(100):
        voice.mark = (number * BLOCK, number * 0.01)
        clock.seconds(number * 0.01)
    readings = [clock.seconds(1 + n / 100) for n in range(40)]  # no callback for 0.4 s
    clock.run_free(1.395)
    readings += [clock.seconds(1.4 + n / 100) for n in range(60)]
    again = RingVoice(device, 1.0, begun=2.0, join=2.0)
    clock.follow(again)
    readings += [clock.seconds(2 + n / 100) for n in range(10)]
    for number in range(100):
        now = 2.1 + number * 0.01
        again.mark = (4800 + 480 * number, now + 0.003)  # 3 ms late
        readings.append(clock.seconds(now))
    steps = np.diff(readings)
    assert steps.min() > 0.009
    assert steps.max() < 0.011
    assert readings[-1] == pytest.approx(2.1 + 0.99 - 0.003, abs=0.001)


def test_a_starved_ring_holds_the_picture_back(device: Any) -> None:
    clock, voice = Clock(), RingVoice(device, 1.0)
    clock.follow(voice)
    for number in range(100):
        voice.mark = (min(number, 50) * BLOCK, number * 0.01)
        clock.seconds(number * 0.01)
    assert clock.seconds(1.0) < 0.65
