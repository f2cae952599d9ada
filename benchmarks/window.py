"""Window-up time: from the start of the process to the main window's first paint, beside importing everything first.

Run with `uv run python benchmarks/window.py`; a screen is used where there is one, Qt's offscreen platform otherwise.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time

# Runs the real command; only the event loop is replaced by one that ends at the first paint of a top-level window.
_CHILD = """
import sys, time
started = float(sys.argv[1])
if sys.argv[2] == "naive":
    import torch, torchaudio, torchvision, av, hnswlib, librosa, lightning
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow

class FirstPaint(QObject):
    seen = None
    def eventFilter(self, watched, event):
        if self.seen is None and event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
            self.seen = time.monotonic()
        return False


def until_painted(*_):
    application = QApplication.instance()
    watch = FirstPaint()
    application.installEventFilter(watch)
    for window in application.topLevelWidgets():
        if window.isVisible():
            window.update()
    while watch.seen is None:
        application.processEvents()
    heavy = [m for m in ("torch", "av", "hnswlib", "librosa") if m in sys.modules]
    print(f"{watch.seen - started:.3f}", ",".join(heavy) or "-", flush=True)
    import os
    os._exit(0)

QApplication.exec = until_painted
from app.__main__ import main
main(["gui"])
"""


def measure(way: str) -> tuple[float, str]:
    """Seconds from process start to first paint, and which heavy modules were imported by then."""
    command = [sys.executable, "-c", _CHILD, str(time.monotonic()), way]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    seconds, heavy = done.stdout.split()[-2:]
    return float(seconds), heavy


def main() -> None:
    """Print a Markdown table of both ways, warm (each way runs once unmeasured)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    if "DISPLAY" not in os.environ and "WAYLAND_DISPLAY" not in os.environ:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    medians = {}
    print("| way | median s | worst s | imported by first paint |\n|---|---|---|---|")
    for way, name in (("ours", "window first, torch later"), ("naive", "naive: import everything, then the window")):
        measure(way)
        taken = [measure(way) for _ in range(runs)]
        times = [seconds for seconds, _ in taken]
        medians[way] = statistics.median(times)
        print(f"| {name} | {medians[way]:.2f} | {max(times):.2f} | {taken[-1][1]} |")
    print(f"\n{medians['naive'] / medians['ours']:.1f} x sooner than the naive way, {runs} runs each.")


if __name__ == "__main__":
    main()
