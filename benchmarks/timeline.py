"""Time to paint the timeline: 200 tracks of two hours, beside painting every clip; and from an edit to what is shown.

Run with `uv run python benchmarks/timeline.py`; Qt's offscreen platform is used, so no screen takes part in the times.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from app import theme
from app.tasks import InlineRunner
from app.viewmodels.mixer import MixerViewModel
from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.project import ProjectViewModel
from app.viewmodels.session import SessionViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_placing import PlacingViewModel
from app.widgets.timeline.view import TimelineView
from engine.audio import OutputDevice
from engine.media import write_wav
from engine.timeline.changes import compound
from engine.timeline.document import Clip, Project, Track, new_id
from engine.timeline.edits import move_clips
from engine.timeline.session import create_project
from engine.timeline.sources import read_media

RATE, TRACKS, SECONDS = 48_000, 200, 7200
SIZE = (1920, 700)  # px
NAIVE_SHARE = 100  # of the clips moved each by itself only so many are; the time is reckoned up


def make_project(folder: Path, clips: int) -> Path:
    """A project of ``clips`` clips, spread evenly and a little irregularly."""
    rng = np.random.default_rng(7)
    media = []
    for number in range(8):
        noise = (0.3 * rng.standard_normal((1, 8 * RATE)) * np.exp(-np.arange(8 * RATE) % RATE / 9000)).clip(-1, 1)
        media.append(read_media(write_wav(folder / f"sound {number}.wav", noise.astype(np.float32), RATE), folder))
    each, tracks = clips // TRACKS, []
    for row in range(TRACKS):
        starts = np.sort(rng.integers(0, (SECONDS - 8) * RATE, each)).tolist()
        lengths = rng.integers(RATE // 2, 7 * RATE, each).tolist()
        made = tuple(
            Clip(id=new_id(), media=media[n % 8].id, name=f"sound {n}", position=at, length=length)
            for n, (at, length) in enumerate(zip(starts, lengths, strict=True))
        )
        tracks.append(Track(id=new_id(), name=f"Track {row + 1}", clips=made))
    path = folder / f"{clips}.foleyscope"
    create_project(path, Project(id=new_id(), media=tuple(media), tracks=tuple(tracks))).close()
    return path


def open_view(path: Path) -> TimelineView:
    """The timeline's widget on a project, outlines read."""
    projects = ProjectViewModel(SessionViewModel(InlineRunner()))
    playback = PlaybackViewModel(projects, OutputDevice, projects)
    timeline = TimelineViewModel(projects, playback, projects)
    view = TimelineView(timeline, PlacingViewModel(timeline, timeline), MixerViewModel(projects, playback, timeline))
    view.resize(*SIZE)
    view.show()
    projects.open(path)
    assert projects.project is not None
    for media in projects.project.media:
        timeline.outlines.get(media)
    while len(timeline.outlines._kept) < len(projects.project.media):
        QApplication.processEvents()
    return view


def paint_everything(view: TimelineView) -> None:
    """The naive way: every clip of every track, in view or not, each by itself."""
    port, project = view.viewport(), view.viewmodel.shown
    assert project is not None
    canvas, geometry = QPixmap(port.size()), view.geometry_now()
    canvas.fill(theme.colour(theme.WINDOW))
    painter = QPainter(canvas)
    for row, track in enumerate(project.tracks):
        for clip in track.clips:
            left, right = geometry.x_of(clip.position), geometry.x_of(clip.end)
            box = QRectF(left, geometry.row_top(row), max(1.0, right - left), view.row_height - 2)
            painter.fillRect(box, theme.colour(theme.RAISED))
            painter.drawRect(box)
            painter.drawText(box, clip.name)
    painter.end()


def milliseconds(work: Callable[[], object], runs: int) -> tuple[float, float]:
    """Median and 95th percentile of ``work`` in ms."""
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1e3)
    return statistics.median(taken), float(np.percentile(taken, 95))


def scrolling(view: TimelineView) -> Callable[[], None]:
    """A frame of a scroll: everything in view is drawn anew, elsewhere."""
    bar = view.horizontalScrollBar()

    def frame() -> None:
        bar.setValue((bar.value() + 37) % max(1, bar.maximum()))
        view._canvas = None
        view.viewport().grab()

    return frame


