"""Latency from a scrub position to ranked results, beside opening everything for each request, in the same run.

Run with `uv run python benchmarks/scrub_to_results.py [VIDEO ... --library FILE]`; without arguments it takes the demo.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

Request = tuple[Path, float]
OURS = "clicks, kept open, with proxies"
NAIVE = "clicks, naive: a fresh reader, model and library"


def jumps(videos: list[Path], count: int, rng: random.Random) -> list[Request]:
    """Clicks at random places of random videos."""
    from engine.media import probe

    lengths = {video: float(probe(video).duration) for video in videos}
    chosen = [rng.choice(videos) for _ in range(count)]
    return [(video, rng.uniform(0, lengths[video])) for video in chosen]


def drags(videos: list[Path], count: int, rng: random.Random) -> list[Request]:
    """A playhead dragged forwards in steps of a tenth of a second, twenty steps from each random start."""
    starts = jumps(videos, -(-count // 20), rng)
    return [(video, start + step / 10) for video, start in starts for step in range(20)][:count]


def timed(ways: dict[str, Callable[[Request], Any]], requests: list[Request]) -> dict[str, list[float]]:
    """Milliseconds of each way for each request; all ways take turns, so that a busy moment strikes all alike."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for request in requests:
        for name, answer in ways.items():
            begin = time.perf_counter()
            answer(request)
            taken[name].append((time.perf_counter() - begin) * 1e3)
    return taken


def kept_open(library: Path, proxies: dict[Path, Path], stack: ExitStack) -> Callable[[Request], Any]:
    """Our way: readers, model and library stay open; the pictures come from proxies where they are given."""
    from engine.media import VideoReader
    from engine.recommend import Recommender

    recommender = Recommender(library)
    readers: dict[Path, Any] = {}

    def answer(request: Request) -> Any:
        video, seconds = request
        if video not in readers:
            readers[video] = stack.enter_context(VideoReader(video, proxy=proxies.get(video)))
        return recommender.recommend_image(readers[video].frame_at(seconds).image)

    return answer


def fresh_reader(library: Path) -> Callable[[Request], Any]:
    """Half naive: the model and library stay open, the video is opened for each request."""
    from engine.media import VideoReader
    from engine.recommend import Recommender

    recommender = Recommender(library)

    def answer(request: Request) -> Any:
        with VideoReader(request[0]) as reader:
            return recommender.recommend_image(reader.frame_at(request[1]).image)

    return answer


def all_fresh(library: Path) -> Callable[[Request], Any]:
    """Naive: reader, model and library are opened for each request."""

    def answer(request: Request) -> Any:
        return fresh_reader(library)(request)

    return answer


def measure(videos: list[Path], library: Path, count: int) -> dict[str, list[float]]:
    """Latencies in ms of each way, first for clicks, then for drags; each way answers once unmeasured per video."""
    from engine.media import make_proxy

    rng = random.Random(1)
    clicks, dragged, warm = jumps(videos, count, rng), drags(videos, count, rng), [(video, 0.0) for video in videos]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        proxies = {video: make_proxy(video, Path(folder)) for video in videos}
        ways = {
            OURS: kept_open(library, proxies, stack),
            "clicks, kept open, before the proxies are made": kept_open(library, {}, stack),
            "clicks, half naive: a fresh reader": fresh_reader(library),
            NAIVE: all_fresh(library),
        }
        drag_ways = {
            "drag, kept open, with proxies": kept_open(library, proxies, stack),
            "drag, kept open, before the proxies are made": kept_open(library, {}, stack),
        }
        timed(ways | drag_ways, warm)
        return timed(ways, clicks) | timed(drag_ways, dragged)


def stages(video: Path, library: Path, requests: list[Request]) -> dict[str, float]:
    """Median ms of each stage of our way, before the proxies are made."""
    from engine.media import VideoReader
    from engine.recommend import Recommender

    names = ("exact frame", "picture encoder", "search and ranking")
    taken: dict[str, list[float]] = {name: [] for name in names}
    with Recommender(library) as recommender, VideoReader(video) as reader:
        recommender.recommend_image(reader.frame_at(0.0).image)
        for _, seconds in requests:
            marks = [time.perf_counter()]
            frame = reader.frame_at(seconds)
            marks.append(time.perf_counter())
            vector = recommender.embed(frame.image)
            marks.append(time.perf_counter())
            recommender.recommend_vector(vector)
            marks.append(time.perf_counter())
            for name, (begin, end) in zip(names, pairwise(marks), strict=True):
                taken[name].append((end - begin) * 1e3)
    return {name: statistics.median(times) for name, times in taken.items()}


def demo_material() -> tuple[list[Path], Path]:
    """The demo's film and its library, made when missing."""
    from app.cli.demo import MODEL, indexed_demo
    from engine import models
    from engine.jobs import Job

    project = indexed_demo(models.load(MODEL), Job())
    return [project.video], project.library


def main() -> None:
    """Print a Markdown table: p50 and p95 in ms of each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("videos", nargs="*", type=Path)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--requests", type=int, default=100)
    given = parser.parse_args()
    if bool(given.videos) != bool(given.library):
        parser.error("give both VIDEO and --library, or neither")
    videos, library = (given.videos, given.library) if given.videos else demo_material()
    print(f"{len(videos)} videos, library {library.name}\n\n| way | requests | p50 ms | p95 ms |\n|---|---|---|---|")
    medians = {}
    for name, taken in measure(videos, library, given.requests).items():
        medians[name] = statistics.median(taken)
        p95 = statistics.quantiles(taken, n=20, method="inclusive")[-1]
        print(f"| {name} | {len(taken)} | {medians[name]:.1f} | {p95:.1f} |", flush=True)
    parts = stages(videos[0], library, jumps(videos[:1], 20, random.Random(2)))
    print("\nWhere the time goes: " + ", ".join(f"{name} {ms:.1f} ms" for name, ms in parts.items()) + ".")
    print(f"The naive way takes {medians[NAIVE] / medians[OURS]:.1f} x as long as ours at the median.")


if __name__ == "__main__":
    main()
