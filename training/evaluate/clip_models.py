"""Measures models of clips: where a sound comes from and whether it is in sync (Paper D), or when it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ModelError
from engine.jobs import Job
from training.data.clips.fitting import require_form
from training.evaluate.table import Table, split_of_enough
from training.evaluate.untrained import RANDOM, untrained

if TYPE_CHECKING:
    from engine.models.clip_model import ClipModel
    from engine.models.frozen import FrozenNetwork
    from engine.models.offset_model import OffsetModel
    from training.data.clips.shards import ClipShards

MODEL, CHANCE = "model", "chance"
SYNC = {"sync accuracy, shifted": "shift", "sync accuracy, mismatched": "mismatch"}
"""Metrics by the kind of untrue pairs; half of the pairs are in sync."""
RIGHT, ERROR = "right within 0.1 s", "median error, s"


def evaluate_clip(model: Path | str, places: Sequence[Path | str], split: str, device: str, job: Job) -> Table:
    """A clip model: is this pair in sync, and where does this sound come from.

    Sync accuracy is on fixed pairs, half of them untrue: shifted by 2 to 5.8 s (Paper D), or with another clip's sound;
    beside it random weights and chance. Pointing game, cIoU@0.5 and AUC are of each sound whose place is known, by
    material; beside them a map of the frame's middle (``centre``), a ``random`` one, and one of the side that stereo
    tells (``stereo side``). All but the last are asked with mono sound.
    """
    from engine.models.clip_model import load_clip

    loaded = load_clip(model, device)
    shards, table = _begin(loaded, places, split)
    for metric, negatives in SYNC.items():
        with table.leaving_out(metric):
            _sync(table, loaded, shards, metric, negatives, job)
    with table.leaving_out("pointing game, cIoU, AUC"):
        _places(table, loaded, shards, job)
    return table


def evaluate_offset(model: Path | str, places: Sequence[Path | str], split: str, device: str, job: Job) -> Table:
    """A model that tells when: the share of sounds, moved by up to half a second, that it puts right within 0.1 s.

    Beside it how well changes of the picture go with rises of the loudness (``loudness``), random weights, and chance.
    Sync accuracy is Paper D's: on fixed pairs, half of them shifted by 2 to 5.8 s.
    """
    from engine.models.offset_model import OffsetModel

    loaded = OffsetModel.load(model, device)
    shards, table = _begin(loaded, places, split)
    with table.leaving_out(RIGHT):
        _offsets(table, loaded, shards, job)
    with table.leaving_out("sync accuracy, shifted"):
        _shifted(table, loaded, shards, job)
    return table


def _begin(model: FrozenNetwork, places: Sequence[Path | str], split: str) -> tuple[ClipShards, Table]:
    from training.data.clips.shards import ClipShards

    shards = ClipShards(places)
    require_form(f"The model {model.id!r}", model.front, shards, exact=model.kind == "offset")
    split = split_of_enough(shards, split)
    return shards, Table(model=model.id, kind=model.kind, split=split, videos=shards.videos(split))


def _sync(table: Table, model: ClipModel, shards: ClipShards, metric: str, negatives: str, job: Job) -> None:  # noqa: PLR0917
    from training.evaluate.synchronisation import PAIRS_A_CLIP, sync_hits

    for name, network in ((MODEL, model.network), (RANDOM, untrained(model.network))):
        job.begin(shards.clips(table.split) * PAIRS_A_CLIP, f"Measuring {metric}, {name}")
        table.add_measured(name, {metric: sync_hits(network, shards, table.split, negatives, job=job)})
    table.add(CHANCE, {metric: 0.5}, {})


def _places(table: Table, model: ClipModel, shards: ClipShards, job: Job) -> None:
    from training.evaluate.localisers import ask_all, baselines, maps_of, synthetic_questions

    seconds = model.front.seconds
    questions = synthetic_questions(shards, table.split, seconds)
    if not questions:
        raise ModelError(
            "These clips do not say where their sounds come from.", "`prepare --synthetic N --clips` does."
        )
    asked = {MODEL: maps_of(model), **baselines()}
    for row in ask_all(asked, questions, shards, seconds=seconds, job=job):
        metrics = {metric: f"{metric}, {row['material']}" for metric in row["values"]}
        table.add(
            row["localiser"],
            {title: row["values"][metric] for metric, title in metrics.items()},
            {title: row["intervals"][metric] for metric, title in metrics.items()},
        )


def _offsets(table: Table, model: OffsetModel, shards: ClipShards, job: Job) -> None:
    from training.evaluate.offsets import CHANCE_RIGHT, ask_all, by_video

    for name, found in ask_all(model, shards, table.split, job=job).items():
        table.add_measured(name, {RIGHT: by_video(found, lambda one: float(one.right))})
        table.add_median(name, ERROR, by_video(found, lambda one: abs(one.said - one.truth)))
    table.add(CHANCE, {RIGHT: CHANCE_RIGHT}, {})


def _shifted(table: Table, model: OffsetModel, shards: ClipShards, job: Job) -> None:
    from training.evaluate.offsets import PAIRS_A_CLIP, sync_hits

    job.begin(shards.clips(table.split) * PAIRS_A_CLIP, "Measuring sync accuracy")
    table.add_measured(MODEL, {"sync accuracy, shifted": sync_hits(model, shards, table.split, job=job)})
    table.add(CHANCE, {"sync accuracy, shifted": 0.5}, {})
