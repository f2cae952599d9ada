"""Clips as training items: raw frames and waveforms, since crops and front ends run on the device in batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import torch  # noqa: TID253 - datasets are torch through and through
from torch.utils.data import Dataset  # noqa: TID253

from training.data.clips.form import WINDOW
from training.data.clips.pairs import ClipPair
from training.data.clips.shards import ClipShards


class ClipDataset(Dataset[dict[str, torch.Tensor]]):
    """Loads a plan.

    Fewer frames than ``seconds`` hold are spread over them: every second of the stored ones, every third, and so on.
    A network of a low rate, as in Paper D's warm-up, so learns from the same shards as one of the full rate.

    Args:
        shards: where the clips lie.
        plan: what to load.
        frames: how many frames T an item has; as many as ``seconds`` hold when None.
        seconds: length of an item's sound.
        classes: class numbers by label.
    """

    def __init__(
        self,
        shards: ClipShards,
        plan: Sequence[ClipPair],
        frames: int | None = None,
        seconds: float = WINDOW,
        classes: dict[str, int] | None = None,
    ) -> None:
        self.shards, self.plan, self.seconds, self.classes = shards, plan, seconds, classes or {}
        rate = shards.samples[0].rate if shards.samples else 1
        self.frames = frames or max(1, int(seconds * rate + 1e-3))
        self.step = step_of(rate, self.frames, seconds)

    def __len__(self) -> int:
        return len(self.plan)

    def __getitem__(self, item: int) -> dict[str, torch.Tensor]:
        """The item of that number in the plan.

        ``frames`` is uint8 (T, 3, H, W), ``sound`` float32 (2, N), ``synced`` a bool, ``shown`` and ``heard``
        bools (C,): which classes are known to be in the picture, and to be heard.
        """
        return self.load(self.plan[item])

    def load(self, pair: ClipPair) -> dict[str, torch.Tensor]:
        """The same for any pair, in the plan or not."""
        shown, heard = self.shards.samples[pair.clip], self.shards.samples[pair.sound_clip]
        return {
            "frames": self.shards.frames(pair.clip, pair.frame_start, self.frames, self.step),
            "sound": self.shards.sound(pair.sound_clip, pair.sound_start, self.seconds),
            "synced": torch.tensor(pair.synced),
            "shown": self._marked(shown.labels),
            "heard": self._marked(heard.heard_labels),
        }

    def _marked(self, labels: Iterable[str]) -> torch.Tensor:
        marks = torch.zeros(len(self.classes), dtype=torch.bool)
        marks[[self.classes[label] for label in labels if label in self.classes]] = True
        return marks


def step_of(rate: Fraction | float, frames: int, seconds: float) -> int:
    """Every how manieth stored frame is taken so that ``frames`` of them, stored at ``rate``, span ``seconds``."""
    return max(1, round(float(rate) * seconds / frames))
