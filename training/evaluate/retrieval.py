"""Measures a model of seconds (papers A to C) beside chance, random weights and the best fixed list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ModelError
from engine.jobs import Job
from training.evaluate.measure import chance_level, fixed_list, measure
from training.evaluate.table import Table, split_of_enough
from training.evaluate.untrained import RANDOM, untrained

if TYPE_CHECKING:
    from engine.models import Model
    from training.data.shards import Shards


def evaluate_seconds(model: Path | str, places: Sequence[Path | str], split: str, device: str, job: Job) -> Table:
    """One second of each video is the query and joins the search list (Paper A, section 5.2).

    Category@10, sample@10, mrr and precision@10 of sounds for pictures; category@10 and ndcg@5 in four directions
    ("i-s" is image to sound, papers B and C), with location where the shards know it. Correlation accuracy is on
    balanced pairs, at the threshold chosen on the validation split (Paper A, section 5.1). Rows are ``model``, ``random
    weights``, ``best fixed list`` and ``chance``.
    """
    from engine.models import load
    from training.data.shards import Shards

    loaded = load(model, device)
    data = audible_to(loaded, Shards(places))
    split = split_of_enough(data, split)
    queries = query_samples(data, split)
    samples = [data.samples[i] for i in queries]
    table = Table(model=loaded.id, kind="second", split=split, videos=len(queries))
    for name, encoder in (("model", loaded.encoder), (RANDOM, untrained(loaded.encoder))):
        job.check()
        table.add_measured(name, measure(encoder, data, split, queries).values)
    table.rows |= {"best fixed list": fixed_list(samples), "chance": chance_level(samples)}
    return table


def audible_to(model: Model, shards: Shards) -> Shards:
    """``shards`` with what the model can hear: one of left and right hears real stereo sound only.

    Raises:
        ModelError: nothing.
    """
    if model.encoder.front.channels == 1:
        return shards
    if not stereo_only(shards).samples:
        hint = "Prepare films whose sound is real stereo; `prepare --layout stereo` leaves the others out."
        raise ModelError(f"The model {model.id!r} hears left and right, and these shards are mono.", hint)
    return shards


def stereo_only(shards: Shards) -> Shards:
    """The same shards without what has no real stereo sound."""
    shards.samples = [sample for sample in shards.samples if sample.stereo]
    return shards


def query_samples(shards: Shards, split: str) -> list[int]:
    """One second of each video of the split, the same ones on every run."""
    from training.data.pairs import true_pairs
    from training.data.shards import FEWEST_VIDEOS

    chosen = sorted(p.picture for p in true_pairs(shards, split, 1, (0, 0)))
    if len(chosen) < FEWEST_VIDEOS:
        raise ModelError(f"These shards have {len(chosen)} videos; two are needed.", "Prepare more videos.")
    return chosen
