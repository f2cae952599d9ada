"""`spot`: the cue sheet of a film."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.console import note, print_json, run_job, say
from app.cli.library import AsJson, LibraryFile

if TYPE_CHECKING:
    from engine.jobs import Job
    from engine.recommend.spot import Cue, CueSheet, ShotCues

VERSION = 1
_CUE = ("rank", "path", "category", "score", "time", "start", "end", "onscreen", "region", "takes")


def register(cli: typer.Typer) -> None:
    """Add this family's commands to ``cli``."""
    cli.command()(spot)


def spot(
    video: Annotated[Path, typer.Argument(metavar="VIDEO", help="A video or a still image; it is only read.")],
    library: LibraryFile,
    *,
    top: Annotated[int, typer.Option(metavar="N", min=1, help="How many sounds a shot.")] = 5,
    model: Annotated[
        str | None, typer.Option(metavar="ID", help="The library's own model, where it is not found by its id.")
    ] = None,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", metavar="OUT.csv", help="Write the cue sheet as a table, a row a sound.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the cue sheet of VIDEO: for every shot the sounds of a library, and what the library lacks."""
    from app.cli.spot_csv import check_csv, write_csv

    if csv_file is not None:
        check_csv(csv_file)

    def work(job: Job) -> CueSheet:
        from engine.recommend import Localiser, Recommender
        from engine.recommend.fit_cache import FilmCache
        from engine.recommend.spot import spot as find_cues

        job.begin(0, "Loading the library and its model")
        with Recommender(library, model) as recommender:
            return find_cues(recommender, video, top=top, localiser=Localiser.installed(), cache=FilmCache(), job=job)

    sheet = run_job(work)
    if csv_file is not None:
        write_csv(sheet, csv_file)
        note(f"{csv_file} is written.")
    if as_json:
        print_json(document(sheet))
        return
    say("\n".join(lines(sheet)))


def document(sheet: CueSheet) -> dict[str, Any]:
    """The documented form of ``spot --json``; ``version`` counts up when a field changes its meaning."""
    from engine.recommend import FITS

    return {
        "version": VERSION,
        "video": sheet.video,
        "duration": sheet.duration,
        "fps": str(sheet.fps),
        "library": sheet.library,
        "model": sheet.model,
        "fits_from": FITS,
        "shots": [_shot(sheet, spotted) for spotted in sheet.shots],
        "lacks": [{"category": category or None, "shots": shots} for category, shots in sheet.lacks()],
    }


def _shot(sheet: CueSheet, spotted: ShotCues) -> dict[str, Any]:
    shot = spotted.shot
    return {
        "index": shot.index,
        "start": shot.start,
        "end": shot.end,
        "timecode": sheet.counting.at(shot.start),
        "frames": shot.frames,
        "fits": spotted.fits,
        "lacks": spotted.lacks,
        "sounds": [{name: getattr(cue, name) for name in _CUE} for cue in spotted.cues],
    }


def lines(sheet: CueSheet) -> list[str]:
    """The cue sheet as a table for people, and beneath it what the library lacks."""
    rows = [f"{sheet.video.name}: {len(sheet.shots)} shot{'' if len(sheet.shots) == 1 else 's'}, by {sheet.model}"]
    for spotted in sheet.shots:
        shot = spotted.shot
        places = f"{sheet.counting.at(shot.start)} - {sheet.counting.at(shot.end)}"
        rows.append(f"\nShot {shot.index + 1}  {places}{'' if spotted.fits else '  nothing that fits'}")
        rows += [_row(cue) for cue in spotted.cues]
    return rows + _lacks(sheet)


def _row(cue: Cue) -> str:
    seen = f"  {cue.onscreen}" if cue.onscreen else ""
    place = f"{cue.start:7.2f}-{cue.end:<7.2f}"
    return f"{cue.rank:3d}  {cue.score:4.2f}  {place}  {(cue.category or '-')[:24]:24}  {cue.path}{seen}"


def _lacks(sheet: CueSheet) -> list[str]:
    wanted = sheet.lacks()
    if not wanted:
        return []
    count = sum(not spotted.fits for spotted in sheet.shots)
    head = f"\n{count} of {len(sheet.shots)} shots {'has' if count == 1 else 'have'} nothing in this library that fits:"
    rows = []
    for category, shots in wanted:
        numbers = ", ".join(str(index + 1) for index in shots)
        nearest = f"nearest is {category}" if category else "no category comes near"
        rows.append(f"  {nearest}: {'shot' if len(shots) == 1 else 'shots'} {numbers}")
    return [head, *rows]
