"""The cue sheet: every shot of a film with the library's sounds for it, and what the library lacks."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Unpack

import numpy as np

from engine.errors import MediaError
from engine.jobs import Job
from engine.library import take_family
from engine.recommend.calibration import FITS
from engine.recommend.fit_cache import FilmCache
from engine.recommend.presence import OnScreen
from engine.recommend.recommender import Filters, Recommender
from engine.recommend.region import Region, heat_box
from engine.recommend.results import Result
from engine.recommend.shots import Shot, find_shots
from engine.timeline.timecode import Counting

if TYPE_CHECKING:
    from engine.media import Frame, VideoReader

log = logging.getLogger(__name__)

# What a library lacks is named only where there is a basis: the best that was found, though it does not fit, lies
# nearer than an unrelated picture's best sound, and most of it is of one category.
_BASIS = 0.5
_AGREEING = 0.6
_ASKED = 5


class Located(Protocol):
    """Where a sound belongs in a picture; :class:`engine.recommend.localisation.Localisation` is one."""

    @property
    def onscreen(self) -> OnScreen | None:
        """Whether its source is seen; None where that cannot be told."""

    @property
    def box(self) -> Region | None:
        """Box around its place; None where nothing in the picture speaks for it."""


class SoundLocaliser(Protocol):
    """Tells whether and where sounds' sources are in a picture; :class:`engine.recommend.Localiser` is one."""

    def localize_many(
        self, video: str | Path, seconds: float, sounds: Sequence[tuple[Path, float]]
    ) -> Sequence[Located]:
        """The place of each sound, heard from the second beside it on, in the frame shown at ``seconds``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One sound proposed for a shot."""

    rank: int
    """1 is best."""
    path: Path
    name: str
    file_id: int
    category: str
    subcategory: str
    score: float
    """Calibrated on the library, 0..1: of the frame of the shot that it fits best."""
    distance: float
    time: float
    """Time stamp of that frame, s."""
    start: float
    """Where the window that fits starts in the sound's file, s."""
    end: float
    region: Region | None
    """Where in that frame it belongs, or else where the model looks."""
    onscreen: OnScreen | None
    """Whether its source is seen; None while nothing here can tell."""
    takes: tuple[Path, ...]
    """Other takes of the same sound, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotCues:
    """One shot and what was found for it."""

    shot: Shot
    cues: tuple[Cue, ...]
    """Best first."""
    lacks: tuple[str, ...]
    """Where nothing fits: the category that would come nearest, if there is a basis for naming one."""

    @property
    def fits(self) -> bool:
        """Whether the best sound is said to fit."""
        return bool(self.cues) and self.cues[0].score >= FITS


@dataclass(frozen=True, slots=True, kw_only=True)
class CueSheet:
    """A film's shots with the sounds of one library."""

    video: Path
    duration: float
    """Of the film, s; 0 for a still image."""
    counting: Counting
    """How the film's frames are numbered."""
    library: Path
    model: str
    shots: tuple[ShotCues, ...]

    @property
    def fps(self) -> Fraction:
        """Frames/s of the film."""
        return self.counting.rate

    def lacks(self) -> list[tuple[str, tuple[int, ...]]]:
        """Categories the library lacks with the shots (their index) that want them; "" stands for shots that name none.

        The category most shots want comes first.
        """
        wanted: dict[str, list[int]] = {}
        for spotted in self.shots:
            for category in () if spotted.fits else spotted.lacks or ("",):
                wanted.setdefault(category, []).append(spotted.shot.index)
        return sorted(((name, tuple(shots)) for name, shots in wanted.items()), key=lambda item: (-len(item[1]), item))


def spot(
    recommender: Recommender,
    video: Path | str | PathLike[str],
    *,
    top: int = 5,
    localiser: SoundLocaliser | None = None,
    cache: FilmCache | None = None,
    job: Job | None = None,
    **filters: Unpack[Filters],
) -> CueSheet:
    """The cue sheet of a film: for each shot the ``top`` sounds of the library, takes folded.

    Args:
        recommender: of the library.
        video: a film, or a still image, which is one shot.
        top: sounds a shot at most.
        localiser: says where each sound belongs; without one the region is where the model looks.
        cache: keeps the shots.
        job: counts shots.
        filters: as :meth:`engine.recommend.Recommender.recommend_vector` takes them.

    Raises:
        MediaError: the film cannot be read.
    """
    from engine.media import VideoReader

    path = Path(video)
    shots = find_shots(path, cache=cache, job=job)
    if job:
        job.begin(len(shots), f"Spotting {path.name}")
    spotted = []
    with VideoReader(path) as reader:
        for shot in shots:
            cues = spot_shot(recommender, reader, shot, top=top, localiser=localiser, **filters)
            spotted.append(ShotCues(shot=shot, cues=cues, lacks=lacking(cues)))
            if job:
                job.step()
        return CueSheet(
            video=path,
            duration=reader.duration,
            counting=Counting.of(reader.fps, reader.info.video.timecode if reader.info.video else ""),
            library=recommender.library.path,
            model=recommender.model.id,
            shots=tuple(spotted),
        )


