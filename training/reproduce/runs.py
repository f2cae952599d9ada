"""The runs of a reproduction: what is trained from what, where it lies, and how it measured."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import ModelError
from engine.files import write_text
from engine.jobs import Job
from training.reproduce.collection import SPLIT
from training.reproduce.parts import Part, parts_of
from training.reproduce.tables import RANDOM, Paper
from training.reproduce.yardsticks import Yardstick, yardstick_for

if TYPE_CHECKING:
    from training.config import Experiment

log = logging.getLogger(__name__)
Report = Callable[[dict[str, Any]], None]

EVALUATION = "evaluation.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Where a paper's runs are made, from what, and how."""

    paper: Paper
    out: Path
    data: tuple[str, ...]
    """Folders of shards."""
    quick: bool = False
    overrides: tuple[str, ...] = ()
    report: Report = field(default=lambda _: None)
    job: Job = field(default_factory=Job)

    def folder(self, run: str, seed: int) -> Path:
        """Where a run lies."""
        return self.out / "runs" / f"{run}-seed{seed}"

    def parts(self, run: str) -> tuple[Part, ...]:
        """The models that a run is made of."""
        return parts_of(self.paper.task(run), self.data)

    def experiment(self, run: str, seed: int, part: Part) -> Experiment:
        """The experiment of a run's model, with its data and, where it starts from another run, that one's model."""
        from training.config import read_experiment

        settings = [f"seed={seed}", f"data.shards={json.dumps(part.shards)}", *part.settings]
        if run in self.paper.starts:
            settings.append(f"start_from={json.dumps(named(self.folder(self.paper.starts[run], seed) / 'model'))}")
        return read_experiment(self.paper.experiment(run), [*settings, *self.overrides], self.quick)

    def make(self, run: str, seed: int) -> None:
        """Train a run, and what it starts from, unless that is done; then measure it unless that is."""
        from training.fit import train

        if run in self.paper.starts:
            self.make(self.paper.starts[run], seed)
        for part in self.parts(run):
            experiment, folder = self.experiment(run, seed, part), self.folder(run, seed) / part.name
            if not _is_finished(folder, experiment):
                train(experiment, out=folder, report=self._told(run, seed, part.name), job=self.job)
        if run in self.paper.measured():
            self._measure(run, seed)

    def evaluations(self) -> dict[str, dict[int, dict[str, Any]]]:
        """What has been measured so far, by run and seed."""
        found: dict[str, dict[int, dict[str, Any]]] = {}
        for run in self.paper.measured():
            for path in sorted((self.out / "runs").glob(f"{run}-seed*/{EVALUATION}")):
                seed = path.parent.name.removeprefix(f"{run}-seed")
                if seed.isdigit():
                    found.setdefault(run, {})[int(seed)] = json.loads(path.read_text(encoding="utf-8"))
        return {run: dict(sorted(seeds.items())) for run, seeds in found.items()}

    def _measure(self, run: str, seed: int) -> None:
        folder = self.folder(run, seed)
        yardstick = yardstick_for(self.paper.task(run))(self.paper, folder, self.parts(run), self.job)
        path, fingerprint = folder / EVALUATION, yardstick.fingerprint()
        if path.exists() and json.loads(path.read_text(encoding="utf-8"))["fingerprint"] == fingerprint:
            return
        self.job.begin(0, f"Measuring {run}, seed {seed}")
        facts: dict[str, Any] = {"run": run, "seed": seed, "fingerprint": fingerprint, "kind": yardstick.kind}
        facts |= {"data": yardstick.data, "split": SPLIT, **yardstick.about()}
        facts[RANDOM] = self._random_level(yardstick)
        facts["values"] = yardstick.values()
        write_text(path, json.dumps(facts) + "\n")
        self._told(run, seed)({"event": "measured", **_means(facts["values"])})

    def _random_level(self, yardstick: Yardstick) -> dict[str, float]:
        """What the same network scores untrained; measured once for each kind, and not where chance says as much."""
        from training.evaluate import untrained

        network = yardstick.network()
        if network is None:
            return {}
        kind = {"encoder": network.name, "settings": network.settings(), "data": yardstick.data}
        path = self.out / "random.json"
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        for entry in known:
            if entry["kind"] == json.loads(json.dumps(kind)):
                return entry["means"]
        means = _means(yardstick.values_of(untrained(network)))
        write_text(path, json.dumps([*known, {"kind": kind, "means": means}]) + "\n")
        return means

    def _told(self, run: str, seed: int, part: str = "") -> Report:
        facts = {"run": run, "seed": seed} | ({"part": part} if part else {})
        return lambda line: self.report({**facts, **line})


def named(path: Path) -> str:
    """How a path is written into an experiment: from the working folder where it lies below it."""
    here = Path.cwd()
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links out of the working folder
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)


def chosen_runs(paper: Paper, rows: Sequence[str] | None) -> tuple[str, ...]:
    """The rows asked for, all when None, each after the run it starts from; ModelError names the rows there are."""
    known = paper.runs()
    for row in rows or ():
        if row not in known:
            raise ModelError(f"{paper.name} has no row {row!r}.", f"Its rows: {', '.join(known)}.")
    return tuple(run for run in known if rows is None or run in rows)


def shown_run(paper: Paper, show: str) -> str:
    """The run that is drawn: ``show``, or the paper's best when empty; ModelError where nothing of it can be drawn."""
    run = chosen_runs(paper, [show])[0] if show else paper.best
    if paper.task(run) == "actions":
        hint = "Show one of those that judge what is in sync, such as cma."
        raise ModelError(f"{run} names actions and points at nothing.", hint)
    return run


def _is_finished(folder: Path, experiment: Experiment) -> bool:
    """Whether a run of exactly this experiment has ended there; anything else is for the training loop to judge."""
    try:
        made = _experiment_of(folder)
        last = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    except (OSError, ValueError, LookupError, ModelError) as error:
        log.info("%s is not finished: %s", folder, error)
        return False
    return json.loads(last)["event"] == "done" and made == json.loads(json.dumps(experiment.as_dict()))


def _experiment_of(folder: Path) -> dict[str, Any]:
    """What made the model in a run's folder; settings that came later have their defaults."""
    from training.config import Experiment, build

    stored = json.loads((folder / "model" / "config.json").read_text(encoding="utf-8"))["training"]
    made: dict[str, Any] = json.loads(json.dumps(build(Experiment, stored).as_dict()))
    return made


def _means(values: dict[str, dict[str, list[float]]]) -> dict[str, float]:
    from training.evaluate import Measured

    return Measured(values=values).means()
