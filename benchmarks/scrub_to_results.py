"""Latency from a scrub position to ranked results, beside opening everything for each request, in the same run.

Run with `uv run python benchmarks/scrub_to_results.py [VIDEO ... --library FILE]`; without arguments it takes the demo.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

Request = tuple[Path, float]


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


def timed(answer: Callable[[Request], Any], requests: list[Request]) -> list[float]:
    """Milliseconds each request took."""
    taken = []
    for request in requests:
        begin = time.perf_counter()
        assert answer(request) is not None
        taken.append((time.perf_counter() - begin) * 1e3)
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


def rows(videos: list[Path], library: Path, count: int) -> Iterator[tuple[str, list[float]]]:
    """The name and the latencies of each way, on the same requests; each way answers once unmeasured per video."""
    from engine.media import make_proxy

    rng = random.Random(1)
    clicks, dragged, warm = jumps(videos, count, rng), drags(videos, count, rng), [(video, 0.0) for video in videos]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        proxies = {video: make_proxy(video, Path(folder)) for video in videos}
        for name, known in (("kept open, with proxies", proxies), ("kept open, before the proxies are made", {})):
            for pattern, requests in (("clicks", clicks), ("drag", dragged)):
                answer = kept_open(library, known, stack)
                timed(answer, warm)
                yield f"{name}, {pattern}", timed(answer, requests)
        yield "half naive: fresh reader, clicks", timed(fresh_reader(library), clicks)
        yield "naive: fresh reader, model and library, clicks", timed(all_fresh(library), clicks[: max(5, count // 10)])


def stages(video: Path, library: Path, requests: list[Request]) -> dict[str, float]:
    """Median ms of each stage of our way, before the proxies are made."""
    from engine.media import VideoReader
    from engine.recommend import Recommender

    images: list[Any] = []
    vectors: list[Any] = []
    with Recommender(library) as recommender, VideoReader(video) as reader:
        recommender.recommend_image(reader.frame_at(0.0).image)
        taken = {
            "exact frame": timed(lambda r: images.append(reader.frame_at(r[1]).image) or images, requests),
            "picture encoder": timed(
                lambda r: vectors.append(recommender.embed(images[len(vectors)])) or vectors, requests
            ),
            "search and ranking": timed(lambda r: recommender.recommend_vector(vectors[requests.index(r)]), requests),
        }
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
    medians = []
    print(f"{len(videos)} videos, library {library.name}\n\n| way | requests | p50 ms | p95 ms |\n|---|---|---|---|")
    for name, taken in rows(videos, library, given.requests):
        medians.append(statistics.median(taken))
        p95 = statistics.quantiles(taken, n=20, method="inclusive")[-1]
        print(f"| {name} | {len(taken)} | {medians[-1]:.1f} | {p95:.1f} |", flush=True)
    parts = stages(videos[0], library, jumps(videos[:1], 20, random.Random(2)))
    print("\nWhere the time goes: " + ", ".join(f"{name} {ms:.1f} ms" for name, ms in parts.items()) + ".")
    print(f"Clicks: {medians[-1] / medians[0]:.1f} x faster than the naive way at the median.")


if __name__ == "__main__":
    main()
