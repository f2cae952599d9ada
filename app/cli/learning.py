"""`synth` and `train`, with `prepare` between them: making material and models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.console import note, plain, run_job, say
from app.cli.preparing import prepare
from engine.errors import ModelError

if TYPE_CHECKING:
    from engine.jobs import Job


def register(cli: typer.Typer) -> None:
    """Add this family's commands to ``cli``."""
    for command in (synth, prepare, train):
        cli.command()(command)


def synth(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to fill.")],
    videos: Annotated[int, typer.Option(metavar="N", min=1, help="How many videos.", show_default=False)],
    seed: Annotated[int, typer.Option(metavar="S", min=0, help="The same seed gives the same scenes.")] = 0,
    actions: Annotated[
        bool, typer.Option("--actions", help="Eight actions with split lists, laid out as UCF101 is (Paper D).")
    ] = False,
) -> None:
    """Render videos with sound and ground truth from the synthetic world."""

    def work(job: Job) -> None:
        from training.data import synthetic
        from training.data.actions.synthetic import write_actions

        if actions:
            write_actions(out, videos, seed, job=job)
        else:
            synthetic.write(out, videos, seed, job=job)

    run_job(work)
    note(f"{videos} videos with their {'split lists' if actions else 'sounds and truth'} are in {out}.")


def train(
    experiment: Annotated[Path, typer.Argument(metavar="EXPERIMENT.toml", help="What to train, on what, how.")],
    overrides: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change one setting; may be repeated.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="RUN", help="The run's folder; an unfinished one is resumed.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="The variant that two CPU cores train in minutes.")] = False,
    sweeps: Annotated[
        list[str] | None,
        typer.Option(
            "--sweep", metavar="KEY=VALUES", help="Search a setting, such as lr=1e-4..1:log; may be repeated."
        ),
    ] = None,
) -> None:
    """Train a model, or one for each point of a grid; progress is one JSON object a line on stdout."""
    settings = overrides or []
    for setting in settings:
        if not setting.partition("=")[0].strip() or "=" not in setting:
            raise typer.BadParameter(f"'{setting}' is not KEY=VALUE, such as --set fit.epochs=3.", param_hint="--set")

    check_experiment(experiment, settings, quick)

    def work(job: Job) -> str:
        job.begin(0, "Starting")
        from training.fit import train as fit
        from training.memory import keep_freed_memory
        from training.sweep import read_axis, sweep

        keep_freed_memory()

        def report(line: dict[str, Any]) -> None:
            say(json.dumps(plain(line)))

        if sweeps:
            axes = [read_axis(text) for text in sweeps]
            return sweep(experiment, axes, settings, out, report=report, job=job, quick=quick)[0].model
        return str(fit(experiment, settings, out, report, job, quick=quick))

    model = run_job(work)
    from training.processes import is_main

    if is_main():
        note(f"The trained model is in {model}.")


def check_experiment(experiment: Path, settings: Sequence[str], quick: bool) -> None:
    """Raise what is wrong with an experiment's file, its settings and the places that it names, before torch is loaded.

    Raises:
        ModelError: the file cannot be read, names no data or data that are not there, or starts from no model.
    """
    from engine.models.checkpoint import find
    from training.config import read_experiment
    from training.data.kinds import holds

    wanted = read_experiment(experiment, settings, quick)
    if not wanted.data.shards:
        hint = "Name a folder that `foleyscope prepare` made with --set data.shards=SHARDS."
        raise ModelError(f"The experiment {wanted.name} names no data to learn from.", hint, path=experiment)
    for place in (*wanted.data.shards, *wanted.data.background):
        holds(place)
    if wanted.start_from:
        find(wanted.start_from)
