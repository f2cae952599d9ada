"""Measures runs of the starter model on held-out real material: each seed, their spread, the class bridge and controls.

uv run python scripts/starter_table.py RUN [RUN ...] --real SHARDS [--bridge RUN] [--before MODEL] [--split NAME]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from engine.models import load
from training.config import Experiment, build
from training.data.shards import Shards
from training.evaluate.weak import Material, evaluate_weak
from training.run import MODEL, load_head, make_task
from training.tasks.bridge import BridgeTask

CONTROLS = ("shuffled labels", "best fixed list", "chance")


def main() -> None:
    """Print a Markdown table, and write it as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+", help="one of each seed")
    parser.add_argument("--real", type=Path, required=True, help="shards made by scripts/prepare_starter.py")
    parser.add_argument("--bridge", type=Path, help="a run whose two sides have prototypes of their own")
    parser.add_argument("--before", help="a model to be beaten, id or folder")
    parser.add_argument("--split", default="test")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    summary = summarise(arguments.runs, arguments.real, arguments.split, arguments.bridge, arguments.before)
    if arguments.json:
        arguments.json.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    print(markdown(summary))


def summarise(runs: list[Path], real: Path, split: str, bridge: Path | None, before: str | None) -> dict[str, Any]:
    """Everything that is printed."""
    measured = [evaluate_weak(run / MODEL, [real], [split]) for run in runs]
    rows = {f"seed {seed}": one["rows"]["model"] for seed, one in enumerate(measured)}
    own = [{"precision@10": class_bridge(run, real, split)} for run in runs]
    rows = {"mean of seeds": _over(list(rows.values()), np.mean), "spread": _over(list(rows.values()), np.std)} | rows
    rows["its own class bridge"] = _over(own, np.mean)
    if bridge:
        rows["class bridge"] = {"precision@10": class_bridge(bridge, real, split)}
    if before:
        rows[f"before: {before}"] = evaluate_weak(before, [real], [split])["rows"]["model"]
    rows["random weights"] = _over([one["rows"]["random weights"] for one in measured], np.mean)
    rows |= {name: measured[0]["rows"][name] for name in CONTROLS}
    classes = {name: float(np.mean([one["classes"][name] for one in measured])) for name in measured[0]["classes"]}
    facts = {key: measured[0][key] for key in ("photographs", "sounds", "clips")}
    return {"split": split, **facts, "rows": rows, "classes": dict(sorted(classes.items(), key=lambda item: item[1]))}


def class_bridge(run: Path, real: Path, split: str) -> float:
    """precision@10 of ranking by the probability that both sides' classifiers name the same class."""
    experiment = build(Experiment, json.loads((run / "experiment.json").read_text(encoding="utf-8")))
    encoder = load(run / MODEL).encoder
    material = Material(Shards(real), [split])
    embedded = material.embed(encoder)
    if getattr(encoder.config, "head", "linear") == "concepts":  # its embeddings are the two classifiers' probabilities
        return material.precision(embedded.photos @ embedded.sounds.T)
    task = make_task(experiment, Shards(list(experiment.data.shards)))
    assert isinstance(task, BridgeTask)
    load_head(run, task)
    return task.eval().bridge(material, embedded)


def markdown(summary: dict[str, Any]) -> str:
    """The table and the classes, weakest first."""
    metrics = ("precision@10", "r_precision", "sample@10", "mrr")
    lines = [f"| {summary['split']} split | {' | '.join(metrics)} |", "|---|" + "---|" * len(metrics)]
    for name, numbers in summary["rows"].items():
        cells = (f"{numbers[m]:.3f}" if m in numbers else "-" for m in metrics)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    classes = ", ".join(f"{name} {value:.2f}" for name, value in summary["classes"].items())
    counts = f"{summary['photographs']} photographs, {summary['sounds']} seconds of sound, {summary['clips']} clips."
    return "\n".join([counts, "", *lines, "", f"precision@10 by class, weakest first: {classes}."])


def _over(rows: list[dict[str, float]], statistic: Any) -> dict[str, float]:
    return {key: float(statistic([row[key] for row in rows])) for key in rows[0]}


if __name__ == "__main__":
    main()
