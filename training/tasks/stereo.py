"""Paper C: pictures and stereo sounds that are matched, left-right flipped, or another video's."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import torch  # noqa: TID253 - tasks are torch through and through
from torch import Tensor  # noqa: TID253

from engine.errors import ModelError
from engine.models.two_stream import AudioVisualEncoder
from training.augment import crop_and_tint
from training.config import Experiment
from training.data.pairs import Pair, stereo_pairs
from training.data.prepare.seconds import WIDE
from training.data.shards import Shards
from training.embed import embed_pictures, embed_sounds
from training.evaluate.metrics import paired_retrieval
from training.losses import pair_distance, stereo_sound_ranking_loss
from training.tasks.base import TASKS, SecondTask
from training.tasks.judged import DistanceSigmoid

Distances = dict[str, Tensor]
"""From each picture to its sounds, ``(N,)`` each: "matched", "flipped", "mismatched"."""


class StereoTask(SecondTask):
    """Each picture with up to three sounds, cropped and tinted as section 2.2 says.

    With ``mirror`` half of the pictures are mirrored and their sounds' channels exchanged, which keeps what is true
    true; our extension for little data, off by default.
    """

    needs: ClassVar[tuple[str, ...]] = ("frame", "stereo", "other")
    channels = 2
    kinds: ClassVar[tuple[str, ...]] = ("matched", "flipped", "mismatched")

    def __init__(self, encoder: AudioVisualEncoder, experiment: Experiment, shards: Shards) -> None:
        super().__init__(encoder, experiment, shards)
        self.picture_size = (WIDE[0] // encoder.config.picture_pool, WIDE[1] // encoder.config.picture_pool)
        self.options = self.settings(**self.defaults())

    def defaults(self) -> dict[str, Any]:
        """The task's settings and their defaults."""
        return {"mirror": False}

    @abstractmethod
    def judge(self, distances: Distances) -> dict[str, float]:
        """How far validation pictures and sounds are as the task wants them; ``"accuracy"`` counts."""

    def plan(self, shards: Shards, split: str, epoch: int) -> list[Pair]:
        """Pictures with their own second and one of another video."""
        return stereo_pairs(shards, split, self.experiment.data.pairs_per_video, (self.experiment.seed, epoch))

    def features(self, batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        """Embeddings ``(B, 128)`` of the pictures, and of each kind of sound."""
        front = self.encoder.front
        frames = crop_and_tint(batch["frame"], self.encoder.picture_size)
        heard = {"matched": front.sounds(batch["stereo"])}
        if "mismatched" in self.kinds:
            heard["mismatched"] = front.sounds(batch["other"])
        if self.options["mirror"]:
            turned = torch.rand(len(frames), 1, 1, 1, device=frames.device) < 0.5
            frames = torch.where(turned, frames.flip(3), frames)
            heard = {kind: torch.where(turned, mels.flip(1), mels) for kind, mels in heard.items()}
        if "flipped" in self.kinds:
            heard["flipped"] = heard["matched"].flip(1)  # exchanging channels and taking the spectrum commute
        sounds = self.encoder.embed_audio(torch.cat([heard[kind] for kind in self.kinds])).float()
        pictures = self.encoder.embed_image(front.pictures(frames)).float()
        return pictures, dict(zip(self.kinds, sounds.chunk(len(self.kinds)), strict=True))

    def distances(self, batch: dict[str, Tensor]) -> Distances:
        """The batch's distances, with gradients."""
        pictures, sounds = self.features(batch)
        return {kind: pair_distance(pictures, sound) for kind, sound in sounds.items()}

    def validate(self, shards: Shards) -> dict[str, float]:
        """The task's own accuracy, and retrieval of each second's own sound; chosen by accuracy plus reciprocal rank.

        No label is looked at. The second half keeps models apart whose accuracy is full.
        """
        plan = stereo_pairs(shards, self.validation_split, 1, (0, 0))
        own = [pair.picture for pair in plan]
        with self.at_rest() as encoder, torch.inference_mode():
            pictures = embed_pictures(encoder, shards, own)
            sounds = {"matched": embed_sounds(encoder, shards, own)}
            if "flipped" in self.kinds:
                sounds["flipped"] = embed_sounds(encoder, shards, own, flipped=True)
            if "mismatched" in self.kinds:
                sounds["mismatched"] = embed_sounds(encoder, shards, [pair.sound for pair in plan])
            away = {kind: np.linalg.norm(pictures - sound, axis=1) for kind, sound in sounds.items()}
            numbers = self.judge({kind: torch.from_numpy(d).to(encoder.device) for kind, d in away.items()})
        retrieved = paired_retrieval(pictures, sounds["matched"])
        return {**numbers, **retrieved, "value": numbers["accuracy"] + retrieved["mrr"]}


@TASKS.register("stereo_ranking", paper="Paper C, section 2.1")
class StereoRankingTask(StereoTask):
    """The stereo sound ranking loss; ``terms`` leaves parts of it out, as two of the paper's baselines do."""

    TERMS: ClassVar = {"flip": "margin_flip", "mismatch": "margin_mismatch", "radius": "radius"}

    def __init__(self, encoder: AudioVisualEncoder, experiment: Experiment, shards: Shards) -> None:
        super().__init__(encoder, experiment, shards)
        terms = self.options["terms"]
        if not terms or not set(terms) <= set(self.TERMS):
            raise ModelError(f"terms {terms} are not those of the loss.", f"Choose from: {', '.join(self.TERMS)}.")
        self.margins = {name: self.options[name] if term in terms else None for term, name in self.TERMS.items()}

    def defaults(self) -> dict[str, Any]:
        """Margins (the paper leaves them open), and which terms take part."""
        ours = {"margin_flip": 0.4, "margin_mismatch": 0.4, "radius": 0.8, "terms": tuple(self.TERMS)}
        return {**super().defaults(), **ours}

    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        """Equations 1 to 4."""
        pictures, sounds = self.features(batch)
        matched, flipped, mismatched = (sounds[kind] for kind in self.kinds)
        return stereo_sound_ranking_loss(pictures, matched, flipped, mismatched, **self.margins)

    def judge(self, distances: Distances) -> dict[str, float]:
        """Shares of pictures whose sounds lie in the order that the terms ask for."""
        d_m, d_f, d_mm = (distances[kind] for kind in self.kinds)
        held = {"matched_first": d_m < d_f, "mismatched_last": d_f < d_mm}
        asked = [held[n] for n, term in (("matched_first", "flip"), ("mismatched_last", "mismatch")) if self._has(term)]
        right = torch.stack(asked).all(dim=0) if asked else torch.zeros_like(d_m)
        return {name: _share(order) for name, order in held.items()} | {"accuracy": _share(right)}

    def _has(self, term: str) -> bool:
        return self.margins[self.TERMS[term]] is not None


class BranchesTask(StereoTask):
    """Binary questions about the distance, each asked by a branch of its own (section 3.2)."""

    questions: ClassVar[tuple[str, ...]]
    """The kinds of sound that the branches tell from the matched one."""

    def __init__(self, encoder: AudioVisualEncoder, experiment: Experiment, shards: Shards) -> None:
        super().__init__(encoder, experiment, shards)
        self.branches = torch.nn.ModuleDict({kind: DistanceSigmoid() for kind in self.questions})

    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        """The sum of the branches' cross-entropies."""
        distances = self.distances(batch)
        losses = [branch.loss(*self._asked(distances, kind)) for kind, branch in self._branches()]
        return torch.stack(losses).sum()

    def judge(self, distances: Distances) -> dict[str, float]:
        """Accuracy of each branch, and their mean."""
        shares = {}
        for kind, branch in self._branches():
            away, truth = self._asked(distances, kind)
            shares[f"told_from_{kind}"] = _share(branch(away) == truth)
        return {**shares, "accuracy": sum(shares.values()) / len(shares)}

    def _branches(self) -> Iterator[tuple[str, DistanceSigmoid]]:
        for kind, branch in self.branches.items():
            assert isinstance(branch, DistanceSigmoid)
            yield kind, branch

    def _asked(self, distances: Distances, kind: str) -> tuple[Tensor, Tensor]:
        """Distances ``(2 N,)``, half of matched sounds and half of the other kind, and the truth."""
        away = torch.cat([distances["matched"], distances[kind]])
        return away, torch.arange(len(away), device=away.device) < len(distances["matched"])


@TASKS.register("mismatch_classification", paper="Paper C, section 3.2")
class MismatchClassificationTask(BranchesTask):
    """Is this the sound of this video."""

    kinds = ("matched", "mismatched")
    questions = ("mismatched",)


@TASKS.register("flip_classification", paper="Paper C, section 3.2")
class FlipClassificationTask(BranchesTask):
    """Are left and right of this sound the right way round."""

    needs = ("frame", "stereo")
    kinds = ("matched", "flipped")
    questions = ("flipped",)


@TASKS.register("flip_mismatch", paper="Paper C, section 3.2")
class FlipMismatchTask(BranchesTask):
    """Both questions at once; each branch compares the matched sound with its own kind, so that both stay balanced."""

    questions = ("mismatched", "flipped")


def _share(right: Tensor) -> float:
    return float(right.float().mean()) if len(right) else 0.0
