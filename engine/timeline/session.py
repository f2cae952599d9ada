"""An open project: the file it owns, the document as it is now, and every edit written before it counts."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from engine.errors import ProjectError
from engine.files import write_bytes
from engine.timeline.backups import keep_backup, remove_leftovers
from engine.timeline.changes import Change
from engine.timeline.codec import SUFFIX, digest, dump, load
from engine.timeline.document import Project
from engine.timeline.journal import Entry, Journal, Kind, journal_path, read_journal
from engine.timeline.lock import ProjectLock
from engine.timeline.paths import is_there, rebased
from engine.timeline.recovery import Recovery, history, recovered, set_aside

__all__ = ["SUFFIX", "ProjectSession", "create_project", "open_project", "read_project"]


def read_project(path: Path | str) -> tuple[Project, Recovery]:
    """The project at ``path`` with its unsaved edits, without owning the file: for looking only.

    Raises:
        ProjectError: there is none, or it is damaged or too new.
    """
    path = Path(path)
    data = _read(path)
    project = load(data, path)
    project, found = recovered(project, read_journal(journal_path(path), digest(data)))
    return project, Recovery(edits=len(found.entries), torn=found.torn and not found.stale)


def create_project(path: Path | str, project: Project) -> ProjectSession:
    """Saves a new project at ``path`` and opens it.

    Raises:
        ProjectError: a file is there already, or the name does not end in .foleyscope.
    """
    path = _checked(path)
    if is_there(path):
        raise ProjectError(f"{path.name} is there already.", "Open it, or choose another name.", path=path)
    _write(path, dump(project))
    return open_project(path)


def open_project(path: Path | str) -> ProjectSession:
    """Opens the project at ``path`` for editing and brings back what a crash left unsaved.

    Raises:
        ProjectError: there is none, it is damaged or too new, or another program has it open.
    """
    return ProjectSession(path)


class ProjectSession:
    """Owns a project file, for one thread; a context manager. Use :func:`open_project` or :func:`create_project`.

    `do`, `undo` and `redo` keep a history here. An owner of another history, such as a window's undo stack, uses
    `apply` and `revert` instead. Leaving without :meth:`save` keeps unsaved edits in the journal for the next opening.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        if not is_there(self.path):
            _read(self.path)  # says why
        self._lock = ProjectLock(self.path)
        try:
            remove_leftovers(self.path)
            self._open()
        except BaseException:
            self._lock.release()
            raise

    def _open(self) -> None:
        data = _read(self.path)
        self._saved = load(data, self.path)
        found = read_journal(journal_path(self.path), digest(data))
        self.project, found = recovered(self._saved, found)
        aside = set_aside(self.path) if found.stale else None
        self.recovery = Recovery(edits=len(found.entries), torn=found.torn and not found.stale, set_aside=aside)
        size = 0 if found.stale else found.size
        self._journal = Journal(journal_path(self.path), digest(data), size)
        self._done, self._undone = history(found), list[Change]()

    @property
    def base(self) -> Path:
        """The folder that relative paths start from."""
        return self.path.absolute().parent

    @property
    def modified(self) -> bool:
        """Whether the document differs from the saved one."""
        return self.project is not self._saved and self.project != self._saved

    @property
    def done(self) -> tuple[Change, ...]:
        """What can be undone, the oldest first; after a crash, the recovered edits."""
        return tuple(self._done)

    @property
    def undone(self) -> tuple[Change, ...]:
        """What can be redone, the next last."""
        return tuple(self._undone)

    def do(self, change: Change) -> Project:
        """Makes an edit that :meth:`undo` takes back. See :meth:`apply`."""
        project = self.apply(change)
        if change:
            self._done.append(change)
            self._undone.clear()
        return project

    def undo(self) -> Change | None:
        """Takes back the last edit and returns it; None where there is none."""
        if not self._done:
            return None
        self.revert(self._done[-1])
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def redo(self) -> Change | None:
        """Makes the edit that was last taken back again and returns it; None where there is none."""
        if not self._undone:
            return None
        self.apply(self._undone[-1])
        self._done.append(self._undone.pop())
        return self._done[-1]

    def apply(self, change: Change) -> Project:
        """Makes an edit, in the journal first; returns the document after it. Nothing is written where nothing changes.

        Raises:
            ProjectError: it does not fit the document as it is, or could not be written; the document is as it was.
        """
        return self._make("do", change)

    def revert(self, change: Change) -> Project:
        """Takes back the edit made last, in the journal first; returns the document after it.

        Raises:
            ProjectError: it was not the last to touch its values, or could not be written; the document is as it was.
        """
        return self._make("undo", change)

    def _make(self, kind: Kind, change: Change) -> Project:
        after = change.apply(self.project) if kind == "do" else change.revert(self.project)
        if change:
            self._journal.append(Entry(kind=kind, change=change))
            self.project = after
        return self.project

    def save(self) -> None:
        """Writes the document to its file; the file that was there, if it still is, becomes a backup.

        Raises:
            ProjectError: it could not be written; the file and the journal are as they were.
        """
        data, before = dump(self.project), _read(self.path) if is_there(self.path) else None
        if data != before:
            self._journal.saving(digest(data))
            if before is not None:
                _keep(self.path, before)
            _write(self.path, data)
        self._journal.restart(digest(data))
        self._saved = self.project

    def save_as(self, path: Path | str) -> None:
        """Writes the document to another file and goes on with that one; the first keeps what was last saved there.

        Raises:
            ProjectError: it could not be written, the name does not end in .foleyscope, or it is open elsewhere.
        """
        target = _checked(path)
        if target.absolute() == self.path.absolute():
            self.save()
            return
        project = rebased(self.project, self.base, target.absolute().parent)
        data = dump(project)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise _unsaved(target, exc) from exc
        lock = ProjectLock(target)
        try:
            if target.exists():
                _keep(target, _read(target))
            _write(target, data)
            if journal_path(target).exists():  # a crash left it; the file it belongs to is a backup now
                set_aside(target)
        except BaseException:
            lock.release()
            raise
        self._journal.restart(digest(data))
        self._lock.release()
        self.path, self._lock = target, lock
        self._journal = Journal(journal_path(target), digest(data))
        self.project = self._saved = project

    def close(self, *, discard: bool = False) -> None:
        """Lets others open the project. Unsaved edits stay in the journal, unless they are to be discarded."""
        self._journal.close()
        if discard:
            self._journal.restart(self._journal.digest)
        self._lock.release()

    def __enter__(self) -> ProjectSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _checked(path: Path | str) -> Path:
    path = Path(path)
    if path.suffix != SUFFIX:
        raise ProjectError(f"{path.name} is no name for a project.", f"Choose a name that ends in {SUFFIX}.", path=path)
    return path


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as exc:
        hint = "Check the name, or make it with `foleyscope project new`."
        raise ProjectError(f"There is no project {path}.", hint, path=path) from exc
    except OSError as exc:
        message = f"{path.name} cannot be read: {exc.strerror}."
        raise ProjectError(message, "Check that it is a file that you may read.", path=path) from exc


def _write(path: Path, data: bytes) -> None:
    try:
        write_bytes(path, data)
    except OSError as exc:
        raise _unsaved(path, exc) from exc


def _unsaved(path: Path, exc: OSError) -> ProjectError:
    hint = "Make room there, or save it in another folder."
    return ProjectError(f"{path.name} could not be saved: {exc.strerror}.", hint, path=path)


def _keep(path: Path, data: bytes) -> None:
    try:
        keep_backup(path, data)
    except OSError as exc:
        hint = "Make room there, or save the project in another folder."
        raise ProjectError(f"The backup of {path.name} could not be written: {exc.strerror}.", hint, path=path) from exc
