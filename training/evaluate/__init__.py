"""Measures a trained model on shards, with what chance, random weights and a fixed list would score beside it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.embed import embed_pictures, embed_sounds
from training.evaluate.metrics import (
    best_fixed_list,
    best_threshold,
    category_at_k,
    chance,
    paired_retrieval,
    precision_at_k,
    top_k,
)

if TYPE_CHECKING:
    from engine.models import Model
    from engine.models.encoders import AudioVisualEncoder
    from training.data.pairs import Pair
    from training.data.shards import Shards

log = logging.getLogger(__name__)

K = 10
ACCURACY_PAIRS_PER_VIDEO = 10


def evaluate(
    checkpoint: Path | str, shards: Sequence[Path | str] | Path | str, split: str = "test", device: str = "auto"
) -> dict[str, Any]:
    """The papers' numbers for a model on one split of prepared shards, or on all where the split is too small.

    One second of each video is the query and its sound joins the gallery (Paper A, section 5.2): category@10,
    sample@10, precision@10. Correlation accuracy is on balanced pairs, at the threshold chosen on the validation split
    (Paper A, section 5.1).

    Args:
        checkpoint: model id or folder.
        shards: one or more folders made by ``prepare``.
        split: "train", "validation" or "test".
        device: "auto", "cpu", "cuda", "mps".

    Returns:
        ``{"model", "split" (as measured), "videos", "rows": {name: {metric: value}}}`` with rows ``model``,
        ``random weights``, ``best fixed list`` and ``chance``.

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
    labels = [data.samples[i].label for i in queries]
    fresh = untrained(model)
    return {
        "model": model.id,
        "split": split,
        "videos": len(queries),
        "rows": {
            "model": measure(model.encoder, data, split, queries),
            "random weights": measure(fresh, data, split, queries),
            "best fixed list": best_fixed_list(labels, labels, K),
            "chance": chance(labels, labels, K),
        },
    }


def in_one_split(shards: Shards) -> Shards:
    """The same samples, all in a split called "all"."""
    shards.samples = [replace(sample, split="all") for sample in shards.samples]
    return shards


def untrained(model: Model) -> AudioVisualEncoder:
    """The model's encoder with random weights, the same ones on every run."""
    import torch

    from engine.models import create

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        fresh = create(model.encoder.name, **model.encoder.settings())
    return fresh.eval().requires_grad_(False).to(model.device)


def query_samples(shards: Shards, split: str) -> list[int]:
    """One second of each video of the split, the same ones on every run."""
    from engine.errors import ModelError
    from training.data.pairs import true_pairs
    from training.data.shards import FEWEST_VIDEOS

    chosen = sorted(p.picture for p in true_pairs(shards, split, 1, (0, 0)))
    if len(chosen) < FEWEST_VIDEOS:
        raise ModelError(f"These shards have {len(chosen)} videos; two are needed.", "Prepare more videos.")
    return chosen


def measure(encoder: AudioVisualEncoder, shards: Shards, split: str, queries: list[int]) -> dict[str, float]:
    """category@10, sample@10, mrr, precision@10 and correlation accuracy of an encoder."""
    labels = [shards.samples[i].label for i in queries]
    pictures = embed_pictures(encoder, shards, queries)
    sounds = embed_sounds(encoder, shards, queries)
    lists = top_k(pictures, sounds, K)
    own = paired_retrieval(pictures, sounds)
    return {
        f"category@{K}": category_at_k(lists, labels, labels),
        f"sample@{K}": own["sample@10"],
        "mrr": own["mrr"],
        f"precision@{K}": precision_at_k(lists, labels, labels),
        "correlation_accuracy": correlation_accuracy(encoder, shards, split),
    }


def correlation_accuracy(encoder: AudioVisualEncoder, shards: Shards, split: str) -> float:
    """Share of balanced pairs judged rightly by distance, the threshold being the validation split's best."""
    from training.data.pairs import balanced_pairs

    def judged(name: str) -> tuple[np.ndarray, np.ndarray]:
        plan = balanced_pairs(shards, name, ACCURACY_PAIRS_PER_VIDEO, (0, 0))
        return pair_distances(encoder, shards, plan), np.array([p.paired for p in plan])

    threshold = best_threshold(*judged("validation" if len(shards.where("validation")) else split))
    distance, truth = judged(split)
    return float(((distance <= threshold) == truth).mean())


def pair_distances(encoder: AudioVisualEncoder, shards: Shards, plan: Sequence[Pair]) -> np.ndarray:
    """Euclidean distance ``(N,)`` of each pair of a plan."""
    pictures = embed_pictures(encoder, shards, [p.picture for p in plan])
    sounds = embed_sounds(encoder, shards, [p.sound for p in plan])
    return np.linalg.norm(pictures - sounds, axis=1)


__all__ = ["correlation_accuracy", "evaluate", "measure", "query_samples", "untrained"]
