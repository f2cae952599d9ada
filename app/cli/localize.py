"""`localize`: where in the picture one sound comes from, as a picture and as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.console import print_json, run_job, say
from app.cli.library import AsJson
from app.cli.ranges import within
from engine.errors import ModelError

if TYPE_CHECKING:
    import numpy as np

    from engine.jobs import Job
    from engine.recommend import Localisation

DEFAULT_MODEL = "localiser"


def register(cli: typer.Typer) -> None:
    """Add the command to ``cli``."""
    cli.command()(localize)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """One sound in one moment of one picture."""

    video: Path
    time: float
    """The moment asked for, s."""
    sound: Path
    start: float
    """Where the sound is heard from, s."""
    model: str
    image: np.ndarray
    """The frame, uint8 ``(H, W, 3)`` RGB."""
    found: Localisation
    out: Path

    def document(self) -> dict[str, Any]:
        """The documented form of ``localize --json``; boxes and places are fractions of the picture."""
        found = self.found
        return {
            "video": self.video,
            "time": self.time,
            "sound": self.sound,
            "start": self.start,
            "model": self.model,
            "score": found.score,
            "onscreen": found.onscreen,
            "presence": found.presence,
            "centre": found.centre,
            "pan": found.pan,
            "box": found.box,
            "out": self.out,
        }

    def lines(self) -> list[str]:
        """The same for people."""
        found = self.found
        heading = f"{self.sound.name} in {self.video.name} at {self.time:g} s, by {self.model}"
        told = [f"in sync   {found.score:4.2f}"]
        if found.onscreen is not None:
            told.append(f"source    {found.onscreen}")
        if found.box is None:
            told.append("place     nothing in the picture speaks for this sound")
        else:
            told += [
                f"place     {found.centre[0]:.0%} across, {found.centre[1]:.0%} down",
                f"pan       {_side(found.pan)}",
            ]
        return [heading, *told, f"written   {self.out}"]


def localize(  # noqa: PLR0917  typer reads the command line from this signature
    video: Annotated[Path, typer.Argument(metavar="VIDEO", help="A video or a still image; it is only read.")],
    sound: Annotated[Path, typer.Option(metavar="FILE", help="The sound; it is only read.", show_default=False)],
    out: Annotated[
        Path, typer.Option(metavar="PNG", help="Where to write the frame with the map over it.", show_default=False)
    ],
    at: Annotated[
        float, typer.Option(metavar="S", callback=within(0), help="The moment in seconds; a still needs none.")
    ] = 0.0,
    start: Annotated[
        float, typer.Option(metavar="S", callback=within(0), help="Where in FILE to begin to listen.")
    ] = 0.0,
    model: Annotated[str, typer.Option(metavar="ID", help="A model that localises: an id or folder.")] = DEFAULT_MODEL,
    as_json: AsJson = False,
) -> None:
    """Show where in one moment of VIDEO a sound comes from."""
    from app.cli.heatmap import check_target
    from app.cli.sounds import check_sound

    for own in (video, sound):
        check_target(out, own, "--out")
    check_sound(sound)

    def work(job: Job) -> Located:
        job.begin(0, "Loading the model")
        return _locate(video=video, at=at, sound=sound, start=start, model=model, out=out)

    located = run_job(work)
    if as_json:
        print_json(located.document())
    else:
        say("\n".join(located.lines()))


def _locate(*, video: Path, at: float, sound: Path, start: float, model: str, out: Path) -> Located:
    from app.cli.heatmap import overlay, write_png
    from app.cli.suggestions import check_heard, check_moment
    from engine.media import VideoReader
    from engine.recommend import Localiser

    with VideoReader(video) as reader:
        check_moment(video, at, reader.info)
        image = reader.frame_at(at).image
    _check_there(model)
    localiser = Localiser(model)
    found = localiser.localize_many(video, at, [(sound, start)])[0]
    check_heard(found.audible, sound, start)
    write_png(out, overlay(image, found.map))
    return Located(
        video=video, time=at, sound=sound, start=start, model=localiser.model.id, image=image, found=found, out=out
    )


def _check_there(model: str) -> None:
    """Raises :class:`ModelError` where the usual model is meant and not installed."""
    from engine.models import is_installed

    if model == DEFAULT_MODEL and not is_installed(model) and not Path(model).exists():
        raise ModelError(
            "No model that localises sounds is installed.",
            'Train one with `foleyscope train` (task "synchronisation") and name its folder with --model.',
        )


def _side(pan: float) -> str:
    """A pan as people say it."""
    share = round(abs(pan) * 100)
    return f"{share} % {'left' if pan < 0 else 'right'}" if share else "middle"
