"""`project`: make a project, place sounds in it, look at it, and find its files again."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.console import note, print_json, run_job, say
from app.cli.library import AsJson
from app.cli.ranges import within

if TYPE_CHECKING:
    from engine.jobs import Job
    from engine.timeline.changes import Change
    from engine.timeline.document import Media, Project
    from engine.timeline.session import ProjectSession

MOST_TRACKS = 200
ProjectFile = Annotated[Path, typer.Argument(metavar="PROJECT", help="A .foleyscope file.")]


def _seconds(help_text: str) -> Any:
    return typer.Option(metavar="SECONDS", help=help_text, callback=within(0), show_default=False)


def register(cli: typer.Typer) -> None:
    """Add this family's commands to ``cli``."""
    group = typer.Typer(name="project", no_args_is_help=True, help="Make, edit and look at projects.")
    for command in (new, place, info, relink):
        group.command()(command)
    cli.add_typer(group)


def new(
    video: Annotated[
        Path, typer.Argument(metavar="VIDEO", help="The picture, a film or a still image; it is only read.")
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT.foleyscope", help="The project to make.")],
    library: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A library to take sounds from; may be repeated.")
    ] = None,
) -> None:
    """Make a project for VIDEO, with its frame rate and time code."""

    def work(job: Job) -> Project:
        job.begin(0, "Reading the picture")
        return _new(video, out, library or [])

    project = run_job(work)
    length = f"{project.end / project.sample_rate:.3f} s" if project.end else "a still image"
    say(f"{out}: {_rate(project)} frames a second, {length}.")


def _new(video: Path, out: Path, libraries: list[Path]) -> Project:
    from engine.timeline.document import Project, new_id
    from engine.timeline.session import create_project
    from engine.timeline.sources import read_library, read_picture

    base = out.absolute().parent
    picture = read_picture(video, base, 48000)
    project = Project(
        id=new_id(),
        frame_rate=picture.frame_rate,
        drop_frame=picture.drop_frame,
        start_timecode=picture.start_timecode,
        video=picture.video,
        libraries=tuple(read_library(library, base) for library in libraries),
    )
    with create_project(out, project) as session:
        return session.project


