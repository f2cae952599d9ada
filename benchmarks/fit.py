"""Time from a picked sound to its fit curve over a ten-minute film, beside the naive way, in the same run.

Run with `uv run python benchmarks/fit.py [VIDEO --sound FILE]`; without arguments a ten-minute film is made first.
The naive way goes through the frames in Python and embeds the sound afresh for each of them.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

SECONDS = 600
FPS = Fraction(5)


def timed(work: Callable[[], Any], times: int) -> list[float]:
    """Milliseconds of each of several runs."""
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1e3)
    return taken


def long_film(film: Path, folder: Path) -> Path:
    """Ten minutes at five frames a second: the demo over and over."""
    from engine.media import VideoReader
    from engine.media.write import write_video

    with VideoReader(film) as reader:
        times = [n / FPS for n in range(int(reader.duration * FPS))]
        pictures = [frame.image for frame in reader.thumbnails([float(t) for t in times], 180)]
    target = folder / "ten minutes.mp4"
    write_video(target, itertools.islice(itertools.cycle(pictures), int(SECONDS * FPS)), FPS)
    return target


def demo_material(folder: Path) -> tuple[Path, Path]:
    """A ten-minute film and one of the demo's sounds."""
    from training.data.demo import ensure_demo

    project = ensure_demo()
    return long_film(project.video, folder), min(project.sounds.rglob("*.wav"))


def naive_curve(film: Any, path: Path, model: Any, calibration: Any, frames: int) -> list[float]:
    """Scores of the first frames, one after the other."""
    from engine.recommend.fit import sound_of_file

    scores = []
    for vector in itertools.islice(_rows(film.vectors), frames):
        sound = sound_of_file(path, model)
        distances = [float(np.linalg.norm(np.array(vector) - np.array(window))) for window in _rows(sound.vectors)]
        scores.append(calibration.score(min(distances)))
    return scores


def _rows(vectors: np.ndarray) -> Iterator[np.ndarray]:
    return iter(list(vectors))


def measure(video: Path, path: Path, model: Any, naive_frames: int) -> None:
    """Print the table for one film and sound."""
    from engine.recommend.fit import embed_film, fit_curve, own_calibration, peaks, sound_of_file
    from engine.recommend.fit_cache import FilmCache

    with tempfile.TemporaryDirectory() as folder:
        cache = FilmCache(Path(folder))
        once = timed(lambda: embed_film(video, model, cache=cache), 1)[0]
        film = embed_film(video, model, cache=cache)
        sound = sound_of_file(path, model)
        yardstick = own_calibration(sound, model)

        def curve() -> Any:
            return fit_curve(film, sound, yardstick)

        rows = {
            "curve and peaks, film and sound embedded": timed(lambda: peaks(curve()), 50),
            "the same, film read from the cache": timed(
                lambda: peaks(fit_curve(embed_film(video, model, cache=cache), sound, yardstick)), 20
            ),
            "the same, and the sound heard first": timed(
                lambda: peaks(fit_curve(embed_film(video, model, cache=cache), sound_of_file(path, model), yardstick)),
                5,
            ),
        }
        frames = min(naive_frames, len(film.times))
        begin = time.perf_counter()
        naive = naive_curve(film, path, model, yardstick, frames)
        naive_ms = (time.perf_counter() - begin) * 1e3 / frames * len(film.times)
        np.testing.assert_allclose(naive, curve().scores[:frames], atol=1e-3)
    print(f"{len(film.times)} frames, {len(sound.vectors)} windows; embedding the film took {once / 1e3:.1f} s once\n")
    print("| way | p50 ms | p95 ms |\n|---|---|---|")
    for name, taken in rows.items():
        p95 = statistics.quantiles(taken, n=20, method="inclusive")[-1]
        print(f"| {name} | {statistics.median(taken):.1f} | {p95:.1f} |")
    extent = "" if frames == len(film.times) else f" (from {frames} frames)"
    print(f"| naive: the sound embedded for every frame{extent} | {naive_ms:.0f} | |")
    ours = statistics.median(next(iter(rows.values())))
    print(f"\nThe naive way takes {naive_ms / ours:.0f} x as long; both give the same scores.")


def main() -> None:
    """Measure one film and sound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", nargs="?", type=Path)
    parser.add_argument("--sound", type=Path)
    parser.add_argument("--model", default="synthetic")
    parser.add_argument("--naive-frames", type=int, default=200)
    given = parser.parse_args()
    if bool(given.video) != bool(given.sound):
        parser.error("give both VIDEO and --sound, or neither")
    from engine import models

    with tempfile.TemporaryDirectory() as folder:
        video, sound = (given.video, given.sound) if given.video else demo_material(Path(folder))
        measure(video, sound, models.load(given.model, "cpu"), given.naive_frames)


if __name__ == "__main__":
    main()