def spot_shot(
    recommender: Recommender,
    video: VideoReader,
    shot: Shot,
    *,
    top: int = 5,
    localiser: SoundLocaliser | None = None,
    **filters: Unpack[Filters],
) -> tuple[Cue, ...]:
    """The ``top`` sounds for one shot, best first; see :func:`spot`."""
    frames = [video.frame_at(seconds) for seconds in shot.frames]
    ranked = merged_ranking(recommender, [frame.image for frame in frames], top, **filters)
    regions = {n: heat_box(recommender.picture_map(frames[n].image)) for n in {n for n, _ in ranked}}
    cues = [replace(_cue(result, frames[n]), region=regions[n]) for n, result in ranked]
    return tuple(cues if localiser is None else _located(cues, video.path, localiser))


def merged_ranking(
    recommender: Recommender, images: Sequence[np.ndarray], top: int = 5, **filters: Unpack[Filters]
) -> list[tuple[int, Result]]:
    """One ranking over several pictures: each sound counts by the picture it fits best; takes are folded.

    Whoever is among the best ``top`` of all pictures is among the best ``top`` of its own, so no deeper search is due.

    Returns:
        Index of that picture and the result, best first; equally near ones by path.
    """
    folded: Filters = {**filters, "fold_takes": True}
    families: dict[tuple[str, str], list[tuple[float, str, int, Result]]] = {}
    for n, vector in enumerate(recommender.model.embed_rgb(list(images))):
        for result in recommender.recommend_vector(vector, top, **folded):
            family = families.setdefault((str(result.path.parent), take_family(result.name)), [])
            family += [(take.distance, str(take.path), n, take) for take in (result, *result.takes)]
    ordered = sorted(sorted(family, key=lambda one: one[:3]) for family in families.values())[:top]
    return [_folded(rank, family) for rank, family in enumerate(ordered, 1)]


def lacking(cues: Sequence[Cue]) -> tuple[str, ...]:
    """What a library lacks for a shot with these cues: nothing where one fits, or where none gives a basis."""
    if not cues or cues[0].score >= FITS or cues[0].score < _BASIS:
        return ()
    asked = [cue.category for cue in cues[:_ASKED]]
    category, count = Counter(asked).most_common(1)[0]
    return (category,) if category and count >= max(2, _AGREEING * len(asked)) else ()


def _folded(rank: int, family: list[tuple[float, str, int, Result]]) -> tuple[int, Result]:
    """The best of a family, its other takes beneath it, each as it fits best."""
    best: dict[int, Result] = {}
    for _, _, _, take in family:
        best.setdefault(take.file_id, take)
    front, *others = best.values()
    takes = tuple(replace(take, rank=n, takes=()) for n, take in enumerate(others, 1))
    return family[0][2], replace(front, rank=rank, takes=takes)


def _cue(result: Result, frame: Frame) -> Cue:
    return Cue(
        rank=result.rank,
        path=result.path,
        name=result.name,
        file_id=result.file_id,
        category=result.category,
        subcategory=result.subcategory,
        score=result.score,
        distance=result.distance,
        time=frame.time,
        start=result.start,
        end=result.end,
        region=None,
        onscreen=None,
        takes=tuple(take.path for take in result.takes),
    )


def _located(cues: Sequence[Cue], video: Path, localiser: SoundLocaliser) -> list[Cue]:
    """The cues with what the localiser knows of them; all sounds of one frame are asked for at once."""
    found: dict[int, Located] = {}
    for time in sorted({cue.time for cue in cues}):
        found |= _locate(localiser, video, time, [cue for cue in cues if cue.time == time])
    return [_placed(cue, found.get(cue.rank)) for cue in cues]


def _locate(localiser: SoundLocaliser, video: Path, seconds: float, cues: Sequence[Cue]) -> dict[int, Located]:
    """Places by rank; a sound that cannot be read, as its drive is away, has none."""
    try:
        places = localiser.localize_many(video, seconds, [(cue.path, cue.start) for cue in cues])
    except MediaError as error:
        if len(cues) > 1:
            return {rank: place for cue in cues for rank, place in _locate(localiser, video, seconds, [cue]).items()}
        log.info("%s is not localised: %s", cues[0].path, error)
        return {}
    return {cue.rank: place for cue, place in zip(cues, places, strict=True)}


def _placed(cue: Cue, place: Located | None) -> Cue:
    return cue if place is None else replace(cue, onscreen=place.onscreen, region=place.box or cue.region)
