"""What `recommend` answers: the sounds for one moment of a picture, as a document, as lines and as a heatmap."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import MediaError

if TYPE_CHECKING:
    import numpy as np

    from engine.recommend import Recommender, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """Sounds proposed for one moment of one picture."""

    video: Path
    time: float
    """The moment asked for, in seconds."""
    frame_time: float
    """The time stamp of the frame shown at that moment, in seconds."""
    model: str
    image: np.ndarray
    """The frame itself, uint8 ``(H, W, 3)`` RGB."""
    results: list[Result]

    def document(self) -> dict[str, Any]:
        """The documented form of ``recommend --json``."""
        names = ("rank", "path", "start", "end", "distance", "score", "category")
        return {
            "video": str(self.video),
            "time": self.time,
            "frame_time": self.frame_time,
            "model": self.model,
            "results": [{name: getattr(result, name) for name in names} for result in self.results],
        }

    def lines(self) -> list[str]:
        """One line a result for people: rank, score, region, category, path; then what must honestly be added."""
        rows = [
            f"{r.rank:3d}  {r.score:4.2f}  {r.start:7.2f}-{r.end:<7.2f}  {(r.category or '-')[:24]:24}  {r.path}"
            for r in self.results
        ]
        return rows + self._verdict()

    def _verdict(self) -> list[str]:
        from engine.recommend import FITS

        if not self.results:
            return ["Nothing in this library matches."]
        if self.results[0].score < FITS:
            return [f"Nothing in this library is said to fit (that begins at a score of {FITS:g})."]
        return []


def suggest(
    recommender: Recommender, video: Path, seconds: float, top: int = 10, *, text: str = "", category: str | None = None
) -> Suggestions:
    """The ``top`` sounds for the frame shown ``seconds`` into ``video`` (a still image has one frame for all times).

    Raises:
        MediaError: the picture cannot be read, or ends before that moment.
    """
    from engine.media import VideoReader

    with VideoReader(video) as reader:
        check_moment(video, seconds, reader.info)
        frame = reader.frame_at(seconds)
    results = recommender.recommend_image(frame.image, top, text=text, category=category)
    return Suggestions(
        video=video,
        time=seconds,
        frame_time=float(frame.time),
        model=recommender.model.id,
        image=frame.image,
        results=results,
    )


def check_moment(video: Path, seconds: float, info: Any) -> None:
    """Raises :class:`MediaError` where a film ends before ``seconds``; ``info`` is what was probed of it."""
    if info.kind == "image" or not info.duration:
        return
    if not math.isfinite(seconds) or not 0 <= seconds <= float(info.duration):
        raise MediaError(
            f"{video.name} has no picture at {seconds:g} s.",
            f"Choose --at between 0 and {math.floor(float(info.duration) * 100) / 100:g}.",
            path=video,
        )
