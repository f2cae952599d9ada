"""Which data a model is measured on, and what is said where they are of another kind or form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ModelError
from training.data.kinds import CLIPS, RECIPES, SECONDS, holds

if TYPE_CHECKING:
    from engine.features.clip import ClipFront
    from engine.models.frozen import FrozenNetwork
    from training.data.clips.shards import ClipShards

MEASURED_ON = {"second": SECONDS, "clip": CLIPS, "offset": CLIPS}
"""By kind of network."""
_SLACK = 1e-3  # of a frame


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
            recipe = RECIPES[wanted] if kind == "second" else _recipe(_front(model), exact=kind == "offset")
            raise ModelError(
                f"The model {_id(model)!r} is measured on {wanted}, and {place} holds {held}.",
                f"Make {wanted} with {recipe}.",
            )


def require_form(model: FrozenNetwork, shards: ClipShards) -> None:
    """Raises :class:`ModelError` where clips are smaller or slower than what the network sees."""
    front, exact = model.front, model.kind == "offset"
    for sample in shards.samples[:1]:  # all are of one form
        if not _fits(front, sample.size, float(sample.rate), exact=exact):
            raise ModelError(
                f"The model {model.id!r} sees {float(front.rate):.2f} frames a second of {front.picture} pixels, the "
                f"clips hold {float(sample.rate):.2f} of {sample.size}.",
                f"Make clips with {_recipe(front, exact=exact)}.",
            )


def _fits(front: ClipFront, size: int, rate: float, *, exact: bool) -> bool:
    enough = abs(rate - front.rate) * front.seconds < _SLACK if exact else rate * front.seconds + _SLACK >= front.frames
    return size >= front.picture and enough


def _recipe(front: ClipFront, *, exact: bool) -> str:
    """How clips for a network are made: with the smallest preset that suits it."""
    from training.data.clips.form import PRESETS

    suiting = [name for name, form in PRESETS.items() if _fits(front, form.size, float(form.rate), exact=exact)]
    preset = f" --preset {suiting[0]}" if suiting else ""
    return f"`foleyscope prepare FOLDER --clips{preset} --out CLIPS`, or with `--synthetic N` instead of FOLDER"


def _front(model: Path | str) -> ClipFront:
    from engine.models import read_network

    front: ClipFront = read_network(model).front
    return front


def _id(model: Path | str) -> str:
    from engine.models.checkpoint import find, read_info

    return read_info(find(model)).id
