"""Turns decoder frames into what people see: RGB, upright, square pixels, every picture of a file of one size."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import MediaError
from engine.media import exif
from engine.media.frame import Picture

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# Quarter turns counter-clockwise of each orientation, in degrees; a mirrored one counts as the turn it contains.
_TURNS = {
    (1, 0, 0, 1): 0,
    (0, -1, 1, 0): 90,
    (-1, 0, 0, -1): 180,
    (0, 1, -1, 0): 270,
    (-1, 0, 0, 1): 0,
    (1, 0, 0, -1): 180,
    (0, 1, 1, 0): 270,
    (0, -1, -1, 0): 90,
}
_TURNED = {degrees: matrix for matrix, degrees in list(_TURNS.items())[:4]}
_MOST_PIXELS = 1 << 27  # 134 million: beyond any camera, and a 400 MB picture


class Layout:
    """How the frames of one stream are to be shown.

    Args:
        stream: gives the pixel aspect.
        frame: its first frame; gives the size and the display matrix.
        height: wanted height as displayed, or None for the file's own; never enlarged.
        photograph: the whole file of a still image, for its EXIF orientation.

    Raises:
        MediaError: a picture too large to be meant.
    """

    def __init__(
        self, stream: VideoStream, frame: VideoFrame, height: int | None = None, *, photograph: bytes = b""
    ) -> None:
        from av.video.reformatter import VideoReformatter

        if frame.width * frame.height > _MOST_PIXELS:
            size = f"{frame.width} x {frame.height}"
            raise MediaError(f"A picture of {size} pixels is too large.", "Export it at 16384 pixels or less a side.")
        self.pixel_aspect = _pixel_aspect(stream)
        self.matrix = exif.display_matrix(photograph) or _display_matrix(frame)
        self.rotation = _TURNS[self.matrix]
        self._coded = _square(frame.width, frame.height, self.pixel_aspect)
        if height is not None and height < self.height:
            scale = height / self.height
            self._coded = (max(2, round(self._coded[0] * scale)), max(2, round(self._coded[1] * scale)))
        self._reformatter = VideoReformatter()

    @property
    def width(self) -> int:
        """Width as displayed."""
        return self._coded[1] if _transposed(self.matrix) else self._coded[0]

    @property
    def height(self) -> int:
        """Height as displayed."""
        return self._coded[0] if _transposed(self.matrix) else self._coded[1]

    def rgb(self, frame: VideoFrame) -> Picture:
        """``frame`` as ``(H, W, 3)`` uint8 RGB, as displayed."""
        from av.video.reformatter import Interpolation

        shrinks = self._coded != (frame.width, frame.height)
        ready = self._reformatter.reformat(
            frame,
            width=self._coded[0],
            height=self._coded[1],
            format="rgb24",
            interpolation=Interpolation.AREA if shrinks else Interpolation.BILINEAR,
            threads=1,
        )
        return _upright(np.asarray(ready.to_ndarray(), dtype=np.uint8), self.matrix)


def _square(width: int, height: int, aspect: Fraction) -> tuple[int, int]:
    return max(1, round(width * aspect)), height


def _pixel_aspect(stream: VideoStream) -> Fraction:
    aspect = stream.sample_aspect_ratio
    if not aspect or not Fraction(1, 8) <= aspect <= 8:  # 0 means unknown; the rest is a broken header
        return Fraction(1)
    return Fraction(aspect)


def _display_matrix(frame: VideoFrame) -> tuple[int, int, int, int]:
    """(a, b, c, d) as signs: a shown point is x' = a x + c y, y' = b x + d y (ISO 14496-12, 6.2.2)."""
    from av.sidedata.sidedata import Type

    try:
        sides: Any = frame.side_data
    except ValueError:  # PyAV 18 stumbles over kinds of side data it has no name for, such as EXIF
        return _TURNED.get(frame.rotation % 360, (1, 0, 0, 1))
    side = sides.get(Type.DISPLAYMATRIX)
    if side is None or side.buffer_size < 36:
        return 1, 0, 0, 1
    values = struct.unpack("<9i", bytes(side)[:36])
    a, b, c, d = values[0], values[1], values[3], values[4]
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return (-1 if a < 0 else 1), 0, 0, (-1 if d < 0 else 1)
    return 0, (-1 if b < 0 else 1), (-1 if c < 0 else 1), 0


def _transposed(matrix: tuple[int, int, int, int]) -> bool:
    return matrix[0] == 0


def _upright(image: Picture, matrix: tuple[int, int, int, int]) -> Picture:
    a, b, c, d = matrix
    if _transposed(matrix):
        image = image.transpose(1, 0, 2)
    across, down = (c, b) if _transposed(matrix) else (a, d)
    return np.ascontiguousarray(image[:: down or 1, :: across or 1])