def place(
    project: ProjectFile,
    sound: Annotated[Path, typer.Argument(metavar="SOUND", help="A sound file; it is only read.")],
    *,
    at: Annotated[float, _seconds("Where on the timeline, below 24 hours.")],
    track: Annotated[
        int,
        typer.Option(
            metavar="N", callback=within(1, MOST_TRACKS, such_as="1"), help="The row; one below the last makes it."
        ),
    ] = 1,
    start: Annotated[float, typer.Option("--from", metavar="SECONDS", callback=within(0), help="In SOUND.")] = 0.0,
    to: Annotated[float | None, _seconds("Up to where in SOUND; to its end when left out.")] = None,
    gain: Annotated[float, typer.Option(metavar="DB", callback=within(such_as="-6"), help="Level.")] = 0.0,
    pan: Annotated[
        float, typer.Option(metavar="-1..1", callback=within(-1, 1, such_as="-0.5"), help="Left to right.")
    ] = 0.0,
    fade_in: Annotated[float, typer.Option(metavar="SECONDS", callback=within(0), help="At its start.")] = 0.0,
    fade_out: Annotated[float, typer.Option(metavar="SECONDS", callback=within(0), help="At its end.")] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Place SOUND on a track of PROJECT and save it. Fades longer than the sound are shortened to it."""
    if to is not None and to <= start:
        raise typer.BadParameter("The sound must end after it starts: give --to a later time than --from.")
    from app.cli.project_info import clip_of
    from engine.timeline.document import new_id
    from engine.timeline.session import open_project
    from engine.timeline.sources import read_media

    with open_project(project) as session:
        _tell_recovery(session)
        _check_row(session.project, track)
        media, clip_id = read_media(sound, session.base), new_id()
        rate = session.project.sample_rate
        values = _window(media, rate, start, to) | {"at": _samples(at, rate), "gain_db": gain, "pan": pan}
        fades = {"fade_in": _samples(fade_in, rate), "fade_out": _samples(fade_out, rate)}
        placing = partial(_place_on, media=media, row=track, clip_id=clip_id, values=values)
        fading = partial(_set_fades, clip_id=clip_id, fades=fades)
        session.do(_compound(session.project, track, [placing, fading]))
        session.save()
        row, clip = session.project.find_clip(clip_id)
        shown = {"track": row.name, **clip_of(session.project, clip, session.base)}
    if as_json:
        print_json(shown)
        return
    say(f"{clip.name} on {row.name} at {shown['start']:.3f} s ({shown['timecode']}), clip {clip.id}")


def _check_row(project: Project, row: int) -> None:
    """Refuses rows beyond the next new one: a slip of the finger makes no hundred tracks."""
    from engine.errors import ProjectError

    count = len(project.tracks)
    if row > count + 1:
        have = f"{count} track{'' if count == 1 else 's'}" if count else "no track yet"
        raise ProjectError(
            f"There is no track {row}: the project has {have}.",
            f"Choose --track 1 to {count + 1}; {count + 1} is made.",
        )


def _compound(project: Project, rows: int, steps: list[Callable[[Project], Change]]) -> Change:
    """``steps`` after as many new tracks as make ``rows``."""
    from engine.timeline import edits

    adding: list[Callable[[Project], Change]] = [edits.add_track] * max(0, rows - len(project.tracks))
    return edits.compound(project, "Place sound", [*adding, *steps])


def _place_on(project: Project, *, media: Media, row: int, clip_id: str, values: dict[str, Any]) -> Change:
    from engine.timeline import edits

    return edits.place(project, media, track=project.tracks[row - 1].id, clip_id=clip_id, **values)


def _set_fades(project: Project, *, clip_id: str, fades: dict[str, Any]) -> Change:
    from engine.timeline import edits

    return edits.set_fades(project, clip_id, **fades)


def _window(media: Media, rate: int, start: float, to: float | None) -> dict[str, Any]:
    source_in = _samples(start, media.sample_rate)
    if to is None:
        return {"source_in": source_in}
    return {"source_in": source_in, "length": max(1, _samples(to, rate) - _samples(start, rate))}


def _samples(seconds: float, rate: int) -> int:
    return round(Fraction(str(seconds)) * rate)


def info(project: ProjectFile, as_json: AsJson = False) -> None:
    """Show tracks, clips, times and missing files of PROJECT; it is only read."""
    from app.cli.project_info import document, lines
    from engine.timeline.session import read_project

    found, recovery = read_project(project)
    shown = document(found, project, recovery)
    if as_json:
        print_json(shown)
        return
    say("\n".join(lines(shown)))


def relink(
    project: ProjectFile,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the files are now; it is only read.")],
    as_json: AsJson = False,
) -> None:
    """Find missing sounds and picture of PROJECT below FOLDER and save it."""
    from engine.timeline.missing import relink as find
    from engine.timeline.session import open_project

    def work(job: Job) -> Any:
        job.begin(0, "Looking")
        with open_project(project) as session:
            _tell_recovery(session)
            found = find(session.project, folder, session.base, job)
            session.do(found.change(session.project))
            session.save()
            return found

    found = run_job(work)
    left = found.left.paths
    if as_json:
        print_json({"found": found.found, "missing": left})
        return
    say(f"{found.found} found, {len(left)} still missing.")
    for path in left:
        note(f"{path}: not found below {folder}.")


def _tell_recovery(session: ProjectSession) -> None:
    if session.recovery:
        note(session.recovery.message)


def _rate(project: Project) -> str:
    return f"{float(project.frame_rate):.3f}".rstrip("0").rstrip(".")
