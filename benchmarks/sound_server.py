"""A PulseAudio server of its own with a null sink, and a recorder on it: a sound card that can be measured."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

RATE = 48_000
SINK = "foleyscope_test"
PROGRAMS = ("pulseaudio", "parec", "pactl")


def missing_program() -> str | None:
    """The first program of PulseAudio that is not installed, or None."""
    return next((name for name in PROGRAMS if shutil.which(name) is None), None)


@contextmanager
def null_sink() -> Iterator[dict[str, str]]:
    """Run a server whose only output is a null sink; yields the environment in which programs play to it.

    Raises:
        RuntimeError: the server did not come up.
    """
    folder = tempfile.mkdtemp(prefix="pulse-")  # a Unix socket's path must be short
    environment = {
        **os.environ,
        "HOME": folder,
        "XDG_RUNTIME_DIR": folder,
        "PULSE_RUNTIME_PATH": folder,
        "PULSE_SERVER": f"unix:{folder}/native",
    }
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-level=error"]
    modules = [
        f"module-null-sink sink_name={SINK} rate={RATE} channels=2",
        f"module-native-protocol-unix auth-anonymous=1 socket={folder}/native",
    ]
    server = subprocess.Popen(
        [*command, *(part for module in modules for part in ("-L", module))],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_up(server, environment)
        yield environment
    finally:
        server.terminate()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_up(server: subprocess.Popen[bytes], environment: dict[str, str]) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end and server.poll() is None:
        if subprocess.run(["pactl", "info"], env=environment, capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError("the PulseAudio server did not come up")


@dataclass
class Recorder:
    """Everything the sink plays, as int16 ``(n, 2)``, each piece with the moment it arrived (``time.monotonic``)."""

    pieces: list[np.ndarray] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)

    @property
    def samples(self) -> np.ndarray:
        """All that was recorded so far."""
        return np.concatenate(self.pieces) if self.pieces else np.zeros((0, 2), np.int16)

    def onset_after(self, moment: float, threshold: int = 500) -> float | None:
        """When (``time.monotonic``) the first loud sample after ``moment`` came, the recorder's own delay included."""
        for piece, arrived in zip(list(self.pieces), list(self.moments), strict=False):
            loud = np.flatnonzero(np.abs(piece[:, 0].astype(np.int32)) > threshold)
            if arrived > moment and loud.size:
                return arrived - (len(piece) - int(loud[0])) / RATE
        return None


@contextmanager
def recording(environment: dict[str, str]) -> Iterator[Recorder]:
    """Record the sink's monitor with as little delay as the server allows."""
    command = ["parec", "-d", f"{SINK}.monitor", "--raw", "--format=s16le", f"--rate={RATE}", "--channels=2"]
    source = subprocess.Popen(
        [*command, "--latency-msec=2", "--process-time-msec=1"], env=environment, stdout=subprocess.PIPE
    )
    recorder = Recorder()
    reader = threading.Thread(target=_read, args=(source, recorder), name="recorder")
    reader.start()
    try:
        yield recorder
    finally:
        source.terminate()
        source.wait(10)
        reader.join(10)
        if source.stdout is not None:
            source.stdout.close()


def _read(source: subprocess.Popen[bytes], recorder: Recorder) -> None:
    assert source.stdout is not None
    rest = b""
    while data := os.read(source.stdout.fileno(), 1 << 16):
        now = time.monotonic()
        data = rest + data
        whole = len(data) // 4 * 4
        rest = data[whole:]
        recorder.pieces.append(np.frombuffer(data[:whole], np.int16).reshape(-1, 2))
        recorder.moments.append(now)


def write_clicks(folder: Path, count: int, seconds: float) -> list[Path]:
    """Sounds that begin at full level with their first sample, so that their start can be told to the sample."""
    import soundfile

    time_axis = np.arange(round(seconds * 44_100)) / 44_100
    paths = []
    for number in range(count):
        tone = 0.6 * np.cos(2 * np.pi * (300 + 20 * number) * time_axis)
        paths.append(folder / f"click_{number:02d}.wav")
        soundfile.write(paths[-1], np.repeat(tone[:, None], 2, axis=1), 44_100, subtype="PCM_24")
    return paths
