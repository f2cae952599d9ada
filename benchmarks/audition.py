"""Click to sound: from the list's click to the first sample out of the sound server, beside the naive way.

Run with `uv run python benchmarks/audition.py`. A PulseAudio server with a null sink is started for it and recorded, so
that every number is a sound that really came out; the recorder adds the same delay to all. The naive way is what a
first version does: read the whole file on each click, then `sounddevice.play`, which opens a stream each time.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sound_server import missing_program, null_sink, recording, write_clicks

_COOL_DOWN = 0.25


def main() -> None:
    """Measure both ways in one process against one server and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clicks", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=20.0, help="length of each sound; libraries average 20 s")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        _measure(options.clicks, options.seconds)
        return
    if (program := missing_program()) is not None:
        sys.exit(f"{program} is not installed. Install it with `sudo apt install pulseaudio pulseaudio-utils`.")
    with null_sink() as environment:  # PortAudio reads the environment once, so the measuring process starts inside
        command = [sys.executable, __file__, "--inside", f"--clicks={options.clicks}", f"--seconds={options.seconds}"]
        sys.exit(subprocess.run(command, env=environment, check=False).returncode)


def _measure(clicks: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = write_clicks(Path(folder), 10, seconds)
        rows = [
            ("warm device, prefetched", _ours(paths, clicks, prefetched=True)),
            ("warm device, first click on a file", _ours(paths, clicks, prefetched=False)),
            ("naive: whole file and a fresh stream", _naive(paths, clicks)),
        ]
    print(f"click to sound, {clicks} clicks on {seconds:g} s stereo files (44.1 kHz, 24 bit), PulseAudio null sink\n")
    print(f"{'':38}{'p50':>9}{'p95':>9}{'worst':>9}")
    for name, delays in rows:
        p50, p95 = np.percentile(delays, [50, 95])
        print(f"{name:38}{p50:7.1f}ms{p95:7.1f}ms{max(delays):7.1f}ms")
    ratios = [np.percentile(rows[2][1], q) / np.percentile(rows[0][1], q) for q in (50, 95)]
    print(f"\nnaive / prefetched: {ratios[0]:.1f} at p50, {ratios[1]:.1f} at p95")


def _ours(paths: list[Path], clicks: int, *, prefetched: bool) -> list[float]:
    """The window's own way: the view-model a click calls, with its real lanes."""
    from PySide6.QtCore import QCoreApplication

    from app.tasks import TaskRunner
    from app.viewmodels.audition import AuditionViewModel, ClipCache, Wish

    application = QCoreApplication.instance() or QCoreApplication([])
    runner = TaskRunner(decode_threads=4)  # as the window has
    audition = AuditionViewModel(runner)

    def until(done: Callable[[], bool]) -> None:
        while not done():
            application.processEvents()
            time.sleep(0.0005)

    try:
        audition.warm()
        until(lambda: audition.player.device.is_open)
        if prefetched:
            audition.prefetch(Wish(path) for path in paths)
            until(lambda: all(audition.is_ready(path) for path in paths))

        def click(path: Path) -> None:
            if not prefetched:
                audition._cache = ClipCache()
            audition.play(path, 0.0, 60.0)

        return _clicks(paths, clicks, click, audition.stop, application.processEvents)
    finally:
        audition.close()
        runner.shutdown()


def _naive(paths: list[Path], clicks: int) -> list[float]:
    import sounddevice
    import soundfile

    def click(path: Path) -> None:
        frames, rate = soundfile.read(path, dtype="float32")
        sounddevice.play(frames, rate)

    return _clicks(paths, clicks, click, sounddevice.stop, lambda: None)


def _clicks(
    paths: list[Path],
    clicks: int,
    click: Callable[[Path], None],
    stop: Callable[[], None],
    breathe: Callable[[], object],
) -> list[float]:
    """Delay of each click in ms."""
    delays = []
    with recording(dict(os.environ)) as recorder:
        _pause(2.5, breathe)  # the null sink renders two seconds ahead until somebody asks for less
        for number in range(clicks):
            moment = time.monotonic()
            click(paths[number % len(paths)])
            while (onset := recorder.onset_after(moment)) is None and time.monotonic() - moment < 5:
                breathe()
                time.sleep(0.001)
            if onset is None:
                sys.exit("nothing was heard: is libasound2-plugins installed?")
            delays.append((onset - moment) * 1000)
            stop()
            _pause(_COOL_DOWN + 0.0037 * (number % 7), breathe)
            recorder.pieces.clear()
            recorder.moments.clear()
    return delays


def _pause(seconds: float, breathe: Callable[[], object]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        breathe()
        time.sleep(0.002)


if __name__ == "__main__":
    main()
