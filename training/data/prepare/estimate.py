"""How much disk and time a set will take, before any of it is made."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError, MediaError
from engine.jobs import Job
from training.data.prepare.report import Source

MOST_PROBED = 200
"""Headers read; of more sources an even sample is taken."""
BYTES, SECONDS = 200_000.0, 0.08
"""What one second of video takes where none was tried: disk, and time of one core (10 s clips of 360 lines)."""
_TRIED, _SECONDS_TRIED = 5, 3
_WORTH_TRYING = 12
_TIGHT = 0.8
"""A set clearly does not fit when this share of its estimate exceeds what is free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What is still to be done."""

    videos: int
    kept: int
    """Sources that are in the set already."""
    hours: float
    """Of video."""
    bytes: int
    """Disk that the shards will take."""
    seconds: float
    """Time until they are written."""
    free: int
    """Bytes free where they go."""
    measured: bool
    """Whether some of the videos were tried; otherwise the figures are typical ones."""

    @property
    def fits(self) -> bool:
        """Whether there may be room."""
        return _TIGHT * self.bytes <= self.free

    def sentence(self) -> str:
        """All of it in words."""
        known = f", {self.kept} more are there already" if self.kept else ""
        return (
            f"{self.videos} videos, {_span(3600 * self.hours)} of picture{known}: "
            f"about {_size(self.bytes)} of disk ({_size(self.free)} are free) and {_span(self.seconds)}."
        )


def estimate(
    sources: Sequence[Source],
    out: Path,
    workers: int,
    kept: int = 0,
    job: Job | None = None,
    *,
    sample_seconds: float = 1.0,
    typical: tuple[float, float] | None = None,
) -> Estimate:
    """What ``sources`` will take in ``out``, from their headers and a few seconds of some of them.

    Args:
        sources: what is to be done.
        out: the set's folder.
        workers: processes.
        kept: sources that are in the set already.
        job: progress and cancel.
        sample_seconds: s of video that a sample stands for.
        typical: bytes, and seconds of one core, that a second of video takes where none was tried; ``BYTES``
            and ``SECONDS`` when None.
    """
    job = job or Job()
    job.begin(0, "Estimating disk and time")
    lengths = _lengths(_even(sources, MOST_PROBED), job)
    length = statistics.mean(lengths) * len(sources) if lengths else 0.0
    usual = typical or (BYTES, SECONDS)
    size, pace = _tried(_even(sources, _TRIED), job, sample_seconds) if len(sources) >= _WORTH_TRYING else (0.0, 0.0)
    return Estimate(
        videos=len(sources),
        kept=kept,
        hours=length / 3600,
        bytes=round(length * (size or usual[0])),
        seconds=length * (pace or usual[1]) / workers,
        free=shutil.disk_usage(_existing(out)).free,
        measured=size > 0,
    )


def refuse_if_it_cannot_fit(wanted: Estimate, out: Path) -> None:
    """Raises MediaError when the disk is clearly too small."""
    if not wanted.fits:
        message = f"The shards need about {_size(wanted.bytes)}, and {out} has {_size(wanted.free)} free."
        raise MediaError(message, "Choose a folder on another disk, or fewer videos.", path=out)


def _even(sources: Sequence[Source], most: int) -> list[Source]:
    count = min(most, len(sources))
    return [sources[i * len(sources) // count] for i in range(count)]


def _lengths(sources: Sequence[Source], job: Job) -> list[float]:
    lengths = []
    for source in sources:
        job.check()
        try:
            lengths.append(source.length())
        except EngineError:
            continue  # it is reported when its turn comes
    return lengths


def _tried(sources: Sequence[Source], job: Job, sample_seconds: float) -> tuple[float, float]:
    """Mean bytes and median seconds that a second of video takes; zeros where none could be read."""
    sizes, paces, wanted = [], [], max(1, round(_SECONDS_TRIED / sample_seconds))
    for source in (sources[0], *sources):  # twice the first: its first time loads libraries
        job.check()
        begun, taken, size = time.monotonic(), 0, 0
        try:
            for taken, sample in enumerate(source.samples(), start=1):
                size += sample.size if sample is not None else 0
                if taken == wanted:
                    break
        except EngineError:
            continue
        if taken:
            span = taken * min(sample_seconds, source.length())
            sizes.append(size / span)
            paces.append((time.monotonic() - begun) / span)
    return (statistics.mean(sizes[1:]), statistics.median(paces[1:])) if len(sizes) > 1 else (0.0, 0.0)


def _existing(path: Path) -> Path:
    return next(p for p in (path.absolute(), *path.absolute().parents) if p.exists())


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"
