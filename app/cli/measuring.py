"""`evaluate` and `reproduce`: numbers of models, beside chance and beside the papers."""

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
    for command in (evaluate, reproduce):
        cli.command()(command)


def evaluate(
    checkpoint: Annotated[str, typer.Argument(metavar="CHECKPOINT", help="A model's id or folder.")],
    shards: Annotated[
        Path,
        typer.Argument(
            metavar="SHARDS", help="A folder that `prepare` made; with --clips for a model that says where or when."
        ),
    ],
    split: Annotated[str, typer.Option(metavar="NAME", help="train, validation or test.")] = "test",
    as_json: AsJson = False,
) -> None:
    """Measure a model beside chance, random weights and what else it has to be better than."""
    from engine.models.checkpoint import find
    from training.data.kinds import holds

    find(checkpoint)
    holds(shards)

    def work(job: Job) -> dict[str, Any]:
        from training.evaluate import evaluate as measure

        job.begin(0, "Measuring")
        return measure(checkpoint, shards, split, job=job)

    table = run_job(work)
    if as_json:
        print_json(table)
        return
    say(f"{table['model']} on the {table['split']} split, {table['videos']} videos; in brackets 95 % intervals")
    for rows in blocks_of(table["rows"]):
        say("\n".join(lines_of(rows, table["intervals"])))
    for why in table["left_out"]:
        note(f"Left out: {why}")


def reproduce(
    paper: Annotated[str, typer.Argument(metavar="PAPER", help="paper-a, paper-b, paper-c or paper-d.")],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Runs and tables.", show_default=False)],
    data: Annotated[
        list[Path] | None,
        typer.Option(metavar="SHARDS", help="A folder that `prepare` made; may be repeated. What lacks is rendered."),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="The variants that two CPU cores train in minutes.")] = False,
    seeds: Annotated[str, typer.Option(metavar="LIST", help="Seeds, with commas between.")] = "0,1,2",
    rows: Annotated[str, typer.Option(metavar="LIST", help="Rows, with commas between; all when empty.")] = "",
    overrides: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change one setting of every row.")
    ] = None,
    show: Annotated[str, typer.Option(metavar="ROW", help="The row whose sheets and map are drawn.")] = "",
    table_only: Annotated[bool, typer.Option("--table-only", help="Only write the tables of what is there.")] = False,
    jobs: Annotated[int, typer.Option(metavar="N", min=0, help="Runs made at once; 0 is one a core, or a GPU.")] = 0,
) -> None:
    """Train what is missing of a paper's tables and write them: its numbers, ours, chance."""
    numbers = _numbers(seeds)
    if not table_only:
        from training.data.kinds import holds

        for place in data or ():
            holds(place)

    def work(job: Job) -> Path:
        from training.reproduce import reproduce as make

        job.begin(0, "Starting")
        return make(
            paper,
            tuple(data or ()),
            quick=quick,
            out=out,
            seeds=numbers,
            rows=[row.strip() for row in rows.split(",") if row.strip()] or None,
            overrides=tuple(overrides or ()),
            show=show,
            table_only=table_only,
            jobs=jobs,
            report=lambda line: note(json.dumps(plain(line))),
            job=job,
        )

    say(run_job(work).read_text(encoding="utf-8").rstrip())


def _numbers(seeds: str) -> tuple[int, ...]:
    try:
        return tuple(int(seed) for seed in seeds.split(","))
    except ValueError as error:
        raise typer.BadParameter(f"'{seeds}' is not a list of numbers, such as 0,1,2.", param_hint="--seeds") from error


def lines_of(rows: dict[str, dict[str, float]], intervals: dict[str, dict[str, tuple[float, float]]]) -> list[str]:
    """A line a metric and a column a row of ``rows``; a dash where a row has no such number."""
    metrics = list(dict.fromkeys(metric for row in rows.values() for metric in row))
    table = [["", *rows]] + [
        [metric, *(_cell(row.get(metric), intervals.get(name, {}).get(metric)) for name, row in rows.items())]
        for metric in metrics
    ]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join([f"{line[0]:{widths[0]}}", *(f"{c:>{w}}" for c, w in zip(line[1:], widths[1:], strict=True))])
        for line in table
    ]


def blocks_of(rows: dict[str, dict[str, float]]) -> list[dict[str, dict[str, float]]]:
    """``rows`` as one table for each group of metrics that are measured beside the same; ``model`` is in all."""
    blocks: list[tuple[set[str], list[str]]] = []
    for metric in dict.fromkeys(metric for row in rows.values() for metric in row):
        beside = {name for name, row in rows.items() if metric in row and name != "model"}
        if blocks and (not beside or blocks[-1][0] & beside):
            blocks[-1][0].update(beside)
            blocks[-1][1].append(metric)
        else:
            blocks.append((beside, [metric]))
    return [
        {
            name: {metric: row[metric] for metric in metrics if metric in row}
            for name, row in rows.items()
            if name == "model" or name in beside
        }
        for beside, metrics in blocks
    ]


def _cell(value: float | None, interval: tuple[float, float] | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" + (f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else "")
