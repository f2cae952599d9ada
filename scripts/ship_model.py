"""Measures a trained run, writes its card and puts it into resources/models.

uv run python scripts/ship_model.py RUN --synthetic runs/shards/synthetic [--real runs/shards/real] [--seeds TABLE.json]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from starter_table import markdown

import resources
from engine.models import load, save
from engine.models.checkpoint import CONFIG
from training.evaluate import evaluate
from training.evaluate.weak import evaluate_weak

CARDS = Path(__file__).resolve().parents[1] / "training" / "experiments"


def main() -> None:
    """Measure, write the card, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--synthetic", type=Path, required=True)
    parser.add_argument("--real", type=Path)
    parser.add_argument("--seeds", type=Path, help="what scripts/starter_table.py --json wrote of several seeds")
    arguments = parser.parse_args()
    source = arguments.run / "model"
    settings = json.loads((source / CONFIG).read_text(encoding="utf-8"))
    metrics: dict[str, Any] = {"synthetic": evaluate(source, arguments.synthetic)}
    if arguments.real:
        metrics["real"] = evaluate_weak(source, [arguments.real], ["test"])
    card = (CARDS / f"{settings['id']}.card.md").read_text(encoding="utf-8") + tables(metrics)
    if arguments.seeds:
        metrics["seeds"] = json.loads(arguments.seeds.read_text(encoding="utf-8"))
        card += f"\n## The recipe with several seeds\n\n{markdown(metrics['seeds'])}\n"
    model = load(source, "cpu")
    folder = save(
        resources.path("models") / settings["id"],
        model.encoder,
        model_id=settings["id"],
        title=settings["title"],
        licence=settings["licence"],
        card=card,
        metrics={**settings["metrics"], **metrics},
        training=settings["training"],
        background=model.background,
        half=True,
    )
    print(f"{folder}\n\n{tables(metrics)}")


def tables(metrics: dict[str, Any]) -> str:
    """The measured numbers as Markdown."""
    synthetic = metrics["synthetic"]
    text = "\n## Measured on held-out synthetic scenes\n\n"
    text += f"{synthetic['videos']} scenes of seeds never trained on, each with one frame and its second of sound.\n\n"
    text += table(synthetic["rows"])
    if "real" in metrics:
        real = metrics["real"]
        text += "\n## Measured on held-out real material\n\n"
        text += f"{real['photographs']} photographs against {real['sounds']} seconds of sound by class (precision@10, "
        text += f"R-precision); {real['clips']} clips against their own sounds (sample@10, mean reciprocal rank).\n\n"
        text += table(real["rows"])
        text += "\nprecision@10 by class, weakest first: "
        ranked = sorted(real["classes"].items(), key=lambda pair: pair[1])
        text += ", ".join(f"{label} {value:.2f}" for label, value in ranked) + ".\n"
    return text


def table(rows: dict[str, dict[str, float]]) -> str:
    """Rows of numbers as a Markdown table."""
    columns = list(dict.fromkeys(key for numbers in rows.values() for key in numbers))
    lines = ["| | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    for name, numbers in rows.items():
        cells = [f"{numbers[c]:.3f}" if c in numbers else "-" for c in columns]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
