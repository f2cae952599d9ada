"""Projects as bytes: canonical JSON with a schema version, and the chain of migrations that reads old ones."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json

from engine.errors import ProjectError
from engine.timeline.backups import backups
from engine.timeline.changes import Change
from engine.timeline.document import Project
from engine.timeline.rules import STRICT

VERSION = 1
SUFFIX = ".foleyscope"
_BEGINNING = b'{"foleyscope":'
Migration = Callable[[dict[str, Any]], dict[str, Any]]
MIGRATIONS: dict[int, Migration] = {}
"""The function at n makes the ``project`` object of version n + 1 of one of version n."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    foleyscope: int
    project: Project


def dump(project: Project) -> bytes:
    """The file of ``project``: the same project always gives the same bytes; a line for each thing that has an id.

    Raises:
        ProjectError: a text in it has no UTF-8.
    """
    data = _bytes(_files(), _File(foleyscope=VERSION, project=project))
    # Inside a text the quotation mark is escaped, so that this matches nothing but the beginning of an object.
    return data.replace(b'{"id":', b'\n{"id":') + b"\n"


def digest(data: bytes) -> str:
    """What a journal calls the file of these bytes."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def load(
    data: bytes, path: Path | str, *, version: int = VERSION, migrations: Mapping[int, Migration] | None = None
) -> Project:
    """The project that :func:`dump` wrote, now or in an earlier version.

    Args:
        data: the file.
        path: where it lies, for messages.
        version: the newest that can be read.
        migrations: the steps to it; those of `MIGRATIONS` when None.

    Raises:
        ProjectError: it is no project, is damaged, or was written by a newer Foleyscope.
    """
    data = _current(data, Path(path), version, MIGRATIONS if migrations is None else migrations)
    try:
        project = _files().validate_json(data).project
    except ValidationError as exc:
        raise _damaged(path, str(exc)) from exc
    except ProjectError as exc:
        raise _damaged(path, exc.message) from exc
    _check_references(project, path)
    return project


def dump_change(change: Change) -> bytes:
    """A change as one line of JSON, without a line's end.

    Raises:
        ProjectError: a text in it has no UTF-8.
    """
    return _bytes(_changes(), change)


def load_change(data: bytes | str) -> Change:
    """The change that :func:`dump_change` wrote.

    Raises:
        ValueError: it is none.
    """
    return _changes().validate_json(data)


def _bytes(adapter: TypeAdapter[Any], value: Any) -> bytes:
    try:
        return adapter.dump_json(value)
    except PydanticSerializationError as exc:  # such as a file name whose bytes are no text
        hint = "Rename the file, marker or track whose name is unreadable."
        raise ProjectError("A name cannot be written as text.", hint, detail=str(exc)) from exc


@lru_cache(maxsize=1)
def _files() -> TypeAdapter[_File]:
    return TypeAdapter(_File)


@lru_cache(maxsize=1)
def _changes() -> TypeAdapter[Change]:
    return TypeAdapter(Change)


def _current(data: bytes, path: Path, version: int, migrations: Mapping[int, Migration]) -> bytes:
    """``data`` brought to ``version``."""
    if data.startswith(b'{"foleyscope":%d,' % version):
        return data  # no need to read it twice
    try:
        document = from_json(data)
    except ValueError as exc:
        if path.suffix != SUFFIX and not data.startswith(_BEGINNING):
            raise _no_project(path) from exc
        raise _damaged(path, str(exc)) from exc
    found = document.get("foleyscope") if isinstance(document, dict) else None
    if not isinstance(found, int) or not isinstance(document.get("project"), dict):
        raise _no_project(path)
    if found > version:
        raise ProjectError(
            f"{path.name} was written by a newer Foleyscope (format {found}; this one reads up to {version}).",
            "Update Foleyscope to open it.",
            path=path,
        )
    try:
        for step in range(found, version):
            document["project"] = migrations[step](document["project"])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as exc:
        raise _damaged(path, f"no way from format {found}: {exc!r}") from exc
    return to_json({"foleyscope": VERSION, "project": document["project"]})


def _no_project(path: Path) -> ProjectError:
    return ProjectError(f"{path.name} is not a project.", f"Choose a {SUFFIX} file.", path=path)


def _damaged(path: Path | str, detail: str) -> ProjectError:
    path = Path(path)
    kept = backups(path)
    hint = f"Put {kept[0].parent.name}/{kept[0].name} in its place." if kept else "Put a copy of it in its place."
    return ProjectError(f"The project {path.name} is damaged.", hint, detail=detail, path=path)


def _check_references(project: Project, path: Path | str) -> None:
    kinds: dict[str, Iterable[Any]] = {
        "track": project.tracks,
        "clip": project.clips(),
        "marker": project.markers,
        "media": project.media,
    }
    for kind, values in kinds.items():
        twice = [name for name, count in Counter(value.id for value in values).items() if count > 1]
        if twice:
            raise _damaged(path, f"more than one {kind} has the id {twice[0]}")
    unknown = {clip.media for clip in project.clips()} - {media.id for media in project.media}
    if unknown:
        raise _damaged(path, f"a clip plays media {min(unknown)}, which is not listed")
