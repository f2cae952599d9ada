"""Index speed in x real time beside one file and one window at a time; search over many windows beside comparing all.

Run with `uv run python benchmarks/index.py [FOLDER] [--model ID]`; without a folder it takes the demo's sounds, without
a model the first that is installed, else an untrained one of full size (speed does not depend on training).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

QUERIES = 50
TOP = 100


def chosen_model(model_id: str | None) -> Any:
    """The model both ways use."""
    import torch

    from engine import models
    from engine.models import Model

    installed = [info.id for info in models.available()]
    if model_id or installed:
        return models.load(model_id or installed[0])
    torch.manual_seed(0)
    return Model("untrained", "untrained", models.create("attention"), torch.device("cpu"))


def copied(folder: Path, files: int, target: Path) -> list[Path]:
    """Links to evenly chosen sounds of ``folder``, so that both ways hear exactly the same."""
    from engine.jobs import Job
    from engine.library.walk import walk

    found = [Path(path) for path in walk(folder, Job()).files]
    taken = found[:: max(1, len(found) // files)][:files]
    links = []
    for number, path in enumerate(taken):
        links.append(target / f"{number:05} {path.name}"[:200])
        links[-1].symlink_to(path.resolve())
    return links


def indexed(folder: Path, model: Any, library: Path) -> tuple[float, float]:
    """Seconds our way took, catalogue, peaks, vector index and calibration included, and seconds of sound heard."""
    from engine.library import Library, index_folder

    with Library.create(library, model) as made:
        report = index_folder(made, folder, model)
    return report.seconds, report.audio_seconds


def naive(paths: list[Path], model: Any) -> tuple[float, float]:
    """The same for a loop that loads each file whole and embeds each window alone, and keeps nothing."""
    from engine.errors import MediaError
    from engine.features import SAMPLE_RATE, split_windows
    from engine.media import load_audio

    begin, audio = time.perf_counter(), 0.0
    for path in paths:
        try:
            mono = load_audio(path, SAMPLE_RATE, 1)[0]
        except MediaError:
            continue
        for window in split_windows(mono)[1]:
            model.embed_windows(window[None, None])
        audio += len(mono) / SAMPLE_RATE
    return time.perf_counter() - begin, audio


def synthetic_library(path: Path, model: Any, windows: int) -> None:
    """A library of ``windows`` rows in clusters, ten a file, as the catalogue stores them."""
    from engine.library import Library
    from engine.library.names import Category
    from engine.library.store import Header, Heard, Stamp, put_header, put_heard

    rng = np.random.default_rng(0)
    centres = rng.standard_normal((400, 128))
    peaks = np.zeros((2, 400), dtype=np.float32)
    with Library.create(path, model) as library:
        with library.database.writing() as connection:
            for number in range(windows // 10):
                category = Category(f"kind {number % 40}")
                header = Header(f"/s/{number:07}.wav", f"{number:07}.wav", "s", Stamp(1, 1), 10.0, 48_000, 1, category)
                put_header(connection, header)
                vectors = centres[rng.integers(400)] + 0.6 * rng.standard_normal((10, 128))
                vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
                put_heard(connection, number + 1, Heard(10.0, [float(n) for n in range(10)], vectors, peaks))
        library.finish(model)


def search_rows(path: Path) -> list[tuple[str, str]]:
    """What a search costs, exact and by the graph, and how often the graph finds what is nearest."""
    from engine.library import Library

    rng = np.random.default_rng(1)
    begin = time.perf_counter()
    with Library.open(path) as library:
        windows = library.windows()
        rows = [("read all windows into memory", f"{time.perf_counter() - begin:.2f} s")]
        queries = windows.vectors[rng.integers(0, len(windows), QUERIES)] + 0.05 * rng.standard_normal((QUERIES, 128))
        queries = (queries / np.linalg.norm(queries, axis=1, keepdims=True)).astype(np.float32)
        some = list(library.matching(category="kind 7"))
        nearness = library._nearness
        nearness.exact_windows = len(windows)
        exact, times = timed(lambda q: library.nearest(q, TOP), queries)
        rows.append((f"{TOP} nearest, all compared", times))
        rows.append(
            (f"{TOP} nearest, one category of 40", timed(lambda q: library.nearest(q, TOP, file_ids=some), queries)[1])
        )
        nearness.exact_windows = 0
        found, times = timed(lambda q: library.nearest(q, TOP), queries)
        rows.append((f"{TOP} nearest, by the graph", times))
        pairs = zip(found, exact, strict=True)
        recall = statistics.mean(len({*map(place, a)} & {*map(place, b)}) / TOP for a, b in pairs)
        rows.append((f"share of the true {TOP} the graph finds", f"{recall:.4f}"))
        rows.append(("naive: a Python loop over the rows", timed(lambda q: looped(windows.vectors, q), queries[:3])[1]))
    return rows


def place(hit: Any) -> tuple[int, float]:
    """What makes a window the same window."""
    return hit.file_id, hit.start


def looped(vectors: np.ndarray, query: np.ndarray) -> list[int]:
    """The rows nearest to ``query``, one distance at a time."""
    return sorted(range(len(vectors)), key=lambda row: float(np.linalg.norm(vectors[row] - query)))[:TOP]


def timed(search: Callable[[np.ndarray], Any], queries: np.ndarray) -> tuple[list[Any], str]:
    """Answers, and p50 and p95 in ms; the first query is answered once unmeasured."""
    search(queries[0])
    answers, taken = [], []
    for query in queries:
        begin = time.perf_counter()
        answers.append(search(query))
        taken.append((time.perf_counter() - begin) * 1e3)
    return answers, f"p50 {np.percentile(taken, 50):.2f} ms, p95 {np.percentile(taken, 95):.2f} ms"


def demo_sounds() -> Path:
    """The demo's sounds, rendered when missing."""
    from training.data.demo import ensure_demo

    return Path(ensure_demo().sounds)


def main() -> None:
    """Print two Markdown tables: indexing, and searching."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--windows", type=int, default=100_000)
    given = parser.parse_args()
    model = chosen_model(given.model)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        (work / "sounds").mkdir()
        paths = copied(given.folder or demo_sounds(), given.files, work / "sounds")
        naive(paths[:3], model)  # the first call of a model pays for its start
        ours, heard = indexed(work / "sounds", model, work / "sounds.foleylib")
        slow, audio = naive(paths, model)
        print(f"| indexing {len(paths)} sounds, model {model.id} | seconds | x real time |\n|---|---|---|")
        print(f"| index_folder | {ours:.1f} | {heard / ours:.0f} |")
        print(f"| naive: one file, one window at a time | {slow:.1f} | {audio / slow:.0f} |")
        print(f"| ratio | | {(heard / ours) / (audio / slow):.1f} |\n")
        begin = time.perf_counter()
        synthetic_library(work / "many.foleylib", model, given.windows)
        print(f"| search over {given.windows:,} windows | |\n|---|---|")
        print(f"| fill the catalogue and build the graph | {time.perf_counter() - begin:.1f} s |")
        for row in search_rows(work / "many.foleylib"):
            print(f"| {row[0]} | {row[1]} |")


if __name__ == "__main__":
    main()
