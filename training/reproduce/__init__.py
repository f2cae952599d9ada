"""Makes a paper's tables: trains what is missing, measures it, and writes the paper's numbers and ours side by side."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine.files import write_text
from engine.jobs import Job
from training.reproduce.crew import make_all
from training.reproduce.material import material
from training.reproduce.papers import PAPERS, paper_called
from training.reproduce.render import markdown
from training.reproduce.runs import Workshop, chosen_runs, named, shown_run
from training.reproduce.summary import summarise

SEEDS = (0, 1, 2)


def reproduce(
    paper: str,
    data: Sequence[Path | str] = (),
    *,
    quick: bool = False,
    out: Path | str,
    seeds: Sequence[int] = SEEDS,
    rows: Sequence[str] | None = None,
    overrides: Sequence[str] = (),
    show: str = "",
    table_only: bool = False,
    jobs: int = 1,
    report: Callable[[dict[str, Any]], None] | None = None,
    job: Job | None = None,
) -> Path:
    """Train and measure what is missing of a paper's tables and return the Markdown page, ``OUT/table.md``.

    What is finished is not trained again, what was cut short goes on. The tables are made anew from all that lies in
    ``out``, so that several processes may work on different rows of one folder; what is missing there is listed.

    Args:
        paper: "paper-a", "paper-b", "paper-c" or "paper-d".
        data: folders of shards; the synthetic world is rendered into ``OUT/shards`` when empty. Paper D takes clips and
            videos of actions, each folder used for what it holds, and renders what it lacks of the two.
        quick: the experiments' quick variants.
        out: holds ``runs/ROW-seedN``, ``table.md``, ``table.json``, and ``sheets/`` and ``map-ROW.png``, or Paper D's
            ``localisation.md`` and ``localisation.png``.
        seeds: each row is trained with each of them.
        rows: of the paper's tables, by the names of their experiments; all when None.
        overrides: ``key=value`` with dotted keys, for every row.
        show: the row whose retrieval is drawn; the paper's best when empty, if it is among ``rows``.
        table_only: train and draw nothing.
        jobs: runs made at once, each by a process on one core; 0 is one a core, or one alone where there is a GPU.
        report: called with each line of progress, a plain JSON object with ``event``.
        job: progress and cancel.

    Raises:
        ModelError: no such paper or row, ``data`` of another kind than the paper's, or a run of other settings lies in
            ``out``.
    """
    wanted, out, job = paper_called(paper), Path(out), job or Job()
    runs = chosen_runs(wanted, rows)
    shown = shown_run(wanted, show)
    needed = wanted.runs(runs)
    tell = report or (lambda _: None)
    places = list(data)
    if not table_only:
        places = [*material(wanted, data, out, runs=needed, quick=quick, report=tell, job=job)]
    workshop = Workshop(
        paper=wanted,
        out=out,
        data=tuple(named(Path(place)) for place in places),
        quick=quick,
        overrides=tuple(overrides),
        report=tell,
        job=job,
    )
    if not table_only:
        work = [(run, seed) for seed in seeds for run in needed]
        make_all(workshop, work, jobs, lambda: _write_tables(workshop, seeds))
    if not table_only and seeds and (show or shown in runs):
        _draw(workshop, shown, seeds[0])
    return _write_tables(workshop, seeds)


def _write_tables(workshop: Workshop, seeds: Sequence[int]) -> Path:
    from training.reproduce.pointing import section

    summary = summarise(workshop.paper, workshop.evaluations(), seeds)
    write_text(workshop.out / "table.json", json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
    page, more = workshop.out / "table.md", section(workshop.out)
    write_text(page, markdown(summary) + (f"\n{more}" if more else ""))
    return page


def _draw(workshop: Workshop, run: str, seed: int) -> None:
    if workshop.paper.clips is not None:
        _point(workshop, run, seed)
        return
    from training.evaluate.directions import DIRECTIONS
    from training.reproduce.collection import Collection
    from training.reproduce.embedding_map import draw_map
    from training.reproduce.sheets import PAGES, draw_sheets

    workshop.job.begin(len(DIRECTIONS) * PAGES + 1, f"Drawing what {run} finds")
    paper = workshop.paper
    title = f"{paper.name}, {run.replace('_', ' ')}, seed {seed}"
    model = workshop.folder(run, seed) / "model"
    found = Collection.of_model(model, workshop.data, title, mirrored=paper.mirrored)
    draw_sheets(found, workshop.out / "sheets", workshop.job)
    draw_map(found, workshop.out / f"map-{run}.png")


def _point(workshop: Workshop, run: str, seed: int) -> None:
    from training.reproduce.pointing import point

    (part,) = workshop.parts(run)
    title = f"{run.upper()}, seed {seed}"
    point(workshop.folder(run, seed) / "model", part.shards, workshop.out, title, workshop.job)


__all__ = ["PAPERS", "reproduce"]
