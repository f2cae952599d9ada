"""Which stretch of a video of an action is looked at: one at random in training, 25 even ones at test (section 5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch  # noqa: TID253 - datasets are torch through and through

from training.data.actions.shards import ActionShards
from training.data.clips.dataset import step_of
from training.data.clips.form import CLIP_RATE
from training.data.clips.shards import ClipSample

ACTION_SECONDS = 2.56
"""s of picture and sound (Paper D, section 5.1)."""
TEST_WINDOWS = 25
"""Evenly spaced ones of a test video (Paper D, section 5.1)."""


@dataclass(frozen=True, slots=True)
class ActionWindow:
    """One training item, or one look at a test video."""

    clip: int
    """Sample of the shards."""
    start: int
    """First stored frame."""
    sound_start: float
    """s, where its sound begins in the clip."""


def random_windows(
    shards: ActionShards, members: Sequence[int], seed: Sequence[int], *, seconds: float, shift: float = 0.0
) -> list[ActionWindow]:
    """One window of each of ``members`` in random order, beginning anywhere; its sound up to ``shift`` s off."""
    rng = np.random.default_rng([*seed, 17])
    windows = []
    for clip in rng.permutation(members).tolist():
        sample = shards.samples[clip]
        start = int(rng.integers(last_start(sample, seconds) + 1))
        heard = float(start / sample.rate) + float(rng.uniform(-shift, shift))
        windows.append(ActionWindow(clip, start, min(max(0.0, heard), max(0.0, sample.seconds - seconds))))
    return windows


def even_windows(sample: ClipSample, clip: int, *, seconds: float, count: int = TEST_WINDOWS) -> list[ActionWindow]:
    """``count`` windows of one video, evenly spaced from its first to its last; in short videos some recur."""
    starts = np.linspace(0, last_start(sample, seconds), count).round().astype(int).tolist()
    return [ActionWindow(clip, start, float(start / sample.rate)) for start in starts]


def last_start(sample: ClipSample, seconds: float) -> int:
    """The last stored frame that a window can begin with; 0 in a video that is shorter than a window."""
    room = int((sample.seconds - seconds) * float(sample.rate) + 1e-3)
    return max(0, min(room, sample.frames - int(seconds * float(sample.rate) + 1e-3)))


class ActionItems:
    """Loads windows as a batch's fields.

    A video that is shorter than a window begins again from its start, picture and sound together.

    Args:
        shards: where the clips lie.
        frames: how many frames T a window has, spread evenly over it.
        seconds: length of a window.
    """

    def __init__(self, shards: ActionShards, frames: int, seconds: float = ACTION_SECONDS) -> None:
        self.shards, self.frames, self.seconds = shards, frames, seconds
        self.numbers = {action: number for number, action in enumerate(shards.actions)}

    def load(self, window: ActionWindow) -> dict[str, torch.Tensor]:
        """``frames`` uint8 (T, 3, H, W), ``sound`` float32 (2, N), ``action`` the number of its action."""
        sample = self.shards.samples[window.clip]
        return {
            "frames": self._frames(window, sample),
            "sound": self._sound(window, sample),
            "action": torch.tensor(self.numbers[sample.label]),
        }

    def _frames(self, window: ActionWindow, sample: ClipSample) -> torch.Tensor:
        step = step_of(sample.rate, self.frames, self.seconds)
        if window.start + (self.frames - 1) * step < sample.frames:
            return self.shards.frames(window.clip, window.start, self.frames, step)
        wanted = (window.start + step * torch.arange(self.frames)) % sample.frames
        return self.shards.frames(window.clip, 0, sample.frames)[wanted]

    def _sound(self, window: ActionWindow, sample: ClipSample) -> torch.Tensor:
        if window.sound_start + self.seconds <= sample.seconds:
            return self.shards.sound(window.clip, window.sound_start, self.seconds)
        whole = self.shards.sound(window.clip, 0.0, sample.seconds)
        wanted = round(window.sound_start * CLIP_RATE) + torch.arange(round(self.seconds * CLIP_RATE))
        return whole[:, wanted % whole.shape[1]]
