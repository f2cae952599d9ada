"""Time from a picked sound to its fit curve over a ten-minute film, beside the naive way, in the same run.

Run with `uv run python benchmarks/fit.py [VIDEO --sound FILE]`. Without arguments the demo's minute is embedded for
real, and its embeddings are kept ten times over as those of a film of ten minutes: the curve, the peaks and the cache
see what they would see of such a film, without the minutes it takes to look at one. The naive way goes through the
frames in Python and embeds the sound afresh for each of them.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from engine.recommend.fit_cache import FilmCache

SECONDS = 600


def timed(work: Callable[[], Any], times: int) -> list[float]:
    """Milliseconds of each of several runs."""
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1e3)
    return taken


def demo_material(folder: Path, model: Any, cache: FilmCache) -> tuple[Path, Path]:
    """A film of ten minutes whose embeddings are in ``cache``, and one of the demo's sounds."""
    from engine.recommend.fit import STEP, embed_film
    from training.data.demo import ensure_demo

    project, target = ensure_demo(), folder / "ten minutes.mp4"
    target.write_bytes(project.video.read_bytes())  # stands for the long film: the cache knows a film by its file
    begin = time.perf_counter()
    minute = embed_film(project.video, model)
    print(f"{len(minute.times)} frames of the demo embedded in {time.perf_counter() - begin:.1f} s")
    times = len(minute.times) * STEP
    count = round(SECONDS / times)
    late = np.concatenate([minute.times + number * times for number in range(count)])
    cache.save(target, "frames", model.fingerprint, STEP, times=late, vectors=np.tile(minute.vectors, (count, 1)))
    return target, min(project.sounds.rglob("*.wav"))


def naive_curve(film: Any, hear: Callable[[], Any], calibration: Any, frames: int) -> list[float]:
    """Scores of the first frames, one after the other."""
    scores = []
    for vector in itertools.islice(_rows(film.vectors), frames):
        distances = [float(np.linalg.norm(np.array(vector) - np.array(window))) for window in _rows(hear().vectors)]
        scores.append(calibration.score(min(distances)))
    return scores


def _rows(vectors: np.ndarray) -> Iterator[np.ndarray]:
    return iter(list(vectors))


def measure(video: Path, path: Path, model: Any, naive_frames: int, cache: FilmCache) -> None:
    """Print the table for one film and sound."""
    from engine.recommend.fit import embed_film, fit_curve, own_calibration, peaks, sound_of_file

    film = embed_film(video, model, cache=cache)  # looks at the film where the cache does not know it
    sound = sound_of_file(path, model)
    yardstick = own_calibration(sound, model)

    def curve() -> Any:
        return fit_curve(film, sound, yardstick)

    def cached(heard: Callable[[], Any]) -> Any:
        return peaks(fit_curve(embed_film(video, model, cache=cache), heard(), yardstick))

    rows = {
        "curve and peaks, film and sound embedded": timed(lambda: peaks(curve()), 50),
        "the same, film read from the cache": timed(lambda: cached(lambda: sound), 20),
        "the same, and the sound heard first": timed(lambda: cached(lambda: sound_of_file(path, model)), 5),
    }
    frames = min(naive_frames, len(film.times))
    begin = time.perf_counter()
    naive = naive_curve(film, lambda: sound_of_file(path, model), yardstick, frames)
    naive_ms = (time.perf_counter() - begin) * 1e3 / frames * len(film.times)
    loop_ms = statistics.median(timed(lambda: naive_curve(film, lambda: sound, yardstick, len(film.times)), 3))
    np.testing.assert_allclose(naive, curve().scores[:frames], atol=1e-3)
    print(f"{len(film.times)} frames ({film.times[-1] + film.step:.0f} s), {len(sound.vectors)} windows of sound\n")
    print("| way | p50 ms | p95 ms |\n|---|---|---|")
    for name, taken in rows.items():
        p95 = statistics.quantiles(taken, n=20, method="inclusive")[-1]
        print(f"| {name} | {statistics.median(taken):.1f} | {p95:.1f} |")
    extent = "" if frames == len(film.times) else f" (from {frames} frames)"
    print(f"| naive: the sound embedded for every frame{extent} | {naive_ms:.0f} | |")
    print(f"| naive: frame by frame, the sound embedded once | {loop_ms:.0f} | |")
    embedded, _, heard = (statistics.median(taken) for taken in rows.values())
    print(f"\nThe naive way takes {naive_ms / heard:.0f} x as long from the picked sound on, ", end="")
    print(f"{loop_ms / embedded:.0f} x once it is embedded; all give the same scores.")


def main() -> None:
    """Measure one film and sound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", nargs="?", type=Path)
    parser.add_argument("--sound", type=Path)
    parser.add_argument("--model", default="synthetic")
    parser.add_argument("--naive-frames", type=int, default=10)
    given = parser.parse_args()
    if bool(given.video) != bool(given.sound):
        parser.error("give both VIDEO and --sound, or neither")
    from engine import models
    from engine.recommend.fit_cache import FilmCache

    model = models.load(given.model, "cpu")
    with tempfile.TemporaryDirectory() as folder:
        cache = FilmCache(Path(folder) / "cache")
        demo = None if given.video else demo_material(Path(folder), model, cache)
        video, sound = demo or (given.video, given.sound)
        measure(video, sound, model, given.naive_frames, cache)


if __name__ == "__main__":
    main()
