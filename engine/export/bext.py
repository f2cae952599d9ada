"""The ``bext`` chunk of Broadcast Wave files, EBU Tech 3285 v2: where a sound lies in the day, and how loud it is."""

from __future__ import annotations

import struct
from dataclasses import dataclass

UNSET = 0x7FFF
"""What a loudness field holds that was not measured."""

_FIXED = struct.Struct("<256s32s32s10s8sIIH64s5h180s")
SIZE = _FIXED.size
"""Bytes of the chunk without the coding history, the least it may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoudnessFields:
    """The loudness of a whole file; None where it was not measured."""

    integrated: float | None = None
    """LUFS."""
    range: float | None = None
    """LU."""
    true_peak: float | None = None
    """dBTP."""
    momentary: float | None = None
    """The loudest 400 ms, LUFS."""
    short_term: float | None = None
    """The loudest 3 s, LUFS."""

    def packed(self) -> tuple[int, ...]:
        """The five fields of ``bext`` in hundredths."""
        values = (self.integrated, self.range, self.true_peak, self.momentary, self.short_term)
        return tuple(_hundredths(value) for value in values)


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastInfo:
    """What ``bext`` says about a file. Texts are ASCII and cut to what their fields hold."""

    description: str = ""
    """256 characters at most."""
    originator: str = "Foleyscope"
    """32 characters at most."""
    reference: str = ""
    """The originator's own name for the file, 32 characters at most."""
    date: str = ""
    """``yyyy-mm-dd``."""
    time: str = ""
    """``hh:mm:ss``."""
    time_reference: int = 0
    """The first sample, counted from midnight at the file's own rate."""
    loudness: LoudnessFields = LoudnessFields()
    coding_history: str = ""


def pack_bext(info: BroadcastInfo) -> bytes:
    """The body of the ``bext`` chunk, version 2."""
    fixed = _FIXED.pack(
        *(_ascii(text) for text in (info.description, info.originator, info.reference, info.date, info.time)),
        info.time_reference & 0xFFFFFFFF,
        info.time_reference >> 32,
        2,
        bytes(64),
        *info.loudness.packed(),
        bytes(180),
    )
    return fixed + _ascii(info.coding_history)


def unpack_bext(body: bytes) -> tuple[BroadcastInfo, int]:
    """What the body of a ``bext`` chunk says, and its version; loudness came with version 2."""
    fields = _FIXED.unpack_from(body)
    texts = [text.split(b"\0")[0].decode("ascii", "replace") for text in fields[:5]]
    low, high, version = fields[5:8]
    loudness = [None if value == UNSET else value / 100 for value in fields[9:14]]
    names = ("integrated", "range", "true_peak", "momentary", "short_term")
    info = BroadcastInfo(
        **dict(zip(("description", "originator", "reference", "date", "time"), texts, strict=True)),
        time_reference=high << 32 | low,
        loudness=LoudnessFields(**dict(zip(names, loudness, strict=True))) if version >= 2 else LoudnessFields(),
        coding_history=body[_FIXED.size :].split(b"\0")[0].decode("ascii", "replace"),
    )
    return info, version


def _hundredths(value: float | None) -> int:
    if value is None or not -300 < value < 300:  # also what silence measures: minus infinity
        return UNSET
    return round(value * 100)


def _ascii(text: str) -> bytes:
    return text.encode("ascii", "replace")
