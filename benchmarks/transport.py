"""Is the frame shown the frame of the sample heard, is what comes out the mix, and what if the device drops out.

Run with `uv run python benchmarks/transport.py`. A PulseAudio server with a null sink is started and recorded. The
mix is noise, so that every recorded stretch tells where on the timeline it comes from and thereby what was heard when;
beside the transport's clock stand two naive ones in the same run: the time since play was pressed, and the samples
handed to the device.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sound_server import RATE, SINK, Recorder, missing_program, null_sink, recording

if TYPE_CHECKING:
    from engine.audio.mixer import Mixer
    from engine.audio.transport import Transport
    from engine.timeline.document import Project

FRAME_RATES = (Fraction(24_000, 1001), Fraction(60), Fraction(240))
_LEAD = 2.5
"""Seconds: a null sink renders two seconds ahead until somebody asks for less."""
_CHUNK = RATE // 10
"""Samples compared at once."""
_STEP = RATE // 200
"""Samples passed over where nothing fits: 5 ms, as long as a voice fades in."""
_BRACKET = 0.001
"""Seconds: a look interrupted for longer says nothing about the clock."""
_PATIENCE = 15.0
"""Seconds that a server started anew may take until it is heard."""


def main() -> None:
    """Measure inside a server of its own and print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="played and watched")
    parser.add_argument("--json", action="store_true", help="print the numbers alone")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(_measure(Path(folder), options.seconds)))
        return
    if (program := missing_program()) is not None:
        sys.exit(f"{program} is not installed. Install it with `sudo apt install pulseaudio pulseaudio-utils`.")
    found = run(options.seconds)
    if options.json:
        print(json.dumps(found))
    else:
        _print(found, options.seconds)


def run(seconds: float) -> dict[str, Any]:
    """Everything measured, from a process started inside the server: PortAudio reads its environment once."""
    with null_sink() as environment:
        command = [sys.executable, __file__, "--inside", f"--seconds={seconds}"]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    return dict(json.loads(done.stdout))


def _print(found: dict[str, Any], seconds: float) -> None:
    print(f"{seconds:g} s, looked at 60 times a second; the recorder's own delay is in each median\n")
    print("| clock | off by, median | spread around it, p95 | worst |\n|---|---|---|---|")
    for name, off in found["clocks"].items():
        print(f"| {name} | {off['median']:.1f} ms | {off['p95']:.2f} ms | {off['worst']:.2f} ms |")
    print("\n| frames a second | shows the heard frame | worst distance, in frames |\n|---|---|---|")
    for name, (share, worst, _) in found["frames"].items():
        print(f"| {name} | {100 * share:.1f} % | {worst:.2f} |")
    print(f"\nrecorded is rendered, to the 16 bits of the recording, for {found['exact']:.1f} s; ", end="")
    print(
        f"{found['silent']:.2f} s of silence, {found['strange']:.2f} s that are neither, in {found['splices']} gaps; ",
        end="",
    )
    print(f"{found['wrong']} wrong samples")
    print(f"gaps: {found['xruns']} in {seconds:g} s, of them {found['device_gaps']} the device's")
    print(f"first sound {found['late'] * 1e3:.0f} ms after play was pressed")
    print(f"device dropped out and returned: clock off by {found['drop']['worst_ms']:.2f} ms at most ", end="")
    print(f"(from look to look {found['drop']['step_ms']:.2f} ms), ", end="")
    print(f"sound again {found['drop']['off_ms']:.1f} ms beside the picture")


@dataclass(frozen=True, slots=True)
class Watched:
    """What three clocks said at a moment, in samples."""

    moment: float
    position: int
    handed: int
    pressed: float


def _measure(folder: Path, seconds: float) -> dict[str, Any]:
    from engine.audio.mixer import Mixer
    from engine.audio.transport import Transport

    project = _session(folder, seconds + 20 + _PATIENCE)
    with Mixer(project, folder, threads=1) as mixer, Transport(mixer) as transport, Mixer(project, folder) as reference:
        transport.device.open()
        transport.warm()
        with recording(dict(os.environ)) as recorder:
            time.sleep(_LEAD)
            watched = _watch(transport, seconds)
            xruns = transport.xruns
            transport.pause()
            time.sleep(0.3)
            heard, began = recorder.samples, _began(recorder)
        truth, found = _follow(heard, reference, began, int(seconds * RATE))
        return {
            **found,
            "xruns": xruns,
            "late": next((entry.moment for entry in watched if entry.position > 0), 0.0) - watched[0].moment,
            "device_gaps": transport.device.xruns,
            "clocks": _clocks(watched, truth),
            "frames": _frames(watched, truth),
            "drop": _drop(transport, reference),
        }


