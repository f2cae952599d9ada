"""The region a person chose in a sound, and the WAV file it is dragged out as."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.tasks import Runner
from engine.errors import EngineError

SHORTEST = 0.01
"""Seconds; a shorter drag is a click."""
KEPT_BYTES = 4 << 30  # regions dragged out longest ago go once all together take more


def _render(path: Path, start: float, end: float, folder: Path) -> tuple[tuple[Path, float, float], Path]:
    from engine.audio import render_region
    from engine.files import forget_oldest

    made = render_region(path, start, end, folder)
    made.touch()  # what is chosen again is young again
    forget_oldest(folder, KEPT_BYTES, keep=made)
    return (path, start, end), made


def regions_folder() -> Path:
    """Where dragged regions are kept: the user's cache, for the receiving program may read them later."""
    import platformdirs

    return platformdirs.user_cache_path("foleyscope", appauthor=False) / "regions"


class RegionsViewModel(QObject):
    """Holds one chosen region at a time and renders it as soon as it settles, so that a drag never waits."""

    changed = Signal()
    """Another region is chosen, or none."""
    problem = Signal(object)
    """An EngineError: the region could not be written."""

    def __init__(self, runner: Runner, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._folder = folder
        self.path: Path | None = None
        self.start = self.end = 0.0
        self._rendered: Path | None = None

    def of(self, path: Path) -> tuple[float, float] | None:
        """Seconds ``(start, end)`` chosen in this file, or None."""
        return (self.start, self.end) if path == self.path and self.end - self.start >= SHORTEST else None

    def choose(self, path: Path, start: float, end: float) -> None:
        """Choose a region while the hand still moves; the ends may come in either order."""
        self.path, self.start, self.end = path, max(0.0, min(start, end)), max(start, end)
        self._rendered = None
        self.changed.emit()

    def settle(self) -> None:
        """The hand let go: write the region, or forget it when it is too short to be meant."""
        if self.path is None or self.of(self.path) is None:
            self.clear()
            return
        folder = self._folder or regions_folder()
        self._runner.submit(
            "decode",
            _render,
            self.path,
            self.start,
            self.end,
            folder,
            owner=self,
            on_done=self._written,
            on_error=self._failed,
            key="region",
        )

    def clear(self) -> None:
        """Choose nothing."""
        if self.path is not None:
            self.path, self._rendered = None, None
            self.start = self.end = 0.0
            self.changed.emit()

    def file_of(self, path: Path) -> Path | None:
        """What to drag out for a file: itself, its chosen region's WAV, or None while that is still being written."""
        return path if self.of(path) is None else self._rendered

    def _written(self, written: tuple[tuple[Path, float, float], Path]) -> None:
        if written[0] == (self.path, self.start, self.end):
            self._rendered = written[1]

    def _failed(self, error: EngineError) -> None:
        self.problem.emit(error)
