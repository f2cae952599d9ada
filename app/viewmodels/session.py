"""One sitting: the open film, the open library with its model, and the sentence in the status line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.tasks import Runner, Task
from app.viewmodels.collection import CollectionViewModel
from app.viewmodels.film import FilmViewModel

if TYPE_CHECKING:
    from engine.library import IndexReport, Library
    from engine.media import Frame
    from engine.models import Model
    from engine.recommend import Recommender

DEFAULT_MODEL = "starter"
LIBRARY_SUFFIXES = (".foleylib", ".sqlite", ".db")
PROJECT_SUFFIX = ".foleyscope"


@dataclass(frozen=True, slots=True)
class Action:
    """What the button beside a status sentence does, e.g. ``Action("Retry", session.retry)``."""

    text: str
    run: Callable[[], None]
    of_edit: bool = True
    """Whether it is about the last edit and ends with the next one; others stay long enough to be read."""


class SessionViewModel(QObject):
    """What every panel shares. Panels read its properties, listen to its signals and call its methods."""

    video_changed = Signal()
    """``film.state``, ``video`` or ``info`` changed."""
    time_changed = Signal(float)
    """The playhead moved (s)."""
    frame_changed = Signal(object)
    """The exact engine.media.Frame for the newest playhead position arrived."""
    library_changed = Signal()
    """Another library is open, or none."""
    content_changed = Signal()
    """Sounds came into or left the open library."""
    model_changed = Signal()
    """``model``, ``recommender`` or ``model_loading`` changed."""
    indexing_changed = Signal()
    """``indexing`` changed; poll ``runner.progress`` for its numbers."""
    index_finished = Signal(object)
    """An engine.library.IndexReport, with the problems to list."""
    status = Signal(str, object)
    """One sentence about the last thing that happened, and its Action or None."""
    problem = Signal(object)
    """An EngineError to show with its hint and details."""
    edited = Signal()
    """The open project was edited: sentences about what was before are no longer true."""
    project_asked = Signal(object)
    """The Path of a project that was dropped or named."""

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runner = runner
        self.preparing: Task | None = None
        """Work that makes a film ready to be opened (the demo's rendering)."""
        self.model_id = DEFAULT_MODEL
        """Model that new libraries are made with."""
        self._last_folder: Path | None = None
        self._told = False
        """Whether something was said since a film was asked for: then its opening is not worth a sentence."""
        self.film = FilmViewModel(runner, self)
        self.collection = CollectionViewModel(runner, self)
        self._forward()

    @property
    def video(self) -> Path | None:
        """Path of the open video or still, or None."""
        return self.film.path

    @property
    def fps(self) -> Fraction:
        """The film's frame rate; 25 while none is open."""
        return self.film.fps

    @property
    def duration(self) -> float:
        """Length of the film in seconds."""
        return self.film.duration

    @property
    def time(self) -> float:
        """The playhead in seconds."""
        return self.film.time

    @property
    def timecode(self) -> str:
        """The playhead as ``HH:MM:SS:FF``."""
        return self.film.timecode

    @property
    def frame(self) -> Frame | None:
        """The exact frame last shown, or None."""
        return self.film.frame

    @property
    def library(self) -> Library | None:
        """The open library, or None; usable from any thread."""
        return self.collection.library

    @property
    def model(self) -> Model | None:
        """The library's model once loaded; use it in the ``model`` lane only."""
        return self.collection.model

    @property
    def recommender(self) -> Recommender | None:
        """Answers for the open library once its model is loaded; use it in the ``model`` lane only."""
        return self.collection.recommender

    @property
    def model_loading(self) -> bool:
        """Whether the model is on its way."""
        return self.collection.model_loading

    @property
    def indexing(self) -> Task | None:
        """The running indexing (``.job.fraction``, ``.job.message``, ``.title``), or None."""
        return self.collection.indexing

    def set_preparing(self, task: Task | None) -> None:
        """Say that a film is being made ready before it can be opened, or that this is over."""
        self.preparing = task
        self.video_changed.emit()

    def open_video(self, path: Path) -> None:
        """Open a video or a still image."""
        if self.preparing is not None:
            self.preparing.drop()
            self.preparing = None
        self._told = False
        self.film.open(path)

    def stop_opening(self) -> None:
        """Stop what makes a film ready or opens it."""
        if self.preparing is not None:
            self.preparing.cancel()
        else:
            self.film.close()

    def seek(self, seconds: float) -> None:
        """Move the playhead (s)."""
        self.film.seek(seconds)

    def step(self, frames: int) -> None:
        """Move the playhead by whole frames."""
        self.film.step(frames)

    def open_library(self, path: Path) -> None:
        """Open a library file."""
        self.collection.open(path)

    def add_folder(self, folder: Path) -> None:
        """Index a folder of sounds into the open library, or into the default one."""
        self._last_folder = folder
        self.say(
            f"Reading the sounds in “{folder.name or folder}”.", Action("Stop", self.cancel_indexing, of_edit=False)
        )
        self.collection.add_folder(folder, default_library(self.model_id), self.model_id)

    def create_library(self, path: Path) -> None:
        """Make an empty library with the chosen model."""
        self.collection.create(path, self.model_id)

    def open_path(self, path: Path) -> None:
        """Take what was dropped or named: a folder is sounds, a library or project file that, else the picture."""
        if path.is_dir():
            self.add_folder(path)
        elif path.suffix.lower() == PROJECT_SUFFIX:
            self.project_asked.emit(path)
        elif path.suffix.lower() in LIBRARY_SUFFIXES:
            self.open_library(path)
        else:
            self.open_video(path)

    def describe_report(self, report: IndexReport) -> str:
        """One sentence about an indexing that ran to its end."""
        counts = (
            (report.added, "added"),
            (report.updated, "updated"),
            (report.removed, "removed"),
            (report.unchanged, "unchanged"),
            (len(report.problems), "left out"),
        )
        parts = [f"{n:,} {word}" for n, word in counts if n]
        return f"Sounds: {', '.join(parts) or 'none found in that folder'}."

    def cancel_indexing(self) -> None:
        """Stop the indexing; what was indexed so far stays."""
        self.collection.cancel_indexing()

    def say(self, sentence: str, action: Action | None = None) -> None:
        """Put a sentence (and a button) into the status line."""
        self._told = True
        self.status.emit(sentence, action)

    def say_without_picture(self, what: str) -> bool:
        """Where the picture is missing, say so and ``what`` cannot be done for it. Returns whether it is missing."""
        if self.film.state != "missing":
            return False
        find = Action("Find…", self.film.find_wanted.emit, of_edit=False)
        self.say(f"The picture {self.film.missing} is missing: {what}.", find)
        return True

    def close(self) -> None:
        """Close film and library."""
        self.film.close()
        self.collection.close()

    def _forward(self) -> None:
        film, collection = self.film, self.collection
        film.state_changed.connect(self._on_film_state)
        film.time_changed.connect(self.time_changed)
        film.frame_changed.connect(self.frame_changed)
        collection.library_changed.connect(self.library_changed)
        collection.content_changed.connect(self.content_changed)
        collection.model_changed.connect(self.model_changed)
        collection.indexing_changed.connect(self.indexing_changed)
        collection.indexed.connect(self._on_indexed)
        collection.index_cancelled.connect(self._on_index_cancelled)
        collection.failed.connect(self.problem)
        self.runner.problem.connect(self.problem)

    def _on_film_state(self) -> None:
        self.video_changed.emit()
        if self.film.state == "open" and self.video is not None and not self._told:
            self.say(f"Opened {self.video.name}.")
        elif self.film.state == "failed" and self.film.error is not None:
            self.problem.emit(self.film.error)

    def _on_indexed(self, report: IndexReport) -> None:
        self.index_finished.emit(report)

    def _on_index_cancelled(self) -> None:
        folder = self._last_folder
        go_on = None
        if folder is not None and self.library is not None:
            go_on = Action("Go on", lambda: self.add_folder(folder), of_edit=False)
        self.say("Indexing stopped. The sounds indexed so far are kept; add the folder again to go on.", go_on)


def default_library(model_id: str) -> Path:
    """Where a library lives when nobody chose a place: the user's data folder, one for each model."""
    import platformdirs

    return platformdirs.user_data_path("foleyscope", appauthor=False) / "libraries" / f"sounds-{model_id}.foleylib"
