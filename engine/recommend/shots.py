"""Where a film is cut into shots, by the file's own time stamps, and the frames that stand for each of them."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.jobs import Job
from engine.recommend.fit_cache import FilmCache

if TYPE_CHECKING:
    from engine.media import Frame

SHARES = (1 / 6, 1 / 2, 5 / 6)
"""Where in a shot its representative frames lie: clear of the cuts at both ends."""
SHORTEST = 0.25
"""Seconds; what is shorter is a flash, not a shot."""
FLASH = 0.2
"""Seconds after which the picture must still be another, lest a flash be taken for a cut."""
_LASTING = 0.8  # share of the change that lasts: 0.9 and more at real cuts, 0.2 to 0.7 at flashes and fireworks
_HEIGHT = 96  # px; a cut changes the whole picture, detail only adds noise
# PySceneDetect's AdaptiveDetector at its own defaults; ratios of 2 to 4 and changes of 12 to 20 differ by a cut in a
# hundred. Within one frame it finds 175 of 177 joins of real clips that took no part in the choice, with one cut too
# many, and all 59 of synthetic scenes.
_RATIO = 3.0
_WINDOW = 2
_CHANGE = 15.0
# A rolling average needs neighbours of the same shot; a slide show has none.
_SLOW = 8.0  # frames a second
_SLOW_CHANGE = 27.0  # ContentDetector's default
# 24 frames a second within 60, or a film drawn on twos, show frames again: beside these a step of any motion looks like
# a cut. Encoded again, repeats of 15 real clips differ by 0.0 to 0.6; up to eight follow one another (7 in 60).
_REPEATED = 0.6
_MOST_REPEATS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One shot of a film."""

    index: int
    """From 0."""
    start: float
    """Time stamp of its first frame, s."""
    end: float
    """Time stamp of the next shot's first frame, s; of the last shot the end of the film. 0 for a still image."""
    frames: tuple[float, ...]
    """Time stamps of the frames that stand for it, s, ascending: three, or fewer where it has fewer frames."""


def find_shots(
    video: Path | str | PathLike[str], *, cache: FilmCache | None = None, job: Job | None = None
) -> list[Shot]:
    """The shots of a film, in order and without gaps; a still image is one shot.

    Hard cuts are found (PySceneDetect's AdaptiveDetector: a frame differs from the one before much more than its
    neighbours do), and flashes are told from them; a dissolve counts as a cut only where it is quick.

    Args:
        video: a film or still image.
        cache: where the result is kept; None keeps nothing.
        job: counts seconds of film.

    Raises:
        MediaError: the film cannot be read.
    """
    path = Path(video)
    settings = ("shots", 3, _RATIO, _WINDOW, _CHANGE, SHORTEST)
    kept = cache.load(path, *settings) if cache is not None and path.is_file() else None
    if kept is None:
        kept = _analyse(path, job)
        if cache is not None:
            cache.save(path, *settings, **kept)
    return to_shots(kept["stamps"].tolist(), kept["cuts"].tolist(), float(kept["end"]))


def to_shots(stamps: Sequence[float], cuts: Sequence[int], end: float) -> list[Shot]:
    """Shots of a film.

    Args:
        stamps: time stamp of every frame, s, ascending, at least one.
        cuts: index of each frame that begins a new shot, ascending, the first frame left out.
        end: where the film ends, s; the last stamp where that is later.
    """
    borders = [0, *cuts, len(stamps)]
    shots = []
    for index, (first, after) in enumerate(itertools.pairwise(borders)):
        finish = stamps[after] if after < len(stamps) else max(end, stamps[-1])
        frames = _representatives(stamps[first:after], finish)
        shots.append(Shot(index=index, start=stamps[first], end=finish, frames=frames))
    return shots


def shot_at(shots: Sequence[Shot], seconds: float) -> Shot:
    """The shot shown at a time, s; the first before all, the last past the end."""
    return shots[max(0, bisect_right(shots, seconds + 1e-6, key=lambda shot: shot.start) - 1)]


