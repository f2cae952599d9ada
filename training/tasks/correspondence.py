"""Correspondence (Paper A, sections 4.1 and 4.2): is this the sound of this picture, judged by distance."""

from __future__ import annotations

import torch  # noqa: TID253 - tasks are torch through and through
from torch import Tensor, nn  # noqa: TID253

from engine.models.two_stream import AudioVisualEncoder
from training.config import Experiment
from training.data.shards import Shards
from training.losses import correspondence_loss, margin_contrastive_loss, pair_distance
from training.tasks.base import TASKS
from training.tasks.judged import JudgedPairsTask


@TASKS.register("correspondence", paper="Paper A, sections 4.1 and 4.2")
class CorrespondenceTask(JudgedPairsTask):
    """Two-way softmax on the distance of the embeddings, with the margin term when asked for.

    The paper's third correlation model (section 5.1) is this task started from a contrastive run (``start_from``): the
    whole model is fine-tuned, nothing is frozen.
    """

    def __init__(self, encoder: AudioVisualEncoder, experiment: Experiment, shards: Shards) -> None:
        super().__init__(encoder, experiment, shards)
        self.options = self.settings(margin=0.0, augment=False)
        self.augmented = self.options["augment"]
        self.head = nn.Linear(1, 2)
        with torch.no_grad():  # far apart means untrue: start on the right side of the slope
            self.head.weight.copy_(torch.tensor([[1.0], [-1.0]]))
            self.head.bias.copy_(torch.tensor([-1.0, 1.0]))

    @property
    def negatives(self) -> str:
        """The data's own rule: another label (VGG-Sound), another time or video (Gameplay)."""
        return self.experiment.data.negatives

    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        """Cross-entropy of the head, plus eq. 1 when ``margin`` is above 0."""
        pictures, sounds = self.embed(batch)
        truth = batch["paired"]
        loss = correspondence_loss(self.head(pair_distance(pictures, sounds)[:, None]), truth)
        if self.options["margin"] > 0:
            loss = loss + margin_contrastive_loss(pictures, sounds, truth, self.options["margin"])
        return loss

    def called_true(self, distance: Tensor) -> Tensor:
        """Which of the head's two outputs is larger."""
        return self.head(distance[:, None]).argmax(dim=1).bool()
