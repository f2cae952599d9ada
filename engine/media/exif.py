"""Finds how a photograph was held: the orientation its EXIF data or TIFF header gives."""

from __future__ import annotations

import struct

_ORIENTATION = 0x0112
_HEAD = 1 << 16  # bytes in which a JPEG's or PNG's EXIF data start
# (a, b, c, d) for each value (CIPA DC-008, 4.6.4): a shown point is x' = a x + c y, y' = b x + d y.
_MATRICES = {
    1: (1, 0, 0, 1),
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, 1, -1, 0),
    7: (0, -1, -1, 0),
    8: (0, -1, 1, 0),
}


def display_matrix(data: bytes) -> tuple[int, int, int, int] | None:
    """Signs (a, b, c, d) of the display matrix of a photograph's file, or None where it says nothing."""
    try:
        return _MATRICES.get(_orientation(data))
    except struct.error:  # a table that points outside: as good as none
        return None


def _orientation(data: bytes) -> int:
    start = _tiff_start(data)
    if start is None:
        return 0
    order = "<" if data[start : start + 2] == b"II" else ">"
    table = start + struct.unpack_from(f"{order}I", data, start + 4)[0]
    for entry in range(struct.unpack_from(f"{order}H", data, table)[0]):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", data, table + 2 + 12 * entry)
        if tag == _ORIENTATION and kind == 3:
            return int(value)
    return 0


def _tiff_start(data: bytes) -> int | None:
    if data[:4] in (b"II*\0", b"MM\0*"):
        return 0
    for mark in (b"Exif\0\0", b"eXIf"):
        place = data.find(mark, 0, _HEAD)
        if place >= 0 and data[place + len(mark) :][:4] in (b"II*\0", b"MM\0*"):
            return place + len(mark)
    return None
