"""When a sound belongs: how likely each small offset from its place is (decision 0019)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.library.listening import SILENT
from engine.recommend.bounded import BoundedCache
from engine.recommend.clips import ClipFrames, Sound, Stretch, identity
from engine.recommend.nudge import METRIC, REACH, SyncCurve, curve_of

if TYPE_CHECKING:
    import torch

    from engine.models.offset_model import OffsetModel

SYNCHRONISER = "synchroniser"
"""Id of the shipped model."""
CACHE_BYTES = 64 << 20
"""About eighty positions."""


class Synchroniser:
    """Tells offsets of sounds in films; keeps what it saw at each position, within a number of bytes.

    But for :meth:`fetch` it is one thread's at a time, never the window's.

    Args:
        model: a model of offsets, its id or its folder.
        device: "auto", "cpu", "cuda" or "mps", for a model that is loaded here.
        cache_bytes: kept at most.

    Raises:
        ModelError: the model cannot be found or loaded, or does not tell when.
    """

    def __init__(
        self, model: OffsetModel | str | Path = SYNCHRONISER, *, device: str = "auto", cache_bytes: int = CACHE_BYTES
    ) -> None:
        from engine.models.offset_model import OffsetModel

        self.model = OffsetModel.load(model, device) if isinstance(model, str | Path) else model
        self.least = float(self.model.metrics.get(METRIC, {}).get("least_confidence", 0.0))
        self._cache = BoundedCache(cache_bytes)
        self._frames = ClipFrames(self.model.front, self._cache)

    def fetch(self, video: str | Path, seconds: float) -> None:
        """Decode the frames that a curve at ``seconds`` needs, unless they are kept; any thread may, beside all else.

        Raises:
            MediaError: the film cannot be read.
        """
        path = Path(video)
        number = self._frames.number(path, seconds)
        if self._cache.get(self._position(path, number)) is None:
            self._frames.read(path, number)

    def sync_curve(self, video: str | Path, seconds: float, sound: Sound, start: float | None = None) -> SyncCurve:
        """How likely a sound is in sync with the picture when it is moved about its place.

        The 4.2 s of picture around the place count; all offsets are told at once.

        Args:
            video: a film or still image.
            seconds: where the sound is placed in the film.
            sound: a file, a file and where it is heard from (s), or a waveform ``(C, N)`` and its rate (Hz).
            start: s, what of the sound is heard at ``seconds`` while it is not moved.

        Raises:
            MediaError: the film or the sound cannot be read.
        """
        path = Path(video)
        number = self._frames.number(path, seconds)
        ahead = float(number / self.model.front.rate) - seconds  # the clip's begin, seen from the sound's place
        placed = Stretch.of(sound, start)
        heard = Stretch(placed.source, placed.start + ahead - REACH).read(self.model.front.seconds + 2 * REACH)
        logits = self.model.match(self._picture(path, number), heard)
        audible = bool(np.abs(heard).max(initial=0.0) >= SILENT)
        return curve_of(logits, self.model.step, self.least, audible=audible)

    def _position(self, path: Path, number: int) -> tuple[str, tuple[str, int, int], int]:
        return "moments", identity(path), number

    def _picture(self, path: Path, number: int) -> torch.Tensor:
        key = self._position(path, number)
        vectors = self._cache.get(key)
        if vectors is None:
            vectors = self.model.picture(self._frames.read(path, number))
            self._cache.put(key, vectors, vectors.nbytes)
        kept: torch.Tensor = vectors
        return kept
