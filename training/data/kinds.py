"""What a prepared folder holds: seconds (papers A to C), clips (Paper D) or actions (Paper D's recognition)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.errors import ModelError
from training.data.writer import INDEX

SECONDS, CLIPS, ACTIONS = "seconds", "clips", "actions"
RECIPES = {
    SECONDS: "`foleyscope prepare FOLDER --out SHARDS`",
    CLIPS: "`foleyscope prepare FOLDER --clips --out CLIPS`",
    ACTIONS: "`foleyscope prepare FOLDER --layout ucf101 --out SHARDS`",
}
"""How each kind is made."""


def holds(place: Path | str) -> str:
    """Whether prepared shards hold "seconds", "clips" or "actions".

    Raises:
        ModelError: there are none, or nothing is in them.
    """
    try:
        row = next(_rows(place), None)
    except (OSError, ValueError) as error:
        hint = "Make them with `foleyscope prepare`; an interrupted run is started again."
        raise ModelError(f"There are no finished shards in {place}.", hint, detail=str(error), path=place) from error
    if row is None:
        hint = "Prepare longer films, or films with sound, into a new folder."
        raise ModelError(f"The shards in {place} hold nothing.", hint, path=place)
    return ACTIONS if "uses" in row else CLIPS if "jpegs" in row else SECONDS


def in_stereo(place: Path | str) -> bool:
    """Whether any second of finished shards has its sound as real stereo."""
    return any(row.get("stereo") for row in _rows(place))


def wrong_kind(place: Path | str, held: str, *wanted: str) -> ModelError:
    """What is said of a folder of another kind than one that is ``wanted``, and how such are made."""
    ways = " or ".join(f"{kind} with {RECIPES[kind]}" for kind in wanted)
    return ModelError(f"{place} holds {held}, not {' or '.join(wanted)}.", f"Make {ways}.", path=place)


def unreadable(place: Path, wanted: str, error: Exception) -> ModelError:
    """Why ``place`` could not be read as finished shards of the ``wanted`` kind: it holds another one, or none."""
    try:
        held = holds(place)
    except ModelError:
        held = wanted
    if held != wanted:
        return wrong_kind(place, held, wanted)
    name = "shards" if wanted == SECONDS else wanted
    hint = f"Make them with {RECIPES[wanted]}; an interrupted run is started again."
    return ModelError(f"There are no finished {name} in {place}.", hint, detail=repr(error), path=place)


def _rows(place: Path | str) -> Iterator[dict[str, Any]]:
    with (Path(place) / INDEX).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
