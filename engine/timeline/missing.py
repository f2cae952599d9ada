"""Files that are not where a project says: told when it opens, found again in a folder."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import MediaError, ProjectError
from engine.jobs import Job
from engine.timeline import edits
from engine.timeline.changes import Change
from engine.timeline.document import LibraryRef, Media, Project, VideoRef
from engine.timeline.paths import fingerprint, is_there, relative_to, resolve, stored
from engine.timeline.sources import frames_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What a project names and cannot reach."""

    media: tuple[Media, ...] = ()
    video: VideoRef | None = None
    libraries: tuple[LibraryRef, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.media or self.video or self.libraries)

    @property
    def paths(self) -> list[str]:
        """Where they were last: sounds, picture, libraries."""
        video = [self.video.path] if self.video else []
        return [*(media.path for media in self.media), *video, *(library.path for library in self.libraries)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relinked:
    """What :func:`relink` found."""

    media: dict[str, Media]
    """By id, as they are to be."""
    video: VideoRef | None
    """As it is to be; None where it was not missing or was not found."""
    left: Missing
    """What is still missing."""

    @property
    def found(self) -> int:
        """How many files."""
        return len(self.media) + bool(self.video)

    def change(self, project: Project) -> Change:
        """The edit of ``project``, which may have been edited since the search; what is no longer its own is left."""
        media = {own.id: self.media[own.id] for own in project.media if own.id in self.media}
        video, found = project.video, self.video
        if video and found:
            video = replace(video, path=found.path, relative=found.relative)
        return edits.relink(project, media, video)


def missing(project: Project, base: Path | str) -> Missing:
    """The files of ``project`` (in the folder ``base``) that are not there; clips of missing media are placeholders."""
    video = project.video
    return Missing(
        media=tuple(media for media in project.media if not is_there(resolve(media, base))),
        video=video if video and not is_there(resolve(video, base)) else None,
        libraries=tuple(library for library in project.libraries if not is_there(resolve(library, base))),
    )


def relink(project: Project, folder: Path | str, base: Path | str, job: Job | None = None) -> Relinked:
    """Looks for missing sounds and picture below ``folder``: by name and size, by name and length, by fingerprint.

    Of several files that fit, the one whose folders agree most with the old path is taken. The folder is only read.

    Raises:
        ProjectError: there is no such folder.
        Cancelled: the job was cancelled.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ProjectError(f"There is no folder {folder}.", "Choose the folder that holds the sounds.", path=folder)
    lost = missing(project, base)
    search = _Search(_files(folder, job), job)
    media = {own.id: _pointed(own, path, base) for own in lost.media if (path := search.find(own, _lasts(own)))}
    place = search.find(lost.video, lambda path: False) if lost.video else None
    video = replace(lost.video, path=stored(place), relative=relative_to(place, base)) if lost.video and place else None
    left = Missing(
        media=tuple(own for own in lost.media if own.id not in media),
        video=None if video else lost.video,
        libraries=lost.libraries,
    )
    return Relinked(media=media, video=video, left=left)


class _Search:
    """Files by name and by size, so that few are opened."""

    def __init__(self, files: Iterable[tuple[Path, int]], job: Job | None) -> None:
        self.job = job
        self.by_name: dict[str, list[tuple[Path, int]]] = defaultdict(list)
        self.by_size: dict[int, list[Path]] = defaultdict(list)
        for path, size in files:
            self.by_name[path.name.casefold()].append((path, size))
            self.by_size[size].append(path)

    def find(self, lost: Media | VideoRef, lasts: Callable[[Path], bool]) -> Path | None:
        """The file that is most surely ``lost``."""
        named = self.by_name.get(lost.path.rsplit("/", 1)[-1].casefold(), [])
        if same := [path for path, size in named if size == lost.size]:
            return _closest(same, lost.path)
        if long := self._those((path for path, _ in named), lasts):
            return _closest(long, lost.path)
        like = self._those(self.by_size.get(lost.size, []), lambda path: _printed(path) == lost.fingerprint)
        return _closest(like, lost.path) if like else None

    def _those(self, paths: Iterable[Path], fits: Callable[[Path], bool]) -> list[Path]:
        found = []
        for path in paths:
            if self.job is not None:
                self.job.check()
            if fits(path):
                found.append(path)
        return found


def _files(folder: Path, job: Job | None) -> Iterable[tuple[Path, int]]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        if job is not None:
            job.check()
        for name in sorted(names):
            path = Path(place, name)
            try:
                size = path.stat().st_size
            except OSError:
                continue  # gone, or a link to nowhere
            if not name.startswith("._"):
                yield path, size


def _lasts(media: Media) -> Callable[[Path], bool]:
    def same(path: Path) -> bool:
        from engine.media import probe

        try:
            info = probe(path)
        except MediaError:
            return False
        return info.audio is not None and (frames_of(info), info.audio.sample_rate) == (media.frames, media.sample_rate)

    return same


def _printed(path: Path) -> str:
    try:
        return fingerprint(path)
    except OSError:
        return "unreadable"


def _pointed(media: Media, path: Path, base: Path | str) -> Media:
    size = path.stat().st_size
    return replace(media, path=stored(path), relative=relative_to(path, base), size=size, fingerprint=_printed(path))


def _closest(paths: list[Path], old: str) -> Path:
    """The path that shares most trailing folders with ``old``; the first by name among equals."""
    parts = old.split("/")[::-1]

    def agreement(path: Path) -> int:
        pairs = zip(path.as_posix().split("/")[::-1], parts, strict=False)
        return next((count for count, (new, was) in enumerate(pairs) if new != was), len(parts))

    return min(paths, key=lambda path: (-agreement(path), path.as_posix()))
