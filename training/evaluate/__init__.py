"""Measures a trained model on shards of its own kind, with what chance and random weights would score beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.jobs import Job
from training.evaluate.bootstrap import bootstrap
from training.evaluate.measure import Measured, correlation_accuracy, measure
from training.evaluate.ranking import ndcg_at_k, top_k_accuracy
from training.evaluate.retrieval import evaluate_seconds, query_samples
from training.evaluate.untrained import untrained


def evaluate(
    checkpoint: Path | str,
    shards: Sequence[Path | str] | Path | str,
    split: str = "test",
    device: str = "auto",
    job: Job | None = None,
) -> dict[str, Any]:
    """The papers' numbers for a model on one split of prepared shards, or on all where the split is too small.

    What is measured follows from the model: :func:`evaluate_seconds` for those of papers A to C,
    :func:`~training.evaluate.clip_models.evaluate_clip` for those that say where and whether (Paper D),
    :func:`~training.evaluate.clip_models.evaluate_offset` for those that say when.

    Args:
        checkpoint: model id or folder.
        shards: one or more folders made by ``prepare``, of the kind that the model is measured on.
        split: "train", "validation" or "test".
        device: "auto", "cpu", "cuda", "mps".
        job: progress and cancel.

    Returns:
        ``{"model", "kind" ("second", "clip" or "offset"), "split" (as measured), "videos", "rows": {name: {metric:
        value}}, "intervals": {name: {metric: (low, high)}}, "left_out": [what could not be measured, and why]}``. The
        row ``model`` is the model's; intervals (95 %, by bootstrap over videos) are of what was measured, the other
        numbers are exact.

    Raises:
        ModelError: the model or the shards cannot be read, are of different kinds, or there are fewer than two videos.
    """
    from training.evaluate.clip_models import evaluate_clip, evaluate_offset
    from training.evaluate.suiting import kind_of, require_data

    places = [shards] if isinstance(shards, str | Path) else list(shards)
    kind = kind_of(checkpoint)
    require_data(checkpoint, kind, places)
    measures = {"second": evaluate_seconds, "clip": evaluate_clip, "offset": evaluate_offset}
    return measures[kind](checkpoint, places, split, device, job or Job()).document()


__all__ = [
    "Measured",
    "bootstrap",
    "correlation_accuracy",
    "evaluate",
    "measure",
    "ndcg_at_k",
    "query_samples",
    "top_k_accuracy",
    "untrained",
]
