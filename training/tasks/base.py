"""What every task has in common."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np
from torch import Tensor, nn  # noqa: TID253 - tasks are torch through and through

from engine.errors import ModelError
from engine.models.network import Network
from engine.models.registry import ENCODERS, names
from engine.models.two_stream import AudioVisualEncoder
from engine.registry import Registry
from training.augment import augment_frames, augment_log_mels
from training.config import Experiment
from training.data.pairs import LEAST_CLASS, PairDataset
from training.data.shards import FEWEST_VIDEOS, Shards
from training.embed import embed_background, embed_pictures, embed_sounds

log = logging.getLogger(__name__)

TASKS: Registry[type[Task]] = Registry("task")


class Task(nn.Module, ABC):
    """A network, the head that its loss needs, and the rules for drawing pairs."""

    kind: ClassVar[str]
    """Of the networks that it trains."""
    closed_form: ClassVar[bool] = False
    """Whether :meth:`solve` finds the weights at once, without epochs."""

    def __init__(self, encoder: Any, experiment: Experiment, shards: Any) -> None:
        super().__init__()
        self._check_encoder(encoder, experiment.task)
        self.encoder = encoder
        self.experiment = experiment
        if not experiment.start_from:
            encoder.fetch_pretrained()
        self.classes = _class_numbers(shards)
        self.validation_split = "validation" if shards.videos("validation") >= FEWEST_VIDEOS else "train"
        if self.validation_split == "train":
            log.info("too few validation videos: the epoch is chosen on the training videos")

    @classmethod
    def suits(cls, encoder: type[Network]) -> bool:
        """Whether the task can train networks of this class."""
        return encoder.kind == cls.kind and encoder.closed_form == cls.closed_form

    @staticmethod
    @abstractmethod
    def read(folders: Sequence[str]) -> Any:
        """The prepared data that it learns from."""

    @abstractmethod
    def items(self, shards: Any) -> Any:
        """What loads one pair of a plan as a batch's fields: ``load(pair)``."""

    @abstractmethod
    def plan(self, shards: Any, split: str, epoch: int) -> list[Any]:
        """The pairs of one epoch, the same for the same seed and epoch."""

    @abstractmethod
    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        """The scalar to minimise, from a batch as :meth:`items` load it."""

    def solve(self, shards: Any) -> None:
        """Set the weights from the training split in one go; only closed-form tasks can."""
        raise NotImplementedError

    @abstractmethod
    def validate(self, shards: Any) -> dict[str, float]:
        """Numbers on the validation split; ``"value"`` is the one to be chosen by, higher being better."""

    def finished(self) -> Any:
        """The network that the run leaves, as trained so far; by default the one that is trained."""
        return self.encoder

    def background(self, network: Any, shards: Any) -> np.ndarray | None:
        """Embeddings ``(n, 128)`` of frames unrelated to any sound, where the finished ``network`` needs them."""
        return None

    def forward(self, batch: dict[str, Tensor]) -> Tensor:
        """The loss; a module call, so that data-parallel wrappers see it."""
        return self.loss(batch)

    def settings(self, **defaults: Any) -> dict[str, Any]:
        """The task's own settings over their defaults; an unknown one raises, a plain one is a list of one."""
        given = self.experiment.task_settings
        if unknown := set(given) - set(defaults):
            hint = f"Its settings are: {', '.join(sorted(defaults))}."
            raise ModelError(f"The task {self.experiment.task!r} has no setting {sorted(unknown)[0]!r}.", hint)
        listed = {key for key, value in defaults.items() if isinstance(value, tuple)}
        return defaults | {
            key: (value,) if key in listed and isinstance(value, str) else value for key, value in given.items()
        }

    def _check_encoder(self, encoder: Network, task: str) -> None:
        if not self.suits(type(encoder)):
            suiting = ", ".join(name for name in names() if self.suits(ENCODERS[name]))
            raise ModelError(
                f"The task {task!r} cannot train the encoder {encoder.name!r}.", f"Choose from: {suiting}."
            )

    @contextmanager
    def at_rest(self) -> Iterator[Any]:
        """The network in evaluation mode; the task goes back to its own mode afterwards."""
        was_training = self.training
        self.eval()
        yield self.encoder
        self.train(was_training)


class SecondTask(Task):
    """A task of papers A to C: a frame and a second of sound become vectors."""

    kind = "second"
    needs: ClassVar[tuple[str, ...]] = ("frame", "sound")
    """Raw fields of a batch that the loss reads; the loader ships nothing else."""
    picture_size: tuple[int, int]
    """Height and width of the frames that the loader ships: no more than the encoder looks at."""
    channels: ClassVar[int] = 1
    """Of the sound that its encoders hear."""
    augmented = False
    """Whether training changes pictures and sounds at random."""
    smallest_crop = 0.5
    """Share of each side of a picture that a random crop keeps at least."""
    largest_crop = 1.0
    """Share it keeps at most; above 1 the picture shrinks."""

    def __init__(self, encoder: AudioVisualEncoder, experiment: Experiment, shards: Shards) -> None:
        super().__init__(encoder, experiment, shards)
        if "stereo" in self.needs and not shards.where(frame=True, stereo=True):
            hint = "Prepare films whose sound is real stereo; `prepare --layout stereo` leaves the others out."
            raise ModelError(f"The task {experiment.task!r} hears left and right, and these shards are mono.", hint)
        self.picture_size = encoder.picture_size

    @classmethod
    def suits(cls, encoder: type[Network]) -> bool:
        """Also by the channels of sound that the encoder hears."""
        return super().suits(encoder) and encoder.front.channels == cls.channels  # type: ignore[attr-defined]

    @staticmethod
    def read(folders: Sequence[str]) -> Shards:
        """Shards of seconds."""
        return Shards(list(folders))

    def items(self, shards: Shards) -> PairDataset:
        """Frames and seconds of sound."""
        return PairDataset(shards, (), self.classes, needs=self.needs, picture=self.picture_size)

    def background(self, network: AudioVisualEncoder, shards: Shards) -> np.ndarray:
        """Of the folders that the experiment names, or of the validation split, which the network was not fitted to."""
        named = self.experiment.data.background
        with self.at_rest() as encoder:
            if named:
                return embed_background(encoder, Shards(list(named)))
            return embed_background(encoder, shards, self.validation_split)

    def embed(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Embeddings ``(B, 128)`` of the batch's frames and sounds, with the front ends run on the device."""
        front = self.encoder.front
        frames = batch["frame"].float() / 255.0
        mels = front.sounds(batch["sound"][:, None])
        if self.augmented and self.training:
            frames = augment_frames(frames, smallest=self.smallest_crop, largest=self.largest_crop)
            mels = augment_log_mels(mels)
        return self.encoder.embed_image(front.pictures(frames)).float(), self.encoder.embed_audio(mels).float()

    def embeddings(self, shards: Shards, pictures: list[int], sounds: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """Embeddings ``(n, 128)`` of the samples' frames and sounds, without augmentation."""
        with self.at_rest() as encoder:
            return embed_pictures(encoder, shards, pictures), embed_sounds(encoder, shards, sounds)


def _class_numbers(shards: Any) -> dict[str, int]:
    """Numbers of the labels that enough samples carry to be learned as classes."""
    sizes = Counter(s.label for s in shards.samples if s.label)
    return {label: number for number, label in enumerate(sorted(n for n, c in sizes.items() if c >= LEAST_CLASS))}
