"""Films whose every frame carries its number as light and dark blocks, in many codecs and with any time stamps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

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


@pytest.fixture
def make_film() -> MakeFilm:
    """:func:`encode`."""
    return encode


@pytest.fixture
def read_number() -> Callable[[np.ndarray], int]:
    """:func:`number_of`."""
    return number_of


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 frames of H.264 at 25 a second with B-frames, open groups of pictures and one key frame in 50."""
    options = {"x264-params": "open-gop=1:bframes=4:keyint=50:min-keyint=50:scenecut=0", "crf": "18"}
    return encode(tmp_path_factory.mktemp("film") / "film.mp4", range(0, 120 * 40, 40), options=options)


@pytest.fixture(scope="session")
def variable_film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[float]]:
    """100 frames between 7 ms and 2.5 s long, and their times in seconds."""
    lengths = np.random.default_rng(3).choice([7, 40, 41, 90, 333, 2500], 99, p=[0.3, 0.3, 0.2, 0.1, 0.06, 0.04])
    stamps = [0, *np.cumsum(lengths).tolist()]
    options = {"x264-params": "bframes=3:keyint=30", "crf": "18"}
    path = encode(tmp_path_factory.mktemp("film") / "variable.mp4", stamps, options=options)
    return path, [stamp / 1000 for stamp in stamps]
