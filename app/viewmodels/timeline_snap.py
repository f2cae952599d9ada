"""Snapping: edges, sync points, hits, markers and the playhead draw a moving edge; else the frame does."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from app.viewmodels.timecode import nearest_frame

if TYPE_CHECKING:
    from engine.timeline.document import Clip, Media, Project

Hits = Callable[["Media"], Iterable[int]]
"""Samples, at the media's own rate, at which hits of a sound begin, as far as they are known."""


class Snapper:
    """Places of a project that draw what is moved.

    Args:
        project: the document.
        moving: ids of the clips that move, which do not draw themselves.
        others: further places in project samples, such as the playhead.
        hits: gives the hits of a sound.
    """

    def __init__(self, project: Project, moving: Collection[str], others: Iterable[int], hits: Hits) -> None:
        self._project = project
        media = {entry.id: entry for entry in project.media}
        clips = [clip for clip in project.clips() if clip.id not in moving]
        places = {*others, *(marker.position for marker in project.markers)}
        for clip in clips:
            places.update((clip.position, clip.end))
            if clip.sync is not None:
                places.add(clip.position + clip.sync)
            places.update(hits_of(clip, media[clip.media], project.sample_rate, hits(media[clip.media])))
        self._places = sorted(places)

    def by(self, edges: Iterable[int], by: int, reach: int) -> int:
        """``by`` changed so that one of ``edges`` (project samples) lands on a place no further than ``reach``.

        Where nothing is so near, the first edge lands on the nearest frame.
        """
        edges = tuple(edges)
        if not edges:
            return by
        nearest = min((self._off(edge + by) for edge in edges), key=abs)
        if abs(nearest) <= reach:
            return by + nearest
        return nearest_frame(self._project, edges[0] + by) - edges[0]

    def _off(self, place: int) -> int:
        at = bisect_left(self._places, place)
        around = self._places[max(0, at - 1) : at + 1]
        return min((near - place for near in around), key=abs, default=1 << 62)


def hits_of(clip: Clip, media: Media, rate: int, hits: Iterable[int]) -> Iterator[int]:
    """Project samples at which the hits of a clip's sound are heard."""
    step = clip.speed * Fraction(media.sample_rate, rate)
    for hit in hits:
        at = round((hit - clip.source_in) / step)
        at = clip.length - at if clip.reverse else at
        if 0 <= at < clip.length:
            yield clip.position + at
