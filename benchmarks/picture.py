"""Is the frame that is painted the frame of the moment it is painted at, and how many are shown at all.

Run with `uv run python benchmarks/picture.py [FILM ...]`. Without films, short ones of several rates are rendered. Each
is played twice in a real canvas: as the window plays it, the frame chosen when it is painted from what was decoded
ahead; and the naive way, each frame asked for when a timer finds it due. With `--proxy` it is played through its proxy
as well. The clock is the transport's own; a display adds its own delay, up to one refresh, which is not measured here.
"""

from __future__ import annotations

import argparse
import bisect
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.tasks import TaskRunner
from app.viewmodels.picture import PictureViewModel
from app.viewmodels.session import SessionViewModel
from app.viewmodels.transport import TransportViewModel
from app.widgets.viewer import PictureCanvas
from engine.media import make_proxy, write_video

RATES = (24, 60, 120, 240)
REFRESH = 1 / 60
"""Seconds between two refreshes of the display that is looked at."""
_FIRST = 0.5
"""Seconds until it runs evenly."""


class WatchedCanvas(PictureCanvas):
    """Writes down what it painted and when."""

    def watch(self) -> None:
        """Forget what was painted so far."""
        self.painted: list[tuple[float, float]] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, then note the moment and the frame."""
        super().paintEvent(event)
        if self.viewmodel.frame is not None:
            self.painted.append((time.monotonic(), self.viewmodel.frame.time))


@dataclass(frozen=True, slots=True)
class Played:
    """What came of playing a film."""

    paint: np.ndarray
    """How far the clock was outside the painted frame as it was painted, in frames."""
    refresh: np.ndarray
    """The same at each refresh of a 60 Hz display, which shows what was painted last."""
    shown: int
    due: int
    """Different frames shown, and how many were to be shown at one a paint of a 60 Hz display at most."""


def main() -> None:
    """Play every film in every manner and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("films", nargs="*", type=Path)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--proxy", action="store_true", help="play through a proxy too")
    options = parser.parse_args()
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        films = options.films or [_render(Path(folder), rate, options.seconds + 1) for rate in RATES]
        print("| film | manner | off as it is painted, p95 / worst | on a 60 Hz display, p95 / worst | shown |")
        print("|---|---|---|---|---|")
        for film in films:
            for manner, proxy in (
                ("naive", False),
                ("ours", False),
                *([("ours, proxy", True)] if options.proxy else []),
            ):
                _print(film, manner, _play(film, manner, Path(folder) if proxy else None, options.seconds))
    application.processEvents()


def _print(film: Path, manner: str, played: Played) -> None:
    def worst(off: np.ndarray) -> str:
        return f"{np.percentile(off, 95):.2f} / {off.max():.2f} frames"

    shown = f"{played.shown} of {played.due}"
    print(f"| {film.stem} | {manner} | {worst(played.paint)} | {worst(played.refresh)} | {shown} |", flush=True)


def _render(folder: Path, rate: int, seconds: float) -> Path:
    rng = np.random.default_rng(rate)
    ground = rng.integers(0, 255, (360, 640, 3), np.uint8)
    frames = (np.roll(ground, 4 * n, axis=1) for n in range(round(rate * seconds)))
    return write_video(folder / f"{rate} a second.mp4", frames, Fraction(rate))


def _play(film: Path, manner: str, proxies: Path | None, seconds: float) -> Played:
    runner = TaskRunner(decode_threads=4)  # as the window has
    session = SessionViewModel(runner)
    transport = TransportViewModel(session)
    canvas = WatchedCanvas(PictureViewModel(session))
    canvas.watch()
    canvas.resize(960, 540)
    canvas.show()
    session.open_video(film)
    _wait(lambda: session.film.knows_stamps and session.frame is not None)
    if proxies is not None:
        session.film.use_proxy(make_proxy(film, proxies))
        _wait(lambda: session.film.proxied)
    if manner == "naive":
        session.film.play_by = lambda clock, rate: None  # type: ignore[method-assign]
    _wait(lambda: not session.film.looks_ahead)
    canvas.watch()
    transport.play(1.0)
    began = time.monotonic()
    QTest.qWait(round(seconds * 1000))
    clock, stamps = transport.position_at, list(session.film.stamps)
    painted = [one for one in canvas.painted if one[0] > began + _FIRST] or canvas.painted
    transport.pause()
    session.close()
    runner.shutdown()
    canvas.close()
    return _judge(painted, stamps, clock)


def _judge(painted: list[tuple[float, float]], stamps: list[float], clock: Callable[[float], float]) -> Played:
    def off(moment: float, shown: float) -> float:
        number = min(bisect.bisect_right(stamps, shown + 1e-6) - 1, len(stamps) - 2)
        first, end, now = stamps[number], stamps[number + 1], clock(moment)
        return max(first - now, now - end, 0.0) / (end - first)

    if not painted:
        raise SystemExit("Nothing was painted: this machine is too slow for this film, or too busy.")
    moments = [moment for moment, _ in painted]
    refreshes = np.arange(moments[0], moments[-1] + REFRESH / 2, REFRESH)
    last = [painted[bisect.bisect_right(moments, moment) - 1][1] for moment in refreshes]
    return Played(
        paint=np.array([off(*one) for one in painted]),
        refresh=np.array([off(moment, shown) for moment, shown in zip(refreshes, last, strict=True)]),
        shown=len(set(last)),
        due=len({bisect.bisect_right(stamps, clock(float(moment))) for moment in refreshes}),
    )


def _wait(done: Callable[[], Any]) -> None:
    end = time.monotonic() + 60
    while not done() and time.monotonic() < end:
        QTest.qWait(10)
    if not done():
        raise SystemExit("The film did not open in a minute.")


if __name__ == "__main__":
    main()
