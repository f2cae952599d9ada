"""Prepared clips, read at random: any stretch of a clip's frames, any stretch of its sound.

A clip is three members of a tar that share a key: ``KEY.mjpg`` (its frames as JPEGs one after the other),
``KEY.clip.s16`` (its sounds one after the other, each two interleaved channels of 16 bit at 21 kHz) and ``KEY.json``
(what it is). A clip can be heard in several ways - this thing alone, that one, both - and each is a sample.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import ModelError
from training.data.clips.encode import LEVEL_SECONDS, Box, Shown
from training.data.clips.form import CLIP_RATE
from training.data.kinds import CLIPS, unreadable
from training.data.writer import INDEX

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipSample:
    """A clip heard in one way."""

    key: str
    group: str
    """The video it comes from; splits never cut through a group."""
    clip: int
    """Number of the stored clip: samples that share it show the same picture."""
    label: str
    """Of what is heard: the first of it where it is several things; empty when unknown."""
    time: float
    """s, where the clip begins in its video."""
    split: str
    seconds: float
    """Length of the sound."""
    rate: Fraction
    """Frames a second: frame ``k`` is the one shown at ``k / rate``."""
    frames: int
    """How many there are."""
    channels: int
    """1 where the two channels are one twice."""
    size: int
    """Edge of the square frames, in pixels."""
    heard: tuple[int, ...]
    """Which of the clip's stored sounds are heard, added up."""
    sources: tuple[Shown, ...] = ()
    """All that is known to be in the picture."""
    sounding: tuple[int, ...] = ()
    """Which of ``sources`` are heard."""
    levels: tuple[int, ...] = ()
    """dBFS of every half second of the loudest sound that is heard."""

    @property
    def labels(self) -> set[str]:
        """Everything that is in the picture or heard, as far as it is known."""
        return {name for name in (self.label, *(s.label for s in self.sources)) if name}

    @property
    def heard_labels(self) -> set[str]:
        """Everything that is heard, as far as it is known."""
        return {name for name in (self.label, *(self.sources[k].label for k in self.sounding)) if name}

    def boxes_at(self, seconds: float) -> list[Box]:
        """Where the heard things are in the frame shown at ``seconds`` of the clip, without those out of sight."""
        return [box for k in self.sounding if (box := self.box_of(k, seconds))]

    def box_of(self, source: int, seconds: float) -> Box | None:
        """Where one of ``sources`` is in the frame shown at ``seconds``; None while it is out of sight."""
        boxes = self.sources[source].boxes
        x1, y1, x2, y2 = boxes[min(int(seconds * self.rate + Fraction(1, 1000)), len(boxes) - 1)]
        return (x1, y1, x2, y2) if x2 > x1 and y2 > y1 else None

    def loudest(self, start: float, seconds: float) -> int:
        """dBFS of the loudest whole half second of that stretch; 0 where levels are not known."""
        first, last = int(start / LEVEL_SECONDS), int((start + seconds) / LEVEL_SECONDS)
        return max(self.levels[first:last], default=0)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a clip's bytes lie."""

    shard: str
    jpegs: tuple[int, ...]
    """Offsets in the shard, with the end of the last one."""
    sounds: tuple[int, ...]
    """Offsets of the sounds in the shard."""
    samples: int
    """Of each sound, per channel."""