def cuts_of(frames: Iterable[np.ndarray], fps: float) -> list[int]:
    """Indices of the frames that begin a new shot, ascending.

    Args:
        frames: small pictures, uint8 ``(h, w, 3)`` RGB, all of one size.
        fps: frames a second on average; it decides how short a shot may be, and how slide shows are told from films.
    """
    import cv2
    from scenedetect import FrameTimecode

    detector, stays, repeats = _detector(fps), _Flashes(fps), _Repeats()
    for index, frame in enumerate(frames):
        found = []
        if not repeats.have(frame):
            # Cuts are counted in frames; the rate given here is never read.
            found = detector.process_frame(FrameTimecode(index, 25.0), cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
        stays.add(index, frame, [cut.frame_num for cut in found if cut.frame_num > 0])
    return stays.finish()


class _Repeats:
    """Tells frames that are shown again from new ones; a picture that stands for longer counts as new again."""

    def __init__(self) -> None:
        self._last: np.ndarray | None = None
        self._count = 0

    def have(self, frame: np.ndarray) -> bool:
        """Whether ``frame`` is the one before it again."""
        again = self._last is not None and _unlikeness(self._last, frame) <= _REPEATED
        self._last = frame
        self._count = self._count + 1 if again else 0
        return 0 < self._count <= _MOST_REPEATS


class _Flashes:
    """Tells cuts from flashes, lightning or a firework: after a flash the picture is again what it was before."""

    def __init__(self, fps: float) -> None:
        self._ahead = max(1, round(FLASH * fps)) if fps >= _SLOW else 0
        self._frames: deque[tuple[int, np.ndarray]] = deque(maxlen=self._ahead + 2 * _WINDOW * (_MOST_REPEATS + 1) + 2)
        self._pending: list[int] = []
        self._cuts: list[int] = []

    def add(self, index: int, frame: np.ndarray, found: list[int]) -> None:
        """Take the next frame, and the cuts that the detector finds with it; those lie a few frames back."""
        if self._ahead:
            self._frames.append((index, frame))
        self._pending += found
        while self._pending and self._pending[0] + self._ahead <= index:
            self._judge(self._pending.pop(0))

    def finish(self) -> list[int]:
        """The cuts that stay, ascending."""
        for cut in self._pending:
            self._judge(cut)
        return sorted(set(self._cuts))

    def _judge(self, cut: int) -> None:
        kept = dict(self._frames)
        before, after = kept.get(cut - 1), kept.get(cut)
        if before is None or after is None:
            self._cuts.append(cut)
            return
        later = kept[min(cut + self._ahead, max(kept))]
        if _unlikeness(before, later) >= _LASTING * _unlikeness(before, after):
            self._cuts.append(cut)


def _unlikeness(one: np.ndarray, other: np.ndarray) -> float:
    """Mean difference of hue, saturation and value, as PySceneDetect measures it."""
    import cv2

    first, second = (cv2.cvtColor(frame, cv2.COLOR_RGB2HSV) for frame in (one, other))
    return float(cv2.absdiff(first, second).mean())


def _detector(fps: float) -> Any:
    from scenedetect import AdaptiveDetector, ContentDetector
    from scenedetect.detector import FlashFilter

    shortest = max(1, math.ceil(SHORTEST * fps))
    if fps < _SLOW:
        each = FlashFilter.Mode.SUPPRESS  # its default merges changes that follow each other
        return ContentDetector(threshold=_SLOW_CHANGE, min_scene_len=shortest, filter_mode=each)
    return AdaptiveDetector(
        adaptive_threshold=_RATIO, window_width=_WINDOW, min_content_val=_CHANGE, min_scene_len=shortest
    )


def _analyse(path: Path, job: Job | None) -> dict[str, np.ndarray]:
    from engine.media.decode import Decoder

    with Decoder(path, _HEIGHT) as decoder:
        length = 0.0 if decoder.still else decoder.length()
        if job:
            job.begin(length, f"Finding the shots of {path.name}")
        rate = decoder.stream.average_rate
        stamps: list[float] = []
        shown = (decoder.shown(frame) for frame, _ in decoder.from_start())
        cuts = cuts_of(_noting(shown, stamps, job), float(rate or 25))
    return {"stamps": np.array(stamps), "cuts": np.array(cuts, dtype=np.int64), "end": np.array(length)}


def _noting(frames: Iterable[Frame], stamps: list[float], job: Job | None) -> Iterator[np.ndarray]:
    """The frames' pictures; their time stamps are noted on the way, and what is never shown is left out."""
    for frame in frames:
        if stamps and frame.time <= stamps[-1]:
            continue
        if job:
            job.step(frame.time - stamps[-1] if stamps else 0.0)
        stamps.append(frame.time)
        yield frame.image


def _representatives(stamps: Sequence[float], end: float) -> tuple[float, ...]:
    """Of the frames of one shot those shown at :data:`SHARES` of it, each once."""
    length = end - stamps[0]
    chosen = {max(0, bisect_right(stamps, stamps[0] + share * length + 1e-6) - 1) for share in SHARES}
    return tuple(stamps[n] for n in sorted(chosen))
