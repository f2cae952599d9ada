"""Opening the demo: its film as soon as it is rendered, its library as soon as it is indexed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.viewmodels.session import Action, SessionViewModel
from engine.errors import EngineError
from engine.jobs import Job

if TYPE_CHECKING:
    from training.data.demo import DemoProject


class DemoViewModel(QObject):
    """Renders what is missing, with progress and cancel, then opens it."""

    def __init__(self, session: SessionViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.stands: Callable[[], object] = lambda: (session.video, session.collection.library_path)
        """What is open; while that is as it was when the demo was asked for, the demo may take its place."""
        self.reopen: Callable[[], None] = self.open
        """Asks for the demo again; may ask the person first."""

    def open(self) -> None:
        """Open the demo; the first time it is rendered, which takes up to a minute."""
        self._session.say("Opening the demo: the first time its film and sounds are rendered here.")
        before = self.stands()
        task = self._session.runner.submit(
            "decode",
            _render,
            owner=self,
            on_done=lambda project: self._rendered(project, before),
            on_error=self._failed,
            on_cancelled=self._stopped,
            key="demo",
            job=Job(),
            title="Rendering the demo",
        )
        if task in self._session.runner.jobs and self._session.video is None:
            self._session.set_preparing(task)

    def _rendered(self, project: DemoProject, before: object) -> None:
        self._session.set_preparing(None)
        if self.stands() != before:  # the person has gone on with something else
            self._session.say("The demo is ready.", Action("Open it", self.reopen, of_edit=False))
            return
        self._session.open_video(project.video)
        self._session.collection.open_when_made(_index, "Listening to the demo's sounds")

    def _failed(self, error: EngineError) -> None:
        self._session.set_preparing(None)
        self._session.problem.emit(error)

    def _stopped(self) -> None:
        self._session.set_preparing(None)
        self._session.say("The demo was stopped.", Action("Try again", self.reopen, of_edit=False))


def _render(job: Job) -> DemoProject:
    from training.data.demo import ensure_demo

    return ensure_demo(job=job)


def _index(job: Job) -> Path:
    from app.cli.demo import MODEL, indexed_demo
    from engine.models import load

    return indexed_demo(load(MODEL), job).library
