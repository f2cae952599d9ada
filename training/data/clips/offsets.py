"""Stretches of picture inside longer stretches of their own sound: where do they lie?"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import torch  # noqa: TID253 - datasets are torch through and through

from engine.errors import ModelError
from engine.features.clip import ClipFront
from training.data.clips.shards import ClipShards

_SLACK = Fraction(1, 1_000_000)  # s


@dataclass(frozen=True, slots=True)
class OffsetWindow:
    """One training item."""

    clip: int
    """Sample."""
    frame_start: int
    """First frame that is shown."""
    sound_start: float
    """s, where what is heard begins in the clip; never after the picture, nor does it end before it."""


class OffsetItems:
    """Loads windows: ``frames`` uint8 ``(T, 3, H, W)``, ``sound`` float32 ``(2, N)``, ``begins`` (s into the sound).

    Args:
        shards: where the clips lie; their frames are as many a second as the network's.
        front: of the network.
        heard: s of sound.

    Raises:
        ModelError: the clips have another rate, or none is as long.
    """

    def __init__(self, shards: ClipShards, front: ClipFront, heard: float) -> None:
        self.shards, self.front, self.heard = shards, front, heard
        rates = {sample.rate for sample in shards.samples}
        if rates - {front.rate}:
            had = ", ".join(f"{float(rate):.2f}" for rate in sorted(rates))
            hint = "Prepare clips with --preset sync, or set encoder_settings.frames to fit."
            raise ModelError(f"The network wants {float(front.rate):g} frames a second, the clips have {had}.", hint)
        if heard < front.seconds or not shards.where(seconds=heard):
            hint = f"Set task_settings.heard between {front.seconds:g} and the clips' length."
            raise ModelError(f"No clip holds {heard:g} s of sound around {front.seconds:g} s of picture.", hint)

    def load(self, window: OffsetWindow) -> dict[str, torch.Tensor]:
        """The item of a window."""
        begins = float(window.frame_start / self.front.rate) - window.sound_start
        return {
            "frames": self.shards.frames(window.clip, window.frame_start, self.front.frames),
            "sound": self.shards.sound(window.clip, window.sound_start, self.heard),
            "begins": torch.tensor(begins),
        }


def offset_windows(
    shards: ClipShards, split: str, per_clip: int, seed: Sequence[int], *, front: ClipFront, heard: float
) -> list[OffsetWindow]:
    """``per_clip`` windows of each stored clip of a split, in random order.

    What is heard lies anywhere in the clip, the picture anywhere in what is heard. A clip that can be heard in several
    ways is heard in one of them, by chance. The seed holds the epoch's number, so every epoch is a fresh draw.
    """
    rng = np.random.default_rng([*seed, 19])
    clips: dict[int, list[int]] = defaultdict(list)
    for index in shards.where(split, seconds=heard):
        clips[shards.samples[index].clip].append(index)
    plan = [_window(shards, ways, rng, front, heard) for ways in clips.values() for _ in range(per_clip)]
    return [plan[i] for i in rng.permutation(len(plan))]


def _window(
    shards: ClipShards, ways: Sequence[int], rng: np.random.Generator, front: ClipFront, heard: float
) -> OffsetWindow:
    index = ways[int(rng.integers(len(ways)))]
    sample = shards.samples[index]
    room = math.floor((sample.seconds - heard) * float(sample.rate) + _SLACK)  # frames, so that both lie on one grid
    begin = int(rng.integers(max(0, room) + 1))
    inside = math.floor((heard - front.seconds) * float(sample.rate) + _SLACK)
    most = min(inside, sample.frames - front.frames - begin)
    return OffsetWindow(index, begin + int(rng.integers(max(0, most) + 1)), float(begin / sample.rate))
