"""Films for tests: by default every frame carries its number as light and dark blocks; any codec, any time stamps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

WIDTH, HEIGHT = 128, 64
MakeFilm = Callable[..., Path]


def numbered(number: int, height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    """A picture that says ``number`` in eight bits, most significant on the left."""
    bits = [(number >> (7 - place)) & 1 for place in range(8)]
    row = np.repeat(np.array(bits, np.uint8) * 200 + 25, width // 8)
    row = np.pad(row, (0, width - len(row)), mode="edge")
    return np.broadcast_to(row[None, :, None], (height, width, 3)).copy()


def number_of(image: np.ndarray) -> int:
    """The number a (scaled, recompressed) picture says."""
    height, width = image.shape[:2]
    middles = [int((place + 0.5) * width / 8) for place in range(8)]
    return int("".join("1" if image[height // 2, x].mean() > 125 else "0" for x in middles), 2)


def encode(
    path: Path,
    stamps: Sequence[int],
    time_base: Fraction = Fraction(1, 1000),
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    *,
    pixels: str = "yuv420p",
    aspect: Fraction | None = None,
    rotation: int | None = None,
    pictures: Sequence[np.ndarray] | None = None,
) -> Path:
    """A film whose frame n has stamp ``stamps[n]``."""
    import av

    pictures = pictures or [numbered(n) for n in range(len(stamps))]
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=25, options=options or {})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pixels
        stream.codec_context.time_base = time_base
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation is not None:
            stream.set_display_rotation(rotation)
        for stamp, picture in zip(stamps, pictures, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=pixels)
            frame.pts, frame.time_base = stamp, time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
