"""What `recommend` answers: the sounds for one moment of a picture, as a document, as lines and as a heatmap."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import MediaError
from engine.library.rights import Rights

if TYPE_CHECKING:
    import numpy as np

    from engine.recommend import Recommender, Result
    from engine.recommend.region import Region


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
    rights: dict[int, Rights]
    """Licence and credit of each result, by the id of its file."""
    region: Region | None = None
    """The part of the frame that was asked about, as fractions; None for all of it."""

    def document(self) -> dict[str, Any]:
        """The documented form of ``recommend --json``."""
        names = ("rank", "path", "start", "end", "distance", "score", "category")
        return {
            "video": str(self.video),
            "time": self.time,
            "frame_time": self.frame_time,
            "region": self.region,
            "model": self.model,
            "results": [
                {name: getattr(result, name) for name in names} | _said(self.rights[result.file_id])
                for result in self.results
            ],
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
    recommender: Recommender,
    video: Path,
    seconds: float,
    top: int = 10,
    *,
    text: str = "",
    category: str | None = None,
    region: Region | None = None,
) -> Suggestions:
    """The ``top`` sounds for the frame shown ``seconds`` into ``video`` (a still image has one frame for all times).

    Args:
        recommender: of the library.
        video: a video or still image.
        seconds: the moment.
        top: how many at most.
        text: only sounds that match, in the language of the library's search.
        category: only sounds of this category.
        region: answer for this part of the frame alone.

    Raises:
        MediaError: the picture cannot be read, or ends before that moment.
        LibraryError: no sound is of that category.
    """
    from app.cli.categories import check_category
    from engine.media import VideoReader

    check_category(recommender.library, category)
    with VideoReader(video) as reader:
        check_moment(video, seconds, reader.info)
        frame = reader.frame_at(seconds)
    results = recommender.recommend_image(frame.image, top, region=region, text=text, category=category)
    files = recommender.library.files(result.file_id for result in results)
    return Suggestions(
        video=video,
        time=seconds,
        frame_time=float(frame.time),
        model=recommender.model.id,
        image=frame.image,
        results=results,
        rights={file_id: Rights(licence=file.licence, credit=file.credit) for file_id, file in files.items()},
        region=region,
    )


def _said(rights: Rights) -> dict[str, str | None]:
    """Licence and credit as JSON has them: null where nothing is said."""
    return {"licence": rights.licence or None, "credit": rights.credit or None}


def check_heard(audible: bool, sound: Path, start: float) -> None:
    """Raises :class:`MediaError` where nothing of ``sound`` is heard from ``start`` (s) on."""
    if not audible:
        hint = "Choose another --start, or another sound."
        raise MediaError(f"{sound.name} is silent from {start:g} s on, or has ended.", hint, path=sound)


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
