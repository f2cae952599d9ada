"""`prepare`: turning videos, or the synthetic world, into the shards that training reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.console import note, print_json, run_job, say
from app.cli.library import AsJson

if TYPE_CHECKING:
    from engine.jobs import Job
    from training.data.prepare import Estimate, Plan, PrepareReport


def prepare(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="Videos with sound; they are only read.")
    ] = None,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="SHARDS", help="The folder of shards.", show_default=False)],
    layout: Annotated[
        str, typer.Option(metavar="NAME", help="folder, vggsound, fairplay, stereo, recordings, ucf101 or hmdb51.")
    ] = "folder",
    table: Annotated[
        Path | None,
        typer.Option("--table", "--labels", metavar="TABLE", help="Columns `file` and `label`, or VGG-Sound's own."),
    ] = None,
    synthetic: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Render N scenes of the synthetic world instead.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="S", min=0, max=9999, help="Which scenes these are.")] = 0,
    clips: Annotated[
        bool, typer.Option("--clips", help="Cut clips of 10 s of moving picture with stereo sound (Paper D).")
    ] = False,
    preset: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="What clips are like: fast, sync (15 fps), warmup (7.5 fps) or paper (29.97)."
        ),
    ] = "fast",
    workers: Annotated[int, typer.Option(metavar="N", min=0, help="Processes; 0 is one a core.")] = 0,
    only_estimate: Annotated[bool, typer.Option("--estimate", help="Only say what it will take.")] = False,
    as_json: AsJson = False,
) -> None:
    """Turn videos into the shards that training reads; the same command goes on where it was stopped."""
    if (folder is None) == (synthetic is None):
        raise typer.BadParameter("give a FOLDER of videos or --synthetic N, and not both.")

    def plan() -> Plan:
        if _names_actions(layout) or clips:
            return _plan_clips(folder, layout, table, preset, synthetic or 0, seed)
        from training.data.prepare import plan_videos, plan_world, shares

        return plan_videos(folder, layout, table) if folder else plan_world(shares(synthetic or 0), seed=seed)

    if only_estimate:
        _estimated(run_job(lambda job: _look(plan(), out, workers, job)), as_json)
    else:
        what = "clips" if clips or _names_actions(layout) else "seconds"
        report = run_job(lambda job: _fill(plan(), out, workers, job))
        _prepared(report, out, as_json, what)
        if not report.samples:
            raise report.nothing(what, _next_step(layout, clips, out))


def _next_step(layout: str, clips: bool, out: Path) -> str:
    """What to do where a layout gave nothing."""
    from training.data.clips.form import WINDOW

    if _names_actions(layout):
        return "Complete the videos that the split lists name, and check that they play."
    kind = " whose sound is real stereo" if layout in {"fairplay", "stereo"} else " with sound"
    least = f"{WINDOW:g} s" if clips else "one second"
    return (
        f"Choose films of {least} or longer{kind}, or render some with "
        f"`foleyscope prepare --synthetic N{' --clips' if clips else ''} --out {out}`."
    )


def _plan_clips(  # noqa: PLR0917 - the command's own options
    folder: Path | None, layout: str, table: Path | None, preset: str, synthetic: int, seed: int
) -> Plan:
    from training.data import clips
    from training.data.prepare import plan_videos, shares

    form = clips.preset(preset)
    if folder and _names_actions(layout):
        from training.data.actions import plan_actions

        return plan_actions(folder, layout, form)
    if folder:
        return clips.plan_clips(plan_videos(folder, layout, table), form)
    return clips.plan_clip_world(shares(synthetic), form, seed=seed)


def _names_actions(layout: str) -> bool:
    """Whether videos of that layout are labelled actions, which are always kept whole as clips (Paper D)."""
    from training.data.actions import LAYOUTS

    return layout in LAYOUTS


def _look(plan: Plan, out: Path, workers: int, job: Job) -> Estimate:
    from training.data.prepare import look

    return look(plan, out, workers, job)


def _fill(plan: Plan, out: Path, workers: int, job: Job) -> PrepareReport:
    from training.data.prepare import fill

    return fill(plan, out, workers=workers, job=job, announce=lambda wanted: note(wanted.sentence()))


def _estimated(wanted: Estimate, as_json: bool) -> None:
    if as_json:
        print_json(wanted)
    else:
        say(wanted.sentence())


def _prepared(report: PrepareReport, out: Path, as_json: bool, what: str) -> None:
    if as_json:
        print_json(report)
    note(f"{report.samples} {what} of {report.videos} videos are in {out}; {report.silent} silent ones are left out.")
    if report.kept:
        note(f"{report.kept} were there from an earlier run.")
    if report.missing:
        more = ", ..." if report.missing > len(report.missing_names) else ""
        note(f"{report.missing} files are missing: {', '.join(report.missing_names)}{more}.")
    if report.refused:
        why = "they are too short or their sound" if what == "clips" else "their sound"
        note(f"{report.refused} are left out because {why} is not real stereo.")
    for problem in report.problems:
        note(f"{problem.path}: {problem.message} {problem.hint}".strip())
