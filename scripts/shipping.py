"""What scripts that ship a network of clips share: it goes into resources/models at half precision, with its card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import resources
from engine.models.checkpoint import CONFIG, read_network, save

CARDS = Path(__file__).resolve().parents[1] / "training" / "experiments"


def ship(folder: Path, model_id: str, metrics: dict[str, Any], measured: str) -> Path:
    """Put the trained model in ``folder`` among the shipped ones; its card ends with what was ``measured``."""
    settings = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    card = (CARDS / f"{model_id}.card.md").read_text(encoding="utf-8")
    return save(
        resources.path("models") / model_id,
        read_network(folder),
        model_id=model_id,
        title=settings["title"],
        licence=settings["licence"],
        card=f"{card}\n## Measured\n\n{measured}",
        metrics={**settings["metrics"], **metrics},
        training=settings["training"],
        half=True,
    )
