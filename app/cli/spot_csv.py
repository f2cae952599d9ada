"""The spotting cue sheet as a table for spreadsheets, a row a proposed sound."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import MediaError
from engine.files import write_bytes

if TYPE_CHECKING:
    from engine.recommend.spot import Cue, CueSheet, ShotCues

HEADINGS = (
    *("Shot", "In", "Out", "Rank", "Sound", "Score", "Fits", "On screen or ambient", "Region", "Category"),
    *("Frame", "From", "To", "File", "Library lacks"),
)
_FIRST_LINE = codecs.BOM_UTF8 + (",".join(HEADINGS) + "\r\n").encode()


def check_csv(target: Path) -> None:
    """Refuses, before any work is done, a target that is no place for a table or holds anything but one of ours.

    Raises:
        MediaError: with the reason and what to choose.
    """
    hint = "Give --csv another name; your own files are never written over."
    if target.is_dir():
        raise MediaError(f"{target} is a folder.", "Give --csv the name of a file.", path=target)
    if not target.absolute().parent.is_dir():
        message = f"There is no folder {target.absolute().parent}."
        raise MediaError(message, "Make it, or give --csv another place.", path=target)
    if target.exists():
        with target.open("rb") as file:
            if file.readline(len(_FIRST_LINE)) != _FIRST_LINE:
                raise MediaError(f"{target} is there already and no cue sheet.", hint, path=target)


def write_csv(sheet: CueSheet, target: Path) -> None:
    """Writes the sheet as CSV (UTF-8 with a mark, which Excel needs); a shot without sounds has a row of its own."""
    text = io.StringIO()
    rows = csv.writer(text)
    for spotted in sheet.shots:
        rows.writerows(_rows(sheet, spotted))
    write_bytes(target, _FIRST_LINE + text.getvalue().encode("utf-8", "backslashreplace"))


def _rows(sheet: CueSheet, spotted: ShotCues) -> Iterator[list[str]]:
    shot = spotted.shot
    lacks = "" if spotted.fits else ", ".join(spotted.lacks) or "anything that fits"
    head = [str(shot.index + 1), sheet.counting.at(shot.start), sheet.counting.at(shot.end)]
    for cue in spotted.cues:
        yield [*head, *_cells(sheet, cue), _harmless(lacks)]
    if not spotted.cues:
        yield [*head, *[""] * (len(HEADINGS) - len(head) - 1), _harmless(lacks)]


def _cells(sheet: CueSheet, cue: Cue) -> list[str]:
    from engine.recommend import FITS

    texts = (
        str(cue.rank),
        cue.name,
        f"{cue.score:.2f}",
        "yes" if cue.score >= FITS else "no",
        cue.onscreen or "",
        " ".join(f"{edge:.3f}" for edge in cue.region) if cue.region else "",
        cue.category,
        sheet.counting.at(cue.time),
        f"{cue.start:.2f}",
        f"{cue.end:.2f}",
        str(cue.path),
    )
    return [_harmless(text) for text in texts]


def _harmless(cell: str) -> str:
    """``cell`` so that a spreadsheet does not take a file's name for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@" and cell else cell
