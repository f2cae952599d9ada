"""When a sound belongs: how likely each small offset from its place is (decision 0019)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import MediaError
from engine.library.listening import is_audible
from engine.recommend.bounded import BoundedCache
from engine.recommend.clips import ClipFrames, Sound, Stretch
from engine.recommend.nudge import METRIC, REACH, SyncCurve, curve_of

if TYPE_CHECKING:
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
        self._frames = ClipFrames(self.model.front, BoundedCache(cache_bytes))

    @classmethod
    def installed(cls) -> Synchroniser | None:
        """One with the installed model; None where there is none. Raises ModelError where it cannot be loaded."""
        from engine.models import is_installed

        return cls() if is_installed(SYNCHRONISER) else None

    def fetch(self, video: str | Path, seconds: float) -> None:
        """Decode the frames that a curve at ``seconds`` needs, unless they are kept; any thread may, beside all else.

        Raises:
            MediaError: the film cannot be read, or is a still picture.
        """
        self._frames.fetch(self._film(video), seconds)

    def sync_curve(self, video: str | Path, seconds: float, sound: Sound, start: float | None = None) -> SyncCurve:
        """How likely a sound is in sync with the picture when it is moved about its place.

        The 4.2 s of picture around the place count; all offsets are told at once.

        Args:
            video: a film.
            seconds: where the sound is placed in the film.
            sound: a file, a file and where it is heard from (s), or a waveform ``(C, N)`` and its rate (Hz).
            start: s, what of the sound is heard at ``seconds`` while it is not moved.

        Raises:
            MediaError: the film or the sound cannot be read, or it is a still picture.
        """
        path = self._film(video)
        begins = float(self._frames.number(path, seconds) / self.model.front.rate)
        ahead = begins - seconds  # the clip's begin, seen from the sound's place
        placed = Stretch.of(sound, start)
        heard = Stretch(placed.source, placed.start + ahead - REACH).read(self.model.front.seconds + 2 * REACH)
        logits = self.model.match(self._frames.seen(path, seconds, self.model.picture), heard)
        return curve_of(logits, self.model.step, self.least, audible=is_audible(heard))

    def _film(self, video: str | Path) -> Path:
        path = Path(video)
        if self._frames.film(path).length == 0:
            raise MediaError(f"{path.name} is a still picture: no sound is early or late in it.", "Choose a film.")
        return path
