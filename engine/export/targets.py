"""Where a delivery is written: never over a source, all of it or nothing, and failures with the next step."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import ProjectError
from engine.files import atomic_path
from engine.scratch import scratch_folder

_FULL = {errno.ENOSPC, errno.EDQUOT}


def refuse_sources(out: Path, sources: list[Path]) -> None:
    """Raises :class:`ProjectError` when ``out`` is one of ``sources``, under this name or another."""
    for source in sources:
        same = out.exists() and source.exists() and out.samefile(source)
        if same or out.absolute() == source.absolute():
            hint = "Choose another name or folder: sources are never written to."
            raise ProjectError(f"{out.name} is a source of this project.", hint, path=out)


@contextmanager
def one_file(out: Path) -> Iterator[Path]:
    """Yields a temporary path that replaces ``out`` when all went well; otherwise nothing is left.

    Raises:
        ProjectError: ``out`` is a folder, or the system refuses.
    """
    if out.is_dir():
        raise ProjectError(f"{out.name} is a folder.", "Give a file name in it.", path=out)
    # The folder carries the name of this process: what a killed one left is found again. The file in it is flushed.
    with _told(out), _beside(out) as staging:
        with atomic_path(staging / f"whole{out.suffix}") as temporary:
            yield temporary
        (staging / f"whole{out.suffix}").replace(out)


@contextmanager
def folder(out: Path, sources: list[Path]) -> Iterator[Path]:
    """Yields a hidden folder whose files move into the folder ``out`` when all went well; otherwise none does.

    Files of an earlier delivery with the same names are replaced.

    Raises:
        ProjectError: ``out`` is a file, a file to be replaced is one of ``sources``, or the system refuses.
    """
    if out.exists() and not out.is_dir():
        raise ProjectError(f"{out.name} is a file.", "This format writes several files: give a folder.", path=out)
    with _told(out), _beside(out) as staging:
        yield staging
        files = sorted(staging.iterdir())
        for file in files:
            refuse_sources(out / file.name, sources)
        out.mkdir(exist_ok=True)
        for file in files:
            file.replace(out / file.name)


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """Yields a hidden folder on the disk of ``out``, gone afterwards; what dead processes left there goes too."""
    out.parent.mkdir(parents=True, exist_ok=True)
    staging = scratch_folder(out.parent, ".writing-")
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def _told(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise _refused(out, exc) from exc


def _refused(out: Path, exc: OSError) -> ProjectError:
    if exc.errno in _FULL:
        hint = "Free some space or choose another disk; nothing was left behind."
        return ProjectError(f"The disk is full: {out.name} was not written.", hint, detail=str(exc), path=out)
    if exc.errno == errno.EFBIG:
        hint = "Choose a disk without such a limit (not FAT32), or export less at once; nothing was left behind."
        return ProjectError(f"The disk takes no file as large as {out.name}.", hint, detail=str(exc), path=out)
    hint = "Check that the folder may be written to and its drive is connected."
    return ProjectError(f"{out.name} could not be written.", hint, detail=str(exc), path=out)
