"""How much faster than real time a large session is mixed, beside a naive mixer, and what its meters cost.

Run with `uv run python benchmarks/mixer.py`. 32 tracks of 200 clips over ten minutes are cut from files of mixed
rates, depths and channels. The naive mixer is what a first version does: for each block it opens every clip that
sounds, reads and resamples its part and adds it up in float64 (what it does at block edges would also click).
"""

from __future__ import annotations

import argparse
import math
import resource
import statistics
import tempfile
import time
from dataclasses import replace
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
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="mixed by ours in each turn; the naive way gets a tenth"
    )
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
    naive = statistics.median(rows["naive"])
    print("| way | x real time, median (worst, best) | x naive |\n|---|---|---|")
    for name, speeds in rows.items():
        middle = statistics.median(speeds)
        print(f"| {name} | {middle:.1f} ({min(speeds):.1f} to {max(speeds):.1f}) | {middle / naive:.1f} |")
    plain, metered = (statistics.median(rows[name]) for name in ("ours, no meters", "ours, all meters"))
    print(f"\nmeters: {100 * (1 / metered - 1 / plain):.2f} % of real time on one core")
    print(f"memory at its highest: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


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


def _turns(project: Project, mixer: Mixer, ahead: Mixer, turns: int, seconds: float) -> dict[str, list[float]]:
    names = ("ours, no meters", "ours, all meters", "ours, two threads reading ahead", "naive")
    rows: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(turns):
        start, count = int((30 + turn * 2 * seconds) * RATE), int(seconds * RATE)
        rows["ours, no meters"].append(_ours(mixer, start, count, metered=False))
        rows["ours, all meters"].append(_ours(mixer, start + count, count, metered=True))
        rows["ours, two threads reading ahead"].append(_ours(ahead, start, count, metered=False))
        rows["naive"].append(_naive(project, start, count // 10))
    return rows


def _ours(mixer: Mixer, start: int, count: int, *, metered: bool) -> float:
    meters = MixMeters(RATE, len(mixer.project.tracks))
    begin = time.perf_counter()
    for first in range(start, start + count, BLOCK):
        if first % (16 * BLOCK) < BLOCK:
            mixer.read_ahead(first, 2 * RATE)
        block = mixer.render(first, BLOCK)
        if metered:
            meters.add(block, mixer.peaks(first, BLOCK))
    return count / RATE / (time.perf_counter() - begin)


def _naive(project: Project, start: int, count: int) -> float:
    begin = time.perf_counter()
    for first in range(start, start + count, BLOCK):
        out = np.zeros((BLOCK, 2))
        for track in project.tracks:
            for clip in track.clips:
                if clip.position < first + BLOCK and clip.end > first:
                    _naive_clip(project, clip, first, out)
    return count / RATE / (time.perf_counter() - begin)


def _naive_clip(project: Project, clip: Clip, first: int, out: np.ndarray) -> None:
    import soundfile
    import soxr

    media = project.find_media(clip.media)
    start, end = max(first, clip.position), min(first + BLOCK, clip.end)
    ratio = media.sample_rate / project.sample_rate
    source = clip.source_in + int((start - clip.position) * ratio)
    frames, _ = soundfile.read(media.path, start=source, stop=source + math.ceil((end - start) * ratio), always_2d=True)
    frames = soxr.resample(frames, media.sample_rate, project.sample_rate)[: end - start]
    angle = (clip.pan + 1) * math.pi / 4
    gain = 10 ** (clip.gain_db / 20)
    for number, frame in enumerate(frames):
        place = start - clip.position + number
        fade = min(1.0, place / clip.fade_in, (clip.length - place) / clip.fade_out)
        out[start - first + number, 0] += frame[0] * gain * fade * math.cos(angle)
        out[start - first + number, 1] += frame[-1] * gain * fade * math.sin(angle)


if __name__ == "__main__":
    main()
