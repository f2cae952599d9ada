"""Which sounds of the open project are not where it says: looked for off the window's thread, kept for the views."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.viewmodels.project import ProjectViewModel

if TYPE_CHECKING:
    from engine.timeline.document import Media


def _look(media: tuple[Media, ...], base: Path) -> dict[str, Path]:
    """Where each missing sound was looked for, by its id."""
    from engine.timeline.paths import is_there, resolve

    places = {one.id: resolve(one, base) for one in media}
    return {name: place for name, place in places.items() if not is_there(place)}


class TimelineMissingViewModel(QObject):
    """Looks when a project opens, when its sounds change, and when asked; drawing only reads what was found."""

    changed = Signal()
    """``paths`` changed."""

    def __init__(self, projects: ProjectViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._projects = projects
        self.paths: dict[str, Path] = {}
        """Ids of the missing media, and where each was looked for last."""
        projects.opened_changed.connect(self._on_project)
        projects.changed.connect(self._on_edit)

    def look(self) -> None:
        """Look again: files come and go outside, with a drive or a folder's name."""
        history, project = self._projects.history, self._projects.project
        if project is None:
            return

        def looked(paths: dict[str, Path]) -> None:
            if self._projects.history is history:  # else it speaks of another project
                self._take(paths)

        self._projects.session.runner.submit(
            "decode",
            _look,
            project.media,
            self._projects.base,
            owner=self,
            on_done=looked,
            key="missing sounds",
        )

    def _take(self, paths: dict[str, Path]) -> None:
        if paths != self.paths:
            self.paths = paths
            self.changed.emit()

    def _on_project(self) -> None:
        self._take({})
        self.look()

    def _on_edit(self, touched: frozenset[str]) -> None:
        """Sounds were added, relinked, or taken back; where nothing is named, the project lies elsewhere now."""
        if not touched or any(name.startswith("media:") for name in touched):
            self.look()
