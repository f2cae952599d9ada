"""Prepared training data: WebDataset tar shards with an index beside them, read at random.

A sample is up to four members of one tar that share a key: ``KEY.jpg`` (the middle frame of a second), ``KEY.s16``
(that second as mono 48 kHz, 16-bit little-endian), ``KEY.stereo.s16`` (as two interleaved channels at 16 kHz) and
``KEY.json`` (what it is). ``index.jsonl`` holds each sample's facts and byte offsets, so that pairs can be drawn by
rule and an interrupted epoch continues exactly; the tars stay readable by any WebDataset loader.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.data.encode import SPLITS, STEREO_RATE, split_of
from training.data.kinds import SECONDS, unreadable
from training.data.writer import INDEX, SHARD_SAMPLES, ShardWriter

if TYPE_CHECKING:
    import torch

__all__ = [
    "FEWEST_VIDEOS",
    "INDEX",
    "SHARD_SAMPLES",
    "SPLITS",
    "STEREO_RATE",
    "Sample",
    "ShardWriter",
    "Shards",
    "split_of",
]

FEWEST_VIDEOS = 2
"""Videos a split needs for retrieval to mean anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One frame, one second of sound, or both, and where their bytes lie."""

    key: str
    group: str
    """The video (or recording) it comes from; splits never cut through a group."""
    label: str = ""
    time: float = 0.0
    split: str = ""
    shard: str = ""
    frame: tuple[int, int] | None = None
    """Offset and size of the JPEG in the shard."""
    sound: tuple[int, int] | None = None
    """Of the mono second at 48 kHz."""
    stereo: tuple[int, int] | None = None
    """Of the second with two channels at 16 kHz."""
    box: tuple[float, float, float, float] | None = None
    """Where the main source is in the frame: x1, y1, x2, y2 as fractions of its width and height."""


class Shards:
    """Samples of one or more prepared folders, read at random; safe to use from forked loader workers."""

    def __init__(self, folders: Sequence[Path | str] | Path | str) -> None:
        """Raises ModelError when a folder holds no finished set of seconds."""
        paths = [folders] if isinstance(folders, str | Path) else folders
        self.samples: list[Sample] = []
        self._maps: dict[str, mmap.mmap] = {}
        for folder in map(Path, paths):
            self.samples.extend(_read_index(folder))

    def __len__(self) -> int:
        return len(self.samples)

    def __getstate__(self) -> dict[str, Any]:
        """For loader workers that are started anew: they open the shards themselves."""
        return {**self.__dict__, "_maps": {}}

    def where(
        self, split: str | None = None, *, frame: bool = False, sound: bool = False, stereo: bool = False
    ) -> list[int]:
        """Indices of the samples of ``split`` (any when None) that have what is asked for."""
        return [
            i
            for i, s in enumerate(self.samples)
            if (split is None or s.split == split)
            and (s.frame or not frame)
            and (s.sound or not sound)
            and (s.stereo or not stereo)
        ]

    def videos(self, split: str) -> int:
        """How many videos of ``split`` have both picture and sound."""
        return len({self.samples[i].group for i in self.where(split, frame=True, sound=True)})

    def frame(self, index: int, size: int | tuple[int, int] = 224) -> torch.Tensor:
        """The whole frame squeezed to ``size`` (one edge, or height and width) as uint8 ``(3, H, W)`` RGB."""
        import torch
        from torchvision.io import ImageReadMode, decode_jpeg

        jpeg = torch.frombuffer(bytearray(self._bytes(index, "frame")), dtype=torch.uint8)
        picture = decode_jpeg(jpeg, mode=ImageReadMode.RGB)
        wanted = (size, size) if isinstance(size, int) else size
        return picture if picture.shape[1:] == wanted else _squeeze(picture, wanted)

    def sound(self, index: int) -> torch.Tensor:
        """The second of sound as float32 ``(48000,)``."""
        import torch

        return torch.from_numpy(_from_s16(self._bytes(index, "sound")))

    def stereo(self, index: int) -> torch.Tensor:
        """The second of sound as float32 ``(2, 16000)``, left channel first."""
        import torch

        return torch.from_numpy(_from_s16(self._bytes(index, "stereo")).reshape(STEREO_RATE, 2).T.copy())

    def _bytes(self, index: int, field: str) -> bytes:
        sample = self.samples[index]
        place: tuple[int, int] | None = getattr(sample, field)
        if place is None:
            raise ValueError(f"sample {sample.key} of {sample.group} has no {field}")
        if sample.shard not in self._maps:
            with Path(sample.shard).open("rb") as file:
                self._maps[sample.shard] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return self._maps[sample.shard][place[0] : place[0] + place[1]]


def _read_index(folder: Path) -> list[Sample]:
    try:
        rows = [json.loads(line) for line in (folder / INDEX).read_text(encoding="utf-8").splitlines()]
        samples = [_sample(row) for row in rows]
    except (OSError, ValueError, TypeError) as error:
        raise unreadable(folder, SECONDS, error) from error
    place = folder.resolve()
    return [replace(s, shard=str(place / s.shard)) for s in samples]


def _sample(row: dict[str, Any]) -> Sample:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Sample(**values)


def _from_s16(data: bytes) -> np.ndarray:
    return np.frombuffer(data, dtype="<i2").astype(np.float32) / 32768.0


def _squeeze(picture: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    import torch

    # On bytes: five times as fast as on floats, and within one step of them.
    return torch.nn.functional.interpolate(picture[None], size, mode="bilinear", antialias=True)[0]
