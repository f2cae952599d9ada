"""`synth`, `prepare`, `train` and `evaluate`: making material and models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.console import note, plain, print_json, run_job, say
from app.cli.library import AsJson

if TYPE_CHECKING:
    from engine.jobs import Job


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

    def work(job: Job) -> None:
        from training.data import synthetic

        synthetic.write(out, videos, seed, job=job)

    run_job(work)
    note(f"{videos} videos with their sounds and truth are in {out}.")


def prepare(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of videos with sound; it is only read.")],
    out: Annotated[Path, typer.Option("--out", metavar="SHARDS", help="The folder of shards.", show_default=False)],
    labels: Annotated[
        Path | None, typer.Option(metavar="TABLE", help="A CSV or TSV with the columns `file` and `label`.")
    ] = None,
) -> None:
    """Turn videos into the shards that training reads."""

    def work(job: Job) -> Any:
        from training.data.prepare import prepare as make_shards

        return make_shards(folder, out, job=job, labels=labels)

    report = run_job(work)
    note(f"{report.samples} seconds of {report.videos} videos are in {out}; {report.silent} silent ones are left out.")
    for problem in report.problems:
        note(f"{problem.path}: {problem.message} {problem.hint}".strip())


def train(
    experiment: Annotated[Path, typer.Argument(metavar="EXPERIMENT.toml", help="What to train, on what, how.")],
    overrides: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change one setting; may be repeated.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="RUN", help="The run's folder; an unfinished one is resumed.")
    ] = None,
) -> None:
    """Train a model; progress is one JSON object a line on stdout."""
    settings = overrides or []
    for setting in settings:
        if not setting.partition("=")[0].strip() or "=" not in setting:
            raise typer.BadParameter(f"'{setting}' is not KEY=VALUE, such as --set fit.epochs=3.", param_hint="--set")

    def work(job: Job) -> Path:
        job.begin(0, "Starting")
        from training.fit import train as fit

        return fit(experiment, settings, out, lambda line: say(json.dumps(plain(line))), job)

    note(f"The trained model is in {run_job(work)}.")


def evaluate(
    checkpoint: Annotated[str, typer.Argument(metavar="CHECKPOINT", help="A model's id or folder.")],
    shards: Annotated[Path, typer.Argument(metavar="SHARDS", help="A folder that `prepare` made.")],
    split: Annotated[str, typer.Option(metavar="NAME", help="train, validation or test.")] = "test",
    as_json: AsJson = False,
) -> None:
    """Measure a model beside chance, random weights and the best fixed list."""

    def work(job: Job) -> dict[str, Any]:
        from training.evaluate import evaluate as measure

        job.begin(0, "Measuring")
        return measure(checkpoint, shards, split)

    table = run_job(work)
    if as_json:
        print_json(table)
        return
    say(f"{table['model']} on the {table['split']} split, {table['videos']} videos")
    say("\n".join(_table(table["rows"])))


def _table(rows: dict[str, dict[str, float]]) -> list[str]:
    """A line a row and a column a metric; a dash where a row has no such number."""
    metrics = list(dict.fromkeys(metric for row in rows.values() for metric in row))
    widths = {metric: max(len(metric), 6) for metric in metrics}
    first = max(map(len, rows), default=0)
    lines = ["  ".join([" " * first, *(f"{metric:>{widths[metric]}}" for metric in metrics)])]
    for name, row in rows.items():
        cells = (f"{row[m]:.3f}" if row.get(m) is not None else "-" for m in metrics)
        lines.append(
            "  ".join([f"{name:{first}}", *(f"{c:>{w}}" for c, w in zip(cells, widths.values(), strict=True))])
        )
    return lines
