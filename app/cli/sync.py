"""`sync`: how far to move a placed sound so that it is in sync with the picture."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.console import print_json, run_job, say
from app.cli.library import AsJson
from app.cli.ranges import within

if TYPE_CHECKING:
    from engine.jobs import Job
    from engine.recommend.nudge import SyncCurve

DEFAULT_MODEL = "synchroniser"


def register(cli: typer.Typer) -> None:
    """Add the command to ``cli``."""
    cli.command()(sync)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One sound at one place of a film."""

    video: Path
    time: float
    """Where the sound is placed, s."""
    sound: Path
    start: float
    """What of the sound is heard there, s."""
    model: str
    fps: Fraction
    curve: SyncCurve

    def document(self) -> dict[str, Any]:
        """The documented form of ``sync --json``; offsets in s, later above 0."""
        pairs = zip(self.curve.offsets.tolist(), self.curve.scores.tolist(), strict=True)
        return {
            "video": self.video,
            "time": self.time,
            "sound": self.sound,
            "start": self.start,
            "model": self.model,
            "proposed": self.curve.proposed_offset if self.curve.trusted else None,
            "best": self.curve.best_offset,
            "confidence": round(self.curve.confidence, 6),
            "needed": self.curve.least,
            "curve": [[offset, round(score, 6)] for offset, score in pairs],
        }

    def lines(self) -> list[str]:
        """The same for people."""
        from engine.recommend.nudge import describe_offset

        curve, heading = self.curve, f"{self.sound.name} at {self.time:g} s of {self.video.name}, by {self.model}"
        if curve.trusted:
            return [heading, f"{describe_offset(curve.best_offset, self.fps)}, {curve.confidence:.0%} sure"]
        return [
            heading,
            f"Nothing to propose: {curve.doubt} ({curve.confidence:.0%} sure, {curve.least:.0%} are needed).",
        ]


def sync(  # noqa: PLR0917  typer reads the command line from this signature
    video: Annotated[Path, typer.Argument(metavar="VIDEO", help="A video; it is only read.")],
    sound: Annotated[Path, typer.Option(metavar="FILE", help="The sound; it is only read.", show_default=False)],
    at: Annotated[float, typer.Option(metavar="S", callback=within(0), help="Where it is placed, in seconds.")],
    start: Annotated[float, typer.Option(metavar="S", callback=within(0), help="What of FILE is heard there.")] = 0.0,
    model: Annotated[str, typer.Option(metavar="ID", help="A model that tells when: an id or folder.")] = DEFAULT_MODEL,
    as_json: AsJson = False,
) -> None:
    """Say how far to move a sound placed at a moment of VIDEO, up to half a second, so that it is in sync."""
    judged = run_job(lambda job: _judge(job, video=video, at=at, sound=sound, start=start, model=model))
    if as_json:
        print_json(judged.document())
    else:
        say("\n".join(judged.lines()))


def _judge(job: Job, *, video: Path, at: float, sound: Path, start: float, model: str) -> Judged:
    from app.cli.sounds import check_sound
    from app.cli.suggestions import check_heard, check_moment
    from engine.media import VideoReader
    from engine.recommend import Synchroniser

    check_sound(sound)
    job.begin(0, "Loading the model")
    with VideoReader(video) as reader:
        check_moment(video, at, reader.info)
        picture = reader.info.video
    judge = Synchroniser(model)
    curve = judge.sync_curve(video, at, sound, start)
    check_heard(curve.audible, sound, start)
    fps = picture.fps if picture else Fraction(25)
    return Judged(video=video, time=at, sound=sound, start=start, model=judge.model.id, fps=fps, curve=curve)
