"""`export`: a project as sound, a movie, a project of another program, edit lists or a cue sheet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.console import note, print_json, run_job, say
from app.cli.library import AsJson

if TYPE_CHECKING:
    from engine.export import ExportReport
    from engine.jobs import Job

_FORMATS = "wav, stems, otio, otioz, edl, fcp7, rpp, mp4, csv (cue sheet) or pdf (cue sheet)."


def register(cli: typer.Typer) -> None:
    """Add this family's command to ``cli``."""
    cli.command()(export)


def export(
    project: Annotated[Path, typer.Argument(metavar="PROJECT", help="A project file; it is only read.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A file; for stems and edl a folder.")],
    *,
    format_id: Annotated[str, typer.Option("--format", metavar="NAME", help=_FORMATS)] = "wav",
    bits: Annotated[
        int | None,
        typer.Option(
            "--bits", metavar="N", help="24 (dithered, the default) or 32 (float), of wave files.", show_default=False
        ),
    ] = None,
    loudness: Annotated[
        str, typer.Option(metavar="PRESET", help="none, ebu-r128, atsc-a85, netflix, or one of --presets.")
    ] = "none",
    presets: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A TOML file with loudness presets of your own.")
    ] = None,
    loop: Annotated[bool, typer.Option("--loop", help="Only what lies in the project's loop, of wave files.")] = False,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Deliver silence where a sound is missing or damaged.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Write over an earlier delivery of that name.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Deliver a project; a failed or stopped export leaves nothing behind."""
    if bits not in (None, 24, 32):
        raise typer.BadParameter(f"{bits} is neither 24 nor 32.", param_hint="--bits")

    def work(job: Job) -> ExportReport:
        from engine.export import ExportOptions, choose_target
        from engine.export import export as deliver
        from engine.timeline.session import read_project

        job.begin(0, "Reading the project")
        document, recovery = read_project(project)
        if recovery:
            note(recovery.message)
        options = ExportOptions(
            bit_depth=32 if bits == 32 else 24,
            loudness=choose_target(loudness, presets),
            whole=not loop,
            allow_missing=allow_missing,
            overwrite=overwrite,
        )
        return deliver(document, project.absolute().parent, format_id, out, options, job=job, title=project.stem)

    report = run_job(work)
    unused = _unused(report.format, bits=bits is not None, loudness=loudness != "none", loop=loop)
    report = replace(report, warnings=(*report.warnings, *unused))
    if as_json:
        print_json(report)
    else:
        _tell(report)


def _unused(format_id: str, *, bits: bool, loudness: bool, loop: bool) -> list[str]:
    """What to know where an option that was given says nothing about this format."""
    from engine.export import FORMATS

    chosen = FORMATS[format_id]
    given = (
        ("--bits", bits and not chosen.waves, "only wave files (wav, stems) have a choice of bit depth"),
        ("--loudness", loudness and not chosen.sound, "only wav, stems and mp4 are mixed to a loudness"),
        ("--loop", loop and not chosen.waves, "this is the whole project; only wav and stems can be of the loop"),
    )
    return [f"{option} was not used: {why}." for option, unused, why in given if unused]


def _tell(report: ExportReport) -> None:
    for path in report.files:
        say(str(path))
    told = report.loudness
    if told and told.integrated is not None:
        say(
            f"{told.integrated:.1f} LUFS, {told.true_peak:.1f} dBTP"
            + (f", {report.gain_db:+.1f} dB" if report.gain_db else "")
        )
    for warning in report.warnings:
        note(warning)