def _session(folder: Path, seconds: float) -> Project:
    import soundfile

    from engine.timeline.document import Clip, Master, Media, Project, Track

    rng, media = np.random.default_rng(3), []
    for number, (rate, channels) in enumerate(((48_000, 2), (44_100, 2), (96_000, 1))):
        path, frames = folder / f"noise {number}.wav", int(seconds * rate)
        soundfile.write(path, 0.1 * rng.standard_normal((frames, channels)), rate, subtype="PCM_24")
        media.append(Media(id=str(number), path=str(path), sample_rate=rate, channels=channels, frames=frames))
    length = int(seconds * RATE)
    tracks = [Track(id=str(n), clips=(Clip(id=str(n), media=str(n), length=length),)) for n in range(3)]
    return Project(id="noise", master=Master(gain_db=-3.0), media=tuple(media), tracks=tuple(tracks))


def _watch(transport: Transport, seconds: float) -> list[Watched]:
    """Play from the beginning and look at the clocks as a window would."""
    transport.locate(0)
    transport.play()
    pressed, watched = time.monotonic(), []
    while time.monotonic() < pressed + seconds:
        playback = transport._feed.wanted
        voice = playback.voice if playback is not None else None
        look = _glance(transport)
        if look is not None:
            now, position = look
            watched.append(Watched(now, position, voice.at if voice else 0, (now - pressed) * RATE))
        time.sleep(1 / 60)
    return watched


def _glance(transport: Transport) -> tuple[float, int] | None:
    """When (``time.monotonic``) the clock said what; None where this process was held up in between."""
    before = time.monotonic()
    position = transport.position
    after = time.monotonic()
    return ((before + after) / 2, position) if after - before < _BRACKET else None


