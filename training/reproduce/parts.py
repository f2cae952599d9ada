"""What a run is made of: one model, or one for each official split of each collection of actions (Paper D)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ModelError
from training.data.writer import INDEX

SECONDS, CLIPS, ACTIONS = "seconds", "clips", "actions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One model of a run."""

    name: str = ""
    """Its folder inside the run's; empty for the run's only model."""
    shards: tuple[str, ...]
    """What it is trained and measured on."""
    collection: str = ""
    """Of actions: "UCF101" or "HMDB51"."""
    settings: tuple[str, ...] = ()
    """Of its experiment, as ``key=value``."""


def holds(place: Path | str) -> str:
    """Whether prepared shards hold "seconds", "clips" or "actions"; raises ModelError where there are none."""
    path = Path(place) / INDEX
    try:
        with path.open(encoding="utf-8") as lines:
            row = json.loads(next(lines, "{}"))
    except (OSError, ValueError) as error:
        hint = "Make them with `foleyscope prepare`; an interrupted run is started again."
        raise ModelError(f"There are no finished shards in {place}.", hint, detail=str(error), path=path) from error
    return ACTIONS if "uses" in row else CLIPS if "jpegs" in row else SECONDS


def parts_of(task: str, data: Sequence[str]) -> tuple[Part, ...]:
    """The models of a run that trains ``task``, each with those of the folders ``data`` that it learns from.

    Raises:
        ModelError: none of them holds what it learns from.
    """
    if task not in {"synchronisation", "actions"}:
        return (Part(shards=tuple(data)),)
    wanted = CLIPS if task == "synchronisation" else ACTIONS
    places = [place for place in data if holds(place) == wanted]
    if not places:
        layout = "--clips" if wanted == CLIPS else "--layout ucf101"
        raise ModelError(f"None of the data are {wanted}.", f"Make them with `foleyscope prepare FOLDER {layout}`.")
    return _splits(places) if wanted == ACTIONS else (Part(shards=tuple(places)),)


def _splits(places: Sequence[str]) -> tuple[Part, ...]:
    from training.data.actions.lists import SPLITS
    from training.data.actions.shards import ActionShards

    collections: dict[str, list[str]] = defaultdict(list)
    for place in places:
        collections[ActionShards(place).collection].append(place)
    return tuple(
        Part(
            name=f"{collection.lower()}-{split}",
            shards=tuple(shards),
            collection=collection,
            settings=(f"task_settings.split={split}",),
        )
        for collection, shards in sorted(collections.items())
        for split in range(1, SPLITS + 1)
    )
