"""From a scrub to its suggestions in the window while the film is looked through in the background, and without.

Run with `uv run python benchmarks/while_looking.py [FILM ...]`; without films it takes the demo's.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.tasks import TaskRunner
from app.viewmodels.audition import AuditionViewModel
from app.viewmodels.fit import FitViewModel
from app.viewmodels.session import SessionViewModel
from app.viewmodels.suggestions import SuggestionsViewModel
from engine.audio import Player
from engine.recommend.fit_cache import FilmCache
from training.data.demo import ensure_demo

_MOST_SECONDS = 60.0


def main() -> None:
    """Scrub through every film in both manners and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("films", nargs="*", type=Path)
    parser.add_argument("--scrubs", type=int, default=40)
    options = parser.parse_args()
    application = QApplication([])
    library = _library()
    print("| film | scrubs | p50 | p95 | worst |\n|---|---|---|---|---|")
    for film in options.films or [ensure_demo().video]:
        for looking in (False, True):
            taken = _scrub(film, library, options.scrubs, looking=looking)
            manner = "while it is looked through" if looking else "nothing else at work"
            p50, p95 = np.percentile(taken, (50, 95))
            row = f"{len(taken)} | {p50:.0f} ms | {p95:.0f} ms | {max(taken):.0f} ms"
            print(f"| {film.stem}, {manner} | {row} |", flush=True)
    application.processEvents()


def _library() -> Path:
    from app.cli.demo import indexed_demo
    from engine.jobs import Job
    from engine.models import load

    return Path(indexed_demo(load("starter"), Job()).library)


def _scrub(film: Path, library: Path, count: int, *, looking: bool) -> list[float]:
    """Milliseconds from each of ``count`` scrubs until suggestions for that frame are shown."""
    rng, taken = random.Random(4), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        runner = TaskRunner(decode_threads=4)  # as the window has
        session = SessionViewModel(runner)
        fit = FitViewModel(session, cache=FilmCache(Path(folder)))
        if not looking:
            fit._start_ahead = lambda: None  # type: ignore[method-assign]
            session.runner.jobs_changed.disconnect()
        suggestions = SuggestionsViewModel(session, AuditionViewModel(runner, Player(), session))
        session.open_library(library)
        session.open_video(film)
        _wait(lambda: suggestions.state == "full" and (not looking or fit._looking))
        until = time.monotonic() + _MOST_SECONDS
        while len(taken) < count and time.monotonic() < until and (fit._looking or not looking):
            taken.append(_one(session, suggestions, rng.uniform(0, session.film.last_frame_time)))
            QTest.qWait(50)
        session.close()
        runner.shutdown()
    return taken


def _one(session: SessionViewModel, suggestions: SuggestionsViewModel, seconds: float) -> float:
    begin = time.perf_counter()
    session.seek(seconds)

    def answered() -> bool:
        shown, frame = suggestions._shown, session.frame
        here = frame is not None and abs(frame.time - seconds) <= 1 / float(session.fps)
        return here and shown is not None and frame is not None and shown.question.frame.time == frame.time

    _wait(answered)
    return (time.perf_counter() - begin) * 1e3


def _wait(done: Callable[[], bool]) -> None:
    end = time.monotonic() + _MOST_SECONDS
    while not done() and time.monotonic() < end:
        QTest.qWait(1)
    if not done():
        raise SystemExit("No suggestions came in a minute.")


if __name__ == "__main__":
    main()
