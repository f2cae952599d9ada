"""When does a sound belong: finding a picture's place in its own sound (decision 0019)."""

from __future__ import annotations

from collections.abc import Sequence

import torch  # noqa: TID253 - tasks are torch through and through
from torch import Tensor  # noqa: TID253

from engine.models.syncnet import SyncNet
from training.augment import crop_and_tint
from training.config import Experiment
from training.data.clips.fitting import require_form
from training.data.clips.offsets import OffsetItems, OffsetWindow, offset_windows
from training.data.clips.shards import ClipShards
from training.evaluate.offsets import NEAR
from training.loading import in_batches
from training.losses import offset_loss
from training.tasks.base import TASKS, Task
from training.tasks.synchronisation import centre_crop

BATCH = 16


@TASKS.register("offsets", paper="ours; serves Paper D's synchronisation")
class OffsetsTask(Task):
    """Multi-way matching: the clip's picture is told its offset among all at which it fits into the clip's sound.

    No label is used. One picture so teaches as much as some eighty pairs in sync and out of it, for the price of one.
    ``heard`` is how much sound (s) it is looked for in, ``excerpt`` the share of sounds of which only a stretch is
    left, as a library's short sounds are heard, ``spread`` the width of the truth (:func:`offset_loss`).
    """

    kind = "offset"

    def __init__(self, encoder: SyncNet, experiment: Experiment, shards: ClipShards) -> None:
        super().__init__(encoder, experiment, shards)
        self.options = self.settings(heard=7.0, excerpt=0.3, spread=1.5)

    @staticmethod
    def read(folders: Sequence[str]) -> ClipShards:
        """Shards of clips."""
        return ClipShards(list(folders))

    def items(self, shards: ClipShards) -> OffsetItems:
        """Frames, and a longer stretch of sound; raises ModelError where the clips hold others."""
        require_form("This network", self.encoder.front, shards, exact=True)
        return OffsetItems(shards, self.encoder.front, self.options["heard"])

    def plan(self, shards: ClipShards, split: str, epoch: int) -> list[OffsetWindow]:
        """Windows drawn anew each epoch."""
        return self._windows(shards, split, self.experiment.data.pairs_per_video, (self.experiment.seed, epoch))

    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        """Cross-entropy of the true offset."""
        front = self.encoder.front
        frames = crop_and_tint(batch["frames"], (front.picture, front.picture))
        turned = torch.rand(len(frames), device=frames.device) < 0.5
        frames = torch.where(turned[:, None, None, None, None], frames.flip(4), frames)
        sounds = front.sounds(self._excerpts(batch["sound"], batch["begins"]))
        scores = self.encoder(front.pictures(frames), sounds)
        return offset_loss(scores, batch["begins"] / self.encoder.step, self.options["spread"])

    def validate(self, shards: ClipShards) -> dict[str, float]:
        """On fixed windows: the share of offsets found within 0.1 s, which is "value", and the loss."""
        front, scores, begins = self.encoder.front, [], []
        plan = self._windows(shards, self.validation_split, 1, (0, 0))
        with self.at_rest() as encoder, torch.inference_mode():
            for batch in in_batches(self.items(shards), plan, BATCH, encoder.device):
                frames = centre_crop(batch["frames"], (front.picture, front.picture))
                scores.append(encoder(front.pictures(frames), front.sounds(batch["sound"])).float().cpu())
                begins.append(batch["begins"].cpu())
        found, truth = torch.cat(scores), torch.cat(begins) / self.encoder.step
        near = (found.argmax(dim=1) - truth).abs() * self.encoder.step <= NEAR
        return {"value": float(near.float().mean()), "loss": float(offset_loss(found, truth, self.options["spread"]))}

    def _windows(self, shards: ClipShards, split: str, per_clip: int, seed: Sequence[int]) -> list[OffsetWindow]:
        front, heard = self.encoder.front, self.options["heard"]
        return offset_windows(shards, split, per_clip, seed, front=front, heard=heard)

    def _excerpts(self, sounds: Tensor, begins: Tensor) -> Tensor:
        """Some sounds with silence around a stretch that lies beside the picture, half of it to all of it long."""
        count, rate = len(sounds), sounds.shape[-1] / self.options["heard"]
        seconds = self.encoder.front.seconds
        length = seconds * (0.5 + 0.5 * torch.rand(count, device=sounds.device))
        start = begins + (seconds - length) * torch.rand(count, device=sounds.device)
        time = torch.arange(sounds.shape[-1], device=sounds.device) / rate
        inside = (time >= start[:, None]) & (time < (start + length)[:, None])
        kept = inside | (torch.rand(count, 1, device=sounds.device) >= self.options["excerpt"])
        return sounds * kept[:, None]
