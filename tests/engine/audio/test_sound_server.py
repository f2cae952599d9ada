"""The device for real: a sound server of the test's own plays what the player plays, and is recorded."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks.sound_server import RATE, Recorder, missing_program, null_sink, recording

# PortAudio and ALSA read their environment once a process, so the player runs in one that starts inside the server's.
_PLAYER = """
import sys, time
import numpy as np
from engine.audio import Player
from engine.errors import DeviceError

player = Player()
try:
    player.warm()
except DeviceError as error:
    print("no device", error.detail, flush=True)
    sys.exit(0)
rng = np.random.default_rng(11)
sounds = {
    "noise": (0.25 * rng.standard_normal((2, 24_000))).clip(-1, 1).astype("float32"),
    "tone": np.repeat(0.5 * np.sin(2 * np.pi * 220 * np.arange(48_000) / 48_000)[None], 2, axis=0).astype("float32"),
}
print("ready", player.device.rate, flush=True)
for line in sys.stdin:
    order, _, name = line.strip().partition(" ")
    moment = time.monotonic()
    if order == "stop":
        player.stop()
    else:
        player.play(sounds[name], 48_000, loop=order == "loop")
    print(moment, flush=True)
player.close()
"""


class Session:
    """A player in a process of its own, and what the server recorded of it."""

    def __init__(self, process: subprocess.Popen[str], recorder: Recorder) -> None:
        self._process, self._recorder = process, recorder

    def order(self, what: str) -> float:
        """Tell the player; returns the moment it was told (``time.monotonic``)."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def onset(self, moment: float) -> float:
        """Seconds from ``moment`` to the first loud sample out of the server."""
        end = time.monotonic() + 5
        while time.monotonic() < end:
            found = self._recorder.onset_after(moment)
            if found is not None:
                return found - moment
            time.sleep(0.002)
        raise AssertionError("nothing was heard")

    def forget(self) -> None:
        """Begin a new recording."""
        self._recorder.pieces.clear()
        self._recorder.moments.clear()

    def heard(self) -> np.ndarray:
        """The recording as float64 ``(n,)`` of the left side."""
        return self._recorder.samples[:, 0] / 32768.0


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """A warm player on a null sink."""
    if (program := missing_program()) is not None:
        pytest.skip(f"{program} is not installed")
    pytest.importorskip("sounddevice", exc_type=OSError, reason="PortAudio is not installed")
    with null_sink() as environment, recording(environment) as recorder:
        process = subprocess.Popen(
            [sys.executable, "-c", _PLAYER],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # ALSA's own remarks
            text=True,
        )
        assert process.stdout is not None
        assert process.stdin is not None
        ready = process.stdout.readline()
        try:
            if not ready.startswith("ready"):
                pytest.skip(f"ALSA does not reach PulseAudio here (libasound2-plugins?): {ready}")
            time.sleep(2.5)  # a null sink renders two seconds ahead until somebody asks for less
            yield Session(process, recorder)
        finally:
            process.stdin.close()
            process.wait(10)
            process.stdout.close()


def _play_noise(session: Session) -> tuple[np.ndarray, int]:
    """The recording of the noise and the sample at which it begins."""
    session.forget()
    session.onset(session.order("play noise"))
    time.sleep(0.8)
    heard, wanted = session.heard(), _noise()[:2400]
    size = 1 << int(np.ceil(np.log2(len(heard) + len(wanted))))
    match = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size)), size)
    return heard, int(match.argmax())


def _noise() -> np.ndarray:
    return np.asarray((0.25 * np.random.default_rng(11).standard_normal((2, 24_000))).clip(-1, 1)[0])


def test_what_comes_out_is_what_went_in(session: Session) -> None:
    wanted = _noise()[:23_700]  # the last 5 ms fade
    for _ in range(6):  # a machine busy with other tests may break a sound now and then; it must succeed once
        heard, first = _play_noise(session)
        found = heard[first : first + len(wanted)]
        if len(found) == len(wanted) and np.abs(found - wanted).max() < 2 / 32768:  # recorded with 16 bit
            break
    else:
        pytest.fail("six times what came out was not what went in")
    after = heard[first + 24_000 :]
    assert len(after) > 4800
    assert not after.any()


def test_click_to_sound_is_short_on_a_warm_device(session: Session) -> None:
    delays = []
    for _ in range(9):
        session.forget()
        delays.append(session.onset(session.order("play noise")))
        session.order("stop")
        time.sleep(0.15)
    assert np.median(delays) < 0.05


def test_loop_goes_on_and_stop_ends_it_without_a_click(session: Session) -> None:
    steepest = 0.5 * 2 * np.pi * 220 / RATE * 1.3 + 2 / 32768
    for _ in range(8):  # see above: gaps of a busy machine are steps too
        session.forget()
        session.onset(session.order("loop tone"))
        time.sleep(1.2)
        session.order("stop")
        time.sleep(0.4)
        heard = session.heard()
        sounding = np.flatnonzero(np.abs(heard) > 0.001)
        assert (sounding[-1] - sounding[0]) / RATE > 1.1  # the tone itself lasts one second
        assert not heard[-4800:].any()
        if np.abs(np.diff(heard[sounding[0] : sounding[-1] + 2])).max() < steepest:
            return
    pytest.fail("a step was heard each of eight times")
