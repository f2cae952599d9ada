"""Broadcast Wave files: sound with its place in the day, its loudness and iXML, as RF64 where 4 GB do not hold it.

EBU Tech 3285 v2 (the ``bext`` chunk), EBU Tech 3306 (RF64 and ``ds64``), iXML 2.10.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Self

import numpy as np
import numpy.typing as npt

from engine.errors import MediaError
from engine.export.bext import SIZE, BroadcastInfo, LoudnessFields, pack_bext, unpack_bext
from engine.export.dither import Dither

BitDepth = Literal[24, 32]
"""24 is integer PCM, 32 is float."""
RIFF_LIMIT = (1 << 32) - 1
"""The largest size that a plain RIFF header can say, in bytes."""
_DS64 = struct.Struct("<QQQI")
_PCM, _FLOAT = 1, 3


class BwfWriter:
    """Writes a Broadcast Wave file block by block; used as a context manager.

    Room for ``ds64`` is kept in a ``JUNK`` chunk. It becomes one on closing, when the file outgrew RIFF.

    Args:
        path: a file that may be overwritten: the temporary path of an atomic write.
        sample_rate: Hz.
        channels: at least 1.
        bit_depth: 24 (dithered integers, clipped at full scale) or 32 (float).
        info: what ``bext`` says.
        ixml: an iXML document, or nothing.
        seed: of the dither, so that files dithered alike do not add up their noise.
        limit: bytes above which the header becomes RF64's.
    """

    def __init__(
        self,
        path: Path,
        *,
        sample_rate: int,
        channels: int,
        bit_depth: BitDepth,
        info: BroadcastInfo,
        ixml: str = "",
        seed: int = 0,
        limit: int = RIFF_LIMIT,
    ) -> None:
        self._rate, self._channels, self._depth, self._limit = sample_rate, channels, bit_depth, limit
        self._dither = Dither(bits=24, seed=seed)
        self._info = info
        self._frames = 0
        self._file: BinaryIO = path.open("wb")
        self._write_head(ixml)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._file.close()

    def write(self, block: npt.NDArray[np.float32]) -> None:
        """Appends ``block``, ``(C, n)`` float32 with full scale at 1."""
        frames = np.ascontiguousarray(block.T)
        self._file.write(frames.astype("<f4").tobytes() if self._depth == 32 else pack_24(self._dither.apply(frames)))
        self._frames += len(frames)

    def set_loudness(self, loudness: LoudnessFields) -> None:
        """What was measured of what was written; it goes into ``bext`` on closing."""
        self._info = replace(self._info, loudness=loudness)

    @property
    def _data_bytes(self) -> int:
        return self._frames * self._channels * self._depth // 8

    def _write_head(self, ixml: str) -> None:
        self._file.write(b"RIFF\0\0\0\0WAVE")
        self._chunk(b"JUNK", bytes(_DS64.size))
        self._bext = self._file.tell() + 8
        self._chunk(b"bext", pack_bext(self._info))
        self._chunk(b"fmt ", self._format())
        if self._depth == 32:
            self._chunk(b"fact", bytes(4))
            self._fact = self._file.tell() - 4
        if ixml:
            self._chunk(b"iXML", ixml.encode("utf-8"))
        self._file.write(b"data\0\0\0\0")
        self._data = self._file.tell()

    def _chunk(self, name: bytes, body: bytes) -> None:
        self._file.write(name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2))

    def _format(self) -> bytes:
        frame = self._channels * self._depth // 8
        kind = _PCM if self._depth == 24 else _FLOAT
        fields = struct.pack("<HHIIHH", kind, self._channels, self._rate, self._rate * frame, frame, self._depth)
        return fields if kind == _PCM else fields + bytes(2)

    def _finish(self) -> None:
        if self._data_bytes % 2:
            self._file.write(b"\0")
        end = self._file.tell()
        wide = end - 8 > self._limit
        if wide:
            self._patch(0, b"RF64" + struct.pack("<I", RIFF_LIMIT))
            sizes = _DS64.pack(end - 8, self._data_bytes, self._frames, 0)
            self._patch(12, b"ds64" + struct.pack("<I", len(sizes)) + sizes)
        else:
            self._patch(4, struct.pack("<I", end - 8))
        self._patch(self._bext, pack_bext(self._info))
        self._patch(self._data - 4, struct.pack("<I", RIFF_LIMIT if wide else self._data_bytes))
        if self._depth == 32:
            self._patch(self._fact, struct.pack("<I", min(self._frames, RIFF_LIMIT)))

    def _patch(self, place: int, data: bytes) -> None:
        self._file.seek(place)
        self._file.write(data)


def pack_24(values: npt.NDArray[np.int32]) -> bytes:
    """``(n, C)`` int32 in 24 bits as little-endian bytes."""
    return np.ascontiguousarray(values, "<i4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """What a Broadcast Wave file says about itself."""

    info: BroadcastInfo
    version: int
    ixml: str
    rf64: bool


def read_bwf(path: Path | str) -> ReadBack:
    """The ``bext`` and iXML of ``path``.

    Raises:
        MediaError: not a wave file, or one without ``bext``.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            head = file.read(12)
            chunks = _read_chunks(file) if head[:4] in (b"RIFF", b"RF64") and head[8:] == b"WAVE" else {}
    except OSError as exc:
        hint = "Check the name and whether its drive is connected."
        raise MediaError(f"{path.name} cannot be read.", hint, detail=str(exc), path=path) from exc
    if len(chunks.get(b"bext", b"")) < SIZE:
        raise MediaError(f"{path.name} is not a Broadcast Wave file.", "Choose a WAV with a bext chunk.", path=path)
    info, version = unpack_bext(chunks[b"bext"])
    ixml = chunks.get(b"iXML", b"").decode("utf-8", "replace")
    return ReadBack(info=info, version=version, ixml=ixml, rf64=head[:4] == b"RF64")


def _read_chunks(file: BinaryIO) -> dict[bytes, bytes]:
    """The small chunks before ``data``."""
    found: dict[bytes, bytes] = {}
    while len(head := file.read(8)) == 8 and head[:4] != b"data":
        size = struct.unpack("<I", head[4:])[0]
        found[head[:4]] = file.read(min(size, 1 << 24))
        file.seek(max(0, size - (1 << 24)) + size % 2, 1)
    return found
