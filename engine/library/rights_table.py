"""Tables of licences that come with sounds: a CSV or TSV in the folder or beside it, read by its column names.

A table is used when its first line names a column for the file and one for the licence, the author or the source:

===========  =====================================================================================================
column       names it may have, whatever their case, spaces and signs
===========  =====================================================================================================
file         file, path, file name, file path, path name, relative path, fname, sound, sound file, slice file name
licence      licence, license, licence name, license name, rights, copyright, usage, terms
author       author, artist, creator, credit, credits, attribution, recordist, designer, uploader, user name
source       source, library, collection, publisher, vendor
===========  =====================================================================================================

Columns lie between tabs, commas or semicolons. The file is a path from the table's own folder or from the indexed one,
an absolute path, or a file name alone where only one sound of the folder has it. Tables lie in any indexed folder, or
beside one of the indexed folder or the folders above it and are called like it (``sounds.tsv`` beside ``sounds``).
The table nearest to a sound counts.
"""

from __future__ import annotations

import codecs
import csv
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from engine.errors import LibraryError
from engine.jobs import Job
from engine.library.rights import NOTHING_SAID, Rights, stated

SUFFIXES = (".tsv", ".csv")
_DELIMITERS = "\t,;"
_LEVELS = 3  # folders above the indexed one whose tables may speak of it
_FILE = (
    *("file", "path", "filename", "filepath", "pathname", "relativepath"),
    *("fname", "sound", "soundfile", "slicefilename"),
)
_LICENCE = ("licence", "license", "licencename", "licensename", "rights", "copyright", "usage", "terms")
_AUTHOR = (
    *("author", "artist", "creator", "credit", "credits", "attribution"),
    *("recordist", "designer", "uploader", "username"),
)
_SOURCE = ("source", "library", "collection", "publisher", "vendor")
_LONGEST_HEADER = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of licences that was recognised by its first line."""

    path: Path
    folder: str
    """The folder of sounds it speaks of."""
    delimiter: str
    file: int
    """Number of the column that names the file; of the others None where there is none."""
    licence: int | None
    author: int | None
    source: int | None

    def rows(self) -> Iterator[tuple[str, Rights]]:
        """Every file named in the table and what is said of it.

        Raises:
            LibraryError: the table breaks off or cannot be read.
        """
        try:
            reader = csv.reader(StringIO(_decoded(self.path.read_bytes())), delimiter=self.delimiter)
            next(reader, None)
            yield from (self._row(cells) for cells in reader if len(cells) > self.file)
        except (csv.Error, OSError) as error:
            raise LibraryError(
                f"The table of licences {self.path.name} cannot be read.",
                "Save it again as CSV in UTF-8, then index again.",
                detail=str(error),
                path=self.path,
            ) from error

    def _row(self, cells: Sequence[str]) -> tuple[str, Rights]:
        def cell(column: int | None) -> str:
            return stated(cells[column]) if column is not None and column < len(cells) else ""

        author, source = cell(self.author), cell(self.source)
        credit = f"{author} ({source})" if author and source else author or source
        return cells[self.file].strip(), Rights(licence=cell(self.licence), credit=credit)


def open_table(path: Path, folder: str) -> Table | None:
    """The table at ``path`` about the sounds of ``folder``, or None where its first line names no such columns."""
    try:
        with path.open("rb") as stream:
            line = _decoded(stream.readline(_LONGEST_HEADER))
    except OSError:
        return None
    for delimiter in _DELIMITERS:
        try:
            names = [_plain(name) for name in next(csv.reader(StringIO(line), delimiter=delimiter), [])]
        except csv.Error:
            continue
        file, licence, author, source = (_column(names, known) for known in (_FILE, _LICENCE, _AUTHOR, _SOURCE))
        if file is not None and (licence is not None or author is not None or source is not None):
            return Table(
                path=path,
                folder=folder,
                delimiter=delimiter,
                file=file,
                licence=licence,
                author=author,
                source=source,
            )
    return None


def tables_for(root: Path, inside: Iterable[str]) -> list[Table]:
    """Every table that speaks of the sounds under ``root``, the farthest first.

    Args:
        root: the indexed folder.
        inside: CSV and TSV files that lie in it.
    """
    found: list[Table | None] = []
    for folder in reversed((root, *list(root.parents)[: _LEVELS - 1])):
        found += [open_table(folder.with_name(folder.name + suffix), str(folder)) for suffix in SUFFIXES if folder.name]
    for path in sorted(inside, key=lambda path: (path.count(os.sep), path)):
        found.append(open_table(Path(path), str(Path(path).parent)))
    return [table for table in found if table is not None]


def rights_by_path(tables: Iterable[Table], paths: Iterable[str], root: Path, job: Job) -> dict[str, Rights]:
    """What the tables say of these sounds (absolute paths under ``root``); a later table overrules an earlier one.

    Raises:
        LibraryError: a table cannot be read.
        Cancelled: the job was cancelled.
    """
    places = _Places(paths)
    found: dict[str, Rights] = {}
    for table in tables:
        own: dict[str, Rights] = {}
        bases = tuple(dict.fromkeys((str(table.path.parent), table.folder, str(root))))
        for name, rights in table.rows():
            job.check()
            place = places.of(name, bases, table.folder)
            if place is not None and (rights.licence or rights.credit):
                own[place] = own.get(place, NOTHING_SAID).or_else(rights)
        found |= {place: rights.or_else(found.get(place, NOTHING_SAID)) for place, rights in own.items()}
    return found


class _Places:
    """Finds sounds by what tables call them."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = set(paths)
        self._by_name: Mapping[str, list[str]] | None = None

    def of(self, text: str, bases: Sequence[str], folder: str) -> str | None:
        """The sound that a table's row means, or None where there is none, or several.

        Args:
            text: a path, from one of ``bases`` or absolute, or a file name.
            bases: folders that paths may start from, the likeliest first.
            folder: where a name alone is looked for.
        """
        name = text.replace("\\", "/")
        if not name:
            return None
        for place in (name,) if name.startswith("/") else (f"{base}/{name}" for base in bases):
            plain = os.path.normpath(place)
            if plain in self._paths:
                return plain
        return self._alone(name, folder) if "/" not in name else None

    def _alone(self, name: str, folder: str) -> str | None:
        if self._by_name is None:
            by_name: dict[str, list[str]] = {}
            for path in self._paths:
                by_name.setdefault(path.rpartition(os.sep)[2], []).append(path)
            self._by_name = by_name
        prefix = f"{folder.rstrip(os.sep)}{os.sep}"
        inside = [path for path in self._by_name.get(name, ()) if path.startswith(prefix)]
        return inside[0] if len(inside) == 1 else None


def _decoded(data: bytes) -> str:
    """Text of a table: UTF-16 where its mark says so, UTF-8, or else what Western Windows writes."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _column(names: Sequence[str], known: Sequence[str]) -> int | None:
    """Number of the first column by the order of ``known``, which begins with the names that are surest."""
    return next((names.index(name) for name in known if name in names), None)
