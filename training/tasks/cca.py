"""Paper C's CCA baseline: the projections of fixed features that correlate most, found at once."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch  # noqa: TID253 - tasks are torch through and through
from torch import Tensor, nn  # noqa: TID253

from engine.errors import ModelError
from engine.models.two_stream import AudioVisualEncoder
from training.config import Experiment
from training.data.pairs import Pair, true_pairs
from training.data.shards import Shards
from training.evaluate.metrics import paired_retrieval
from training.tasks.base import TASKS, SecondTask

PAIRS_A_DIMENSION = 16
"""With fewer pairs than this for each dimension kept, correlations are found that are not there."""

MOST_ITERATIONS = 100
"""For each component. The weak ones hardly differ from each other and would never settle."""


@TASKS.register("cca", paper="Paper C, section 3.2")
class CCATask(SecondTask):
    """Principal components of each side, then scikit-learn's canonical correlation analysis."""

    closed_form = True

    def __init__(self, encoder: AudioVisualEncoder, experiment: Experiment, shards: Shards) -> None:
        super().__init__(encoder, experiment, shards)
        self.options = self.settings(components=encoder.config.embedding)

    def plan(self, shards: Shards, split: str, epoch: int) -> list[Pair]:
        """True pairs, as many of each video as the experiment says."""
        seed = (self.experiment.seed, epoch)
        return true_pairs(shards, split, self.experiment.data.pairs_per_video, seed)

    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        """Nothing is trained by steps here."""
        raise NotImplementedError("cca is solved at once")

    def solve(self, shards: Shards) -> None:
        """Fit both projections on the training split's pairs; raises ModelError when there are too few."""
        chosen = [pair.picture for pair in self.plan(shards, "train", 0)]
        if len(chosen) < 2 * PAIRS_A_DIMENSION:
            hint = f"Prepare videos for {2 * PAIRS_A_DIMENSION} of them, or raise data.pairs_per_video."
            raise ModelError(f"The training split holds {len(chosen)} pairs, too few for cca.", hint)
        streams: list[Any] = [self.encoder.picture, self.encoder.sound]
        with _collected(streams[0].describe) as shown, _collected(streams[1].describe) as heard:
            self.embeddings(shards, chosen, chosen)
        whitened = [Whitened(np.concatenate(side), self._kept(len(chosen))) for side in (shown, heard)]
        for stream, side, rotation in zip(streams, whitened, canonical_rotations(*whitened), strict=True):
            stream.set_projection(torch.from_numpy(side.mean), torch.from_numpy(side.directions @ rotation))

    def validate(self, shards: Shards) -> dict[str, float]:
        """Retrieval of each validation second's own sound."""
        chosen = sorted(pair.picture for pair in true_pairs(shards, self.validation_split, 1, (0, 0)))
        numbers = paired_retrieval(*self.embeddings(shards, chosen, chosen))
        return {**numbers, "value": numbers["mrr"]}

    def _kept(self, pairs: int) -> int:
        wanted = min(self.options["components"], self.encoder.config.embedding)
        return max(1, min(wanted, pairs // PAIRS_A_DIMENSION))


class Whitened:
    """The principal components of standardised features, each brought to variance 1.

    Args:
        features: ``(n, d)``.
        most: components kept at most; those that say nothing are left out.
    """

    def __init__(self, features: np.ndarray, most: int) -> None:
        features = features.astype(np.float64)
        self.mean = features.mean(axis=0)
        spread = np.maximum(features.std(axis=0), 1e-6)
        standard = (features - self.mean) / spread
        _, strength, axes = np.linalg.svd(standard, full_matrices=False)
        kept = min(most, int((strength > 1e-6 * max(float(strength[0]), 1e-12)).sum()))
        self.directions = axes[:kept].T / strength[:kept] * len(features) ** 0.5 / spread[:, None]
        """``(d, kept)``: what features less their mean are multiplied with."""
        self.values = (features - self.mean) @ self.directions


def canonical_rotations(pictures: Whitened, sounds: Whitened) -> tuple[np.ndarray, np.ndarray]:
    """The rotations ``(kept, k)`` of both sides whose columns correlate most, strongest first."""
    from sklearn.cross_decomposition import CCA
    from sklearn.exceptions import ConvergenceWarning

    count = min(pictures.values.shape[1], sounds.values.shape[1])
    # A few hundred rows with the same products between columns, and the same mean of zero, have the same answer.
    triangle = np.asarray(np.linalg.qr(np.hstack([pictures.values, sounds.values]), mode="r"))
    few = np.vstack([triangle, -triangle])
    analysis = CCA(n_components=count, scale=False, max_iter=MOST_ITERATIONS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        analysis.fit(few[:, : pictures.values.shape[1]], few[:, pictures.values.shape[1] :])
    return analysis.x_rotations_, analysis.y_rotations_


@contextmanager
def _collected(module: nn.Module) -> Iterator[list[np.ndarray]]:
    """Keeps what a stream's describing module gives while embeddings are made."""
    kept: list[np.ndarray] = []
    handle = module.register_forward_hook(lambda _, __, answer: kept.append(answer[0].float().cpu().numpy()))
    try:
        yield kept
    finally:
        handle.remove()
