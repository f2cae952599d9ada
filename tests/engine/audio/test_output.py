"""Mixing on the device: one voice takes over from another without a step; failures say what to install."""

from __future__ import annotations

import importlib.abc
import sys
import time
import tracemalloc
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.audio import OutputDevice
from engine.audio.voice import Voice
from engine.errors import DeviceError


def steady(level: float, frames: int = 48_000, **options: Any) -> Voice:
    return Voice([np.full((frames, 2), level, np.float32)], frames, 48_000, **options)


def test_silent_until_something_plays(device: Any) -> None:
    assert not device.hear(0.05).any()


def test_a_newer_voice_takes_over_under_a_short_crossfade(device: Any) -> None:
    device.play(steady(0.4))
    device.hear(0.1)
    device.play(steady(0.2))
    change = device.hear(0.02)[:, 0]
    assert np.abs(np.diff(change)).max() < 0.01
    assert change[-1] == pytest.approx(0.2)


def test_stop_fades_all_and_forgets_them(device: Any) -> None:
    device.play(steady(0.5))
    device.hear(0.1)
    device.stop()
    fading = device.hear(0.01)[:, 0]
    assert fading[0] > 0.4
    assert fading[-1] == 0.0
    assert not device._voices


def test_the_sum_never_leaves_the_range(device: Any) -> None:
    device.play(steady(0.9, soft_start=False))
    device.hear(0.01)
    device.play(steady(0.9, soft_start=False))
    assert device.hear(0.02).max() <= 1.0


def test_blocks_larger_than_the_scratch_are_mixed_whole(device: Any) -> None:
    device.play(steady(0.5, 60_000, soft_start=False))
    out = np.zeros((40_000, 2), np.float32)
    device.render(out)
    assert np.array_equal(out, np.full_like(out, 0.5))


def test_mixing_asks_for_no_array_memory(device: Any) -> None:
    device.play(steady(0.5, loop=True))
    out = np.zeros((4800, 2), np.float32)  # 38 kB a block
    device.render(out)
    tracemalloc.start()
    try:
        for _ in range(20):
            device.render(out)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000


def test_a_device_that_does_not_exist_is_said_with_the_next_step() -> None:
    pytest.importorskip("sounddevice", exc_type=OSError, reason="PortAudio is not installed")
    with pytest.raises(DeviceError, match="No sound output") as caught:
        OutputDevice(device="a device nobody has").open()
    assert "Connect" in caught.value.hint
    assert caught.value.detail


class _WithoutPortAudio(importlib.abc.MetaPathFinder):
    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "sounddevice":
            raise OSError("PortAudio library not found")


def test_absent_portaudio_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [_WithoutPortAudio(), *sys.meta_path])
    monkeypatch.setattr(sys, "platform", "linux")
    device = OutputDevice()
    with pytest.raises(DeviceError, match="PortAudio is not installed") as caught:
        device.open()
    assert "sudo apt install libportaudio2" in caught.value.hint
    assert not device.is_open
    device.close()


def test_a_block_tells_when_it_is_heard_and_gaps_are_counted(device: Any) -> None:
    out = np.zeros((480, 2), np.float32)
    device._callback(out, 480, SimpleNamespace(outputBufferDacTime=7.03, currentTime=7.0), None)
    assert device.heard_at - device.called_at == pytest.approx(0.03)
    device._delay = 0.02
    for nonsense in (0.0, 1e9):
        device._callback(out, 480, SimpleNamespace(outputBufferDacTime=nonsense, currentTime=5.0), "underflow")
        assert device.heard_at - device.called_at == pytest.approx(0.02)
    assert device.xruns == 0  # a gap in silence is none
    device.play(steady(0.5))
    device.render(out)
    device._callback(out, 480, SimpleNamespace(outputBufferDacTime=0.0, currentTime=0.0), "underflow")
    assert (device.xruns, device.underruns) == (1, 1)
    assert not device.stalled


def test_a_device_that_no_longer_asks_for_sound_is_opened_anew() -> None:
    pytest.importorskip("sounddevice", exc_type=OSError, reason="PortAudio is not installed")

    class Stuck:
        """A stream that no machine has when it is wanted: running, and never calling."""

        active, latency, closed = True, 0.02, False

        def close(self) -> None:
            self.closed = True

    device, stream = OutputDevice(device="a device nobody has"), Stuck()
    device._stream, device.called_at = stream, time.monotonic()
    assert device.ready
    device.open()
    assert not stream.closed
    device.called_at -= 3.5
    assert device.is_open and not device.ready
    with pytest.raises(DeviceError):
        device.open()
    assert stream.closed and not device.is_open
