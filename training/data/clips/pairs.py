"""Which stretch of picture meets which stretch of sound (Paper D, audio-visual synchronisation)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from engine.errors import ModelError
from training.data.clips.form import SHIFTS, WINDOW
from training.data.clips.shards import ClipSample, ClipShards

NEGATIVES = ("shift", "mismatch", "both", "none")
AUDIBLE = -60
"""dBFS that a window's loudest half second should reach; silence is in sync with anything."""
_TRIES = 8
_LOOKED_AT = 1000
_SLACK = 1e-6  # s


@dataclass(frozen=True, slots=True)
class ClipPair:
    """One training item."""

    clip: int
    """Sample whose frames are shown."""
    frame_start: int
    """The first of them."""
    sound_clip: int
    """Sample whose sound is heard."""
    sound_start: float
    """s, where it begins in its clip."""
    synced: bool
    """Whether both begin at the same moment of the same clip."""


def clip_pairs(
    shards: ClipShards,
    split: str,
    per_clip: int,
    seed: Sequence[int],
    negatives: str = "shift",
    *,
    seconds: float = WINDOW,
) -> list[ClipPair]:
    """Half pairs in sync, half not, in random order; the seed holds the epoch's number, so every epoch is a fresh draw.

    A shift is uniform over -5.8 .. -2.0 and 2.0 .. 5.8 s as far as the clip is long (Paper D), and the picture's window
    uniform over the places where both fit. Pairs in sync take their windows by the same draw, so that no window's place
    in its clip tells which kind it is. A clip that can be heard in several ways is heard in one of them, by chance.

    Args:
        shards: what to draw from.
        split: of which part.
        per_clip: pairs of each stored clip.
        seed: numbers that the plan follows from.
        negatives: "shift": the sound of the same clip at another time; "mismatch": of a clip in which nothing has the
            same label (of another video where labels are not known); "both": half of them each; "none": all pairs are
            in sync. Clips too short for any shift take part in mismatches only.
        seconds: length of a window.

    Raises:
        ModelError: no such kind of negatives, or no clip has another to be mismatched with.
    """
    if negatives not in NEGATIVES:
        raise ModelError(f"There are no negatives called {negatives!r}.", f"Choose {', '.join(NEGATIVES)}.")
    draw = _Draw(shards, split, seconds, np.random.default_rng([*seed, 11]))
    clips: dict[int, list[int]] = defaultdict(list)
    for index in draw.candidates:
        if negatives != "shift" or draw.shiftable(shards.samples[index]):
            clips[shards.samples[index].clip].append(index)
    plan = []
    for place, number in enumerate(draw.rng.permutation(len(clips))):
        ways = list(clips.values())[number]
        for turn in range(per_clip):
            shown = ways[int(draw.rng.integers(len(ways)))]
            plan.append(draw.pair(shown, _kind(place + turn, negatives)))
    return [plan[i] for i in draw.rng.permutation(len(plan))]


def _kind(number: int, negatives: str) -> str:
    """Every other pair is in sync; with "both" the rest takes turns."""
    if number % 2 == 0 or negatives == "none":
        return "synced"
    return negatives if negatives != "both" else ("shift", "mismatch")[number // 2 % 2]


class _Draw:
    """Draws pairs from one generator."""

    def __init__(self, shards: ClipShards, split: str, seconds: float, rng: np.random.Generator) -> None:
        self.shards, self.seconds, self.rng = shards, seconds, rng
        self.candidates = shards.where(split, seconds=seconds)

    def pair(self, index: int, kind: str) -> ClipPair:
        """One pair of sample ``index``; audible wherever a few tries find it so."""
        sample = self.shards.samples[index]
        if kind == "shift" and not self.shiftable(sample):
            kind = "mismatch"
        for _ in range(_TRIES):
            start, shifted = self._windows(sample)
            if self._audible(sample, start / sample.rate) and (kind != "shift" or self._audible(sample, shifted)):
                break
        if kind == "mismatch":
            other, begin = self._elsewhere(sample)
            return ClipPair(index, start, other, begin, False)
        return ClipPair(
            index, start, index, shifted if kind == "shift" else float(start / sample.rate), kind != "shift"
        )

    def shiftable(self, sample: ClipSample) -> bool:
        """Whether a window that begins with a frame can be shifted far enough inside the clip."""
        return sample.seconds - self.seconds >= SHIFTS[0] + 1 / sample.rate - _SLACK

    def _windows(self, sample: ClipSample) -> tuple[int, float]:
        """First frame of a window, and where its sound would begin (s) were it shifted."""
        room = sample.seconds - self.seconds
        shift = 0.0
        if self.shiftable(sample):
            shift = float(self.rng.uniform(SHIFTS[0], min(SHIFTS[1], room)) * self.rng.choice((-1, 1)))
        first = math.ceil(max(0.0, -shift) * sample.rate - Fraction(_SLACK))
        last = min(
            math.floor(min(room, room - shift) * sample.rate + Fraction(_SLACK)),
            sample.frames - max(1, math.floor(self.seconds * sample.rate + Fraction(_SLACK))),
        )
        start = int(self.rng.integers(first, last + 1)) if first <= last else max(0, last)
        return start, float(np.clip(start / sample.rate + shift, 0.0, max(room, 0.0)))

    def _elsewhere(self, sample: ClipSample) -> tuple[int, float]:
        """A sample that does not belong to ``sample``'s picture, and where to begin in it (s)."""
        quiet: tuple[int, float] | None = None
        for index in self.rng.permutation(len(self.candidates))[:_LOOKED_AT]:
            found = self.shards.samples[self.candidates[index]]
            if found.group == sample.group or found.labels & sample.labels:
                continue
            for _ in range(_TRIES):
                start = float(self.rng.uniform(0.0, max(0.0, found.seconds - self.seconds)))
                if self._audible(found, start):
                    return self.candidates[index], start
            quiet = (self.candidates[index], start)
        if quiet is not None:
            return quiet
        hint = "Prepare clips of at least two labels, or choose negatives 'shift'."
        raise ModelError(f"There is no clip whose sound is surely not that of {sample.group}.", hint)

    def _audible(self, sample: ClipSample, start: float | Fraction) -> bool:
        return sample.loudest(float(start), self.seconds) >= AUDIBLE
