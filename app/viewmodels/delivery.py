"""Exporting the open project: what can be chosen, the work going on, and what came of it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from app.tasks import Task
from app.viewmodels.project import ProjectViewModel
from app.viewmodels.session import Action
from engine.errors import EngineError, ProjectError
from engine.jobs import Job

if TYPE_CHECKING:
    from engine.export import Delivery, ExportOptions, ExportReport, Format, LoudnessTarget
    from engine.timeline.document import Project

State = Literal["ready", "working", "taken", "done", "failed"]
"""``taken`` asks whether to replace what is there already; ``error`` says what that is."""
PRESETS_FILE = "loudness.toml"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Order:
    """All that an export needs; the project is as it was when it was asked for."""

    project: Project
    base: Path
    format_id: str
    out: Path
    options: ExportOptions
    title: str


def _deliver(order: _Order, *, job: Job) -> ExportReport:
    from engine.export import export

    return export(order.project, order.base, order.format_id, order.out, order.options, job=job, title=order.title)


def presets_file() -> Path:
    """Where a person's own loudness targets lie: a TOML file that need not be there."""
    import platformdirs

    return platformdirs.user_config_path("foleyscope", appauthor=False) / PRESETS_FILE


class DeliveryViewModel(QObject):
    """Runs one export at a time, as a job that can be stopped; the project can be edited meanwhile."""

    changed = Signal()
    """``state``, ``report`` or ``error`` changed."""
    ended = Signal()
    """The running export has ended, well or not, and has cleaned up."""
    progress = Signal()
    """The running job went on: read ``task``."""

    def __init__(self, projects: ProjectViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.projects, self.session = projects, projects.session
        self.state: State = "ready"
        self.report: ExportReport | None = None
        self.error: EngineError | None = None
        self.task: Task | None = None
        self.stopping = False
        """Whether the running export was told to stop and still cleans up."""
        self._order: _Order | None = None
        """The last one, until it is done or something else is chosen: it is what a question is about."""
        self.session.runner.progress.connect(self._on_progress)
        projects.opened_changed.connect(self.again)

    @property
    def formats(self) -> dict[str, Format]:
        """Every format by id, in the order of a dialog."""
        from engine.export import FORMATS

        return FORMATS

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Ready-made choices."""
        from engine.export import DELIVERIES

        return DELIVERIES

    def targets(self) -> dict[str, LoudnessTarget]:
        """Loudness targets by id, a person's own among them; a damaged file of them is told, not fatal."""
        from engine.export import read_targets

        path = presets_file()
        try:
            return read_targets(path if path.is_file() else None)
        except ProjectError as error:
            self.session.problem.emit(error)
            return read_targets(None)

    @property
    def has_loop(self) -> bool:
        """Whether in and out points are set."""
        project = self.projects.project
        return project is not None and project.loop is not None

    def suggested(self, format_id: str, folder: Path) -> Path:
        """A file, or a folder for formats of several files, that is not there yet, named after the project."""
        stem = self.projects.path.stem if self.projects.path is not None else "mix"
        suffix = self.formats[format_id].suffix
        name = stem if suffix else f"{stem} {format_id}"
        made, number = folder / f"{name}{suffix}", 2
        while made.exists():
            made, number = folder / f"{name} {number}{suffix}", number + 1
        return made

    def renamed(self, format_id: str, typed: str) -> Path:
        """What a person typed, for that format: at most its suffix changes. Of a folder, a file in it."""
        from engine.export.names import renamed

        out, chosen = Path(typed).expanduser(), self.formats[format_id]
        if not out.name or (chosen.suffix and (typed.endswith(("/", os.sep)) or out.is_dir())):
            return self.suggested(format_id, out)
        return renamed(out, chosen)

    def deliver(self, format_id: str, out: Path, options: ExportOptions) -> None:
        """Write the project as it is now; where ``options`` do not allow to write over what is there, ask first."""
        project, path = self.projects.project, self.projects.path
        if project is None or path is None or self.state == "working":
            return
        self.report = self.error = None
        self._set("working")
        self._order = _Order(
            project=project,
            base=self.projects.base,
            format_id=format_id,
            out=out,
            options=options,
            title=path.stem,
        )
        self.task = self.session.runner.submit(
            "decode",
            _deliver,
            self._order,
            owner=self,
            on_done=self._done,
            on_error=self._failed,
            on_cancelled=self._cancelled,
            job=Job(),
            title=f"Exporting {out.name}",
        )

    def replace(self) -> None:
        """Yes: write over what is there, as the last try asked."""
        if self.state == "taken" and self._order is not None:
            order = self._order
            self.deliver(order.format_id, order.out, replace(order.options, overwrite=True))

    def deliver_silence(self) -> None:
        """Yes: deliver silence for the sounds that the last try found missing."""
        if self.sounds_missing and self._order is not None:
            order = self._order
            self.deliver(order.format_id, order.out, replace(order.options, allow_missing=True))

    @property
    def sounds_missing(self) -> bool:
        """Whether the last try failed for want of sounds, so that the next one can go without them."""
        from engine.export.checks import MissingSoundsError

        return self.state == "failed" and isinstance(self.error, MissingSoundsError)

    def cancel(self) -> None:
        """Stop; nothing is left behind."""
        if self.task is not None:
            self.stopping = True
            self.task.cancel()
            self.changed.emit()

    def again(self) -> None:
        """Back to choosing: what came of the last export is no longer shown."""
        if self.state != "working":
            self.report = self.error = self._order = None
            self._set("ready")

    def _done(self, report: ExportReport) -> None:
        self.report, self.task, self._order = report, None, None
        first = report.files[0]
        notes = len(report.warnings)
        said = f"Exported {first.name}" + (f" and {len(report.files) - 1} more" if len(report.files) > 1 else "")
        self.session.say(
            f"{said}; {notes} note{'' if notes == 1 else 's'} in the export dialog." if notes else f"{said}.",
            Action("Show", lambda: show_in_folder(first), of_edit=False),
        )
        self._set("done")

    def _failed(self, error: EngineError) -> None:
        from engine.export.checks import TakenError

        self.error, self.task = error, None
        if isinstance(error, TakenError):  # a question, which nobody but the dialog can put
            self._set("taken")
            return
        self.session.problem.emit(error)
        self._set("failed")

    def _cancelled(self) -> None:
        self.task = self._order = None
        self.session.say("The export was stopped; nothing was written.")
        self._set("ready")

    def _on_progress(self) -> None:
        if self.state == "working":
            self.progress.emit()

    def _set(self, state: State) -> None:
        ended = self.state == "working" and state != "working"
        self.state = state
        self.stopping = self.stopping and state == "working"
        self.changed.emit()
        if ended:
            self.ended.emit()


def show_in_folder(path: Path) -> None:
    """Open the folder of a file with the system's file manager."""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
