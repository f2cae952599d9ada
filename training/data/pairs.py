"""Which frame meets which sound: an epoch is a plan drawn by rule from a seed, so any epoch can be drawn again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch  # noqa: TID253 - datasets are torch through and through
from torch.utils.data import Dataset  # noqa: TID253

from engine.features import IMAGE_SIZE
from training.data.negatives import different_video, rule
from training.data.shards import Shards

Heard = Literal["sound", "stereo"]
LEAST_CLASS = 8
"""Classes with fewer samples teach a few files by heart and nothing else."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One training item."""

    picture: int
    """Sample whose frame is shown."""
    sound: int
    """Sample whose sound is heard."""
    paired: bool
    """Whether both are the same second of the same video."""


FIELDS = ("frame", "sound", "stereo", "other")
"""What a task may ask for; "other" is the stereo sound of the pair's ``sound``, "stereo" that of its ``picture``."""


class PairDataset(Dataset[dict[str, torch.Tensor]]):
    """Loads a plan: raw frames and waveforms, since front ends run on the device in batches.

    Args:
        shards: where the samples lie.
        plan: what to load.
        classes: class numbers by label.
        needs: which of ``FIELDS`` the task uses; only these are read.
        picture: height and width that frames are squeezed to.
    """

    def __init__(
        self,
        shards: Shards,
        plan: Sequence[Pair],
        classes: dict[str, int] | None = None,
        needs: Sequence[str] = ("frame", "sound"),
        picture: tuple[int, int] = (IMAGE_SIZE, IMAGE_SIZE),
    ) -> None:
        if not set(needs) <= set(FIELDS):
            raise ValueError(f"a pair has {', '.join(FIELDS)}, not {', '.join(sorted(set(needs) - set(FIELDS)))}")
        self.shards, self.plan, self.classes = shards, plan, classes or {}
        self.needs, self.picture = tuple(needs), picture

    def __len__(self) -> int:
        return len(self.plan)

    def __getitem__(self, item: int) -> dict[str, torch.Tensor]:
        """The needed fields, ``paired`` and class numbers (-1: none).

        ``frame`` is uint8 (3, h, w); ``sound`` float32 (48000,); ``stereo`` and ``other`` float32 (2, 16000).
        """
        return self.load(self.plan[item])

    def load(self, pair: Pair) -> dict[str, torch.Tensor]:
        """The same for any pair, in the plan or not."""
        loaded = {field: self._load(pair, field) for field in self.needs}
        loaded["paired"] = torch.tensor(pair.paired)
        loaded["picture_class"] = self._class(pair.picture)
        loaded["sound_class"] = self._class(pair.sound)
        return loaded

    def _load(self, pair: Pair, field: str) -> torch.Tensor:
        match field:
            case "frame":
                return self.shards.frame(pair.picture, self.picture)
            case "sound":
                return self.shards.sound(pair.sound)
            case "stereo":
                return self.shards.stereo(pair.picture)
            case _:
                return self.shards.stereo(pair.sound)

    def _class(self, index: int) -> torch.Tensor:
        return torch.tensor(self.classes.get(self.shards.samples[index].label, -1))


def true_pairs(shards: Shards, split: str, per_video: int, seed: Sequence[int], heard: Heard = "sound") -> list[Pair]:
    """Paired samples in random order: ``per_video`` of each video, or all when 0 (Paper A: one for contrastive).

    A sample is a second with its middle frame (Papers B and C). ``heard`` says whether it needs its mono sound or its
    stereo sound.
    """
    rng = np.random.default_rng(list(seed))
    plan: list[Pair] = []
    for members in _by_group(shards, split, heard).values():
        chosen = members if per_video == 0 else rng.permutation(members)[:per_video].tolist()
        plan.extend(Pair(i, i, True) for i in chosen)
    return [plan[i] for i in rng.permutation(len(plan))]


