"""What the window asks about projects: where one shall lie, which to open, where files went, how to export."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtWidgets import QFileDialog

from app.viewmodels.delivery import DeliveryViewModel
from app.viewmodels.project import ProjectViewModel
from app.viewmodels.session import PROJECT_SUFFIX
from app.widgets.timeline.leaving import Leaving

if TYPE_CHECKING:
    from app.main_window import MainWindow

PROJECTS = f"Foleyscope projects (*{PROJECT_SUFFIX});;All (*)"


class ProjectQuestions(QObject):
    """Asks over the window; what was asked for because of other work goes on with it."""

    def __init__(
        self, window: MainWindow, projects: ProjectViewModel, delivery: DeliveryViewModel, leaving: Leaving
    ) -> None:
        super().__init__(window)
        self.window, self.projects, self.delivery, self.leaving = window, projects, delivery, leaving
        self.session = projects.session

    @property
    def settings(self) -> QSettings:
        """The window's."""
        return self.window.settings

    def choose_new(self) -> None:
        """Ask where a new project for the open film shall lie."""
        self.make_project_first(None)

    def make_project_first(self, work: Callable[[], None] | None) -> None:
        """Ask for a new project, and do ``work`` once it is there."""
        video = self.session.video
        if video is None:
            self.projects.new(Path())  # says what is missing
            return
        folder = self.folder_for(video)
        kept = QFileDialog.Option.DontConfirmOverwrite  # an existing project is refused with a sentence, never replaced
        suggested = str(folder / f"{video.stem}{PROJECT_SUFFIX}")
        name, _ = QFileDialog.getSaveFileName(self.window, "New project", suggested, PROJECTS, "", kept)
        if name:
            self._remember(name)
            self.leaving.replace_with("a new project", lambda: self.projects.new(Path(name), work))

    def folder_for(self, video: Path) -> Path:
        """Where a new project is offered: beside its film; where nothing can be written there, beside the last one."""
        beside = video.absolute().parent
        if os.access(beside, os.W_OK):
            return beside
        return Path(str(self.settings.value("folders/project", str(Path.home()))))

    def choose_open(self) -> None:
        """Ask for a project."""
        folder = str(self.settings.value("folders/project", str(Path.home())))
        name, _ = QFileDialog.getOpenFileName(self.window, "Open project", folder, PROJECTS)
        if name:
            self._remember(name)
            self.leaving.replace_with("another project", lambda: self.projects.open(Path(name)))

    def choose_save_as(self) -> None:
        """Ask for another file to go on with."""
        if self.projects.path is None:
            self.session.say("There is no project to save.")
            return
        name, _ = QFileDialog.getSaveFileName(self.window, "Save as", str(self.projects.path), PROJECTS)
        if name:
            self._remember(name)
            self.projects.save_as(Path(name))

    def choose_relink(self) -> None:
        """Ask in which folder missing files lie."""
        if self.projects.project is None:
            self.session.say("There is no project open.")
            return
        name = QFileDialog.getExistingDirectory(self.window, "Where are the missing files?", str(self.projects.base))
        if name:
            self.projects.relink(Path(name))

    def save(self) -> None:
        """Save, or say that there is nothing to save."""
        if self.projects.project is None:
            self.session.say("There is no project to save. Ctrl+Shift+N makes one.")
        else:
            self.projects.save()

    def show_export(self) -> None:
        """Open the export dialog."""
        if self.projects.project is None:
            self.session.say("There is no project to export.")
            return
        from app.widgets.export_dialog import ExportDialog

        self.delivery.again()
        dialog = ExportDialog(self.delivery, self.settings, self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _remember(self, name: str) -> None:
        self.settings.setValue("folders/project", str(Path(name).parent))
