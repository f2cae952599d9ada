"""Paper D, section 5: which action a video shows, from picture and sound together."""

from __future__ import annotations

from collections.abc import Sequence

import torch  # noqa: TID253 - tasks are torch through and through
from torch import Tensor, nn  # noqa: TID253
from torch.nn import functional  # noqa: TID253

from engine.models.coattention import CoAttention, CoAttentionModule, Sides, summary
from training.augment import crop_and_tint
from training.config import Experiment
from training.data.actions.shards import ActionShards
from training.data.actions.windows import TEST_WINDOWS, ActionItems, ActionWindow, even_windows, random_windows
from training.loading import in_batches
from training.tasks.base import TASKS, Task
from training.tasks.synchronisation import centre_crop

BATCH = 16


@TASKS.register("actions", paper="Paper D, section 5")
class ActionsTask(Task):
    """The means of both sides' attended tokens, two fully connected layers, cross-entropy; everything is fine-tuned.

    ``split`` is the official split (1 to 3), ``windows`` how many windows of a test video are averaged, ``shift`` how
    far (s) a sound is moved at most in training, which the paper leaves open. No training video is held out, so the
    last model is kept, as in the paper. A network with attention "vision" hears nothing and attends to itself.
    """

    kind = "clip"
    validations: Tensor

    def __init__(self, encoder: CoAttention, experiment: Experiment, shards: ActionShards) -> None:
        super().__init__(encoder, experiment, shards)
        self.options = self.settings(split=1, dropout=0.5, shift=0.5, windows=TEST_WINDOWS)
        hidden = encoder.config.hidden
        self.classify = nn.Sequential(
            nn.Linear(2 * hidden, hidden),
            nn.ReLU(inplace=True),
            nn.Dropout(self.options["dropout"]),
            nn.Linear(hidden, len(shards.actions)),
        )
        self.register_buffer("validations", torch.zeros((), dtype=torch.long))
        _leave_out_unused(encoder)

    @staticmethod
    def read(folders: Sequence[str]) -> ActionShards:
        """Shards of videos of actions."""
        return ActionShards(list(folders))

    def items(self, shards: ActionShards) -> ActionItems:
        """Frames and seconds of sound as the network wants them."""
        front = self.encoder.front
        return ActionItems(shards, front.frames, front.seconds)

    def plan(self, shards: ActionShards, split: str, epoch: int) -> list[ActionWindow]:
        """One window of each training video, beginning anywhere."""
        members = shards.members(self.options["split"], split)
        seed, seconds = (self.experiment.seed, epoch), self.encoder.front.seconds
        return random_windows(shards, members, seed, seconds=seconds, shift=self.options["shift"])

    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        """Cross-entropy of the class scores."""
        return functional.cross_entropy(self.scores(batch).float(), batch["action"])

    def scores(self, batch: dict[str, Tensor]) -> Tensor:
        """Class scores ``(B, C)``; frames are cropped at random in training and in the middle otherwise."""
        front = self.encoder.front
        size = (front.picture, front.picture)
        if self.training:
            frames = crop_and_tint(batch["frames"], size, least=1.0, most=1.0)  # the paper crops and does not tint
        else:
            frames = centre_crop(batch["frames"], size)
        picture = self.encoder.picture_tokens(front.pictures(frames))
        sound = self.encoder.sound_tokens(front.sounds(batch["sound"]))
        attended: Tensor = self.classify(summary(self.encoder.attended(Sides(picture, sound))))
        return attended

    def validate(self, shards: ActionShards) -> dict[str, float]:
        """How often it was called: no video is held out, and so the last model counts as the best."""
        self.validations += 1
        return {"value": float(self.validations)}

    def predict(self, shards: ActionShards, clip: int) -> Tensor:
        """Probabilities ``(C,)`` of one video: the mean over its even windows (section 5.1)."""
        windows = even_windows(
            shards.samples[clip], clip, seconds=self.encoder.front.seconds, count=self.options["windows"]
        )
        different = list(dict.fromkeys(windows))  # at low rates many fall on the same frame
        with self.at_rest() as encoder, torch.inference_mode():
            batches = in_batches(self.items(shards), different, BATCH, encoder.device)
            found = torch.cat([self.scores(batch).float().softmax(dim=1).cpu() for batch in batches])
        return found[[different.index(window) for window in windows]].mean(dim=0)


def _leave_out_unused(encoder: CoAttention) -> None:
    """Freeze what no score depends on, which data-parallel training would wait for in vain."""
    unused: list[nn.Module] = [encoder.fuse]
    if encoder.config.attention == "vision":
        unused.append(encoder.sound)
        for module in encoder.attend:
            assert isinstance(module, CoAttentionModule)
            unused += [module.cross["sound"], module.own["sound"]]
    for part in unused:
        part.requires_grad_(False)
