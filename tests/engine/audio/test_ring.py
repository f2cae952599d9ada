"""The ring gives what was written, once, in order, whoever is faster; running dry is counted, not waited for."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.audio.ring import RingVoice

RISE = 240


def ramp(frames: int, start: int = 0) -> np.ndarray:
    return np.repeat(np.arange(start, start + frames, dtype=np.float32)[:, None] / 1e5, 2, axis=1)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 300)), min_size=1, max_size=40))
def test_what_comes_out_is_what_went_in(device: Any, turns: list[tuple[int, int]]) -> None:
    voice, heard, scratch = RingVoice(device, 0.01), [], np.zeros((512, 2), np.float32)
    for writes, reads in turns:
        voice.write(ramp(min(writes, voice.room), voice.written))
        before, out = voice.at, np.zeros((reads, 2), np.float32)
        voice.mix_into(out, scratch)
        assert not out[voice.at - before :].any()
        heard.append(out[: voice.at - before])
    whole = np.concatenate(heard)
    assert np.array_equal(whole[RISE:], ramp(voice.at)[RISE:])


def test_running_dry_is_counted_once_a_time(device: Any) -> None:
    voice = RingVoice(device, 0.1)
    out, scratch = np.zeros((480, 2), np.float32), np.zeros((512, 2), np.float32)
    voice.write(ramp(700))
    for _ in range(4):
        voice.mix_into(out, scratch)
    assert (voice.at, voice.starved) == (700, 1)
    voice.write(ramp(960))
    for _ in range(3):
        voice.mix_into(out, scratch)
    assert voice.starved == 2


def test_it_rises_and_falls_without_a_step(device: Any) -> None:
    voice = RingVoice(device, 0.2)
    voice.write(np.ones((9000, 2), np.float32))
    device.play(voice)
    heard = [device.hear(0.05)]
    device.stop("transport")
    heard.append(device.hear(0.05))
    wave = np.concatenate([np.zeros((1, 2), np.float32), *heard])[:, 0]
    assert np.abs(np.diff(wave)).max() < 0.01
    assert wave.max() == 1.0
    assert not wave[-2000:].any()
    assert voice.finished
    assert voice.starved == 0


def test_a_voice_that_joins_leaves_out_what_went_by(device: Any) -> None:
    voice = RingVoice(device, 0.2, join=10.0)
    voice.write(ramp(9000))
    device.heard_at = 10.1
    device.play(voice)
    heard = device.hear(0.01)
    assert voice.mark == (4800, 10.1)
    assert heard[400:480, 0] == pytest.approx(ramp(480, 4800)[400:480, 0])


def test_audition_and_transport_sound_together(device: Any) -> None:
    from engine.audio.voice import Voice

    ring = RingVoice(device, 0.2)
    ring.write(np.full((9000, 2), 0.25, np.float32))
    device.play(ring)
    device.play(Voice([np.full((9000, 2), 0.5, np.float32)], 9000, 48_000))
    assert device.hear(0.05)[2000, 0] == 0.75
    device.stop()
    assert device.hear(0.05)[2000, 0] == 0.25


def test_the_callback_asks_for_no_array_memory(device: Any) -> None:
    voice = RingVoice(device, 0.5)
    device.play(voice)
    out = np.zeros((480, 2), np.float32)
    block = np.ones((480, 2), np.float32)
    voice.write(block)
    device.render(out)
    tracemalloc.start()
    try:
        for _ in range(100):
            voice.write(block)
            device.render(out)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3_000  # a block has 3840 bytes
