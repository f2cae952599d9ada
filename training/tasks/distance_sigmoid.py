"""Paper B: do picture and sound correspond, judged by a sigmoid of their distance."""

from __future__ import annotations

from torch import Tensor  # noqa: TID253 - tasks are torch through and through

from engine.models.two_stream import AudioVisualEncoder
from training.config import Experiment
from training.data.shards import Shards
from training.losses import pair_distance
from training.tasks.base import TASKS
from training.tasks.judged import DistanceSigmoid, JudgedPairsTask


@TASKS.register("distance_sigmoid", paper="Paper B, section II")
class DistanceSigmoidTask(JudgedPairsTask):
    """A sigmoid of the distance, half of the pairs true; an untrue sound is of any other video, labels unseen."""

    negatives = "video"

    def __init__(self, encoder: AudioVisualEncoder, experiment: Experiment, shards: Shards) -> None:
        super().__init__(encoder, experiment, shards)
        self.augmented = self.settings(augment=False)["augment"]
        self.head = DistanceSigmoid()

    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        """Cross-entropy of the sigmoid."""
        return self.head.loss(pair_distance(*self.embed(batch)), batch["paired"])

    def called_true(self, distance: Tensor) -> Tensor:
        """Whether the sigmoid is above one half."""
        return self.head(distance)
