"""Shards seen in a mirror: left and right exchanged in picture, stereo sound and truth alike (Paper C, section 3.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from training.data.shards import Sample, Shards


class Mirrored:
    """Reads like the shards it is made of, for embedding; the paper's test sets hold every pair both ways round."""

    def __init__(self, shards: Shards) -> None:
        self._shards = shards

    def frame(self, index: int, size: int | tuple[int, int] = 224) -> torch.Tensor:
        """The frame uint8 ``(3, H, W)``, left and right exchanged."""
        return self._shards.frame(index, size).flip(-1)

    def sound(self, index: int) -> torch.Tensor:
        """The mono second ``(48000,)``, which has no sides."""
        return self._shards.sound(index)

    def stereo(self, index: int) -> torch.Tensor:
        """The stereo second ``(2, 16000)``, its channels exchanged."""
        return self._shards.stereo(index).flip(0)


def mirrored_sample(sample: Sample) -> Sample:
    """What a mirrored sample is: of the same video, with the box on the other side."""
    box = sample.box
    turned = None if box is None else (1.0 - box[2], box[1], 1.0 - box[0], box[3])
    return replace(sample, box=turned)
