"""How much faster than real time a large session is mixed, beside naive mixers, and what its meters cost.

Run with `uv run python benchmarks/mixer.py`. 32 tracks of 200 clips over ten minutes are cut from files of mixed
rates, depths and channels. The naive mixers are what a first version does: for each block they open every clip that
sounds, read and resample its part (which clicks at block edges) and add it up in float64, one sample by sample in
Python, one with numpy. Times of the processor are given beside those of the clock: on a busy machine only they tell.
"""

from __future__ import annotations

import argparse
import math
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.audio.meters import MixMeters
from engine.audio.mixer import Mixer
from engine.timeline.document import Clip, Master, Media, Project, Track

RATE = 48_000
BLOCK = 2048
KINDS = [(48_000, 1, "PCM_24"), (48_000, 2, "PCM_24"), (44_100, 2, "PCM_16"), (96_000, 2, "PCM_24")]


def main() -> None:
    """Mix the same minutes in turns and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=32)
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20.0, help="mixed by ours in each turn; the naive get a part")
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = write_sounds(Path(folder), 40)
        begin = time.perf_counter()
        project = session(files, options.tracks, options.clips)
        made = time.perf_counter()
        with Mixer(project, folder) as mixer, Mixer(project, folder, threads=2) as ahead:
            placed = (time.perf_counter() - made) / 2
            print(f"{options.tracks} tracks x {options.clips} clips; placed in {placed * 1e3:.0f} ms")
            print(f"one edit taken over in {_edit(mixer) * 1e3:.1f} ms (project made in {made - begin:.1f} s)\n")
            rows = _turns(project, mixer, ahead, options.turns, options.seconds)
    _print(rows)
    print(f"memory at its highest: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds mixed a second of the clock, and a second of the processor."""

    clock: float
    processor: float


def _print(rows: dict[str, list[Speed]]) -> None:
    loop = statistics.median(speed.clock for speed in rows["naive, Python loop"])
    print("| way | x real time, median (worst to best) | x real time by processor | x the naive loop |")
    print("|---|---|---|---|")
    for name, speeds in rows.items():
        clock = [speed.clock for speed in speeds]
        middle, processor = statistics.median(clock), statistics.median(speed.processor for speed in speeds)
        spread = f"{middle:.1f} ({min(clock):.1f} to {max(clock):.1f})"
        print(f"| {name} | {spread} | {processor:.1f} | {middle / loop:.0f} |")
    plain, metered = (
        statistics.median(speed.processor for speed in rows[name]) for name in ("ours", "ours, all meters")
    )
    print(f"\nmeters of 32 tracks and master: {100 * (1 / metered - 1 / plain):.1f} % of real time on one core")


def write_sounds(folder: Path, count: int) -> list[Media]:
    """Noise of 10 s in files of mixed kinds."""
    import soundfile

    rng, made = np.random.default_rng(1), []
    for number in range(count):
        rate, channels, subtype = KINDS[number % len(KINDS)]
        path = folder / f"sound {number:02d}.wav"
        soundfile.write(path, 0.05 * rng.standard_normal((10 * rate, channels)), rate, subtype=subtype)
        made.append(Media(id=f"m{number}", path=str(path), sample_rate=rate, channels=channels, frames=10 * rate))
    return made


def session(media: list[Media], tracks: int, clips: int) -> Project:
    """Clips of 1 to 5 s, one every 3 s on each track, with gains, pans and fades; some overlap."""
    rng = np.random.default_rng(2)

    def clip(track: int, number: int) -> Clip:
        sound = media[int(rng.integers(len(media)))]
        length = int(rng.uniform(1, 5) * RATE)
        return Clip(
            id=f"{track}-{number}",
            media=sound.id,
            source_in=int(rng.uniform(0, 4) * sound.sample_rate),
            length=length,
            position=int((number + rng.uniform(0, 0.5)) * 3 * RATE),
            gain_db=float(rng.uniform(-12, 0)),
            pan=float(rng.uniform(-1, 1)),
            fade_in=length // 10,
            fade_out=length // 4,
        )

    return Project(
        id="session",
        sample_rate=RATE,
        frame_rate=Fraction(24),
        master=Master(gain_db=-6.0),
        media=tuple(media),
        tracks=tuple(
            Track(id=str(track), clips=tuple(clip(track, number) for number in range(clips))) for track in range(tracks)
        ),
    )


