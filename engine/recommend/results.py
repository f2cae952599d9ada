"""What a recommendation is: a file, the region that fits, how well, and the takes folded beneath it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.library import SoundFile, WindowHit, take_family
from engine.recommend.calibration import Calibration


@dataclass(frozen=True, slots=True)
class Result:
    """One sound proposed for a picture."""

    rank: int
    """1 is best; takes are ranked among themselves."""
    path: Path
    start: float
    """Where the best window starts in the file, s."""
    end: float
    """Where it ends, s."""
    distance: float
    """Euclidean distance of picture and window, 0..2."""
    score: float
    """Calibrated on the library, 0..1; see :mod:`engine.recommend.calibration`."""
    category: str
    file_id: int
    name: str
    duration: float = 0.0
    """Of the whole file, s."""
    subcategory: str = ""
    windows: tuple[WindowHit, ...] = ()
    """Every window of the file that came near, best first."""
    takes: tuple[Result, ...] = ()
    """Other takes of the same sound, best first."""


def group_by_file(hits: Iterable[WindowHit]) -> dict[int, list[WindowHit]]:
    """Hits of each file in their order; files in order of their best hit."""
    groups: dict[int, list[WindowHit]] = {}
    for hit in hits:
        groups.setdefault(hit.file_id, []).append(hit)
    return groups


def families(groups: Mapping[int, list[WindowHit]], files: Mapping[int, SoundFile]) -> list[list[int]]:
    """File ids folded into families of takes (same folder, same name but for the number), best first throughout."""
    folded: dict[tuple[str, str], list[int]] = {}
    for file_id in groups:
        if file_id in files:
            file = files[file_id]
            folded.setdefault((str(file.path.parent), take_family(file.name)), []).append(file_id)
    return list(folded.values())


def to_results(
    ranked: list[list[int]],
    groups: Mapping[int, list[WindowHit]],
    files: Mapping[int, SoundFile],
    calibration: Calibration,
) -> list[Result]:
    """Families as results: the best take stands in front, the others fold beneath it."""
    results = []
    for rank, family in enumerate(ranked, 1):
        first, *others = (_result(file_id, groups[file_id], files[file_id], calibration) for file_id in family)
        takes = tuple(replace(take, rank=n) for n, take in enumerate(others, 1))
        results.append(replace(first, rank=rank, takes=takes))
    return results


def _result(file_id: int, hits: list[WindowHit], file: SoundFile, calibration: Calibration) -> Result:
    best = hits[0]
    return Result(
        rank=1,
        path=file.path,
        start=best.start,
        end=best.end,
        distance=best.distance,
        score=calibration.score(best.distance),
        category=file.category,
        file_id=file.id,
        name=file.name,
        duration=file.duration,
        subcategory=file.subcategory,
        windows=tuple(hits),
    )
