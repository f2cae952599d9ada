"""Which data a model is measured on, and what is said where they are of another kind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ModelError
from training.data.clips.fitting import recipe
from training.data.kinds import CLIPS, RECIPES, SECONDS, holds

if TYPE_CHECKING:
    from engine.features.clip import ClipFront

MEASURED_ON = {"second": SECONDS, "clip": CLIPS, "offset": CLIPS}
"""By kind of network."""


def kind_of(model: Path | str) -> str:
    """The kind of a model's network, by its config alone: "second", "clip" or "offset"."""
    from engine.models import names
    from engine.models.checkpoint import find, read_info

    info = read_info(find(model))
    for kind in MEASURED_ON:
        if info.encoder in names(kind):
            return kind
    hint = "It may come from another version of Foleyscope: train or download it again."
    raise ModelError(f"The network {info.encoder!r} of the model {info.id!r} is not known here.", hint)


def require_data(model: Path | str, kind: str, places: Sequence[Path | str]) -> None:
    """Raises :class:`ModelError` where one of ``places`` holds other data than the model is measured on."""
    wanted = MEASURED_ON[kind]
    for place in places:
        held = holds(place)
        if held != wanted:
            way = RECIPES[wanted] if kind == "second" else recipe(_front(model), exact=kind == "offset")
            raise ModelError(
                f"The model {_id(model)!r} is measured on {wanted}, and {place} holds {held}.",
                f"Make {wanted} with {way}.",
            )


def _front(model: Path | str) -> ClipFront:
    from engine.models import read_network

    front: ClipFront = read_network(model).front
    return front


def _id(model: Path | str) -> str:
    from engine.models.checkpoint import find, read_info

    return read_info(find(model)).id
