"""Draws every panel in its four states on the demo into docs/images, at 1280x720 and 1920x1080, without a screen.

Run with `uv run python scripts/screenshots.py`; the demo is rendered on the first run.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings, QSize
from PySide6.QtWidgets import QApplication, QWidget

from app import gui, theme
from app.tasks import TaskRunner

if TYPE_CHECKING:
    from training.data.demo import DemoProject

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
SIZES = (QSize(1280, 720), QSize(1920, 1080))
MOMENT = 13.6  # s; the third shot: two things that sound
PLACED = (1.0, 6.0, 12.0, 17.0, 22.0, 27.0, 33.0, 40.0)  # s; where a sound is placed for the picture of the timeline
PATIENCE = 300.0  # s


@dataclass
class Stage:
    """A window under the script's control and the folder its pictures go to."""

    application: QApplication
    sitting: gui.Sitting
    out: Path

    def until(self, ready: Callable[[], bool], what: str) -> None:
        """Let the window live until ``ready``."""
        end = time.monotonic() + PATIENCE
        while not ready():
            if time.monotonic() > end:
                raise SystemExit(f"Gave up waiting for {what}.")
            self.application.processEvents()
            time.sleep(0.005)

    def rest(self, seconds: float) -> None:
        """Let what is on its way arrive."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end, "a moment")

    def resize(self, size: QSize) -> None:
        """Give the window a size and its panels their places."""
        self.sitting.window.resize(size)
        self.rest(0.2)
        low = [self.sitting.window.docks[name] for name in ("problems", "timeline")]
        shown = [dock.isVisible() for dock in low]
        self.sitting.window.reset_layout()
        for dock, was in zip(low, shown, strict=True):
            dock.setVisible(was)
        self.rest(0.5)

    def draw(self, name: str, of: QWidget | None = None) -> None:
        """Save a picture of the window, or of a part of it."""
        widget = of if of is not None else self.sitting.window
        size = f"-{widget.width()}x{widget.height()}" if of is None else ""
        target = self.out / f"{name}{size}.png"
        widget.grab().save(str(target))
        print(target)


def draw_all(stage: Stage, demo: DemoProject, scratch: Path) -> None:
    """Walk through the states at every size."""
    session = stage.sitting.session
    draw_at_every_size(stage, "empty")
    session.open_video(demo.video)
    stage.until(lambda: session.frame is not None, "the demo's first frame")
    session.seek(MOMENT)
    session.model_id = "synthetic"
    library = scratch / f"library-{time.monotonic_ns()}.foleylib"
    session.collection.add_folder(demo.sounds, library, session.model_id)
    for size, share in zip(SIZES, (0.2, 0.5), strict=True):
        stage.resize(size)
        stage.until(lambda share=share: _share_heard(stage) > share, "the indexing")
        stage.draw("working")
    stage.until(lambda: session.indexing is None and session.recommender is not None, "the end of the indexing")
    stage.until(lambda: stage.sitting.window.picture.map is not None, "the heatmap")
    stage.until(lambda: not session.runner.jobs, "the scrub copy")
    suggestions = stage.sitting.window.docks["suggestions"].panel.viewmodel
    stage.until(lambda: suggestions.state == "full" and not suggestions.busy, "the suggestions")
    draw_at_every_size(stage, "full")
    stage.sitting.window.picture.set_mode("contours")
    draw_at_every_size(stage, "contours")
    stage.sitting.window.picture.set_mode("heat")


def draw_timeline(stage: Stage, scratch: Path) -> None:
    """A project of the film with the best sound of each shot, one of them edited, and the export dialog."""
    window, session = stage.sitting.window, stage.sitting.session
    desk, suggestions = window.desk, window.docks["suggestions"].panel.viewmodel
    assert desk is not None
    desk.projects.new(scratch / "demo.foleyscope")
    stage.until(lambda: desk.projects.project is not None and desk.playback.ready, "the project")
    window.docks["timeline"].show()
    for number, seconds in enumerate(PLACED, 1):
        desk.playback.locate(round(seconds * desk.timeline.rate))
        session.seek(seconds)
        stage.until(lambda: suggestions.timecode == session.timecode and not suggestions.busy, "the suggestions")
        desk.chosen.place()
        stage.until(lambda number=number: len(list(desk.projects.project.clips())) >= number, "the placed sound")
    stage.until(lambda: not session.runner.jobs, "pan and waveforms")
    stage.rest(3.0)
    draw_at_every_size(stage, "timeline")
    draw_edited(stage)
    draw_export(stage, scratch)
    window.docks["timeline"].hide()


def draw_edited(stage: Stage) -> None:
    """The longest sound close up: trimmed, faded at both ends and louder, with its handles."""
    desk = stage.sitting.window.desk
    assert desk is not None and desk.projects.project is not None
    view = desk.panel.view
    clip = max(desk.projects.project.clips(), key=lambda one: one.length)
    desk.timeline.select([clip.id])
    for name, share in (("trim_tail", 0.9), ("fade_in", 0.25), ("fade_out", 0.6)):
        desk.playback.locate(clip.position + round(share * clip.length))
        view.keys.run(name)
    for _ in range(3):
        view.keys.run("louder")
    desk.playback.locate(clip.position + clip.length // 8)  # in the shot it was placed for
    view.zoom(view.samples_per_px * view.viewport().width() / (4 * clip.length))
    view.horizontalScrollBar().setValue(round((clip.position - clip.length) / view.samples_per_px))
    view.setFocus()
    stage.until(lambda: not stage.sitting.session.runner.jobs, "the suggestions")
    stage.rest(1.0)
    stage.draw("editing")


def draw_export(stage: Stage, scratch: Path) -> None:
    """The export dialog with a delivery made."""
    from app.widgets.export_dialog import ExportDialog

    desk = stage.sitting.window.desk
    assert desk is not None
    desk.questions.show_export()
    (dialog,) = stage.sitting.window.findChildren(ExportDialog)
    dialog.delivery.setCurrentText("European broadcast, -23 LUFS")
    out = scratch / "demo.wav"
    dialog.out.setText(str(out))
    dialog.go.click()
    stage.until(lambda: desk.delivery.state in ("done", "failed"), "the delivery")
    dialog.out.setText(f"~/{out.name}")
    dialog.told.setText(dialog.told.text().replace(str(out), f"~/{out.name}"))
    stage.rest(0.2)
    stage.draw("export", dialog)
    dialog.close()


def draw_failures(stage: Stage, scratch: Path) -> None:
    """A film and a library that cannot be read, and the list of files left out."""
    session = stage.sitting.session
    session.collection.close()  # else a library that cannot be opened leaves the one that is
    for name in ("holiday.mp4", "holiday.foleylib"):
        (scratch / name).write_text("This is neither a film nor a library.")
        session.open_path(scratch / name)
    stage.until(lambda: session.film.state == "failed" and session.collection.error is not None, "the failures")
    draw_at_every_size(stage, "failed")


def draw_problems(stage: Stage, scratch: Path) -> None:
    """A folder with files that hold no sound."""
    session, folder = stage.sitting.session, scratch / "odd sounds"
    folder.mkdir()
    (folder / "empty.wav").write_bytes(b"")
    (folder / "renamed.wav").write_text("words")
    session.collection.add_folder(folder, scratch / "odd.foleylib", "synthetic")
    stage.until(lambda: bool(stage.sitting.window.problems.as_text()), "the problems")
    dock = stage.sitting.window.docks["problems"]
    dock.show()
    draw_at_every_size(stage, "problems")
    dock.hide()


def draw_keys(stage: Stage) -> None:
    """The list of keys."""
    from app.widgets.help import show_keys
    from app.widgets.keys_dialog import KeysDialog

    show_keys(stage.sitting.window)
    stage.rest(0.2)
    for dialog in stage.sitting.window.findChildren(KeysDialog):
        stage.draw("keys", dialog)
        dialog.close()


def draw_at_every_size(stage: Stage, name: str) -> None:
    """Save the window in both sizes."""
    for size in SIZES:
        stage.resize(size)
        stage.draw(name)
    stage.resize(SIZES[0])


def _share_heard(stage: Stage) -> float:
    task = stage.sitting.session.indexing
    if task is None or task.job is None or not task.job.message.startswith("Listening"):
        return 0.0
    return task.job.fraction or 0.0


def main() -> None:
    """Draw everything into the folder asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=IMAGES)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    from training.data.demo import ensure_demo

    demo = ensure_demo()
    application = QApplication([])
    theme.apply(application)
    runner = TaskRunner(decode_threads=4)
    with tempfile.TemporaryDirectory(prefix="foleyscope-") as folder:
        scratch = Path(folder)
        settings = QSettings(str(scratch / "settings.ini"), QSettings.Format.IniFormat)
        stage = Stage(application, gui.build(runner, settings, proxies=scratch / "proxies"), out)
        stage.sitting.window.show()
        draw_all(stage, demo, scratch)
        draw_timeline(stage, scratch)
        draw_keys(stage)
        draw_problems(stage, scratch)
        draw_failures(stage, scratch)
        stage.sitting.session.close()
        runner.shutdown()


if __name__ == "__main__":
    main()
