"""Prepared training data: WebDataset tar shards with an index beside them, read at random.

A sample is up to three members of one tar that share a key: ``KEY.jpg`` (the frame), ``KEY.s16`` (one second of mono
48 kHz sound, 16-bit little-endian) and ``KEY.json`` (what it is). ``index.jsonl`` holds each sample's facts and byte
offsets, so that pairs can be drawn by rule and an interrupted epoch continues exactly; the tars stay readable by any
WebDataset loader.
"""

from __future__ import annotations

import hashlib
import io
import json
import mmap
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from engine.errors import MediaError, ModelError
from engine.features import SAMPLE_RATE
from engine.files import atomic_path

if TYPE_CHECKING:
    import torch

INDEX = "index.jsonl"
SHARD_SAMPLES = 500
FEWEST_VIDEOS = 2
"""Videos a split needs for retrieval to mean anything."""
SPLITS = {"train": 0.8, "validation": 0.1, "test": 0.1}


def split_of(group: str) -> str:
    """The split of a video by a hash of its name: stable however many other videos come or go."""
    position = int.from_bytes(hashlib.sha256(group.encode()).digest()[:8], "big") / 2**64
    for name, share in SPLITS.items():
        if position < share:
            return name
        position -= share
    return "test"


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


class ShardWriter:
    """Writes samples in order; the index is written when the writer closes, which is what makes a set complete."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / INDEX).unlink(missing_ok=True)
        self._rows: list[str] = []
        self._tar: tarfile.TarFile | None = None
        self._shard = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._close_shard()
        if kind is None:
            with atomic_path(self.folder / INDEX) as temporary:
                temporary.write_text("".join(self._rows), encoding="utf-8")

    def add(
        self,
        group: str,
        *,
        frame: np.ndarray | bytes | None = None,
        sound: np.ndarray | None = None,
        label: str = "",
        time: float = 0.0,
        split: str = "",
    ) -> None:
        """Append a sample.

        Args:
            group: the video it comes from.
            frame: uint8 ``(H, W, 3)`` RGB, or a JPEG's bytes as they are.
            sound: float32 mono ``(48000,)`` in -1..1.
            label: of the video; empty when unknown.
            time: s, the middle of the second.
            split: "train", "validation" or "test"; by the group's hash when empty.
        """
        if self._tar is None or len(self._rows) % SHARD_SAMPLES == 0:
            self._open_shard()
        key = f"{len(self._rows):08d}"
        facts: dict[str, Any] = {"key": key, "group": group, "label": label, "time": round(time, 6)}
        facts["split"] = split or split_of(group)
        members: dict[str, bytes] = {"json": json.dumps(facts, ensure_ascii=False).encode()}
        if frame is not None:
            members["jpg"] = frame if isinstance(frame, bytes) else _encode_jpeg(frame)
        if sound is not None:
            members["s16"] = _to_s16(sound)
        facts["shard"] = self._shard
        for suffix, field in (("jpg", "frame"), ("s16", "sound"), ("json", None)):
            if suffix in members:
                offset = self._append(f"{key}.{suffix}", members[suffix])
                if field:
                    facts[field] = [offset, len(members[suffix])]
        self._rows.append(json.dumps(facts, ensure_ascii=False) + "\n")

    def __len__(self) -> int:
        return len(self._rows)

    def _open_shard(self) -> None:
        self._close_shard()
        self._shard = f"shard-{len(self._rows) // SHARD_SAMPLES:05d}.tar"
        self._tar = tarfile.open(self.folder / self._shard, "w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115 - spans calls

    def _append(self, name: str, data: bytes) -> int:
        assert self._tar is not None
        member = tarfile.TarInfo(name)
        member.size = len(data)
        offset = self._tar.offset + tarfile.BLOCKSIZE
        self._tar.addfile(member, io.BytesIO(data))
        return offset

    def _close_shard(self) -> None:
        if self._tar is not None:
            self._tar.close()
            self._tar = None


class Shards:
    """Samples of one or more prepared folders, read at random; safe to use from forked loader workers."""

    def __init__(self, folders: Sequence[Path | str] | Path | str) -> None:
        """Raises ModelError when a folder holds no finished set."""
        paths = [folders] if isinstance(folders, str | Path) else folders
        self.samples: list[Sample] = []
        self._maps: dict[str, mmap.mmap] = {}
        for folder in map(Path, paths):
            self.samples.extend(_read_index(folder))

    def __len__(self) -> int:
        return len(self.samples)

    def where(self, split: str | None = None, *, frame: bool = False, sound: bool = False) -> list[int]:
        """Indices of the samples of ``split`` (any when None) that have what is asked for."""
        return [
            i
            for i, s in enumerate(self.samples)
            if (split is None or s.split == split) and (s.frame or not frame) and (s.sound or not sound)
        ]

    def videos(self, split: str) -> int:
        """How many videos of ``split`` have both picture and sound."""
        return len({self.samples[i].group for i in self.where(split, frame=True, sound=True)})

    def frame(self, index: int, size: int = 224) -> torch.Tensor:
        """The frame as uint8 ``(3, size, size)`` RGB."""
        import torch
        from torchvision.io import ImageReadMode, decode_jpeg

        jpeg = torch.frombuffer(bytearray(self._bytes(index, "frame")), dtype=torch.uint8)
        picture = decode_jpeg(jpeg, mode=ImageReadMode.RGB)
        if picture.shape[1:] == (size, size):
            return picture
        scaled = torch.nn.functional.interpolate(
            picture[None].float(), (size, size), mode="bilinear", antialias=True, align_corners=False
        )
        return scaled[0].round().clamp(0, 255).to(torch.uint8)

    def sound(self, index: int) -> torch.Tensor:
        """The second of sound as float32 ``(48000,)``."""
        import torch

        samples = np.frombuffer(self._bytes(index, "sound"), dtype="<i2").astype(np.float32) / 32768.0
        return torch.from_numpy(samples)

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
        samples = [Sample(**row) for row in rows]
    except (OSError, ValueError, TypeError) as error:
        hint = "Make them with `foleyscope prepare FOLDER --out SHARDS`; an interrupted run is simply started again."
        raise ModelError(f"There are no finished shards in {folder}.", hint, detail=str(error), path=folder) from error
    place = folder.resolve()
    return [
        replace(
            s,
            shard=str(place / s.shard),
            frame=(s.frame[0], s.frame[1]) if s.frame else None,
            sound=(s.sound[0], s.sound[1]) if s.sound else None,
        )
        for s in samples
    ]


def _to_s16(sound: np.ndarray) -> bytes:
    if sound.shape != (SAMPLE_RATE,):
        raise ValueError(f"a shard's sound is one second of mono 48 kHz, got {sound.shape}")
    return (np.clip(sound, -1.0, 32767 / 32768) * 32768.0).round().astype("<i2").tobytes()


def _encode_jpeg(frame: np.ndarray) -> bytes:
    import torch
    from torchvision.io import encode_jpeg

    if frame.dtype != np.uint8 or frame.ndim != 3:
        raise MediaError(f"A frame to store is uint8 (H, W, 3), not {frame.dtype} {frame.shape}.")
    return encode_jpeg(torch.from_numpy(np.ascontiguousarray(frame.transpose(2, 0, 1))), quality=92).numpy().tobytes()
