"""`fit`: where in a film one sound fits."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.console import print_json, run_job, say
from app.cli.library import DEFAULT_MODEL, AsJson
from engine.timeline.timecode import Counting

if TYPE_CHECKING:
    from engine.jobs import Job
    from engine.models import Model
    from engine.recommend import Calibration
    from engine.recommend.fit import FitCurve, Peak

_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How well one sound fits one film."""

    video: Path
    sound: Path
    model: str
    step: float
    """Seconds between two frames that were looked at."""
    calibration: str
    """What the scores are measured on: the ``library``, unrelated ``pictures``, or ``nothing``."""
    counting: Counting
    curve: FitCurve
    peaks: list[Peak]

    def document(self) -> dict[str, Any]:
        """The documented form of ``fit --json``: the curve by time, the peaks best first."""
        pairs = zip(self.curve.times.tolist(), self.curve.scores.tolist(), strict=True)
        return {
            "video": self.video,
            "sound": self.sound,
            "model": self.model,
            "step": self.step,
            "calibration": self.calibration,
            "curve": [[time, round(score, 6)] for time, score in pairs],
            "peaks": [self._peak(peak) for peak in self.peaks],
        }

    def lines(self) -> list[str]:
        """One line a peak for people, best first: time code, score, which part of the sound; then the verdict."""
        from engine.recommend import FITS

        rows = [
            f"{self.counting.at(peak.time)}  {peak.score:4.2f}  {peak.start:7.2f}-{peak.end:<7.2f}"
            for peak in self.peaks[:_ROWS]
        ]
        if len(self.peaks) > _ROWS:
            rows.append(f"... and {len(self.peaks) - _ROWS} lower ones; --json has them all.")
        if self.peaks[0].score < FITS:
            rows.append(f"Nowhere is this sound said to fit (that begins at a score of {FITS:g}).")
        return rows

    def _peak(self, peak: Peak) -> dict[str, Any]:
        return {
            "time": peak.time,
            "timecode": self.counting.at(peak.time),
            "score": round(peak.score, 6),
            "start": peak.start,
            "end": peak.end,
        }


def register(cli: typer.Typer) -> None:
    """Add this family's commands to ``cli``."""
    cli.command()(fit)


def fit(  # noqa: PLR0917  typer reads the command line from this signature
    video: Annotated[Path, typer.Argument(metavar="VIDEO", help="A video; it is only read.")],
    sound: Annotated[Path, typer.Option("--sound", metavar="FILE", help="The sound.", show_default=False)],
    library: Annotated[
        Path | None, typer.Option("--library", metavar="FILE", help="Score as in this library, by its model.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(metavar="ID", help=f"Which model judges: an id or folder; {DEFAULT_MODEL} if not said."),
    ] = None,
    step: Annotated[float, typer.Option(metavar="SECONDS", help="Between two frames that are looked at.")] = 0.5,
    as_json: AsJson = False,
) -> None:
    """Find where in VIDEO a sound fits: its fit over the whole film, and the peaks."""
    found = run_job(lambda job: find_fit(video, sound, job, library=library, model=model, step=step))
    if as_json:
        print_json(found.document())
        return
    say(f"{sound.name} in {video.name}, by {found.model}: time code, score, part of the sound (s)")
    say("\n".join(found.lines()))


def find_fit(
    video: Path, sound: Path, job: Job, *, library: Path | None = None, model: str | None = None, step: float = 0.5
) -> Fit:
    """The fit of a sound, scored on a library if one is given, else on the model's own unrelated pictures."""
    from app.cli.sounds import check_sound
    from engine import models
    from engine.media import VideoReader
    from engine.recommend import Recommender

    with VideoReader(video):  # has a picture
        check_sound(sound)
    job.begin(0, "Loading the model")
    if library is None:
        return _fit(video, sound, job, model=models.load(model or DEFAULT_MODEL), calibration=None, step=step)
    with Recommender(library, models.load(model) if model else None) as recommender:
        judge: Any = recommender.model
        return _fit(video, sound, job, model=judge, calibration=recommender.calibration, step=step)


def _fit(video: Path, sound: Path, job: Job, *, model: Model, calibration: Calibration | None, step: float) -> Fit:
    from engine.media import probe
    from engine.recommend.fit import embed_film, fit_curve, own_calibration, peaks, sound_of_file
    from engine.recommend.fit_cache import FilmCache

    heard = sound_of_file(sound, model, job)
    film = embed_film(video, model, step=step, cache=FilmCache(), job=job)
    yardstick = calibration or own_calibration(heard, model)
    curve = fit_curve(film, heard, yardstick)
    picture = probe(video).video
    return Fit(
        video=video,
        sound=sound,
        model=model.id,
        step=step,
        calibration="library" if calibration else yardstick.kind,
        counting=Counting.of(picture.fps, picture.timecode) if picture else Counting(Fraction(25)),
        curve=curve,
        peaks=peaks(curve),
    )