def _began(recorder: Recorder) -> float:
    """The moment (``time.monotonic``) of the recording's first sample, from the pieces that came with least delay."""
    ends = np.cumsum([len(piece) for piece in recorder.pieces])
    moments = np.array(recorder.moments[: len(ends)])
    return float(np.percentile((moments - ends / RATE)[len(ends) // 4 :], 5))


def _place(stretch: np.ndarray, reference: Mixer, first: int, count: int) -> int:
    """The timeline sample at which ``stretch`` begins, sought in ``first..first + count``."""
    sound = reference.render(first, count)[0].astype(np.float64)
    size = 1 << int(np.ceil(np.log2(count + len(stretch))))
    match = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(stretch, size)), size)
    return first + int(match.argmax())


@dataclass(frozen=True, slots=True)
class Truth:
    """What was heard when: a sample of the timeline at each of some moments, and evenly on from there."""

    moments: np.ndarray
    samples: np.ndarray

    def at(self, moment: float) -> float:
        """The timeline sample heard at a moment."""
        near = max(0, int(np.searchsorted(self.moments, moment)) - 1)
        return float(self.samples[near] + (moment - self.moments[near]) * RATE)


def _follow(heard: np.ndarray, reference: Mixer, began: float, most: int) -> tuple[Truth, dict[str, Any]]:
    """Find a recording on the timeline again, and compare every sample of it with what was rendered.

    A busy machine leaves gaps: silence, or a leap in time. Behind each the recording is sought anew. What differs where
    no time was lost is wrong, whatever the machine does.

    Returns:
        What was heard when, and in seconds how much is ``exact``, ``silent`` and neither (``strange``); how many gaps
        (``splices``) and wrong places there are.
    """
    left, at = heard[:, 0] / 32768.0, int(np.flatnonzero(np.abs(heard[:, 0]) > 300)[0]) + RATE // 4
    points, place, silent, exact, strange, splices, wrong = [], None, 0, 0, 0, 0, 0
    known, quiet = (at, 0), 0  # up to where the recording is known, and the timeline's sample there
    while at + _CHUNK < len(heard) - RATE:
        if place is None:
            quiet = _quiet(heard[at:])
            if quiet:
                silent, at = silent + quiet, at + quiet
                continue
            place = _place(left[at : at + _CHUNK], reference, max(0, known[1] - RATE), 4 * RATE)
        if place + _CHUNK > most:
            break
        same = _same(heard[at : at + _CHUNK], reference, place)
        if same < _STEP:
            strange, at, place = strange + _STEP, at + _STEP, None
            continue
        if points and at != known[0]:
            splices += 1
            wrong += place - known[1] == at - known[0] and not (heard[known[0] : at] == 0).all(axis=1).any()
        points.append((at, place))
        exact, at, place = exact + same, at + same, place + same
        known = (at, place)
        if same < _CHUNK:
            place = None
    places, samples = np.array(points or [(0, 0)], float).T
    found = {"exact": exact / RATE, "silent": silent / RATE, "strange": strange / RATE}
    return Truth(began + places / RATE, samples), {**found, "splices": splices, "wrong": int(wrong)}


def _quiet(heard: np.ndarray) -> int:
    """How many samples of digital silence ``heard`` begins with."""
    loud = heard[: 2 * RATE].any(axis=1)
    return int(loud.argmax()) if loud.any() else len(loud)


def _same(heard: np.ndarray, reference: Mixer, place: int) -> int:
    """How many samples from the first on are those of the mix at ``place``, to 16 bits."""
    wanted = np.clip(reference.render(place, len(heard)), -1, 1).T * 32768.0
    off = np.abs(heard - wanted).max(axis=1) >= 2
    return int(off.argmax()) if off.any() else len(heard)


def _settled(watched: list[Watched]) -> list[Watched]:
    """From a second after the first sound on."""
    return [entry for entry in watched if entry.position > RATE]


def _clocks(watched: list[Watched], truth: Truth) -> dict[str, dict[str, float]]:
    late = _settled(watched)
    rows = {
        "ours": [entry.position - truth.at(entry.moment) for entry in late],
        "naive: time since play was pressed": [entry.pressed - truth.at(entry.moment) for entry in late],
        "naive: samples handed to the device": [entry.handed - truth.at(entry.moment) for entry in late],
    }
    return {name: _spread(np.array(off) / RATE * 1e3) for name, off in rows.items()}


def _spread(off: np.ndarray) -> dict[str, float]:
    middle = float(np.median(off))
    around = np.abs(off - middle)
    return {
        "median": middle,
        "p50": float(np.median(around)),
        "p95": float(np.percentile(around, 95)),
        "worst": float(around.max()),
    }


def _frames(watched: list[Watched], truth: Truth) -> dict[str, tuple[float, float, float]]:
    """By frame rate: share of looks that show the heard frame, how far off it was at most (frames), and
    share of looks within half a frame.

    The constant delay of the recorder is taken off: no picture can know it.
    """
    from engine.audio.framegrid import FrameGrid

    late = _settled(watched)
    delay = float(np.median([entry.position - truth.at(entry.moment) for entry in late]))
    rows = {}
    for rate in FRAME_RATES:
        grid, distances = FrameGrid(RATE, rate), []
        for entry in late:
            heard, shown = truth.at(entry.moment) + delay, grid.at(entry.position)
            first, end = grid.start(shown), grid.start(shown + 1)
            distances.append(max(first - heard, heard - end, 0.0) / (end - first))
        off = np.array(distances)
        rows[f"{float(rate):.3f}"] = (float(np.mean(off == 0)), float(off.max()), float(np.mean(off < 0.5)))
    return rows


def _drop(transport: Transport, reference: Mixer) -> dict[str, float]:
    """End the sound server while playing, start it again, and look at the clock all the while."""
    moments: list[tuple[float, int]] = []
    with recording(dict(os.environ)):
        time.sleep(_LEAD)
        transport.locate(0)
        transport.play()
        _look(transport, moments, 2.0)
        transport._feed._retry_at = time.monotonic() + 2.0 + _LEAD  # let a recorder settle the new server before
        subprocess.run(["pactl", "exit"], check=False, capture_output=True)
    _look(transport, moments, 1.0)
    server = _serve()
    try:
        _look(transport, moments, 0.5)
        with recording(dict(os.environ)) as recorder:
            _look(transport, moments, 2 * _LEAD + 0.5)
            until = time.monotonic() + _PATIENCE
            while time.monotonic() < until and not _sounds(recorder.samples):
                _look(transport, moments, 0.5)
            heard, began = recorder.samples, _began(recorder)
        transport.pause()
    finally:
        server.terminate()
        server.wait(10)
    settled = [(moment, place) for moment, place in moments if place > RATE // 2]
    off = np.array([place - settled[0][1] - (moment - settled[0][0]) * RATE for moment, place in settled])
    last = max(0, len(heard) - RATE)
    place = _place(heard[last : last + _CHUNK, 0] / 32768.0, reference, 0, int((14 + _PATIENCE) * RATE))
    truth = Truth(np.array([began + last / RATE]), np.array([float(place)]))
    return {
        "worst_ms": float(np.abs(off).max() / RATE * 1e3),
        "step_ms": float(np.abs(np.diff(off)).max() / RATE * 1e3),
        "off_ms": float(np.median([place - truth.at(moment) for moment, place in moments[-60:]]) / RATE * 1e3),
        "silent": float(not _sounds(heard)),
    }


def _sounds(heard: np.ndarray) -> bool:
    """Whether a recording goes on without a gap in its last second but a tenth."""
    tail = heard[-RATE:][:_CHUNK]
    return len(heard) > RATE and float(np.mean(tail == 0)) < 0.1


def _look(transport: Transport, moments: list[tuple[float, int]], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        look = _glance(transport)
        if look is not None:
            moments.append(look)
        time.sleep(1 / 60)


def _serve() -> subprocess.Popen[bytes]:
    folder = os.environ["PULSE_RUNTIME_PATH"]
    modules = [
        f"module-null-sink sink_name={SINK} rate={RATE} channels=2",
        f"module-native-protocol-unix auth-anonymous=1 socket={folder}/native",
    ]
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-level=error"]
    return subprocess.Popen(
        [*command, *(part for module in modules for part in ("-L", module))], stderr=subprocess.DEVNULL
    )


if __name__ == "__main__":
    main()
