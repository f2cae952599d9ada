"""What a model finds in a test split, ready to be drawn: its items, their embeddings, their pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

import numpy as np

from training.evaluate.similarity import third_of

if TYPE_CHECKING:
    from engine.models.two_stream import AudioVisualEncoder
    from training.data.shards import Sample, Shards

SPLIT = "test"
PICTURE = (120, 240)
"""Height and width of a drawn frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One second of each test video; where the paper's test set has it, each of them mirrored too."""

    title: str
    encoder: AudioVisualEncoder
    shards: Shards
    indices: list[int]
    samples: list[Sample]
    """Twice as many as indices where the second half is mirrored."""
    pictures: np.ndarray
    """Embeddings ``(N, 128)`` of the samples' frames."""
    sounds: np.ndarray
    """Of their sounds."""

    @classmethod
    def of_model(cls, model: Path, data: tuple[str, ...], title: str, *, mirrored: bool) -> Self:
        """What the model in a folder finds in the test split of shards."""
        from engine.models import load
        from training.data.shards import Shards
        from training.embed import embed_pictures, embed_sounds
        from training.evaluate import query_samples
        from training.evaluate.measure import with_mirrored
        from training.evaluate.mirror import Mirrored
        from training.evaluate.retrieval import stereo_only

        encoder, shards = load(model).encoder, Shards(list(data))
        if encoder.front.channels == 2:
            shards = stereo_only(shards)
        indices = query_samples(shards, SPLIT)
        sides = [shards, cast("Shards", Mirrored(shards))] if mirrored else [shards]
        samples = [shards.samples[i] for i in indices]
        return cls(
            title=title,
            encoder=encoder,
            shards=shards,
            indices=indices,
            samples=with_mirrored(samples) if mirrored else samples,
            pictures=np.concatenate([embed_pictures(encoder, side, indices) for side in sides]),
            sounds=np.concatenate([embed_sounds(encoder, side, indices) for side in sides]),
        )

    @property
    def counts_place(self) -> bool:
        """Whether an answer must also lie in the query's third of the picture."""
        return len(self.samples) > len(self.indices) and all(sample.box for sample in self.samples)

    def picture(self, item: int) -> np.ndarray:
        """An item's frame, uint8 ``(120, 240, 3)``."""
        index = self.indices[item % len(self.indices)]
        frame = self.shards.frame(index, PICTURE)
        return (frame.flip(-1) if item >= len(self.indices) else frame).permute(1, 2, 0).numpy()

    def verdict(self, query: int, answer: int) -> str:
        """ "right", "elsewhere" (the category is right, the place is not) or "wrong"."""
        asked, given = self.samples[query], self.samples[answer]
        if not asked.label or asked.label != given.label:
            return "wrong"
        if self.counts_place and asked.box and given.box and third_of(asked.box) != third_of(given.box):
            return "elsewhere"
        return "right"
