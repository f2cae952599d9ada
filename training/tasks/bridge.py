"""Learning from class names where true pairs are few: one prototype a class that both its pictures and sounds seek.

Not in the papers. A classifier of pictures and one of sounds that share their last layer pull both sides to the same
points, which distils the two classifiers into one embedding; true pairs add the contrastive loss on top.
"""

from __future__ import annotations

import numpy as np
import torch  # noqa: TID253 - tasks are torch through and through
from torch import Tensor, nn  # noqa: TID253
from torch.nn import functional  # noqa: TID253

from engine.errors import ModelError
from engine.models.two_stream import AudioVisualEncoder
from training.config import Experiment
from training.data.pairs import Pair, class_pairs, labelled_true_pairs
from training.data.shards import Shards
from training.distributed import gather_with_gradient
from training.evaluate.weak import Embedded, Material
from training.losses import shared_label_loss
from training.tasks.base import TASKS, SecondTask

SIDES = {"shared": 1, "own": 2}
"""How many sets of prototypes there are."""


@TASKS.register("bridge", paper="our own; see docs/decisions/0005-class-bridge.md")
class BridgeTask(SecondTask):
    """Shared class prototypes plus a contrastive loss that knows labels."""

    augmented = True

    def __init__(self, encoder: AudioVisualEncoder, experiment: Experiment, shards: Shards) -> None:
        super().__init__(encoder, experiment, shards)
        self.options = self.settings(
            class_pairs=5000,  # weak pairs an epoch
            true_pairs=1500,  # true ones
            temperature=0.1,
            scale=16.0,  # of the cosine to a prototype
            contrastive=0.5,  # weight of the contrastive loss
            smoothing=0.1,
            smallest_crop=0.5,
            largest_crop=1.0,
            prototypes="shared",  # "own": two classifiers without a common space, the control called class bridge
            concepts=False,  # leave a model whose embeddings are the classifiers' probabilities
        )
        if self.options["prototypes"] not in SIDES:
            hint = f"Choose from: {', '.join(SIDES)}."
            raise ModelError(f"There are no {self.options['prototypes']!r} prototypes.", hint)
        self.smallest_crop, self.largest_crop = self.options["smallest_crop"], self.options["largest_crop"]
        sets = SIDES[self.options["prototypes"]]
        self.prototypes = nn.Parameter(torch.randn(sets, max(1, len(self.classes)), encoder.config.embedding))

    def plan(self, shards: Shards, split: str, epoch: int) -> list[Pair]:
        """Weak class pairs and true pairs, shuffled together."""
        seed = (self.experiment.seed, epoch)
        plan = class_pairs(shards, split, self.options["class_pairs"], seed)
        plan += labelled_true_pairs(shards, split, self.options["true_pairs"], seed)
        order = np.random.default_rng([*seed, 3]).permutation(len(plan))
        return [plan[i] for i in order]

    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        """Both sides' cross-entropy to the shared prototypes, plus the weighted contrastive loss."""
        pictures, sounds = self.embed(batch)
        loss = self._classified(self.picture_logits(pictures), batch["picture_class"])
        loss = loss + self._classified(self.sound_logits(sounds), batch["sound_class"])
        whole = {name: gather_with_gradient(batch[name]) for name in ("picture_class", "sound_class", "paired")}
        positive = whole["picture_class"][:, None] == whole["sound_class"][None, :]
        positive &= (whole["picture_class"] >= 0)[:, None]
        positive |= torch.diag(whole["paired"])
        pictures, sounds = gather_with_gradient(pictures), gather_with_gradient(sounds)
        contrast = shared_label_loss(pictures, sounds, positive, self.options["temperature"])
        return loss + self.options["contrastive"] * contrast

    def picture_logits(self, embeddings: Tensor) -> Tensor:
        """Of each class ``(B, C)``, from the pictures' side."""
        return self._logits(embeddings, self.prototypes[0])

    def sound_logits(self, embeddings: Tensor) -> Tensor:
        """Of each class ``(B, C)``, from the sounds' side."""
        return self._logits(embeddings, self.prototypes[-1])

    def _logits(self, embeddings: Tensor, prototypes: Tensor) -> Tensor:
        scale: float = self.options["scale"]
        return scale * embeddings @ functional.normalize(prototypes, dim=1).T

    def _classified(self, logits: Tensor, classes: Tensor) -> Tensor:
        known = classes >= 0
        if not known.any():
            # Other processes may know a class, and wait for a gradient of the prototypes from all.
            return logits.sum() * 0.0
        return functional.cross_entropy(logits[known], classes[known], label_smoothing=self.options["smoothing"])

    def finished(self) -> AudioVisualEncoder:
        """The encoder, or what it becomes behind its two classifiers (docs/decisions/0014)."""
        if not self.options["concepts"]:
            return self.encoder
        weights = [self.options["scale"] * functional.normalize(p.detach(), dim=1) for p in self.prototypes]
        return self.encoder.with_concepts(weights[0], weights[-1])

    def validate(self, shards: Shards) -> dict[str, float]:
        """precision@10 of pictures among sounds by class, and own-sound retrieval of videos; chosen by precision@10.

        Beside it what the class bridge scores, which ranks by the two sides' class probabilities alone; it chooses
        where the sides have prototypes of their own and the embeddings share no space, or where the model left is made
        of these probabilities.
        """
        material = Material(shards, [self.validation_split])
        with self.at_rest() as encoder:
            embedded = material.embed(encoder)
            numbers = material.measure(embedded) | {"bridge_precision@10": self.bridge(material, embedded)}
        shared = len(self.prototypes) == 1 and not self.options["concepts"]
        chosen = "precision@10" if shared else "bridge_precision@10"
        return {**numbers, "value": numbers[chosen]}

    @torch.inference_mode()
    def bridge(self, material: Material, embedded: Embedded) -> float:
        """precision@10 of ranking by the probability that picture and sound are of one class."""
        device = self.prototypes.device
        pictures = self.picture_logits(torch.from_numpy(embedded.photos).to(device)).softmax(dim=1)
        sounds = self.sound_logits(torch.from_numpy(embedded.sounds).to(device)).softmax(dim=1)
        return material.precision((pictures @ sounds.T).cpu().numpy())
