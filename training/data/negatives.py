"""Which sounds do not belong to a frame: each paper's rule, drawn evenly and in the same time for any size of set."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engine.errors import ModelError
from training.data.shards import Shards

Draw = Callable[[int, np.random.Generator], int]
"""Gives a sample whose sound does not belong to the frame of another."""


class Rest:
    """Draws evenly from the samples of a pool that have another name than a given one, or the same name.

    The pool lies sorted by name, so that what is left out is one stretch that a draw steps over.
    """

    def __init__(self, names: Sequence[str], pool: Sequence[int]) -> None:
        codes: dict[str, int] = {}
        coded = np.array([codes.setdefault(name, len(codes)) for name in names], dtype=np.int64)
        order = np.argsort(coded, kind="stable")
        self._pool = np.asarray(pool, dtype=np.int64)[order]
        starts = np.searchsorted(coded[order], np.arange(len(codes) + 1))
        self._stretch = {name: (int(starts[code]), int(starts[code + 1])) for name, code in codes.items()}

    def other(self, name: str, rng: np.random.Generator) -> int | None:
        """A sample of another name; None when there is none."""
        start, end = self._stretch.get(name, (0, 0))
        left = len(self._pool) - (end - start)
        if not left:
            return None
        drawn = int(rng.integers(left))
        return int(self._pool[drawn if drawn < start else drawn + end - start])

    def alike(self, name: str, but: int, rng: np.random.Generator) -> int | None:
        """A sample of the same name that is not the sample ``but``; None when there is none."""
        start, end = self._stretch.get(name, (0, 0))
        members = self._pool[start:end]
        members = members[members != but]
        return int(rng.choice(members)) if len(members) else None


def different_video(shards: Shards, pool: Sequence[int]) -> Draw:
    """Papers B and C: any second of any other video."""
    videos = Rest([shards.samples[i].group for i in pool], pool)

    def draw(picture: int, rng: np.random.Generator) -> int:
        found = videos.other(shards.samples[picture].group, rng)
        if found is None:
            raise ModelError("Untrue pairs need a second video.", "Prepare more videos.")
        return found

    return draw


def different_label(shards: Shards, pool: Sequence[int]) -> Draw:
    """Paper A on VGG-Sound, section 3: a second of a video with a different label.

    Videos without a label, or among others of that label alone, take theirs from any other video.
    """
    labels = Rest([shards.samples[i].label for i in pool], pool)
    elsewhere = different_video(shards, pool)

    def draw(picture: int, rng: np.random.Generator) -> int:
        label = shards.samples[picture].label
        found = labels.other(label, rng) if label else None
        return elsewhere(picture, rng) if found is None else found

    return draw


def different_time(shards: Shards, pool: Sequence[int]) -> Draw:
    """Paper A on Gameplay, section 3: a second of another video or another second of the same one, evenly of both.

    How often each is meant is open in the text. Where only one of the two is there, it is taken.
    """
    videos = Rest([shards.samples[i].group for i in pool], pool)

    def draw(picture: int, rng: np.random.Generator) -> int:
        group, same = shards.samples[picture].group, rng.random() < 0.5
        found = videos.alike(group, picture, rng) if same else videos.other(group, rng)
        if found is None:
            found = videos.other(group, rng) if same else videos.alike(group, picture, rng)
        if found is None:
            raise ModelError("Untrue pairs need a second moment.", "Prepare longer videos, or more of them.")
        return found

    return draw


RULES: dict[str, Callable[[Shards, Sequence[int]], Draw]] = {
    "label": different_label,
    "time": different_time,
    "video": different_video,
}
"""By the name that an experiment's ``data.negatives`` gives."""


def rule(name: str, shards: Shards, pool: Sequence[int]) -> Draw:
    """The rule called ``name`` over the samples ``pool``; raises ModelError when there is none of that name."""
    if name not in RULES:
        raise ModelError(f"There is no rule {name!r} for untrue pairs.", f"Set data.negatives to {', '.join(RULES)}.")
    return RULES[name](shards, pool)
