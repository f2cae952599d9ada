"""Paper D: are picture and sound in sync (section 3), and, as our option, is it this sound or another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch  # noqa: TID253 - tasks are torch through and through
from torch import Tensor  # noqa: TID253

from engine.errors import ModelError
from engine.models.coattention import CoAttention, Sides
from training.augment import crop_and_tint
from training.config import Experiment
from training.data.clips.dataset import ClipDataset
from training.data.clips.fitting import require_form
from training.data.clips.pairs import ClipPair, clip_pairs
from training.data.clips.shards import ClipShards
from training.loading import in_batches
from training.losses import own_sound_loss, place_contrast_loss, synchronisation_loss
from training.losses.paper_d import NEVER, away, nearest_places
from training.tasks.base import TASKS, Task
from training.tasks.teaching import PlaceTeacher

BATCH = 16


@TASKS.register("synchronisation", paper="Paper D, section 3")
class SynchronisationTask(Task):
    """Audio-visual synchronisation.

    ``negatives`` says what untrue pairs are: "shift" (the paper's), "mismatch" (another clip's sound), "both", or
    "none", where all pairs are true and only the batch's other sounds are untrue. The other settings are ours, off by
    default: ``others`` is how many sounds of the batch each true pair is told apart from by its logit, ``places`` the
    weight of a contrastive loss between places of the picture and sounds, ``teacher`` a recommending model whose
    vectors of places and sounds they should agree with, weighted by ``taught`` (decision 0017), and ``mirror``
    exchanges left and right in half of the clips, picture and sound together.
    """

    kind = "clip"

    def __init__(self, encoder: CoAttention, experiment: Experiment, shards: ClipShards) -> None:
        super().__init__(encoder, experiment, shards)
        self.options = self.settings(
            negatives="shift",
            others=0,
            places=0.0,
            temperature=0.1,
            mirror=False,
            validation_pairs=600,
            teacher="",
            taught=1.0,
        )
        if self.options["negatives"] == "none" and not (self.options["others"] or self.options["places"]):
            raise ModelError("Without negatives there is nothing to tell apart.", "Set others to 4, say.")
        if self.options["places"] and not encoder.config.places:
            hint = "Set encoder_settings.places to 128, say, or task_settings.places to 0."
            raise ModelError("This network does not compare places with sounds.", hint)
        self.teacher = PlaceTeacher(self.options["teacher"]) if self.options["teacher"] else None
        if self.teacher and self.teacher.length != encoder.config.places:
            hint = f"Set encoder_settings.places to {self.teacher.length}."
            raise ModelError(f"The teacher's vectors hold {self.teacher.length} numbers, the network's not.", hint)

    @staticmethod
    def read(folders: Sequence[str]) -> ClipShards:
        """Shards of clips."""
        return ClipShards(list(folders))

    def items(self, shards: ClipShards) -> ClipDataset:
        """Frames and seconds of sound as the network wants them; raises ModelError where the clips hold less."""
        front = self.encoder.front
        require_form("This network", front, shards)
        return ClipDataset(shards, (), front.frames, front.seconds, self.classes)

    def plan(self, shards: ClipShards, split: str, epoch: int) -> list[ClipPair]:
        """Half of the pairs in sync, drawn anew each epoch; or all, where the batch brings the untrue ones."""
        seed, per_clip = (self.experiment.seed, epoch), self.experiment.data.pairs_per_video
        seconds = self.encoder.front.seconds
        return clip_pairs(shards, split, per_clip, seed, self.options["negatives"], seconds=seconds)

    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        """Cross-entropy of the sync logit, and what the settings add."""
        seen, heard = self._cropped(batch)
        frames, sounds = self.encoder.front.pictures(seen), self.encoder.front.sounds(heard)
        sides = Sides(self.encoder.picture_tokens(frames), self.encoder.sound_tokens(sounds))
        return self._judged(sides, batch) + self._compared(sides, seen, batch)

    def _judged(self, sides: Sides, batch: dict[str, Tensor]) -> Tensor:
        """What the sync logit says of the pairs as they are, and of ``others`` sounds of the batch."""
        untrue, others = self.options["negatives"] != "none", self.options["others"]
        if not untrue and not others:
            return 0.0 * sides.picture.sum()
        logits, true = self.encoder.sync(*sides), batch["synced"].nonzero()[:, 0]
        total = synchronisation_loss(logits, batch["synced"]) if untrue else 0.0 * logits.sum()
        if others := min(others, len(true) - 1):
            same = _alike(batch)[true][:, true]
            total = total + self._told_apart(sides.picture[true], sides.sound[true], logits[true], same, others)
        return total

    def _compared(self, sides: Sides, frames: Tensor, batch: dict[str, Tensor]) -> Tensor:
        """What comparing places with sounds says of the true pairs, and where they differ from the teacher's."""
        weight, true = self.options["places"], batch["synced"].nonzero()[:, 0]
        if not weight or len(true) < 2:
            return 0.0 * sides.picture.sum()
        places, voices = self.encoder.compared(sides.picture[true], sides.sound[true])
        same, temperature = _alike(batch)[true][:, true], self.options["temperature"]
        total = weight * place_contrast_loss(places, voices, same, temperature)
        if self.teacher:
            told = self.teacher.voices(batch["sound"][true])
            shown = self.teacher.places(frames[true, frames.shape[1] // 2], self.encoder.config.grid)
            total = total + weight * place_contrast_loss(places, told, same, temperature)
            total = total + self.options["taught"] * (away(voices, told) + away(places, shown))
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
        """Normalised frames and level sounds."""
        frames, sounds = self._cropped(batch)
        return self.encoder.front.pictures(frames), self.encoder.front.sounds(sounds)

    def _cropped(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Frames as large as the network wants them, tinted and mirrored while training, and sounds."""
        frames, sounds = batch["frames"], batch["sound"]
        size = (self.encoder.front.picture, self.encoder.front.picture)
        if not self.training:
            return centre_crop(frames, size), sounds
        frames = crop_and_tint(frames, size)
        if self.options["mirror"]:
            turned = torch.rand(len(frames), device=frames.device) < 0.5
            frames = torch.where(turned[:, None, None, None, None], frames.flip(4), frames)
            sounds = torch.where(turned[:, None, None], sounds.flip(1), sounds)
        return frames, sounds

    def validate(self, shards: ClipShards) -> dict[str, float]:
        """On fixed pairs: accuracy of the logit's sign for each kind of untrue pair that training knows, half of the
        pairs true; and how often a picture's own sound is nearer to its places than the batch's others. "value" is
        the mean of the former; of the latter where no logit is trained.
        """
        kinds = {"both": ("shift", "mismatch"), "none": ("mismatch",) if self.options["others"] else ()}.get(
            self.options["negatives"], (self.options["negatives"],)
        )
        numbers, pairs = {}, self.options["validation_pairs"]
        for kind in kinds:
            logits, synced = self.judge(shards, self.validation_split, kind, pairs)
            numbers[f"{kind}_accuracy"] = float(((logits > 0) == synced).float().mean())
            numbers[f"{kind}_loss"] = float(synchronisation_loss(logits, synced))
        decide = list(kinds) or ["place"]
        if self.options["places"]:
            numbers["place_accuracy"] = self._place_accuracy(shards, pairs)
        return {**numbers, "value": sum(numbers[f"{kind}_accuracy"] for kind in decide) / len(decide)}

    def judge(self, shards: ClipShards, split: str, negatives: str, pairs: int) -> tuple[Tensor, Tensor]:
        """Logits ``(n,)`` and truth ``(n,)`` of up to ``pairs`` fixed pairs of a split, half of them in sync."""
        logits, synced = [], []
        with self.at_rest() as encoder, torch.inference_mode():
            for batch in self._fixed(shards, split, negatives, pairs):
                logits.append(encoder(*self._inputs(batch)).float().cpu())
                synced.append(batch["synced"].cpu())
        return torch.cat(logits), torch.cat(synced)

    def _place_accuracy(self, shards: ClipShards, pairs: int) -> float:
        """Of up to ``pairs`` fixed true pairs, among the ``BATCH`` sounds of a batch that are not known to be alike."""
        right = []
        with self.at_rest() as encoder, torch.inference_mode():
            for batch in self._fixed(shards, self.validation_split, "none", pairs):
                frames, sounds = self._inputs(batch)
                near = nearest_places(*encoder.compared(encoder.picture_tokens(frames), encoder.sound_tokens(sounds)))
                alike = _alike(batch) & ~torch.eye(len(near), dtype=torch.bool, device=near.device)
                near = near.masked_fill(alike, NEVER)
                right.append(near.argmax(dim=1).cpu() == torch.arange(len(near)))
        return float(torch.cat(right).float().mean())

    def _fixed(self, shards: ClipShards, split: str, negatives: str, pairs: int) -> Iterator[dict[str, Tensor]]:
        """Batches of the same pairs at every call."""
        items = self.items(shards)
        plan = clip_pairs(shards, split, 1, (0, 0), negatives, seconds=self.encoder.front.seconds)[:pairs]
        return in_batches(items, plan, BATCH, self.encoder.device)


def centre_crop(frames: Tensor, size: tuple[int, int]) -> Tensor:
    """The middle ``size`` (height, width) of frames ``(..., H, W)``."""
    top, left = ((frames.shape[-2 + n] - size[n]) // 2 for n in (0, 1))
    return frames[..., top : top + size[0], left : left + size[1]]


def _alike(batch: dict[str, Tensor]) -> Tensor:
    """Which pictures are known to show something that is heard in which sounds: ``(N, N)``."""
    return batch["shown"].float() @ batch["heard"].float().T > 0
