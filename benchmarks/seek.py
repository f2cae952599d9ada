"""Times to the exact frame: naive PyAV, OpenCV's capture and ours, cold, with a proxy and while scrubbing, in one run.

python benchmarks/seek.py CLIPS [--files 25] [--seeks 200]
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path

import av  # noqa: TID253 - the naive way is measured as anyone would write it
import cv2
import numpy as np

from engine.media import VideoReader, make_proxy

STEP = 1 / 25  # s between two positions of a scrub
SCRUB_STEPS = 40


@dataclass
class Timing:
    """Milliseconds of each request, and how many showed another frame than the file's own stamps say."""

    name: str
    ms: list[float] = field(default_factory=list)
    wrong: int = 0

    def take(self, ask: Callable[[], float], truth: float) -> None:
        """Runs ``ask`` (returns the time stamp it showed) and books it."""
        begin = time.perf_counter()
        shown = ask()
        self.ms.append((time.perf_counter() - begin) * 1000)
        self.wrong += abs(shown - truth) > 1e-4

    def row(self, naive: Timing) -> str:
        """One Markdown row."""
        p50, p95 = statistics.median(self.ms), float(np.percentile(self.ms, 95))
        ratio = f"{statistics.median(naive.ms) / p50:.1f} / {np.percentile(naive.ms, 95) / p95:.1f}"
        return f"| {self.name} | {len(self.ms)} | {p50:.2f} | {p95:.2f} | {max(self.ms):.1f} | {ratio} | {self.wrong} |"


class Naive:
    """Seek to the key frame before, decode to the frame: what the PyAV cookbook shows."""

    def __init__(self, path: Path) -> None:
        self.container = av.open(str(path))
        self.stream = self.container.streams.video[0]

    def __call__(self, seconds: float) -> float:
        """The stamp (s) of the frame converted to RGB for ``seconds``."""
        base = self.stream.time_base or Fraction(1)
        start = self.stream.start_time or 0
        target = int(seconds / base) + start
        self.container.seek(target, stream=self.stream)
        best = None
        for frame in self.container.decode(self.stream):
            if frame.pts is not None and frame.pts > target and best is not None:
                break
            best = frame
        if best is None:
            return -1.0
        best.to_ndarray(format="rgb24")
        return float(((best.pts or 0) - start) * base)


class Capture:
    """OpenCV's capture; it tells the position it believes to be at, so the picture itself is matched to the film."""

    def __init__(self, path: Path, thumbs: list[np.ndarray], times: list[float]) -> None:
        self.capture = cv2.VideoCapture(str(path))
        self.thumbs, self.times = np.stack(thumbs).astype(np.float32), times
        self.image: np.ndarray | None = None

    def ask(self, seconds: float) -> float:
        """Reads the picture for ``seconds``."""
        self.capture.set(cv2.CAP_PROP_POS_MSEC, seconds * 1000)
        done, image = self.capture.read()
        self.image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB) if done else None
        return 0.0

    def differs(self, truth: int) -> bool:
        """Whether the picture last read is clearly another than frame ``truth`` (a repeated picture is no other)."""
        if self.image is None:
            return True
        errors = np.abs(self.thumbs - small(self.image)).mean(axis=(1, 2, 3))
        return bool(errors[truth] > errors.min() + 0.25)


def shown(reader: VideoReader, seconds: float, *, full: bool = False) -> float:
    """The stamp (s) of our frame for ``seconds``."""
    return reader.frame_at(seconds, full=full).time


def looked_ahead(reader: VideoReader, seconds: float, direction: int) -> float:
    """Decodes ahead, as the decode lane does between two requests."""
    reader.prefetch(seconds, direction)
    return 0.0


def small(image: np.ndarray) -> np.ndarray:
    """A thumbnail fine enough to tell neighbours apart."""
    return cv2.resize(image, (96, 54), interpolation=cv2.INTER_AREA).astype(np.float32)


def measure(clips: list[Path], seeks: int, folder: Path) -> tuple[list[Timing], float, float]:
    """All timings over ``clips``, the seconds spent on proxies and the seconds of film they cover."""
    rng = random.Random(20)
    names = ["naive PyAV", "OpenCV capture", "ours, cold", "ours, proxy", "ours, original after proxy"]
    naive, opencv, cold, proxied, full = timings = [Timing(n) for n in names]
    ways = [f"{d}, {w}" for d in ("forwards", "backwards") for w in ("no proxy", "proxy")]
    scrubs = [Timing(f"scrub {way}") for way in ways]
    aheads = [Timing(f"look-ahead of it {way}") for way in ways]
    spent = film = 0.0
    for clip in clips:
        with VideoReader(clip, cache_bytes=1) as reader:
            times = reader.frame_times
            thumbs = [small(f.image) for f in reader.frames()]
            positions = [rng.uniform(0, times[-1]) for _ in range(max(1, seeks // len(clips)))]
            truths = [bisect_right(times, t) - 1 for t in positions]
            plain, capture = Naive(clip), Capture(clip, thumbs, times)
            for t, i in zip(positions, truths, strict=True):
                naive.take(partial(plain, t), times[i])
                opencv.take(partial(capture.ask, t), 0.0)
                opencv.wrong += capture.differs(i)
                cold.take(partial(shown, reader, t), times[i])
            begin = time.perf_counter()
            proxy = make_proxy(clip, folder)
            spent, film = spent + time.perf_counter() - begin, film + reader.duration
            reader.use_proxy(proxy)
            for t, i in zip(positions, truths, strict=True):
                proxied.take(partial(shown, reader, t), times[i])
                full.take(partial(shown, reader, t, full=True), times[i])
        for n, sign in enumerate((1, 1, -1, -1)):
            scrub(clip, proxy if n % 2 else None, times, sign, (scrubs[n], aheads[n]))
    return timings + scrubs + aheads, spent, film


def scrub(clip: Path, proxy: Path | None, times: list[float], sign: int, book: tuple[Timing, Timing]) -> None:
    """A hand on the scrubber: a position every 40 ms of film; after each answer the decode lane looks ahead."""
    (timing, ahead), middle = book, times[-1] / 2
    with VideoReader(clip, proxy=proxy) as reader:
        reader.frame_at(middle)
        reader.prefetch(middle, sign)
        for step in range(1, SCRUB_STEPS):
            t = middle + sign * step * STEP
            truth = times[max(0, bisect_right(times, t + 5e-7) - 1)]
            timing.take(partial(shown, reader, t), truth)
            ahead.take(partial(looked_ahead, reader, t, sign), 0.0)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path, help="a folder of films, or one film")
    parser.add_argument("--files", type=int, default=25)
    parser.add_argument("--seeks", type=int, default=200)
    given = parser.parse_args()
    found = sorted(p for p in given.clips.iterdir() if p.is_file()) if given.clips.is_dir() else [given.clips]
    clips = found[:: max(1, len(found) // given.files)][: given.files]
    with tempfile.TemporaryDirectory() as folder:
        timings, spent, film = measure(clips, given.seeks, Path(folder))
        size = sum(p.stat().st_size for p in Path(folder).iterdir())
    print(
        f"{len(clips)} films, {film:.0f} s; proxies made in {spent:.1f} s ({film / spent:.1f} x real time), "
        f"{size / film / 1e6:.2f} MB a second of film\n"
    )
    print("| way | requests | median ms | p95 ms | worst ms | naive / this (median / p95) | another frame |")
    print("|---|---|---|---|---|---|---|")
    for timing in timings:
        print(timing.row(timings[0]))


if __name__ == "__main__":
    main()