class ClipShards:
    """Clips of one or more prepared folders, read at random; safe to use from forked loader workers."""

    def __init__(self, folders: Sequence[Path | str] | Path | str) -> None:
        """Raises ModelError when a folder holds no finished set of clips, or two of them clips of another form."""
        paths = [folders] if isinstance(folders, str | Path) else folders
        self.samples: list[ClipSample] = []
        self._places: list[_Place] = []
        self._maps: dict[str, mmap.mmap] = {}
        for folder in map(Path, paths):
            self._read(folder)
        if len({(s.rate, s.size) for s in self.samples}) > 1:
            hint = "Prepare all of them with the same --preset."
            raise ModelError(f"The clips in {', '.join(map(str, paths))} are of several rates or sizes.", hint)

    def __len__(self) -> int:
        return len(self.samples)

    def __getstate__(self) -> dict[str, Any]:
        """For loader workers that are started anew: they open the shards themselves."""
        return {**self.__dict__, "_maps": {}}

    def where(self, split: str | None = None, *, seconds: float = 0.0, alone: bool | None = None) -> list[int]:
        """Indices of the samples of ``split`` (any when None) that last ``seconds`` at least.

        ``alone`` True takes only those with one known thing in the picture, or none, False only those with several.
        """
        return [
            i
            for i, s in enumerate(self.samples)
            if (split is None or s.split == split)
            and s.seconds >= seconds - 1e-6
            and (alone is None or alone == (len(s.sources) <= 1))
        ]

    def videos(self, split: str) -> int:
        """How many videos of ``split`` there are."""
        return len({s.group for s in self.samples if s.split == split})

    def clips(self, split: str) -> int:
        """How many stored clips of ``split`` there are, however many ways they are heard in."""
        return len({s.clip for s in self.samples if s.split == split})

    def frames(self, index: int, start: int, count: int, step: int = 1) -> torch.Tensor:
        """``count`` frames from ``start`` on, every ``step``-th, as uint8 ``(count, 3, H, W)`` RGB.

        Raises:
            ValueError: not all of them are there.
        """
        import torch
        from torchvision.io import ImageReadMode, decode_jpeg

        sample, place = self.samples[index], self._places[self.samples[index].clip]
        end = start + (count - 1) * step + 1
        if start < 0 or count < 1 or end > sample.frames:
            raise ValueError(f"clip {sample.key} has {sample.frames} frames, not {start} to {end}")
        data = self._map(place.shard)
        edges = list(pairwise(place.jpegs))[start:end:step]
        jpegs = [torch.frombuffer(bytearray(data[a:b]), dtype=torch.uint8) for a, b in edges]
        return torch.stack([decode_jpeg(jpeg, mode=ImageReadMode.RGB) for jpeg in jpegs])

    def sound(self, index: int, start: float, seconds: float) -> torch.Tensor:
        """``seconds`` of sound from ``start`` (s) as float32 ``(2, N)``, left channel first.

        Raises:
            ValueError: that is not all inside the clip.
        """
        import torch

        sample, place = self.samples[index], self._places[self.samples[index].clip]
        first, count = round(start * CLIP_RATE), round(seconds * CLIP_RATE)
        if first < 0 or count < 1 or first + count > place.samples:
            raise ValueError(f"clip {sample.key} has {sample.seconds} s of sound, not {start} to {start + seconds}")
        data, mix = self._map(place.shard), np.zeros((count, 2), np.float32)
        for number in sample.heard:
            piece = np.frombuffer(data, dtype="<i2", count=2 * count, offset=place.sounds[number] + 4 * first)
            mix += piece.reshape(count, 2)
        return torch.from_numpy(np.ascontiguousarray(mix.T) / np.float32(32768.0))

    def _map(self, shard: str) -> mmap.mmap:
        if shard not in self._maps:
            with Path(shard).open("rb") as file:
                self._maps[shard] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return self._maps[shard]

    def _read(self, folder: Path) -> None:
        try:
            with (folder / INDEX).open(encoding="utf-8") as lines:
                for line in lines:
                    self._add(json.loads(line), folder.resolve())
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise unreadable(folder, CLIPS, error) from error

    def _add(self, row: dict[str, Any], folder: Path) -> None:
        clip = len(self._places)
        self._places.append(_place(row, folder))
        self.samples.extend(_sample(row, clip, tuple(way)) for way in row["heard"])


def _sample(row: dict[str, Any], clip: int, way: tuple[int, ...]) -> ClipSample:
    sources = tuple(_source(source) for source in row.get("sources", ()))
    apart = len(row["levels"]) > 1  # each thing has a sound of its own
    return ClipSample(
        key=row["key"],
        group=row["group"],
        clip=clip,
        label=sources[way[0]].label if apart else row["label"],
        time=row["time"],
        split=row["split"],
        seconds=row["seconds"],
        rate=Fraction(row["rate"]),
        frames=len(row["jpegs"]),
        size=row["size"],
        channels=row["channels"],
        heard=way,
        sources=sources,
        sounding=way if apart else tuple(range(len(sources))),
        levels=tuple(max(column) for column in zip(*(row["levels"][k] for k in way), strict=True)),
    )


def _place(row: dict[str, Any], folder: Path) -> _Place:
    offset, size = row["sounds"]
    each = size // len(row["levels"])
    return _Place(
        shard=str(folder / row["shard"]),
        jpegs=tuple(accumulate(row["jpegs"], initial=row["frames"][0])),
        sounds=tuple(offset + k * each for k in range(len(row["levels"]))),
        samples=each // 4,
    )


def _source(row: dict[str, Any]) -> Shown:
    return Shown(label=row["label"], boxes=tuple((x1, y1, x2, y2) for x1, y1, x2, y2 in row["boxes"]))
