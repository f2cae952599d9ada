"""Outlines of the project's sounds: read off the window's thread, those asked for last first, kept within bounds."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.viewmodels.project import ProjectViewModel
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.audio.outline import Outline
    from engine.timeline.document import Media

MOST_BYTES = 128 << 20


def _read(media: Media, base: Path) -> Outline:
    from engine.audio.outline import read_outline
    from engine.timeline.paths import resolve

    return read_outline(resolve(media, base))


class TimelineOutlinesViewModel(QObject):
    """Hands out outlines that are there and has the others read, one after the other."""

    ready = Signal(str)
    """The outline of this media id has come: draw its clips again."""
    failed = Signal()
    """A sound could not be read."""

    def __init__(self, projects: ProjectViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._projects = projects
        self._kept: OrderedDict[str, Outline] = OrderedDict()
        self._wanted: dict[str, Media] = {}
        self._failed: set[str] = set()
        self._reading = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._next)
        projects.opened_changed.connect(self.forget)
        projects.changed.connect(self._on_edit)

    def get(self, media: Media) -> Outline | None:
        """The outline of a sound, or None and ``ready`` when it has come; a missing sound has none."""
        found = self._kept.get(media.id)
        if found is not None:
            self._kept.move_to_end(media.id)
        elif media.id not in self._failed:
            self._wanted.pop(media.id, None)
            self._wanted[media.id] = media  # what was asked last is what is on screen now
            if not self._soon.isActive():
                self._soon.start()
        return found

    def forget(self) -> None:
        """Another project, other sounds."""
        self._kept.clear()
        self._wanted.clear()
        self._failed.clear()

    def try_again(self) -> None:
        """Sounds that could not be read may be there now."""
        self._failed.clear()

    def _on_edit(self, touched: frozenset[str]) -> None:
        if any(name.startswith("media:") for name in touched):
            self.try_again()  # relinked ones may be there now

    def _next(self) -> None:
        if self._reading or not self._wanted:
            return
        name, media = self._wanted.popitem()
        self._reading = True

        def came(outline: Outline) -> None:
            self._reading = False
            self._keep(name, outline)
            self.ready.emit(name)
            self._next()

        def failed(_error: EngineError) -> None:
            # A sound that cannot be read is told by the mix and the project; its clips stay without an outline.
            self._reading = False
            self._failed.add(name)
            self.failed.emit()
            self._next()

        self._projects.session.runner.submit(
            "decode", _read, media, self._projects.base, owner=self, on_done=came, on_error=failed
        )

    def _keep(self, name: str, outline: Outline) -> None:
        self._kept[name] = outline
        while len(self._kept) > 1 and sum(kept.nbytes for kept in self._kept.values()) > MOST_BYTES:
            self._kept.popitem(last=False)
