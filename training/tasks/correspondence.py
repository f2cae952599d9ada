"""Correspondence (Paper A, sections 4.1 and 4.2): is this the sound of this picture, judged by distance."""

from __future__ import annotations

import numpy as np
import torch  # noqa: TID253 - tasks are torch through and through
from torch import Tensor, nn  # noqa: TID253

from engine.models.two_stream import AudioVisualEncoder
from training.config import Experiment
from training.data.pairs import Pair, balanced_pairs
from training.data.shards import Shards
from training.evaluate.metrics import best_threshold_accuracy
from training.losses import correspondence_loss, margin_contrastive_loss
from training.losses.paper_a import pair_distance
from training.tasks.base import TASKS, Task


@TASKS.register("correspondence", paper="Paper A, sections 4.1 and 4.2")
class CorrespondenceTask(Task):
    """Two-way softmax on the distance of the embeddings, with the margin term when asked for."""

    def __init__(self, encoder: AudioVisualEncoder, experiment: Experiment, shards: Shards) -> None:
        super().__init__(encoder, experiment, shards)
        self.options = self.settings(margin=0.0, augment=False)
        self.augmented = self.options["augment"]
        self.head = nn.Linear(1, 2)
        with torch.no_grad():  # far apart means untrue: start on the right side of the slope
            self.head.weight.copy_(torch.tensor([[1.0], [-1.0]]))
            self.head.bias.copy_(torch.tensor([-1.0, 1.0]))

    def plan(self, shards: Shards, split: str, epoch: int) -> list[Pair]:
        """As many true as untrue pairs."""
        seed = (self.experiment.seed, epoch)
        return balanced_pairs(shards, split, self.experiment.data.pairs_per_video, seed)

    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        """Cross-entropy of the head, plus eq. 1 when ``margin`` is above 0."""
        pictures, sounds = self.embed(batch)
        truth = batch["paired"]
        loss = correspondence_loss(self.head(pair_distance(pictures, sounds)[:, None]), truth)
        if self.options["margin"] > 0:
            loss = loss + margin_contrastive_loss(pictures, sounds, truth, self.options["margin"])
        return loss

    def validate(self, shards: Shards) -> dict[str, float]:
        """Accuracy on balanced validation pairs at the head's own threshold; chosen by it."""
        plan = balanced_pairs(shards, self.validation_split, 10, (0, 0))
        pictures, sounds = self.embeddings(shards, [p.picture for p in plan], [p.sound for p in plan])
        distance = torch.from_numpy(np.linalg.norm(pictures - sounds, axis=1))
        truth = torch.tensor([p.paired for p in plan])
        weight, bias = self.head.weight.detach().cpu(), self.head.bias.detach().cpu()
        said = (distance[:, None] @ weight.T + bias).argmax(dim=1).bool()
        accuracy = float((said == truth).float().mean()) if len(plan) else 0.0
        best = best_threshold_accuracy(distance.numpy(), truth.numpy())
        return {"accuracy": accuracy, "accuracy_best_threshold": best, "value": accuracy}
