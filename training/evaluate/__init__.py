"""Measures a trained model on shards, with what chance, random weights and a fixed list would score beside it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.evaluate.bootstrap import bootstrap
from training.evaluate.measure import Measured, chance_level, correlation_accuracy, fixed_list, measure
from training.evaluate.ranking import ndcg_at_k, top_k_accuracy

if TYPE_CHECKING:
    from engine.models.two_stream import AudioVisualEncoder
    from training.data.shards import Shards

log = logging.getLogger(__name__)


def evaluate(
    checkpoint: Path | str, shards: Sequence[Path | str] | Path | str, split: str = "test", device: str = "auto"
) -> dict[str, Any]:
    """The papers' numbers for a model on one split of prepared shards, or on all where the split is too small.

    One second of each video is the query and joins the search list (Paper A, section 5.2): category@10, sample@10, mrr
    and precision@10 of sounds for pictures; category@10 and ndcg@5 in four directions ("i-s" is image to sound, papers
    B and C), with location where the shards know it. Correlation accuracy is on balanced pairs, at the threshold chosen
    on the validation split (Paper A, section 5.1).

    Args:
        checkpoint: model id or folder.
        shards: one or more folders made by ``prepare``.
        split: "train", "validation" or "test".
        device: "auto", "cpu", "cuda", "mps".

    Returns:
        ``{"model", "split" (as measured), "videos", "rows": {name: {metric: value}}, "intervals": {name: {metric: (low,
        high)}}}`` with rows ``model``, ``random weights``, ``best fixed list`` and ``chance``; the intervals (95 %, by
        bootstrap over videos) are of the first two, the others are exact.

    Raises:
        ModelError: the model or the shards cannot be read, or there are fewer than two videos.
    """
    from engine.models import load
    from training.data.shards import FEWEST_VIDEOS, Shards

    data = Shards(shards)
    model = load(checkpoint, device)
    if data.videos(split) < FEWEST_VIDEOS:
        log.info("the %s split has too few videos: all are measured, trained on or not", split)
        data, split = in_one_split(data), "all"
    queries = query_samples(data, split)
    samples = [data.samples[i] for i in queries]
    measured = {
        "model": measure(model.encoder, data, split, queries),
        "random weights": measure(untrained(model.encoder), data, split, queries),
    }
    return {
        "model": model.id,
        "split": split,
        "videos": len(queries),
        "rows": {name: one.means() for name, one in measured.items()}
        | {"best fixed list": fixed_list(samples), "chance": chance_level(samples)},
        "intervals": {name: one.intervals() for name, one in measured.items()},
    }


def in_one_split(shards: Shards) -> Shards:
    """The same samples, all in a split called "all"."""
    shards.samples = [replace(sample, split="all") for sample in shards.samples]
    return shards


def untrained(encoder: AudioVisualEncoder) -> AudioVisualEncoder:
    """The same kind of encoder with random weights, the same ones on every run, where ``encoder`` lies."""
    import torch

    from engine.models import create

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        fresh = create(encoder.name, **encoder.settings())
    return fresh.eval().requires_grad_(False).to(encoder.device)


def query_samples(shards: Shards, split: str) -> list[int]:
    """One second of each video of the split, the same ones on every run."""
    from engine.errors import ModelError
    from training.data.pairs import true_pairs
    from training.data.shards import FEWEST_VIDEOS

    chosen = sorted(p.picture for p in true_pairs(shards, split, 1, (0, 0)))
    if len(chosen) < FEWEST_VIDEOS:
        raise ModelError(f"These shards have {len(chosen)} videos; two are needed.", "Prepare more videos.")
    return chosen


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