def _edit(mixer: Mixer) -> float:
    before = mixer.project
    track = before.tracks[0]
    clips = (replace(track.clips[0], gain_db=-3.0), *track.clips[1:])
    begin = time.perf_counter()
    mixer.update(replace(before, tracks=(replace(track, clips=clips), *before.tracks[1:])))
    taken = time.perf_counter() - begin
    mixer.update(before)
    return taken


def _turns(project: Project, mixer: Mixer, ahead: Mixer, turns: int, seconds: float) -> dict[str, list[Speed]]:
    count = int(seconds * RATE)
    rows: dict[str, list[Speed]] = {}

    def note(name: str, samples: int, work: Callable[..., None], *arguments: object) -> None:
        clock, processor = time.perf_counter(), time.process_time()
        work(*arguments)
        passed = time.perf_counter() - clock, time.process_time() - processor
        rows.setdefault(name, []).append(Speed(samples / RATE / passed[0], samples / RATE / passed[1]))

    for turn in range(turns):
        start = int((30 + turn * seconds) * RATE)
        ways = [("ours", False), ("ours, all meters", True)]
        for name, metered in ways if turn % 2 else ways[::-1]:
            mixer.render(start + 300 * RATE, int(20 * RATE))  # what the cache holds of the stretch goes
            note(name, count, _ours, mixer, start, count, metered)
        note("ours, two threads reading ahead", count, _ours, ahead, start, count, False)
        note("naive, numpy", count // 10, _naive, project, start, count // 10, _numpy_clip)
        note("naive, Python loop", count // 20, _naive, project, start, count // 20, _loop_clip)
    return rows


def _ours(mixer: Mixer, start: int, count: int, metered: bool) -> None:
    meters = MixMeters(RATE, len(mixer.project.tracks))
    for first in range(start, start + count, BLOCK):
        if (first - start) % (16 * BLOCK) == 0:
            mixer.read_ahead(first, 2 * RATE)
        block = mixer.render(first, BLOCK)
        if metered:
            meters.add(block, mixer.peaks(first, BLOCK))


def _naive(project: Project, start: int, count: int, add: Callable[[Project, Clip, int, np.ndarray], None]) -> None:
    for first in range(start, start + count, BLOCK):
        out = np.zeros((BLOCK, 2))
        for track in project.tracks:
            for clip in track.clips:
                if clip.position < first + BLOCK and clip.end > first:
                    add(project, clip, first, out)


def _part(project: Project, clip: Clip, first: int) -> tuple[np.ndarray, int]:
    """The frames of a clip in a block, and the place in the clip of the first."""
    import soundfile
    import soxr

    media = project.find_media(clip.media)
    start, end = max(first, clip.position), min(first + BLOCK, clip.end)
    ratio = media.sample_rate / project.sample_rate
    source = clip.source_in + int((start - clip.position) * ratio)
    frames, _ = soundfile.read(media.path, start=source, stop=source + math.ceil((end - start) * ratio), always_2d=True)
    return soxr.resample(frames, media.sample_rate, project.sample_rate)[: end - start], start - clip.position


def _loop_clip(project: Project, clip: Clip, first: int, out: np.ndarray) -> None:
    frames, begin = _part(project, clip, first)
    angle, gain = (clip.pan + 1) * math.pi / 4, 10 ** (clip.gain_db / 20)
    for number, frame in enumerate(frames):
        place = begin + number
        fade = min(1.0, place / clip.fade_in, (clip.length - place) / clip.fade_out)
        out[clip.position + place - first, 0] += frame[0] * gain * fade * math.cos(angle)
        out[clip.position + place - first, 1] += frame[-1] * gain * fade * math.sin(angle)


def _numpy_clip(project: Project, clip: Clip, first: int, out: np.ndarray) -> None:
    frames, begin = _part(project, clip, first)
    angle, gain = (clip.pan + 1) * math.pi / 4, 10 ** (clip.gain_db / 20)
    places = begin + np.arange(len(frames))
    fades = np.minimum(1.0, np.minimum(places / clip.fade_in, (clip.length - places) / clip.fade_out)) * gain
    target = out[clip.position + begin - first :][: len(frames)]
    target += frames[:, [0, -1]] * fades[:, None] * [math.cos(angle), math.sin(angle)]


if __name__ == "__main__":
    main()
