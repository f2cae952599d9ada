"""Paper D: are picture and sound in sync (section 3), and, as our option, is it this sound or another."""

from __future__ import annotations

from collections.abc import Sequence

import torch  # noqa: TID253 - tasks are torch through and through
from torch import Tensor, nn  # noqa: TID253

from engine.errors import ModelError
from engine.models.coattention import CoAttention
from training.augment import crop_and_tint
from training.config import Experiment
from training.data.clips.dataset import ClipDataset
from training.data.clips.pairs import ClipPair, clip_pairs
from training.data.clips.shards import ClipShards
from training.losses import own_sound_loss, place_contrast_loss, synchronisation_loss
from training.tasks.base import TASKS, Task

BATCH = 16
SPACE = 128
"""Numbers in which places and sounds are compared while training."""


@TASKS.register("synchronisation", paper="Paper D, section 3")
class SynchronisationTask(Task):
    """Audio-visual synchronisation.

    ``negatives`` says what untrue pairs are: "shift" (the paper's), "mismatch" (another clip's sound), "both", or
    "none", where all pairs are true and only the batch's other sounds are untrue. The other settings are ours, off by
    default: ``others`` is how many sounds of the batch each true pair is told apart from by its logit, ``places`` the
    weight of a contrastive loss between places of the picture and sounds, ``mirror`` exchanges left and right in half
    of the clips, picture and sound together.
    """

    kind = "clip"

    def __init__(self, encoder: CoAttention, experiment: Experiment, shards: ClipShards) -> None:
        super().__init__(encoder, experiment, shards)
        self.options = self.settings(
            negatives="shift", others=0, places=0.0, temperature=0.1, mirror=False, validation_pairs=600
        )
        if self.options["negatives"] == "none" and not self.options["others"]:
            raise ModelError("Without negatives there is nothing to tell apart.", "Set others to 4, say.")
        hidden = encoder.config.hidden
        if self.options["places"]:
            self.place, self.voice = nn.Linear(hidden, SPACE), nn.Linear(hidden, SPACE)

    @staticmethod
    def read(folders: Sequence[str]) -> ClipShards:
        """Shards of clips."""
        return ClipShards(list(folders))

    def items(self, shards: ClipShards) -> ClipDataset:
        """Frames and seconds of sound as the network wants them."""
        front = self.encoder.front
        return ClipDataset(shards, (), front.frames, front.seconds, self.classes)

    def plan(self, shards: ClipShards, split: str, epoch: int) -> list[ClipPair]:
        """Half of the pairs in sync, drawn anew each epoch; or all, where the batch brings the untrue ones."""
        seed, per_clip = (self.experiment.seed, epoch), self.experiment.data.pairs_per_video
        seconds = self.encoder.front.seconds
        return clip_pairs(shards, split, per_clip, seed, self.options["negatives"], seconds=seconds)

    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        """Cross-entropy of the sync logit, and what the settings add."""
        frames, sounds = self._inputs(batch)
        picture, sound = self.encoder.picture_tokens(frames), self.encoder.sound_tokens(sounds)
        logits, synced = self.encoder.sync(picture, sound), batch["synced"]
        true = synced.nonzero()[:, 0]
        total = 0.0 * logits.sum() if self.options["negatives"] == "none" else synchronisation_loss(logits, synced)
        if len(true) < 2:
            return total
        same = _alike(batch["class"][true])
        if others := min(self.options["others"], len(true) - 1):
            total = total + self._told_apart(picture[true], sound[true], logits[true], same, others)
        if weight := self.options["places"]:
            voices = self.voice(sound[true].mean(dim=1))
            total = total + weight * place_contrast_loss(
                self.place(picture[true]), voices, same, self.options["temperature"]
            )
        return total

    def _told_apart(self, picture: Tensor, sound: Tensor, own: Tensor, same: Tensor, others: int) -> Tensor:
        """Each true pair against ``others`` sounds of the batch, by choice and each by itself."""
        rows = torch.arange(len(own), device=own.device)
        steps = torch.randperm(len(own) - 1, device=own.device)[:others] + 1
        met = torch.stack([(rows + step) % len(own) for step in steps], dim=1)
        logits = self.encoder.sync(picture.repeat_interleave(others, dim=0), sound[met.flatten()]).view(met.shape)
        taken = same.gather(1, met)
        flat = torch.cat([own, logits[~taken]])
        truth = torch.cat([torch.ones_like(own), torch.zeros_like(logits[~taken])])
        return own_sound_loss(own, logits, taken) + synchronisation_loss(flat, truth)

    def _inputs(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Cropped, tinted and normalised frames and level sounds."""
        front = self.encoder.front
        frames, sounds = batch["frames"], batch["sound"]
        size = (front.picture, front.picture)
        if self.training:
            frames = crop_and_tint(frames, size)
            if self.options["mirror"]:
                turned = torch.rand(len(frames), device=frames.device) < 0.5
                frames = torch.where(turned[:, None, None, None, None], frames.flip(4), frames)
                sounds = torch.where(turned[:, None, None], sounds.flip(1), sounds)
        else:
            frames = centre_crop(frames, size)
        return front.pictures(frames), front.sounds(sounds)

    def validate(self, shards: ClipShards) -> dict[str, float]:
        """Accuracy of the logit's sign on fixed balanced pairs of each kind that training knows; their mean decides."""
        kinds = {"both": ("shift", "mismatch"), "none": ("mismatch",)}.get(
            self.options["negatives"], (self.options["negatives"],)
        )
        numbers = {}
        for kind in kinds:
            logits, synced = self.judge(shards, self.validation_split, kind, self.options["validation_pairs"])
            numbers[f"{kind}_accuracy"] = float(((logits > 0) == synced).float().mean())
            numbers[f"{kind}_loss"] = float(synchronisation_loss(logits, synced))
        return {**numbers, "value": sum(numbers[f"{kind}_accuracy"] for kind in kinds) / len(kinds)}

    def judge(self, shards: ClipShards, split: str, negatives: str, pairs: int) -> tuple[Tensor, Tensor]:
        """Logits ``(n,)`` and truth ``(n,)`` of up to ``pairs`` fixed pairs of a split, half of them in sync."""
        items = self.items(shards)
        plan = clip_pairs(shards, split, 1, (0, 0), negatives, seconds=self.encoder.front.seconds)[:pairs]
        logits, synced = [], []
        with self.at_rest() as encoder, torch.inference_mode():
            for first in range(0, len(plan), BATCH):
                loaded = [items.load(pair) for pair in plan[first : first + BATCH]]
                batch = {key: torch.stack([item[key] for item in loaded]).to(encoder.device) for key in loaded[0]}
                logits.append(encoder(*self._inputs(batch)).float().cpu())
                synced.append(batch["synced"].cpu())
        return torch.cat(logits), torch.cat(synced)


def centre_crop(frames: Tensor, size: tuple[int, int]) -> Tensor:
    """The middle ``size`` (height, width) of frames ``(..., H, W)``."""
    top, left = ((frames.shape[-2 + n] - size[n]) // 2 for n in (0, 1))
    return frames[..., top : top + size[0], left : left + size[1]]


def _alike(classes: Tensor) -> Tensor:
    """Which clips ``(N, N)`` are known to be of one kind."""
    return (classes[:, None] == classes[None]) & (classes[:, None] >= 0)
