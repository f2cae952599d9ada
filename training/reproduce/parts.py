"""What a run is made of: one model, or one for each official split of each collection of actions (Paper D)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import ModelError
from training.data.kinds import ACTIONS, CLIPS, RECIPES, SECONDS, holds

_LEARNED_FROM = {"synchronisation": CLIPS, "actions": ACTIONS}
"""By task; the others learn from seconds."""


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


def learned_from(task: str) -> str:
    """The kind of data that a task learns from."""
    return _LEARNED_FROM.get(task, SECONDS)


def parts_of(task: str, data: Sequence[str]) -> tuple[Part, ...]:
    """The models of a run that trains ``task``, each with those of the folders ``data`` that it learns from.

    Raises:
        ModelError: none of them holds what it learns from.
    """
    wanted = learned_from(task)
    if wanted == SECONDS:
        return (Part(shards=tuple(data)),)
    places = [place for place in data if holds(place) == wanted]
    if not places:
        raise ModelError(f"None of the data are {wanted}.", f"Make them with {RECIPES[wanted]}.")
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