def balanced_pairs(
    shards: Shards, split: str, per_video: int, seed: Sequence[int], negatives: str = "label"
) -> list[Pair]:
    """Half true, half untrue pairs (Papers A and B); the seed holds the epoch's number, so every epoch is a fresh draw.

    Args:
        shards: what to draw from.
        split: of which part.
        per_video: pairs of each video; 0 takes every second once.
        seed: numbers that the plan follows from.
        negatives: the rule for untrue sounds: "label" (Paper A, VGG-Sound), "time" (Paper A, Gameplay) or "video"
            (Papers B and C).
    """
    rng = np.random.default_rng([*seed, 1])
    plan = true_pairs(shards, split, per_video, seed)
    draw = rule(negatives, shards, shards.where(split, frame=True, sound=True))
    for position in range(0, len(plan) - len(plan) % 2, 2):
        picture = plan[position].picture
        plan[position] = Pair(picture, draw(picture, rng), False)
    return [plan[i] for i in rng.permutation(len(plan))]


def stereo_pairs(shards: Shards, split: str, per_video: int, seed: Sequence[int]) -> list[Pair]:
    """Every pair names a picture with its own second and a mismatched sound of another video (Paper C, section 3).

    The matched sound is the picture's own stereo second and the flipped one its channels exchanged, so a pair stands
    for all three. Only samples with stereo sound take part. ``per_video`` and ``seed`` are as in
    :func:`balanced_pairs`.
    """
    rng = np.random.default_rng([*seed, 5])
    plan = true_pairs(shards, split, per_video, seed, "stereo")
    draw = different_video(shards, shards.where(split, frame=True, stereo=True))
    return [Pair(pair.picture, draw(pair.picture, rng), False) for pair in plan]


def class_pairs(shards: Shards, split: str, count: int, seed: Sequence[int]) -> list[Pair]:
    """``count`` weak pairs: a picture and a sound that share a label but nothing else; not in the papers.

    Pictures without a sound of their class, and sounds without a picture of theirs, meet at random (their labels tell
    the loss that they do not belong together). Classes are drawn by the root of their size; those with fewer than
    eight samples are left out.
    """
    rng = np.random.default_rng([*seed, 2])
    pictures, sounds = _by_label(shards, split, "frame"), _by_label(shards, split, "sound")
    sizes = {name: len(pictures.get(name, ())) + len(sounds.get(name, ())) for name in {*pictures, *sounds}}
    classes = sorted(name for name, size in sizes.items() if size >= LEAST_CLASS)
    share = np.sqrt([sizes[name] for name in classes])
    every_picture = sorted(i for members in pictures.values() for i in members)
    every_sound = sorted(i for members in sounds.values() for i in members)
    plan = []
    drawn = rng.choice(len(classes), size=count, p=share / share.sum()) if classes else ()
    for number in drawn if every_picture and every_sound else ():
        name = classes[number]
        picture = int(rng.choice(pictures.get(name, every_picture)))
        sound = int(rng.choice(sounds.get(name, every_sound)))
        plan.append(Pair(picture, sound, picture == sound))
    return plan


def labelled_true_pairs(shards: Shards, split: str, count: int, seed: Sequence[int]) -> list[Pair]:
    """``count`` true pairs, labels drawn evenly and then their samples; not in the papers.

    Sets of very different size (a hundred clips, thousands of synthetic scenes) so have their say by what they show.
    """
    rng = np.random.default_rng([*seed, 4])
    labels: dict[str, list[int]] = defaultdict(list)
    for index in shards.where(split, frame=True, sound=True):
        labels[shards.samples[index].label].append(index)
    names = sorted(labels)
    drawn = [int(rng.choice(labels[names[n]])) for n in (rng.integers(len(names), size=count) if names else ())]
    return [Pair(i, i, True) for i in drawn]


def _by_group(shards: Shards, split: str, heard: Heard) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for index in shards.where(split, frame=True, sound=heard == "sound", stereo=heard == "stereo"):
        groups[shards.samples[index].group].append(index)
    return groups


def _by_label(shards: Shards, split: str, field: str) -> dict[str, list[int]]:
    labels: dict[str, list[int]] = defaultdict(list)
    for index in shards.where(split, frame=field == "frame", sound=field == "sound"):
        if shards.samples[index].label:
            labels[shards.samples[index].label].append(index)
    return labels
