"""Which stored clips suit a network, and how such are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import ModelError
from training.data.clips.form import PRESETS

if TYPE_CHECKING:
    from engine.features.clip import ClipFront
    from training.data.clips.shards import ClipShards

_SLACK = 1e-3  # of a frame


def require_form(who: str, front: ClipFront, shards: ClipShards, *, exact: bool = False) -> None:
    """Refuse clips of which a network cannot be given as much as it sees.

    Args:
        who: the network in words, such as "The model 'localiser'".
        front: what it expects of a clip.
        shards: all of one form.
        exact: whether it needs the very rate; otherwise of more frames some are passed over.

    Raises:
        ModelError: they are smaller or slower, with how others are made.
    """
    for sample in shards.samples[:1]:
        if not _suits(front, sample.size, float(sample.rate), exact=exact):
            raise ModelError(
                f"{who} sees {float(front.rate):.2f} frames a second of {front.picture} pixels, the clips hold "
                f"{float(sample.rate):.2f} of {sample.size}.",
                f"Make clips with {recipe(front, exact=exact)}.",
            )


def recipe(front: ClipFront, *, exact: bool = False) -> str:
    """How clips for a network are made: with the smallest preset that suits it."""
    suiting = [name for name, form in PRESETS.items() if _suits(front, form.size, float(form.rate), exact=exact)]
    preset = f" --preset {suiting[0]}" if suiting else ""
    return f"`foleyscope prepare FOLDER --clips{preset} --out CLIPS`, or with `--synthetic N` instead of FOLDER"


def _suits(front: ClipFront, size: int, rate: float, *, exact: bool) -> bool:
    held = rate * front.seconds
    enough = abs(held - front.frames) < _SLACK if exact else int(held + _SLACK) >= front.frames
    return size >= front.picture and enough
