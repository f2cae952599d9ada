"""Cross-modal contrastive learning (Paper A, section 4.3): each picture finds its own sound among a batch's."""

from __future__ import annotations

from torch import Tensor, nn  # noqa: TID253 - tasks are torch through and through

from engine.models.two_stream import AudioVisualEncoder
from training.config import Experiment
from training.data.pairs import Pair, true_pairs
from training.data.shards import Shards
from training.distributed import gather_with_gradient
from training.evaluate.metrics import paired_retrieval
from training.losses import info_nce_loss, nt_xent_loss
from training.tasks.base import TASKS, SecondTask


@TASKS.register("contrastive", paper="Paper A, section 4.3")
class ContrastiveTask(SecondTask):
    """InfoNCE or NT-Xent on projected embeddings."""

    def __init__(self, encoder: AudioVisualEncoder, experiment: Experiment, shards: Shards) -> None:
        super().__init__(encoder, experiment, shards)
        options = self.settings(loss="info_nce", head="linear", temperature=0.5, symmetric=False, augment=False)
        width = encoder.config.embedding
        # One projector for both sides, as section 4.3 writes it: z_v = P(E_v(v)), z_a = P(E_a(a)). With one for each,
        # the projections meet and the embeddings, which alone are searched with, do not (docs/decisions/0009).
        self.projector = make_head(options["head"], width)
        self.options = options
        self.augmented = options["augment"]

    def plan(self, shards: Shards, split: str, epoch: int) -> list[Pair]:
        """True pairs, as many of each video as the experiment says."""
        seed = (self.experiment.seed, epoch)
        return true_pairs(shards, split, self.experiment.data.pairs_per_video, seed)

    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        """The contrastive loss of the batch, of all processes' parts of it together."""
        pictures, sounds = self.embed(batch)
        z_image, z_audio = (gather_with_gradient(self.projector(side)) for side in (pictures, sounds))
        if self.options["loss"] == "nt_xent":
            return nt_xent_loss(z_image, z_audio, self.options["temperature"])
        return info_nce_loss(z_image, z_audio, self.options["temperature"], symmetric=self.options["symmetric"])

    def validate(self, shards: Shards) -> dict[str, float]:
        """Retrieval of each validation second's own sound; chosen by mean reciprocal rank."""
        chosen = sorted(pair.picture for pair in true_pairs(shards, self.validation_split, 1, (0, 0)))
        numbers = paired_retrieval(*self.embeddings(shards, chosen, chosen))
        return {**numbers, "value": numbers["mrr"]}


def make_head(name: str, width: int) -> nn.Module:
    """The projector: "linear" is FC, "nonlinear" FC, ReLU, FC, "none" passes through (Paper A, section 4.3)."""
    if name == "none":
        return nn.Identity()
    if name == "linear":
        return nn.Linear(width, width)
    if name == "nonlinear":
        return nn.Sequential(nn.Linear(width, width), nn.ReLU(inplace=True), nn.Linear(width, width))
    from engine.errors import ModelError

    raise ModelError(f"There is no head {name!r}.", "Choose linear, nonlinear or none.")
