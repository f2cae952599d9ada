"""`index`, `search`, `recommend` and `models`: the main job without a window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.console import note, print_json, run_job, say
from app.cli.ranges import within

if TYPE_CHECKING:
    from engine.jobs import Job
    from engine.library import IndexReport, SoundFile
    from engine.recommend.region import Region

LibraryFile = Annotated[Path, typer.Option("--library", metavar="FILE", help="The library file.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")]
Category = Annotated[str | None, typer.Option(metavar="NAME", help="Only sounds of this category.")]
DEFAULT_MODEL = "starter"


def register(cli: typer.Typer) -> None:
    """Add this family's commands to ``cli``."""
    cli.command()(index)
    cli.command()(search)
    cli.command()(recommend)
    cli.command()(models)


def index(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of sounds; it is only read.")],
    library: LibraryFile,
    model: Annotated[
        str | None,
        typer.Option(metavar="ID", help=f"Which model listens: an id or folder; a new library takes {DEFAULT_MODEL}."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Listen to every sound of FOLDER and remember it in a library; run it again to catch up with changes."""
    report, model_id = run_job(lambda job: _index(folder, library, model, job))
    if as_json:
        print_json({"library": library, "folder": folder, "model": model_id, **_report(report)})
        return
    say(f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, {report.removed} removed.")
    if report.seconds > 0:
        speed = report.audio_seconds / report.seconds
        say(f"{report.audio_seconds:.0f} s of sound in {report.seconds:.1f} s ({speed:.0f} x real time) by {model_id}.")
    for problem in report.problems:
        note(f"{problem.path}: {problem.message} {problem.hint}".strip())


def _index(folder: Path, library: Path, model: str | None, job: Job) -> tuple[IndexReport, str]:
    from engine import models
    from engine.library import Library, index_folder

    job.begin(0, "Loading the model")
    if library.exists():
        with Library.open(library) as opened:
            chosen = models.load(model or opened.model_id)
            return index_folder(opened, folder, chosen, job), chosen.id
    chosen = models.load(model or DEFAULT_MODEL)
    with Library.create(library, chosen) as opened:
        return index_folder(opened, folder, chosen, job), chosen.id


def _report(report: IndexReport) -> dict[str, Any]:
    names = ("added", "updated", "unchanged", "removed", "seconds", "audio_seconds", "problems")
    return {name: getattr(report, name) for name in names}


def search(
    library: LibraryFile,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORDS",
            help='As in the window: door wood, name:bark, licence:cc0. In quotes with a minus: "door -car".',
        ),
    ] = None,
    category: Category = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="How many sounds at most.")] = 500,
    as_json: AsJson = False,
) -> None:
    """List the sounds of a library that match WORDS, with their licences and credits."""

    def work(job: Job) -> list[SoundFile]:
        from app.cli.categories import check_category
        from engine.library import Library

        with Library.open(library) as opened:
            check_category(opened, category)
            return opened.search(" ".join(words or ()), category=category, limit=limit)

    files = run_job(work)
    if as_json:
        names = ("path", "duration", "sample_rate", "channels", "category", "subcategory", "catid")
        rights = ("licence", "credit")
        print_json(
            [
                {name: getattr(file, name) for name in names} | {name: getattr(file, name) or None for name in rights}
                for file in files
            ]
        )
        return
    for file in files:
        said = ", ".join(part for part in (file.licence, file.credit) if part)
        say(f"{file.duration:8.2f}  {(file.category or '-')[:24]:24}  {file.path}" + (f"  ({said})" if said else ""))
    if not files:
        say("Nothing in this library matches.")


def recommend(  # noqa: PLR0917  typer reads the command line from this signature
    video: Annotated[Path, typer.Argument(metavar="VIDEO", help="A video or a still image; it is only read.")],
    library: LibraryFile,
    at: Annotated[
        float, typer.Option(metavar="SECONDS", callback=within(0), help="The moment; a still needs none.")
    ] = 0.0,
    top: Annotated[int, typer.Option(metavar="N", min=1, help="How many sounds.")] = 10,
    text: Annotated[str, typer.Option(metavar="WORDS", help="Only sounds that match these words.")] = "",
    category: Category = None,
    region: Annotated[
        str | None,
        typer.Option(metavar="X1,Y1,X2,Y2", help="Only what is seen in this box; fractions of the frame, 0 to 1."),
    ] = None,
    heatmap: Annotated[
        Path | None, typer.Option(metavar="OUT.png", help="Write the frame with the model's attention over it.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="ID", help="The library's own model, where it is not found by its id.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose sounds of a library for one moment of VIDEO."""
    from app.cli.heatmap import check_target
    from app.cli.suggestions import suggest

    area = read_region(region)
    if heatmap is not None:
        check_target(heatmap, video)

    def work(job: Job) -> Any:
        from engine.recommend import Recommender

        job.begin(0, "Loading the library and its model")
        with Recommender(library, model) as recommender:
            found = suggest(recommender, video, at, top, text=text, category=category, region=area)
            if heatmap is not None:
                _write_heatmap(heatmap, found.image, recommender.picture_map(found.image))
        return found

    found = run_job(work)
    if as_json:
        print_json(found.document())
        return
    say(f"{video.name} at {found.frame_time:.3f} s, by {found.model}")
    say("\n".join(found.lines()))


def read_region(text: str | None) -> Region | None:
    """The box that ``text`` names by two corners, such as ``0.1,0.2,0.5,0.9``, its corners in order.

    Raises:
        typer.BadParameter: it is not four numbers from 0 to 1, or has no area.
    """
    if text is None:
        return None
    hint = "Give two corners as fractions of the frame, such as 0.1,0.2,0.5,0.9."
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 4 or not all(0 <= number <= 1 for number in numbers):
        raise typer.BadParameter(f"“{text}” is not four numbers from 0 to 1. {hint}", param_hint="--region")
    x1, y1, x2, y2 = numbers
    if x1 == x2 or y1 == y2:
        raise typer.BadParameter(f"“{text}” has no area. {hint}", param_hint="--region")
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _write_heatmap(target: Path, image: Any, heat: Any) -> None:
    from app.cli.heatmap import overlay, write_png

    write_png(target, overlay(image, heat))


def models(as_json: AsJson = False) -> None:
    """List the models at hand."""
    from engine.models import available

    names = ("id", "title", "licence", "encoder", "parameters", "bytes", "metrics", "path")
    rows = [{name: getattr(model, name) for name in names} for model in available()]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        say(f"{row['id']:16}  {row['parameters'] / 1e6:6.2f} M  {row['bytes'] / 1e6:6.1f} MB  {row['title']}")
        say(f"{'':16}  {row['licence']}")
