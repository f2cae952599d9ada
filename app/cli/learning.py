"""`synth`, `prepare`, `train` and `evaluate`: making material and models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.console import note, plain, print_json, run_job, say
from app.cli.library import AsJson


def register(cli: typer.Typer) -> None:
    """Add this family's commands to ``cli``."""
    for command in (synth, prepare, train, evaluate):
        cli.command()(command)


def synth(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to fill.")],
    videos: Annotated[int, typer.Option(metavar="N", min=1, help="How many videos.", show_default=False)],
    seed: Annotated[int, typer.Option(metavar="S", min=0, help="The same seed gives the same scenes.")] = 0,
) -> None:
    """Render videos with sound and ground truth from the synthetic world."""

    def work(job: Any) -> None:
        from training.data import synthetic

        synthetic.write(out, videos, seed, job=job)

    run_job(work)
    note(f"{videos} videos with their sounds and truth are in {out}.")


def prepare(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of videos with sound; it is only read.")],
    out: Annotated[Path, typer.Option("--out", metavar="SHARDS", help="The folder of shards.", show_default=False)],
) -> None:
    """Turn videos into the shards that training reads."""

    def work(job: Any) -> Any:
        from training.data.prepare import prepare as make_shards

        return make_shards(folder, out, job=job)

    report = run_job(work)
    for line in _flat(plain(report)):
        note(line)


def train(
    experiment: Annotated[Path, typer.Argument(metavar="EXPERIMENT.toml", help="What to train, on what, how.")],
    overrides: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change one setting; may be repeated.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="RUN", help="The run's folder; an unfinished one is resumed.")
    ] = None,
) -> None:
    """Train a model; progress is one JSON object a line."""
    settings = overrides or []
    for setting in settings:
        if not setting.partition("=")[0].strip() or "=" not in setting:
            raise typer.BadParameter(f"'{setting}' is not KEY=VALUE, such as --set epochs=3.", param_hint="--set")
    from training.fit import train as fit

    fit(experiment, settings, out)


def evaluate(
    checkpoint: Annotated[Path, typer.Argument(metavar="CHECKPOINT", help="A model's folder.")],
    shards: Annotated[Path, typer.Argument(metavar="SHARDS", help="A folder that `prepare` made.")],
    as_json: AsJson = False,
) -> None:
    """Measure a model beside chance, random weights and the best fixed list."""
    from training.evaluate import evaluate as measure

    table = run_job(lambda job: measure(checkpoint, shards))
    if as_json:
        print_json(table)
        return
    for line in _flat(plain(table)):
        say(line)


def _flat(value: Any, name: str = "") -> list[str]:
    """``name: value`` lines of a nested document, names joined by dots."""
    if isinstance(value, dict):
        return [line for key, item in value.items() for line in _flat(item, f"{name}.{key}" if name else key)]
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return [line for n, item in enumerate(value) for line in _flat(item, f"{name}[{n}]")]
    return [f"{name}: {value:.4f}" if isinstance(value, float) else f"{name}: {value}"]
