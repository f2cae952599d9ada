"""Where samples and rows lie on screen."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from engine.timeline.overlaps import heard_fades

if TYPE_CHECKING:
    from engine.timeline.document import Clip, Track
    from engine.timeline.overlaps import Fades

NAME_HEIGHT = 14  # px
LEAST_NAMED = 32  # px; lower rows show the waveform alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """A view of the timeline in logical px."""

    samples_per_px: float
    left: int
    """px of the timeline that lie left of the view."""
    top: int
    """px of the rows that lie above the view."""
    row_height: int
    width: int
    height: int

    def x_of(self, sample: float) -> float:
        """Where a project sample lies in the view."""
        return sample / self.samples_per_px - self.left

    def sample_at(self, x: float) -> int:
        """The project sample at a place in the view."""
        return max(0, round((x + self.left) * self.samples_per_px))

    def row_top(self, row: int) -> int:
        """Where a row begins in the view."""
        return row * self.row_height - self.top

    def row_at(self, y: float) -> int:
        """The row at a place in the view, whether there is one or not."""
        return int((y + self.top) // self.row_height)

    def rows(self, count: int) -> range:
        """The rows that can be seen, of ``count``."""
        return range(max(0, self.row_at(0)), min(count, self.row_at(self.height - 1) + 1))

    @property
    def span(self) -> tuple[int, int]:
        """First project sample in view and the one behind the last."""
        return self.sample_at(0), self.sample_at(self.width) + 1


class TrackIndex:
    """A track's clips, found by time without looking at all of them."""

    def __init__(self, track: Track) -> None:
        self.track = track
        self.starts = np.array([clip.position for clip in track.clips], np.int64)
        self.ends = np.array([clip.end for clip in track.clips], np.int64)
        self._latest = list(accumulate((clip.end for clip in track.clips), max))
        self._fades: dict[str, Fades] | None = None

    @property
    def fades(self) -> dict[str, Fades]:
        """What is heard at the ends of each clip, crossfades included; muted ones are left out."""
        if self._fades is None:
            self._fades = heard_fades(self.track)
        return self._fades

    def between(self, start: int, end: int) -> np.ndarray:
        """Numbers of the clips that lie in project samples ``start..end``, in order."""
        first = bisect_right(self._latest, start)
        last = int(np.searchsorted(self.starts, end))
        numbers = np.arange(first, max(first, last))
        return numbers[self.ends[numbers] > start]

    def at(self, sample: int) -> Clip | None:
        """The clip on top at a project sample: the one that begins last."""
        numbers = self.between(sample, sample + 1)
        return self.track.clips[int(numbers[-1])] if len(numbers) else None


class Indexes:
    """One index a track, made anew only for tracks that changed."""

    def __init__(self) -> None:
        self._kept: dict[str, TrackIndex] = {}

    def of(self, track: Track) -> TrackIndex:
        """The index of this very version of a track."""
        found = self._kept.get(track.id)
        if found is None or found.track is not track:
            found = self._kept[track.id] = TrackIndex(track)
        return found

    def clear(self) -> None:
        """Forget the tracks of another project."""
        self._kept.clear()
