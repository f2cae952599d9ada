"""A project's clips found by time, without looking at all of them: made anew only for tracks that changed."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from engine.timeline.document import Clip, Project, Track
    from engine.timeline.overlaps import Fades


class TrackIndex:
    """A track's clips, found by time without looking at all of them."""

    def __init__(self, track: Track) -> None:
        import numpy as np

        self.track = track
        self.starts = np.array([clip.position for clip in track.clips], np.int64)
        self.ends = np.array([clip.end for clip in track.clips], np.int64)
        self._latest = list(accumulate((clip.end for clip in track.clips), max))
        self._fades: dict[str, Fades] | None = None

    @property
    def end(self) -> int:
        """Project sample at which the last clip ends; 0 for an empty track."""
        return self._latest[-1] if self._latest else 0

    @property
    def fades(self) -> dict[str, Fades]:
        """What is heard at the ends of each clip, crossfades included; muted ones are left out."""
        if self._fades is None:
            from engine.timeline.overlaps import heard_fades

            self._fades = heard_fades(self.track)
        return self._fades

    def between(self, start: int, end: int) -> np.ndarray:
        """Numbers of the clips that lie in project samples ``start..end``, in order."""
        import numpy as np

        first = bisect_right(self._latest, start)
        last = max(first, int(np.searchsorted(self.starts, end)))
        return first + np.flatnonzero(self.ends[first:last] > start)

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

    def end(self, project: Project) -> int:
        """Project samples to the end of the last clip or of the picture, as `Project.end` says it."""
        picture = project.video.offset + project.video.duration if project.video is not None else 0
        return max([picture, *(self.of(track).end for track in project.tracks)])

    def clear(self) -> None:
        """Forget the tracks of another project."""
        self._kept.clear()
