"""The seconds of picture and of sound that a clip model judges, cut from whole files and kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine import files
from engine.errors import MediaError
from engine.features.clip import WAVE_RATE, ClipFront
from engine.recommend.bounded import BoundedCache

if TYPE_CHECKING:
    import torch

Sound = str | Path | tuple[str | Path, float] | tuple[np.ndarray, int]
"""A file heard from its start, a file and the second it is heard from, or a waveform ``(C, N)`` and its rate in Hz."""
_DETAIL = 2  # times the network's edge: decoded no larger, averaged down from there


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """What is known of a film once it was opened."""

    length: float
    """s; 0 for a still image."""
    width: int
    """Of a frame as displayed, pixels; with ``height`` its proportions."""
    height: int


def identity(path: Path) -> tuple[str, int, int]:
    """:func:`engine.files.identity` of a file that can be read; raises MediaError where it cannot or is not there."""
    from engine.media.source import check_file

    check_file(path)
    return files.identity(path)


class ClipFrames:
    """The frames of clips, on one grid of times a film, so that clips a step apart share all frames but one.

    Args:
        front: says how many frames a clip has, how long it is and how large the network looks at them.
        cache: where frames are kept.
    """

    def __init__(self, front: ClipFront, cache: BoundedCache) -> None:
        self.front, self._cache = front, cache

    def number(self, path: Path, seconds: float) -> int:
        """Number of the clip around ``seconds``: it begins ``number / front.rate`` s into the film.

        The moment lies in its middle, give or take half a step, except near the film's ends: clips lie inside the film.
        Of a film shorter than a clip, and of a still image, there is only clip 0.

        Raises:
            MediaError: the film cannot be read, or ``seconds`` is no number.
        """
        if not math.isfinite(seconds):
            raise MediaError("The time asked for is not a number.", "Give seconds from the start.", path=path)
        room = (self.film(path).length - self.front.seconds) * self.front.rate
        wished = round((seconds - self.front.seconds / 2) * self.front.rate)
        return max(0, min(wished, math.floor(room + 1e-6)))

    def is_seen(self, path: Path, seconds: float) -> bool:
        """Whether :meth:`seen` keeps an answer for the clip around ``seconds``; raises MediaError as it does."""
        return self._cache.get(self._clip(path, seconds)) is not None

    def fetch(self, path: Path, seconds: float) -> None:
        """Decode the clip around ``seconds``, unless what was seen in it is kept; raises MediaError."""
        if not self.is_seen(path, seconds):
            self.read(path, self.number(path, seconds))

    def seen(self, path: Path, seconds: float, look: Callable[[np.ndarray], torch.Tensor]) -> torch.Tensor:
        """What ``look`` makes of the frames of the clip around ``seconds``; made once, as long as it is kept.

        Raises:
            MediaError: the film cannot be read.
        """
        key = self._clip(path, seconds)
        kept = self._cache.get(key)
        if kept is None:
            kept = look(self.read(path, key[2]))
            self._cache.put(key, kept, kept.nbytes)
        found: torch.Tensor = kept
        return found

    def _clip(self, path: Path, seconds: float) -> tuple[str, tuple[str, int, int], int]:
        return "seen", identity(path), self.number(path, seconds)

    def film(self, path: Path) -> Film:
        """Length and proportions. Raises MediaError when it cannot be read."""
        key = ("film", identity(path))
        known = self._cache.get(key)
        if known is None:
            with self._decoder(path) as decoder:
                layout = decoder.layout
                length = 0.0 if decoder.still else decoder.length()
                known = Film(length=length, width=layout.width, height=layout.height)
            self._cache.put(key, known, 1)
        assert isinstance(known, Film)
        return known

    def read(self, path: Path, number: int) -> np.ndarray:
        """Frames of clip ``number``, uint8 ``(T, h, h, 3)``: past the film's end its last one again.

        Raises:
            MediaError: the film cannot be read.
        """
        still = self.film(path).length == 0
        wanted = [0 if still else number + k for k in range(self.front.frames)]
        film = identity(path)
        found = {n: self._cache.get(("frame", film, n)) for n in wanted}
        missing = [n for n, frame in found.items() if frame is None]
        if missing:
            found |= self._decode(path, film, missing)
        return np.stack([found[n] for n in wanted])

    def _decode(self, path: Path, film: Hashable, numbers: list[int]) -> dict[int, np.ndarray]:
        from engine.features.picture import resize_square

        decoded = {}
        with self._decoder(path) as decoder:
            for n in numbers:
                frame, _ = decoder.find(decoder.ticks(float(n / self.front.rate)))
                decoded[n] = resize_square(decoder.shown(frame).image, self.front.picture)
                self._cache.put(("frame", film, n), decoded[n], decoded[n].nbytes)
        return decoded

    def _decoder(self, path: Path):  # type: ignore[no-untyped-def]  # av is imported with it, on first use
        from engine.media.decode import Decoder

        return Decoder(path, _DETAIL * self.front.picture)


@dataclass(frozen=True, slots=True)
class Stretch:
    """As much of a sound as a clip is long."""

    source: Path | tuple[np.ndarray, int]
    start: float
    """s in the sound; silence stands before its beginning and after its end."""

    @classmethod
    def of(cls, sound: Sound, start: float | None = None) -> Stretch:
        """The stretch that a request names; ``start`` (s) counts over what ``sound`` says itself."""
        if not isinstance(sound, tuple):
            return cls(Path(sound), start or 0.0)
        first, second = sound
        if isinstance(first, np.ndarray):
            return cls((np.atleast_2d(first), int(second)), start or 0.0)
        return cls(Path(first), float(second) if start is None else start)

    @property
    def key(self) -> Hashable | None:
        """What its tokens are kept under; None for a waveform, which has no name."""
        return ("sound", identity(self.source), round(self.start, 3)) if isinstance(self.source, Path) else None

    def read(self, seconds: float) -> np.ndarray:
        """Float32 ``(2, N)`` at 21 kHz of that length.

        What the file does not have is silence: a short sound is heard once, not over and over.

        Raises:
            MediaError: the file cannot be read or holds no sound.
        """
        first, length = round(self.start * WAVE_RATE), round(seconds * WAVE_RATE)
        heard = np.zeros((2, length), np.float32)
        if first + length > 0:
            sound = self._from(max(0, first) / WAVE_RATE, (first + length) / WAVE_RATE)
            begin = max(0, -first)
            sound = sound[:, : length - begin]
            heard[:, begin : begin + sound.shape[1]] = sound
        return heard

    def _from(self, start: float, end: float) -> np.ndarray:
        from engine.media import load_audio
        from engine.media.channels import to_channels

        if isinstance(self.source, Path):
            return load_audio(self.source, WAVE_RATE, 2, start, end)
        import soxr

        waveform, rate = self.source
        piece = to_channels(waveform[:, round(start * rate) : round(end * rate)], 2)
        if rate == WAVE_RATE:
            return piece
        return np.asarray(soxr.resample(piece.T, rate, WAVE_RATE).T, np.float32)
