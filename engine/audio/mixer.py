"""Renders a project's mix: the one function behind loudspeaker and export, the same samples however it is asked.

Everything is computed on a fixed grid from the timeline's sample 0, and nothing depends on what was rendered before
(docs/decisions/0011): whoever renders a stretch, in whatever blocks, gets its bits.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np

from engine.audio.arrangement import PlacedClip, PlacedTrack, audible, place
from engine.audio.blocks import BlockCache, Region
from engine.audio.limiter import Limiter
from engine.audio.pan import linear
from engine.audio.sounds import Sounds
from engine.errors import Problem
from engine.jobs import Job
from engine.timeline.document import Project, Track

T = TypeVar("T")
GRID = 2048
"""Samples rendered at once; every piece begins at a multiple of it."""
CACHE_BYTES = 192 << 20
_PIECES = 32
"""Pieces kept before and after the limiter, so that neighbours and overlapping requests need not render them again."""


class Mixer:
    """The mix of one project. A context manager; one thread at a time may render.

    Args:
        project: the document.
        base: the project file's folder, from which relative paths of sounds go.
        folder: where decoded and pitched copies are kept between runs; a temporary one where None.
        cache_bytes: most memory for sounds at the project's rate.
        threads: how many read ahead (:meth:`read_ahead`); 0 reads when asked.
    """

    def __init__(
        self,
        project: Project,
        base: Path | str = ".",
        *,
        folder: Path | None = None,
        cache_bytes: int = CACHE_BYTES,
        threads: int = 0,
    ) -> None:
        self._sounds = Sounds(Path(base), folder)
        self._cache = BlockCache(cache_bytes, threads)
        self._scratch = np.zeros((2, GRID), np.float32)
        self._placed: dict[str, PlacedTrack] = {}
        self._project: Project | None = None
        self.update(project)

    def __enter__(self) -> Mixer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def project(self) -> Project:
        """What is mixed."""
        assert self._project is not None
        return self._project

    @property
    def rate(self) -> int:
        """The project's, in Hz."""
        return self.project.sample_rate

    @property
    def problems(self) -> list[Problem]:
        """Sounds that are silent because their file is missing or damaged, as far as they were asked for."""
        return self._sounds.problems

    @property
    def unread(self) -> list[Problem]:
        """Of :attr:`problems` the sounds whose file is there."""
        return self._sounds.unread

    @property
    def nbytes(self) -> int:
        """Bytes of sound held in memory."""
        return self._cache.nbytes

    def update(self, project: Project) -> None:
        """Mix this version of the project from now on; tracks that did not change are taken over."""
        before, self._project = self._project, project
        if before is None or not _same_sounds(before, project):
            self._sounds.look_again()
            self._placed.clear()
        heard = audible(project)
        self._placed = {track.id: self._place(track) for track in project.tracks if track.id in heard}
        master = project.master
        self._gain = np.float32(linear(master.gain_db))
        self._limiter = Limiter(project.sample_rate, master.ceiling_db) if master.limiter else None
        self._rows = {track.id: row for row, track in enumerate(project.tracks)}
        self._sums: OrderedDict[int, tuple[np.ndarray, np.ndarray, float]] = OrderedDict()
        self._finished: OrderedDict[int, np.ndarray] = OrderedDict()

    def look_again(self) -> None:
        """Look anew for sounds that were missing or could not be read: they may have been put back."""
        self._sounds.look_again()
        self._placed.clear()
        self.update(self.project)

    def prepare(self, job: Job | None = None) -> None:
        """Decode and pitch-shift ahead what would otherwise be when its turn comes. Raises Cancelled."""
        self._sounds.prepare(job)

    def render(self, start: int, count: int) -> np.ndarray:
        """The mix from sample ``start`` on, master gain and limiter included.

        Returns:
            float32 ``(2, count)``; within the ceiling where the limiter is on, else possibly beyond -1..1.
        """
        out = np.empty((2, count), np.float32)
        for piece, within, where in _grid(start, count):
            out[:, where] = self._piece(piece)[:, within]
        return out

    def render_tracks(self, start: int, count: int) -> np.ndarray:
        """Each track after its fader and pan, before the master: float32 ``(T, 2, count)``; muted ones are silent."""
        out = np.zeros((len(self.project.tracks), 2, count), np.float32)
        for piece, within, where in _grid(start, count):
            for name, placed in self._placed.items():
                sound = self._track(placed, piece * GRID)
                if sound is not None:
                    out[self._rows[name]][:, where] = sound[:, within]
        return out

    def peaks(self, start: int, count: int) -> np.ndarray:
        """Largest magnitudes ``(T, 2)`` of the tracks after their faders, in all pieces of the grid touched."""
        pieces = [self._sum(piece)[1] for piece, _, _ in _grid(start, count)]
        return np.max(pieces, axis=0) if pieces else np.zeros((len(self.project.tracks), 2), np.float32)

    def blocks(self, start: int, end: int, count: int = 1 << 16) -> Iterator[np.ndarray]:
        """The mix of ``start..end`` in blocks of ``count``, for writing to a file."""
        for first in range(start, end, count):
            yield self.render(first, min(count, end - first))

    def read_ahead(self, start: int, count: int) -> None:
        """Have the reading threads fetch what ``start..start + count`` will need, nearest first."""
        wanted = [
            (max(start, clip.start), clip.region, number)
            for placed in self._placed.values()
            for clip in placed.between(start, start + count)
            for number in _numbers(clip, start, start + count)
        ]
        wanted.sort(key=lambda wish: wish[0] + wish[2])
        self._cache.read_ahead((region, number) for _, region, number in wanted)

    def forget_wishes(self) -> None:
        """The playhead went elsewhere: drop what was to be read ahead."""
        self._cache.forget_wishes()

    def cancel(self) -> None:
        """Have reading that takes long given up, from any thread; what needs it raises Cancelled. Close follows."""
        self._sounds.cancel()

    def close(self) -> None:
        """End the threads, close the files and let go of the memory."""
        self.cancel()
        self._cache.close()
        self._sounds.close()

    def _place(self, track: Track) -> PlacedTrack:
        placed = self._placed.get(track.id)
        if placed is not None and placed.track is track:
            return placed
        return place(track, self.project, self._sounds.of)

    def _piece(self, number: int) -> np.ndarray:
        """Finished piece ``number`` of the grid, ``(2, GRID)``."""
        piece = self._finished.get(number)
        if piece is None:
            piece = _keep(self._finished, number, self._limited(number))
        return piece

    def _limited(self, number: int) -> np.ndarray:
        limiter, sound = self._limiter, self._sum(number)[0]
        if limiter is None:
            return sound
        back, ahead = -(-limiter.before // GRID), -(-limiter.after // GRID)
        around = [self._sum(near) for near in range(number - back, number + ahead + 1)]
        if limiter.idle(max(peak for _, _, peak in around)):
            return sound
        first = back * GRID - limiter.before
        context = np.concatenate([near for near, _, _ in around], axis=1)
        gains = limiter.gains(context[:, first : (back + 1) * GRID + limiter.after])
        return sound if gains is None else (sound * gains).astype(np.float32)

    def _sum(self, number: int) -> tuple[np.ndarray, np.ndarray, float]:
        """Piece ``number`` after the master fader, the tracks' peaks ``(T, 2)`` in it, and its own peak."""
        found = self._sums.get(number)
        if found is not None:
            return found
        total = np.zeros((2, GRID), np.float32)
        peaks = np.zeros((len(self.project.tracks), 2), np.float32)
        for name, placed in self._placed.items():
            sound = self._track(placed, number * GRID)
            if sound is not None:
                np.add(total, sound, out=total)
                peaks[self._rows[name]] = np.maximum(sound.max(axis=1), -sound.min(axis=1))
        total *= self._gain
        return _keep(self._sums, number, (total, peaks, float(max(total.max(), -total.min()))))

    def _track(self, placed: PlacedTrack, start: int) -> np.ndarray | None:
        """A track's piece of the grid ``(2, GRID)``; None where nothing sounds."""
        out: np.ndarray | None = None
        for clip in placed.between(start, start + GRID):
            out = np.zeros((2, GRID), np.float32) if out is None else out
            self._add(clip, start, out)
        if out is not None:
            out *= placed.gains
        return out

    def _add(self, clip: PlacedClip, start: int, out: np.ndarray) -> None:
        first, last = max(start, clip.start), min(start + GRID, clip.end)
        within, count = first - clip.start, last - first
        sound = self._sound(clip.region, within, count)
        left, right = clip.sides(within, count, stereo=sound.shape[0] == 2)
        shape = clip.envelope.gains(within, count)
        scratch = self._scratch[:, :count]
        np.multiply(sound[0], left, out=scratch[0])
        np.multiply(sound[-1], right, out=scratch[1])
        if shape is not None:
            np.multiply(scratch, shape, out=scratch)
        target = out[:, first - start : last - start]
        np.add(target, scratch, out=target)

    def _sound(self, region: Region, first: int, count: int) -> np.ndarray:
        """Samples ``first..first + count`` of a clip, ``(1 or 2, count)``."""
        size = region.block
        number, within = divmod(first, size)
        block = self._cache.get(region, number)
        if within + count <= block.shape[1]:
            return block[:, within : within + count]
        rest = self._cache.get(region, number + 1)
        return np.concatenate([block[:, within:], rest[:, : within + count - block.shape[1]]], axis=1)


def _same_sounds(before: Project, after: Project) -> bool:
    """Whether every sound that was there is there as it was; others may have come."""
    if before.media is after.media and before.sample_rate == after.sample_rate:
        return True
    return before.sample_rate == after.sample_rate and set(before.media) <= set(after.media)


def _grid(start: int, count: int) -> Iterator[tuple[int, slice, slice]]:
    """The grid's pieces that ``start..start + count`` touches: number, part within it, and where that goes."""
    at = start
    while at < start + count:
        piece, within = divmod(at, GRID)
        length = min(GRID - within, start + count - at)
        yield piece, slice(within, within + length), slice(at - start, at - start + length)
        at += length


def _numbers(clip: PlacedClip, start: int, end: int) -> range:
    size = clip.region.block
    first, last = max(start, clip.start) - clip.start, min(end, clip.end) - clip.start
    return range(first // size, -(-last // size))


def _keep(pieces: OrderedDict[int, T], number: int, piece: T) -> T:
    pieces[number] = piece
    while len(pieces) > _PIECES:
        pieces.popitem(last=False)
    return piece
