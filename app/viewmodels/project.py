"""The open project: made, opened, saved, edited through one history, and what a crash left told in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.viewmodels.project_library import OwnLibraries, Said, open_own
from app.viewmodels.project_rate import ProjectRate
from app.viewmodels.session import PROJECT_SUFFIX, Action, SessionViewModel
from engine.errors import EngineError, ProjectError
from engine.jobs import Job

if TYPE_CHECKING:
    from app.commands.history import History
    from engine.timeline.changes import Change
    from engine.timeline.document import Project
    from engine.timeline.missing import Missing, Relinked
    from engine.timeline.session import ProjectSession

SAMPLE_RATE = 48_000  # Hz; film sound's


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opened:
    """An opened project and what of it could not be found."""

    session: ProjectSession
    missing: Missing
    video: Path | None
    libraries: OwnLibraries


def _opened(session: ProjectSession) -> Opened:
    from engine.timeline.missing import missing
    from engine.timeline.paths import resolve

    project = session.project
    try:
        lost = missing(project, session.base)
        video = resolve(project.video, session.base) if project.video is not None and lost.video is None else None
        return Opened(session=session, missing=lost, video=video, libraries=OwnLibraries.of(project, session.base))
    except BaseException:
        session.close()
        raise


def _open(path: Path) -> Opened:
    from engine.timeline.session import open_project

    return _opened(open_project(path))


def _create(path: Path, video: Path, library: Path | None) -> Opened:
    from engine.timeline.document import Project, new_id
    from engine.timeline.session import create_project
    from engine.timeline.sources import read_library, read_picture

    base = path.absolute().parent
    picture = read_picture(video, base, SAMPLE_RATE)
    project = Project(
        id=new_id(),
        sample_rate=SAMPLE_RATE,
        frame_rate=picture.frame_rate,
        drop_frame=picture.drop_frame,
        start_timecode=picture.start_timecode,
        video=picture.video,
        libraries=(read_library(library, base),) if library is not None else (),
    )
    return _opened(create_project(path, project))


def _relink(project: Project, folder: Path, base: Path, job: Job) -> Relinked:
    from engine.timeline.missing import relink

    job.begin(0, "Looking for missing files")
    return relink(project, folder, base, job)


class ProjectViewModel(QObject):
    """Holds the project and its history. Without one, picture and audition work as ever."""

    opened_changed = Signal()
    """Another project is open, or none."""
    changed = Signal(object)
    """Names of what an edit touched (`Change.touched`), after the document has changed."""
    state_changed = Signal()
    """``modified``, ``can_undo``, ``can_redo`` or the path changed."""
    locate_wanted = Signal()
    """The person wants to say in which folder missing files lie."""

    def __init__(self, session: SessionViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.history: History | None = None
        self.rate = ProjectRate(self)
        self._opening: Path | None = None
        self._said = ""
        """What was told on opening, kept while its picture is still being opened."""
        session.project_asked.connect(self.open)
        session.film.find_wanted.connect(self.locate_wanted)
        session.film.state_changed.connect(self._on_film)  # after the session has said that it is open

    @property
    def project(self) -> Project | None:
        """The document as it is, or None."""
        return self.history.project if self.history is not None else None

    @property
    def path(self) -> Path | None:
        """The project's file."""
        return self.history.session.path if self.history is not None else None

    @property
    def base(self) -> Path:
        """The folder that relative paths start from."""
        return self.history.session.base if self.history is not None else Path()

    @property
    def modified(self) -> bool:
        """Whether there are edits that the file does not hold."""
        return self.history is not None and self.history.session.modified

    @property
    def undo_text(self) -> str:
        """What undo would take back, or empty."""
        return self.history.stack.undoText() if self.history is not None and self.history.stack.canUndo() else ""

    @property
    def redo_text(self) -> str:
        """What redo would make again, or empty."""
        return self.history.stack.redoText() if self.history is not None and self.history.stack.canRedo() else ""

    def new(self, path: Path, then: Callable[[], None] | None = None) -> None:
        """Make a project for the open film and open it; ``then`` do what it was made for, if it comes to that."""
        video = self.session.video
        if video is None or self.session.film.state != "open":
            error = ProjectError("There is no picture to make a project for.", "Open a video first.")
            self.session.problem.emit(error)
            return
        path = path if path.suffix == PROJECT_SUFFIX else path.with_name(path.name + PROJECT_SUFFIX)
        self._begin(path, _create, video, self.session.collection.library_path, then=then)

    def open(self, path: Path) -> None:
        """Open a project with its picture and its library."""
        self._begin(path, _open)

    def save(self) -> None:
        """Write the document to its file."""
        if self.history is None:
            return
        with self._told():
            self.history.save()
            self.session.say(f"Saved {self.history.session.path.name}.")
        self.state_changed.emit()

    def save_as(self, path: Path) -> None:
        """Write the document to another file and go on with that one."""
        if self.history is None:
            return
        path = path if path.suffix == PROJECT_SUFFIX else path.with_name(path.name + PROJECT_SUFFIX)
        with self._told():
            self.history.session.save_as(path)
            self.history.stack.setClean()
            self.session.say(f"Saved as {path.name}.")
        self.state_changed.emit()
        self.changed.emit(frozenset())  # paths may be relative to another folder now

    def close(self) -> None:
        """Let go of the project; edits that were not saved are kept beside it for the next opening."""
        history, self.history = self.history, None
        if history is None:
            return
        history.session.close()
        history.deleteLater()
        self._count()
        if self.session.film.state == "missing":
            self.session.film.close()
        self.opened_changed.emit()
        self.state_changed.emit()

    def undo(self) -> None:
        """Take back the last edit."""
        if self.history is not None:
            self.history.stack.undo()

    def redo(self) -> None:
        """Make the edit again that was taken back last."""
        if self.history is not None:
            self.history.stack.redo()

    def do(self, make: Callable[[Project], Change], merge: str = "") -> bool:
        """Make the edit that ``make`` gives for the document; a refusal is told. Returns whether it was made."""
        if self.history is None:
            return False
        with self._told() as told:
            self.history.do(make(self.history.project), merge)
        return not told

    def relink(self, folder: Path) -> None:
        """Look for missing files below a folder, as a job that can be stopped."""
        history = self.history
        if history is None:
            return

        def relinked(found: Relinked) -> None:
            if self.history is history:  # else it speaks of another project
                self._relinked(found)

        self.session.runner.submit(
            "decode",
            _relink,
            history.project,
            folder,
            self.base,
            owner=self,
            on_done=relinked,
            on_error=self.session.problem.emit,
            job=Job(),
            title="Looking for missing files",
        )

    def _begin(
        self, path: Path, work: Callable[..., Opened], *args: object, then: Callable[[], None] | None = None
    ) -> None:
        path = path.absolute()
        if path == self._opening or (self.path is not None and self.path.absolute() == path):
            return
        self._opening = path

        def failed(error: EngineError) -> None:
            if self._opening == path:  # else another one was asked for meanwhile
                self._opening = None
            self.session.problem.emit(error)

        def done(opened: Opened) -> None:
            if opened.session.path != self._opening:
                opened.session.close()  # another one was asked for meanwhile
                return
            self._take(opened)
            if then is not None:
                then()

        self.session.runner.submit("decode", work, path, *args, owner=self, on_done=done, on_error=failed)

    def _take(self, opened: Opened) -> None:
        from app.commands.history import History

        self._opening = None
        self.close()
        self.history = History(opened.session, self)
        self.history.changed.connect(self._on_changed)
        self.history.failed.connect(self.session.problem)
        self.history.stack.indexChanged.connect(self._on_index)
        self._count()
        self._open_picture(opened)
        library = open_own(self.session, opened.libraries)
        self.opened_changed.emit()
        self.state_changed.emit()
        self._tell(opened, library)
        self.rate.offer(self._said)

    def _open_picture(self, opened: Opened) -> None:
        session, project = self.session, opened.session.project
        if opened.missing.video is not None:
            lost = opened.missing.video
            session.film.lack(Path(lost.path).name, lost.duration / project.sample_rate)
        elif opened.video is not None and not _same(opened.video, session.video):
            session.open_video(opened.video)

    def _tell(self, opened: Opened, library: Said) -> None:
        """All there is to know in one sentence after the other, with the button that is hardest to find elsewhere."""
        recovery, lost = opened.session.recovery, _findable(opened.missing)
        texts = (recovery.message if recovery else "", _missing_words(lost), library.text)
        self._said = " ".join(text for text in texts if text)
        action = library.action or (Action("Save", self.save) if recovery else None)
        if lost:
            action = Action("Find…", self.locate_wanted.emit)
        self.session.say(self._said or f"Opened {opened.session.path.name}.", action)

    def _relinked(self, found: Relinked) -> None:
        if not self.do(found.change):
            return
        self._said = ""
        self._show_picture()
        left = _findable(found.left)
        if left:
            self._said = _missing_words(left)
            self.session.say(self._said, Action("Find…", self.locate_wanted.emit))
        else:
            self._said = f"{found.found} found again."
            self.session.say(self._said)
        self.rate.offer(self._said)

    def _show_picture(self) -> None:
        """Open the project's picture if it was missing and is there now."""
        project = self.project
        if self.session.film.state != "missing" or project is None or project.video is None:
            return
        from engine.timeline.paths import is_there, resolve

        video = resolve(project.video, self.base)
        if is_there(video):
            self.session.open_video(video)

    def _count(self) -> None:
        """Frames have the project's numbers everywhere."""
        from engine.timeline.timecode import counting_of

        self.session.film.count_by(counting_of(self.project) if self.project is not None else None)

    def _on_changed(self, touched: frozenset[str]) -> None:
        self._count()
        self.changed.emit(touched)

    def _on_index(self, _index: int) -> None:
        self.state_changed.emit()

    def _on_film(self) -> None:
        """Another film than the project's was opened: the project steps aside, with all its edits."""
        if self.session.film.state == "opening":
            self._opening = None  # a project still on its way would put away the film that was asked for since
        project, video, path = self.project, self.session.video, self.path
        if project is None or project.video is None or path is None or video is None:
            return
        from engine.timeline.paths import resolve

        if self.session.film.state == "open" and not _same(resolve(project.video, self.base), video):
            self.close()
            self.session.say(f"{path.name} is closed; its edits are kept.", Action("Open it", lambda: self.open(path)))
        elif self.session.film.state == "open":
            self.rate.offer(self._said)

    @contextmanager
    def _told(self) -> Iterator[list[EngineError]]:
        """Tell a refusal instead of raising it; the list then holds it."""
        told: list[EngineError] = []
        try:
            yield told
        except ProjectError as error:
            told.append(error)
            self.session.problem.emit(error)


def _findable(lost: Missing) -> Missing:
    """Sounds and picture; libraries are told apart, as a search for missing files finds none."""
    return replace(lost, libraries=())


def _missing_words(lost: Missing) -> str:
    count = len(lost.paths)
    if not count:
        return ""
    what = f"{Path(lost.paths[0]).name} is" if count == 1 else f"{count} files of this project are"
    return f"{what} not where it says."


def _same(one: Path, other: Path | None) -> bool:
    return other is not None and one.absolute() == other.absolute()