def zooming(view: TimelineView) -> Callable[[], None]:
    """A frame of a zoom: no waveform fits from before."""
    factors = iter([1.07, 1 / 1.07] * 10_000)

    def frame() -> None:
        view.zoom(next(factors), 600.0)
        view.viewport().grab()

    return frame


def playing(view: TimelineView) -> Callable[[], None]:
    """A frame of playback: the playhead alone moves."""

    def frame() -> None:
        playback = view.viewmodel.playback
        playback.position += 800
        playback.position_changed.emit(playback.position)
        view.viewport().grab()

    return frame


def editing(view: TimelineView) -> Callable[[], None]:
    """From a finished drag to its picture: edit, journal on the disk, undo stack, paint."""
    project = view.viewmodel.projects.project
    assert project is not None
    name = project.tracks[2].clips[0].id

    def edit() -> None:
        view.viewmodel.begin("move", name)
        view.viewmodel.drag(480, snap=False)
        view.viewmodel.finish()
        view.viewport().grab()

    return edit


def nudging(view: TimelineView) -> Callable[[], None]:
    """From the key to the picture with everything selected; all of them become one step of undo."""
    view.viewmodel.select_all()

    def nudge() -> None:
        view.viewmodel.nudge(1)
        view.viewport().grab()

    return nudge


def move_each(view: TimelineView) -> None:
    """The naive way: one edit after the other, each looking its clip up."""
    project = view.viewmodel.projects.project
    assert project is not None
    clips = [clip.id for clip in project.clips()][::NAIVE_SHARE]
    compound(project, "Move", [partial(move_clips, clip_ids=[name], by=1920) for name in clips])


def dragging(view: TimelineView) -> Callable[[], None]:
    """A frame of a drag: the preview of the edit, and paint."""
    project = view.viewmodel.projects.project
    assert project is not None
    steps = iter(range(1, 10**6))
    view.viewmodel.begin("move", project.tracks[2].clips[0].id)

    def frame() -> None:
        view.viewmodel.drag(480 * next(steps), reach=4000, rows_seen=view.rows_seen())
        view.viewport().grab()

    return frame


def measure(view: TimelineView, clips: int, runs: int) -> None:
    """Print the rows of one project."""
    for words, samples_per_px in (("2 h in view", 0.0), ("2 min in view", 120 * RATE / 1700)):
        view.zoom_to_fit() if not samples_per_px else view.zoom(view.samples_per_px / samples_per_px, 0.0)
        for _ in range(40):
            view.viewport().grab()
            QApplication.processEvents()
        naive = milliseconds(lambda: paint_everything(view), 3)[0]
        works = (("scroll", scrolling), ("zoom", zooming), ("playhead", playing), ("drag", dragging), ("edit", editing))
        for name, make in works:
            middle, worst = milliseconds(make(view), runs)
            view.viewmodel.cancel()
            print(
                f"| {clips:,} | {words} | {name} | {middle:.1f} | {worst:.1f} | {naive:.0f} | {naive / middle:.0f} x |"
            )


def measure_nudge(view: TimelineView, clips: int, runs: int) -> None:
    """Print the row of everything moved at once."""
    middle, worst = milliseconds(nudging(view), runs)
    naive = milliseconds(lambda: move_each(view), 1)[0] * NAIVE_SHARE
    print(f"| {clips:,} | all selected | nudge | {middle:.1f} | {worst:.1f} | {naive:.0f} | {naive / middle:.0f} x |")


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--clips", type=int, nargs="*", default=[5_000, 40_000])
    chosen = parser.parse_args()
    application = QApplication([])
    theme.apply(application)
    print("| clips | view | frame of a | median ms | 95 % ms | every clip, ms | ratio |\n|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for clips in chosen.clips:
            view = open_view(make_project(Path(folder), clips))
            measure(view, clips, chosen.runs)
            measure_nudge(view, clips, max(3, chosen.runs // 10))
            view.viewmodel.playback.close()
            view.viewmodel.projects.close()
            view.close()


if __name__ == "__main__":
    main()
