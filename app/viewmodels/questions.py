"""What the suggestions are asked for, a frame, a region or a whole shot, and the rows that answer it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.viewmodels.rows import Divider, SoundRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from engine.library import Library, SoundFile
    from engine.media import Frame
    from engine.recommend import Recommender, Result
    from engine.recommend.region import Region
    from engine.recommend.shots import Shot

TOP = 24
FITS_NO_MORE = "nothing more that fits"
FITS_NOTHING = "nothing in this library fits this picture"
FITS_NONE_OF_THESE = "none with these words fits this picture"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """A frame to find sounds for, a region of it, or the shot it is in."""

    recommender: Recommender
    library: Library
    frame: Frame
    text: str
    region: Region | None = None
    """Part of the frame; None is the whole."""
    shot: Shot | None = None
    """The whole shot is meant, not this frame alone; a region goes before it."""
    video: Path | None = None
    """Where a shot's frames are."""

    def covers(self, frame: Frame, shot: Shot | None) -> bool:
        """Whether an answer to this holds for another frame, which lies in ``shot``."""
        return frame is self.frame or (self.shot is not None and self.region is None and self.shot == shot)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """Rows for a question, best first."""

    question: Question
    rows: tuple[SoundRow, ...]
    fit_line: float
    """Score from which a sound fits."""


def ask(question: Question) -> Answer:
    """Rank the library's sounds for what is asked (model lane)."""
    from engine.recommend import FITS

    by_shot = question.shot is not None and question.region is None and question.video is not None
    results = _for_shot(question) if by_shot else _for_frame(question)
    files = question.library.files({one.file_id for result in results for one in (result, *result.takes)})
    rows = tuple(to_row(result, FITS, files) for result in results)
    return Answer(question=question, rows=rows, fit_line=FITS)


def _for_frame(question: Question) -> list[Result]:
    return question.recommender.recommend_image(
        question.frame.image, top=TOP, region=question.region, text=question.text, fold_takes=True
    )


def _for_shot(question: Question) -> list[Result]:
    from engine.media import VideoReader
    from engine.recommend.spot import merged_ranking

    assert question.shot is not None and question.video is not None
    with VideoReader(question.video) as reader:
        images = [reader.frame_at(seconds).image for seconds in question.shot.frames]
    return [result for _, result in merged_ranking(question.recommender, images, TOP, text=question.text)]


def to_row(result: Result, fits: float, files: Mapping[int, SoundFile] | None = None) -> SoundRow:
    """A result as a row, with what ``files`` say of its use; its takes follow it, best first."""
    known = files or {}
    row = _single(result, fits, known)
    takes = (row, *(_single(take, fits, known) for take in result.takes)) if result.takes else ()
    return replace(row, takes=takes)


def _single(result: Result, fits: float, files: Mapping[int, SoundFile]) -> SoundRow:
    from engine.library import title_of

    file = files.get(result.file_id)
    return SoundRow(
        file_id=result.file_id,
        path=result.path,
        name=title_of(result.path.name),
        duration=result.duration or result.end,
        category=result.category,
        start=result.start,
        end=result.end,
        rank=result.rank,
        score=result.score,
        fits=result.score >= fits,
        licence=file.licence if file is not None else "",
        credit=file.credit if file is not None else "",
    )


def divided(rows: Sequence[SoundRow], text: str = "") -> list[SoundRow | Divider]:
    """Rows that fit, the honest line, and the nearest of what does not fit; ``text`` is what they were narrowed by."""
    fitting = [row for row in rows if row.fits]
    others = [row for row in rows if not row.fits]
    nothing = FITS_NONE_OF_THESE if text else FITS_NOTHING
    line = [Divider(FITS_NO_MORE if fitting else nothing)]
    return [*fitting, *line, *others]
