"""Snapping: edges, sync points, hits, markers and the playhead draw a moving edge; else the frame does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from app.viewmodels.timecode import nearest_frame
from app.viewmodels.timeline_index import Indexes

if TYPE_CHECKING:
    import numpy as np

    from engine.timeline.document import Clip, Media, Project

Hits = Callable[["Media"], "np.ndarray"]
"""Samples, at the media's own rate, at which hits of a sound begin, as far as they are known."""


class Snapper:
    """Places of a project that draw what is moved; clips are asked only near where it goes.

    Args:
        project: the document.
        moving: ids of the clips that move, which do not draw themselves.
        others: further places in project samples, such as the playhead.
        hits: gives the hits of a sound.
        indexes: of the tracks.
    """

    def __init__(
        self, project: Project, moving: Collection[str], others: Iterable[int], hits: Hits, indexes: Indexes
    ) -> None:
        self._project, self._moving, self._hits, self._indexes = project, moving, hits, indexes
        self._media = {entry.id: entry for entry in project.media}
        loop = project.loop or ()
        self._others = sorted({*others, *loop, *(marker.position for marker in project.markers)})

    def by(
        self, edges: Iterable[int], by: int, reach: int, rows: range | None = None, *, by_frames: bool = True
    ) -> int:
        """``by`` changed so that one of ``edges`` (project samples) lands on a place no further than ``reach``.

        Where nothing is so near, the first edge lands on the nearest frame, or stays free without ``by_frames``.
        ``rows`` are the tracks that draw, those in view; all where None.
        """
        edges = tuple(edges)
        if not edges:
            return by
        ways = [place - edge - by for edge in edges for place in self._near(edge + by, reach, rows)]
        nearest = min(ways, key=abs, default=None)
        if nearest is not None and abs(nearest) <= reach:
            return by + nearest
        if not by_frames:
            return by
        return nearest_frame(self._project, edges[0] + by) - edges[0]

    def _near(self, place: int, reach: int, rows: range | None) -> Iterator[int]:
        yield from self._others
        tracks = self._project.tracks if rows is None else self._project.tracks[rows.start : rows.stop]
        for track in tracks:
            found = self._indexes.of(track).between(place - reach - 1, place + reach + 1)
            for clip in (track.clips[number] for number in found.tolist()):
                if clip.id not in self._moving:
                    yield from self._of(clip)

    def _of(self, clip: Clip) -> Iterator[int]:
        yield from (clip.position, clip.end)
        if clip.sync is not None:
            yield clip.position + clip.sync
        media = self._media[clip.media]
        yield from hits_of(clip, media, self._project.sample_rate, self._hits(media)).tolist()


def hits_of(clip: Clip, media: Media, rate: int, hits: np.ndarray) -> np.ndarray:
    """Project samples at which the hits of a clip's sound are heard; they are known to a few ms, so floats will do."""
    import numpy as np

    step = float(clip.speed) * media.sample_rate / rate
    at = np.round((np.asarray(hits) - clip.source_in) / step).astype(np.int64)
    at = clip.length - at if clip.reverse else at
    return clip.position + at[(at >= 0) & (at < clip.length)]
