"""What tasks share that ask of a pair whether it is true, judged by the distance of its embeddings."""

from __future__ import annotations

import math
from abc import abstractmethod

import numpy as np
import torch  # noqa: TID253 - tasks are torch through and through
from torch import Tensor, nn  # noqa: TID253

from training.data.pairs import Pair, balanced_pairs
from training.data.shards import Shards
from training.evaluate.metrics import best_threshold_accuracy
from training.losses import distance_sigmoid_loss
from training.tasks.base import SecondTask

PAIRS_A_VIDEO = 10
"""Of each validation video."""


class DistanceSigmoid(nn.Module):
    """``sigmoid(bias - scale * d)`` with learned scale and bias: how likely a pair at distance d is true."""

    def __init__(self) -> None:
        super().__init__()
        # Unit vectors lie 0 to 2 apart, unrelated ones 1.4: begin with the border at 1 and the scale kept positive.
        self.log_scale = nn.Parameter(torch.tensor(math.log(4.0)))
        self.bias = nn.Parameter(torch.tensor(4.0))

    def loss(self, distance: Tensor, truth: Tensor) -> Tensor:
        """Cross-entropy of distances ``(N,)`` against the truth ``(N,)``."""
        return distance_sigmoid_loss(distance, truth, self.log_scale.exp(), self.bias)

    def forward(self, distance: Tensor) -> Tensor:
        """Whether pairs at these distances ``(N,)`` are called true."""
        return distance * self.log_scale.exp() < self.bias


class JudgedPairsTask(SecondTask):
    """Balanced pairs, drawn anew each epoch; validated by how many are judged rightly."""

    @property
    @abstractmethod
    def negatives(self) -> str:
        """The rule for untrue sounds, as :func:`training.data.pairs.balanced_pairs` names it."""

    @abstractmethod
    def called_true(self, distance: Tensor) -> Tensor:
        """What the head says of pairs at these distances ``(N,)``, bool ``(N,)``."""

    def plan(self, shards: Shards, split: str, epoch: int) -> list[Pair]:
        """As many true as untrue pairs."""
        seed = (self.experiment.seed, epoch)
        return balanced_pairs(shards, split, self.experiment.data.pairs_per_video, seed, self.negatives)

    def validate(self, shards: Shards) -> dict[str, float]:
        """Accuracy on balanced validation pairs at the head's own threshold; chosen by it."""
        plan = balanced_pairs(shards, self.validation_split, PAIRS_A_VIDEO, (0, 0), self.negatives)
        pictures, sounds = self.embeddings(shards, [p.picture for p in plan], [p.sound for p in plan])
        distance = np.linalg.norm(pictures - sounds, axis=1)
        truth = np.array([p.paired for p in plan], dtype=bool)
        with torch.inference_mode():
            said = self.called_true(torch.from_numpy(distance).to(self.encoder.device)).cpu().numpy()
        accuracy = float((said == truth).mean()) if len(plan) else 0.0
        best = best_threshold_accuracy(distance, truth)
        return {"accuracy": accuracy, "accuracy_best_threshold": best, "value": accuracy}
