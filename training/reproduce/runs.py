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
from training.reproduce.tables import CHANCE, RANDOM, Paper

if TYPE_CHECKING:
    from engine.models.two_stream import AudioVisualEncoder
    from training.config import Experiment
    from training.data.shards import Shards

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

    def experiment(self, run: str, seed: int) -> Experiment:
        """The experiment of a run, with this workshop's data and, where it starts from another, that one's model."""
        from training.config import read_experiment

        settings = [f"seed={seed}", f"data.shards={json.dumps(self.data)}"]
        if run in self.paper.starts:
            settings.append(f"start_from={json.dumps(named(self.folder(self.paper.starts[run], seed) / 'model'))}")
        return read_experiment(self.paper.experiment(run), [*settings, *self.overrides], self.quick)

    def make(self, run: str, seed: int) -> None:
        """Train a run, and what it starts from, unless that is done; then measure it unless that is."""
        from training.fit import train

        if run in self.paper.starts:
            self.make(self.paper.starts[run], seed)
        experiment, folder = self.experiment(run, seed), self.folder(run, seed)
        if not _is_finished(folder, experiment):
            train(experiment, out=folder, report=self._told(run, seed), job=self.job)
        self._measure(run, seed)

    def evaluations(self) -> dict[str, dict[int, dict[str, Any]]]:
        """What has been measured so far, by run and seed."""
        found: dict[str, dict[int, dict[str, Any]]] = {}
        for run in self.paper.runs():
            for path in sorted((self.out / "runs").glob(f"{run}-seed*/{EVALUATION}")):
                seed = path.parent.name.removeprefix(f"{run}-seed")
                if seed.isdigit():
                    found.setdefault(run, {})[int(seed)] = json.loads(path.read_text(encoding="utf-8"))
        return {run: dict(sorted(seeds.items())) for run, seeds in found.items()}

    def _measure(self, run: str, seed: int) -> None:
        from engine.models import load
        from training.data.shards import Shards
        from training.evaluate import untrained

        model = load(self.folder(run, seed) / "model")
        path = self.folder(run, seed) / EVALUATION
        if path.exists() and json.loads(path.read_text(encoding="utf-8"))["fingerprint"] == model.fingerprint:
            return
        self.job.begin(0, f"Measuring {run}, seed {seed}")
        shards = Shards(list(self.data))
        facts = {"run": run, "seed": seed, "fingerprint": model.fingerprint, **self._about(shards)}
        facts[RANDOM] = self._random_level(untrained(model.encoder), shards)
        facts["values"] = self._values(model.encoder, shards)
        write_text(path, json.dumps(facts) + "\n")
        self._told(run, seed)({"event": "measured", **_means(facts["values"])})

    def _about(self, shards: Shards) -> dict[str, Any]:
        """What was measured on, and what chance scores there."""
        from training.evaluate import query_samples
        from training.evaluate.measure import chance_level, with_mirrored

        samples = [shards.samples[i] for i in query_samples(shards, SPLIT)]
        chance = chance_level(with_mirrored(samples) if self.paper.mirrored else samples)
        return {"data": list(self.data), "split": SPLIT, "videos": len(samples), CHANCE: chance}

    def _values(self, encoder: AudioVisualEncoder, shards: Shards) -> dict[str, dict[str, list[float]]]:
        from training.evaluate import measure, query_samples
        from training.evaluate.measure import PAIRS

        pairs = PAIRS if self.paper.pairs else 0
        queries = query_samples(shards, SPLIT)
        return measure(encoder, shards, SPLIT, queries, mirrored=self.paper.mirrored, pairs=pairs).values

    def _random_level(self, encoder: AudioVisualEncoder, shards: Shards) -> dict[str, float]:
        """What the same encoder scores untrained; measured once for each kind."""
        kind = {"encoder": encoder.name, "settings": encoder.settings(), "data": list(self.data)}
        path = self.out / "random.json"
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        for entry in known:
            if entry["kind"] == json.loads(json.dumps(kind)):
                return entry["means"]
        means = _means(self._values(encoder, shards))
        write_text(path, json.dumps([*known, {"kind": kind, "means": means}]) + "\n")
        return means

    def _told(self, run: str, seed: int) -> Report:
        return lambda line: self.report({"run": run, "seed": seed, **line})


def named(path: Path) -> str:
    """How a path is written into an experiment: from the working folder where it lies below it."""
    here = Path.cwd()
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links out of the working folder
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)


def synthetic_shards(out: Path, paper: Paper, *, quick: bool, job: Job) -> Path:
    """Shards of the world that stands in for the paper's videos; what is there already is not rendered again."""
    from training.data.prepare import prepare_synthetic

    videos = paper.quick_videos if quick else paper.videos
    prepare_synthetic(out, dict(videos), paper.world, job=job, workers=0)
    return out


def chosen_runs(paper: Paper, rows: Sequence[str] | None) -> tuple[str, ...]:
    """The runs of the rows asked for, all when None; ModelError names the rows there are."""
    known = paper.runs()
    for row in rows or ():
        if row not in known:
            raise ModelError(f"{paper.name} has no row {row!r}.", f"Its rows: {', '.join(known)}.")
    return tuple(run for run in known if rows is None or run in rows)


def _is_finished(folder: Path, experiment: Experiment) -> bool:
    """Whether a run of exactly this experiment has ended there; anything else is for the training loop to judge."""
    try:
        made = json.loads((folder / "model" / "config.json").read_text(encoding="utf-8"))["training"]
        last = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    except (OSError, ValueError, LookupError) as error:
        log.info("%s is not finished: %s", folder, error)
        return False
    return json.loads(last)["event"] == "done" and made == json.loads(json.dumps(experiment.as_dict()))


def _means(values: dict[str, dict[str, list[float]]]) -> dict[str, float]:
    from training.evaluate import Measured

    return Measured(values=values).means()
