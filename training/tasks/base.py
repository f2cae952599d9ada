"""What every task has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from typing import Any

import torch  # noqa: TID253 - tasks are torch through and through
from torch import Tensor, nn  # noqa: TID253

from engine.features import SAMPLE_RATE, log_mel
from engine.features.picture import MEAN, STD
from engine.models.encoders import AudioVisualEncoder
from engine.registry import Registry
from training.augment import augment_frames, augment_log_mels
from training.config import Experiment
from training.data.pairs import LEAST_CLASS, Pair
from training.data.shards import Shards

TASKS: Registry[type[Task]] = Registry("task")


class Task(nn.Module, ABC):
    """An encoder, the head that its loss needs, and the rules for drawing pairs."""

    augmented = False
    """Whether training changes pictures and sounds at random."""

    def __init__(self, encoder: AudioVisualEncoder, experiment: Experiment, shards: Shards) -> None:
        super().__init__()
        self.encoder = encoder
        self.experiment = experiment
        self.classes = _class_numbers(shards)

    @abstractmethod
    def plan(self, shards: Shards, split: str, epoch: int) -> list[Pair]:
        """The pairs of one epoch, the same for the same seed and epoch."""

    @abstractmethod
    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        """The scalar to minimise, from a batch as :class:`PairDataset` loads it."""

    @abstractmethod
    def validate(self, shards: Shards) -> dict[str, float]:
        """Numbers on the validation split; ``"value"`` is the one to be chosen by, higher being better."""

    def forward(self, batch: dict[str, Tensor]) -> Tensor:
        """The loss; a module call, so that data-parallel wrappers see it."""
        return self.loss(batch)

    def embed(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Embeddings ``(B, 128)`` of the batch's frames and sounds, with the front ends run on the device."""
        frames = batch["frame"].float() / 255.0
        mels = log_mel(batch["sound"], SAMPLE_RATE)[:, None]
        if self.augmented and self.training:
            frames, mels = augment_frames(frames), augment_log_mels(mels)
        mean = torch.tensor(MEAN, device=frames.device).view(3, 1, 1)
        std = torch.tensor(STD, device=frames.device).view(3, 1, 1)
        pictures = self.encoder.embed_image((frames - mean) / std)
        return pictures.float(), self.encoder.embed_audio(mels).float()

    def settings(self, **defaults: Any) -> dict[str, Any]:
        """The task's own settings over their defaults; an unknown one raises."""
        from engine.errors import ModelError

        given = self.experiment.task_settings
        if unknown := set(given) - set(defaults):
            hint = f"Its settings are: {', '.join(sorted(defaults))}."
            raise ModelError(f"The task {self.experiment.task!r} has no setting {sorted(unknown)[0]!r}.", hint)
        return {**defaults, **given}

    @torch.inference_mode()
    def embeddings(self, shards: Shards, pictures: list[int], sounds: list[int]) -> tuple[Tensor, Tensor]:
        """Embeddings ``(len(pictures), 128)`` and ``(len(sounds), 128)`` on the CPU, without augmentation."""
        was_training = self.training
        self.eval()
        device = next(self.parameters()).device
        seen = [embed_frames(self.encoder, b.to(device)).cpu() for b in _batches(pictures, shards.frame)]
        heard = [embed_sounds(self.encoder, b.to(device)).cpu() for b in _batches(sounds, shards.sound)]
        self.train(was_training)
        width = self.encoder.config.embedding
        return torch.cat([*seen, torch.zeros(0, width)]), torch.cat([*heard, torch.zeros(0, width)])


def embed_frames(encoder: AudioVisualEncoder, frames: Tensor) -> Tensor:
    """Embeddings ``(B, 128)`` of uint8 frames ``(B, 3, 224, 224)``."""
    from engine.features.picture import normalise

    return encoder.embed_image(normalise(frames)).float()


def embed_sounds(encoder: AudioVisualEncoder, sounds: Tensor) -> Tensor:
    """Embeddings ``(B, 128)`` of waveforms ``(B, 48000)``."""
    return encoder.embed_audio(log_mel(sounds, SAMPLE_RATE)[:, None]).float()


def _batches(indices: list[int], load: Any, size: int = 64) -> Iterator[Tensor]:
    for first in range(0, len(indices), size):
        yield torch.stack([load(i) for i in indices[first : first + size]])


def _class_numbers(shards: Shards) -> dict[str, int]:
    """Numbers of the labels that enough samples carry to be learned as classes."""
    sizes = Counter(s.label for s in shards.samples if s.label)
    return {label: number for number, label in enumerate(sorted(n for n, c in sizes.items() if c >= LEAST_CLASS))}
