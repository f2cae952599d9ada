"""The picture of a file at any time: exact, cached, and fast enough to scrub."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from engine.errors import MediaError
from engine.jobs import Job
from engine.media.cache import FrameCache
from engine.media.decode import END, Decoder
from engine.media.frame import Frame
from engine.media.info import MediaInfo, probe
from engine.media.proxy import Proxy

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

_NEIGHBOURS = 0.4  # s before a backward scrub's target that are kept while passing
_LATE = 0.1  # s; a film that decodes too slowly to be played shows a late frame so often
_SCRUB = 2.0  # s; a longer jump backwards is no scrub
_STRIP_SHARE = 8  # a filmstrip may take this part of the cache's bytes


class VideoReader:
    """Frames of ``path`` by time. A still image is a video of one frame.

    One thread decodes; :meth:`cached_near` may be called from any other at the same time.

    Args:
        path: a film or still image.
        cache_bytes: decoded pictures kept at most.
        proxy: made by :func:`engine.media.make_proxy`; frames then come from it unless the full picture is asked for.

    Raises:
        MediaError: unreadable, or no picture in it.
    """

    def __init__(self, path: Path | str, cache_bytes: int = 256 << 20, *, proxy: Path | str | None = None) -> None:
        self.path = Path(path)
        self._decoder = Decoder(self.path)
        self._cache = FrameCache(cache_bytes)
        self._strip = FrameCache(max(cache_bytes // _STRIP_SHARE, 4 << 20))
        self._proxy: Proxy | None = None
        self._last_target = 0
        try:
            self._size = (self._decoder.layout.width, self._decoder.layout.height)
            if proxy is not None:
                self.use_proxy(proxy)
        except MediaError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Frees the decoder, the files and the cache."""
        self._decoder.close()
        if self._proxy is not None:
            self._proxy.close()
            self._proxy = None
        self._cache.clear()
        self._strip.clear()

    # what it is

    @cached_property
    def info(self) -> MediaInfo:
        """What :func:`engine.media.probe` says."""
        return probe(self.path)

    @property
    def duration(self) -> float:
        """Seconds; 0 for a still image."""
        return self.info.duration

    @property
    def fps(self) -> Fraction:
        """Frames per second, see :class:`VideoInfo`; positions come from time stamps, never from this."""
        return self.info.video.fps if self.info.video else Fraction(1)

    @property
    def width(self) -> int:
        """Pixels of a full frame, as displayed."""
        return self._size[0]

    @property
    def height(self) -> int:
        """Pixels of a full frame, as displayed."""
        return self._size[1]

    @cached_property
    def frame_times(self) -> list[float]:
        """Every frame's own time in seconds, in order, read from the packets on first use."""
        if self._decoder.still:
            return [0.0]
        if self._proxy is not None:
            return [self._decoder.seconds(stamp) for stamp in self._proxy.stamps]
        with Decoder(self.path) as decoder:
            return [decoder.seconds(stamp) for stamp in decoder.stamps()]

    def use_proxy(self, proxy: Path | str) -> None:
        """Lets ``proxy`` answer from now on. Raises :class:`MediaError` when it was made from another file."""
        opened = Proxy(proxy, self.path)
        if self._proxy is not None:
            self._proxy.close()
        self._proxy = opened

    # pictures

    def frame_at(self, seconds: float, *, full: bool = False) -> Frame:
        """The frame shown at ``seconds``: the last one not later; the first before all, the last past the end.

        Args:
            seconds: from the start of the file.
            full: decode the original even where a proxy has the frame.

        Raises:
            MediaError: not a number, or nothing can be decoded.
        """
        target = self._target(seconds)
        kept = self._cache.shown_at(target, full=full)
        if kept is not None:
            self._last_target = target
            return kept
        frame, end = self._produce(target, full)
        self._cache.put(frame, end)
        self._last_target = target
        return frame

    def cached_near(self, seconds: float) -> Frame | None:
        """The kept frame nearest to ``seconds``, at once and without decoding; None while nothing is kept.

        Its ``time`` says which moment it truly shows. Filmstrip pictures count.
        """
        target = self._target(seconds)
        exact = self._cache.shown_at(target)
        if exact is not None:
            return exact
        found = [f for f in (self._cache.nearest(target), self._strip.nearest(target)) if f is not None]
        return min(found, key=lambda frame: abs(frame.pts - target), default=None)

    def kept_at(self, seconds: float) -> Frame | None:
        """The frame shown at ``seconds`` if it is kept, at once and without decoding; else None."""
        return self._cache.shown_at(self._target(seconds))

    @property
    def reach(self) -> float:
        """Seconds of film that :meth:`prefetch` decodes ahead at most."""
        return self._longest_span()

    def prefetch(
        self,
        seconds: float,
        direction: int,
        *,
        span: float = 0.5,
        now: Callable[[], float] | None = None,
        job: Job | None = None,
    ) -> int:
        """Decodes into the cache what a scrub from ``seconds`` will need next; returns how many frames were new.

        Args:
            seconds: where the scrub is.
            direction: at least 0 forwards, below 0 backwards.
            span: seconds decoded ahead, held to half of the cache's bytes.
            now: while the film plays forwards, where it is (s): what is over before it is ready is left out.
            job: checked before every frame, so that a newer position can stop it.
        """
        if self._decoder.still:
            return 0
        ticks = round(min(span, self._longest_span()) / self._decoder.time_base)
        here = self._target(seconds)
        if direction < 0 and self._cache.gap(here - ticks // 2, here) is None:
            return 0  # backwards is dear: a long group of pictures is decoded for it, so by halves
        earliest = max(here - ticks, self._decoder.first.pts or 0)
        start, stop = (here, here + ticks) if direction >= 0 else (earliest, here)
        first = self._cache.gap(start, stop)
        return 0 if first is None else self._fill(first, stop, now, job)

    def frames(self, start: float = 0.0, end: float | None = None) -> Iterator[Frame]:
        """Full frames in order: from the one shown at ``start`` to the last that begins before ``end`` (s)."""
        with Decoder(self.path) as decoder:
            decoder.find(decoder.ticks(start))
            for frame, _ in decoder.run():
                if end is not None and decoder.seconds(frame.pts or 0) >= end:
                    return
                yield decoder.shown(frame)

    def thumbnails(self, times: Iterable[float], height: int) -> Iterator[Frame]:
        """A small frame for each of ``times`` (s, ascending), kept for :meth:`cached_near`.

        Each shows the exact frame or, in long films, a key frame of its own slot (up to half the distance to the
        neighbours earlier); its ``time`` says which.
        """
        wanted = list(times)
        spacing = (wanted[-1] - wanted[0]) / (len(wanted) - 1) if len(wanted) > 1 else 0.0
        with Decoder(self.path, height) as decoder:
            slack = max(0, round(spacing / 2 / decoder.time_base))
            for seconds in wanted:
                found, end = decoder.find(decoder.ticks(seconds), slack=slack)
                frame = replace(decoder.shown(found), reduced=True)
                self._strip.put(frame, end)
                yield frame

    # inside

    def _fill(self, first: int, stop: int, now: Callable[[], float] | None, job: Job | None) -> int:
        new = 0
        for frame, end in self._following(first, now):
            if job:
                job.check()
            self._cache.put(frame, end)
            new += 1
            if frame.pts > stop:  # kept all the same: it is decoded, and may be due by now
                break
        return new

    def _target(self, seconds: float) -> int:
        first = self._decoder.first.pts or 0
        return first if self._decoder.still else max(self._decoder.ticks(seconds), first)

    def _produce(self, target: int, full: bool) -> tuple[Frame, int]:
        if self._proxy is not None and not full:
            return self._from_proxy(self._proxy, target)
        back = 0 < self._last_target - target < _SCRUB / self._decoder.time_base
        found, end = self._decoder.find(target, passed=self._keeper(target) if back else None)
        return self._decoder.shown(found), end

    def _from_proxy(self, proxy: Proxy, target: int) -> tuple[Frame, int]:
        image, stamp, end = proxy.shown_at(target)
        return Frame(image, self._decoder.seconds(stamp), stamp, reduced=True), end

    def _keeper(self, target: int) -> Callable[[VideoFrame, int], None]:
        """Keeps the last frames passed before ``target``: a backward scrub asks for them next."""
        soonest = target - _NEIGHBOURS / self._decoder.time_base

        def keep(frame: VideoFrame, end: int) -> None:
            if frame.pts is not None and frame.pts >= soonest and end <= target:
                self._cache.put(self._decoder.shown(frame), end)

        return keep

    def _following(self, target: int, now: Callable[[], float] | None = None) -> Iterator[tuple[Frame, int]]:
        """Frames onwards from the one shown at ``target``, each with its end.

        Those that end before ``now`` are left out, but for one now and then: late is better than none at all.
        """
        if self._proxy is not None:
            while target < END:
                frame, target = self._from_proxy(self._proxy, self._not_over(target, now))
                yield frame, target
            return
        since = time.monotonic()
        self._decoder.find(self._not_over(target, now))
        for found, end in self._decoder.run():
            if end > self._not_over(target, now) or time.monotonic() - since > _LATE:
                yield self._decoder.shown(found), end
                since = time.monotonic()

    def _not_over(self, target: int, now: Callable[[], float] | None) -> int:
        return target if now is None else max(target, self._target(now()))

    def _longest_span(self) -> float:
        """Seconds of film that half of the cache holds."""
        one = self._proxy.bytes_of_one if self._proxy is not None else 3 * self.width * self.height
        fits = self._cache.limit // 2 // max(1, one)
        return float(max(1, fits) / self.fps)
