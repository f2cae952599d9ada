"""The project as frozen values: positions and lengths are integer samples, rates are exact fractions."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any, ClassVar, TypeVar

from pydantic import ConfigDict

from engine.errors import ProjectError
from engine.timeline.clips import Alternate, Clip, FadeShape, Media, Origin, PanKey, source_span
from engine.timeline.rules import HIGHEST_DB, LOWEST_DB, STRICT, Rational, check_colour, check_gain, check_pan, need
from engine.timeline.timecode import can_drop

__all__ = [
    "HIGHEST_DB",
    "LOWEST_DB",
    "Alternate",
    "Clip",
    "FadeShape",
    "LibraryRef",
    "Marker",
    "Master",
    "Media",
    "Origin",
    "PanKey",
    "Project",
    "Track",
    "VideoRef",
    "new_id",
    "source_span",
]

T = TypeVar("T")


def new_id() -> str:
    """A fresh identifier, 32 hexadecimal digits."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryRef:
    """A sound library the project takes from."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    path: str
    """Absolute, POSIX separators."""
    relative: str = field(default="", compare=False)
    """From the project's folder; empty where the file is not near it. Tried first (`engine.timeline.paths`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRef:
    """The picture."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    path: str
    relative: str = field(default="", compare=False)
    offset: int = 0
    """Project samples from the start of the timeline to the film's time 0, negative where it begins before.

    Time 0 is what :func:`engine.media.source.origin` says. That is the first frame, whatever its time stamp, unless the
    film's own sound begins a frame or more before it; then that frame comes whole frames later.
    """
    duration: int = 0
    """Project samples from time 0 to the end of the file; 0 for a still image, which is shown throughout."""
    size: int = 0
    """Bytes of the file."""
    fingerprint: str = ""
    """See `engine.timeline.paths.fingerprint`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A row of clips with a fader. Clips are kept sorted by (position, id)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: str
    name: str = ""
    gain_db: float = 0.0
    pan: float = 0.0
    mute: bool = False
    solo: bool = False
    colour: str | None = None
    """``#rrggbb``; None lets the window choose."""
    clips: tuple[Clip, ...] = ()

    def __post_init__(self) -> None:
        check_gain(self.gain_db)
        check_pan(self.pan)
        check_colour(self.colour)
        _keep_sorted(self, "clips", lambda clip: (clip.position, clip.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A named place on the timeline."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: str
    position: int
    """Project samples."""
    name: str = ""
    colour: str | None = None

    def __post_init__(self) -> None:
        need(self.position >= 0, "A marker cannot lie before the timeline.", "Choose a time of 0 or later.")
        check_colour(self.colour)


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """The sum of all tracks."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    gain_db: float = 0.0
    limiter: bool = True
    ceiling_db: float = -1.0
    """dBTP."""

    def __post_init__(self) -> None:
        check_gain(self.gain_db)
        need(-60 <= self.ceiling_db <= 0, "The ceiling lies between -60 and 0 dBTP.", "Choose -1 where in doubt.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Everything a project file holds.

    Markers are kept sorted by (position, id) and media by id; tracks stand as on screen.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: str
    sample_rate: int = 48000
    """Hz of every position and length."""
    frame_rate: Rational = Fraction(25)
    """Frames a second of time code."""
    drop_frame: bool = False
    start_timecode: int = 0
    """Frames since midnight at the picture's time 0; see :attr:`VideoRef.offset`."""
    video: VideoRef | None = None
    libraries: tuple[LibraryRef, ...] = ()
    master: Master = Master()
    loop: tuple[int, int] | None = None
    """First sample and the sample after the last."""
    markers: tuple[Marker, ...] = ()
    media: tuple[Media, ...] = ()
    tracks: tuple[Track, ...] = ()

    def __post_init__(self) -> None:
        need(self.sample_rate > 0, "A project needs a sample rate.", "Choose 48000.")
        need(self.frame_rate > 0, "A project needs a frame rate.", "Choose the picture's, such as 24 or 24000/1001.")
        drop = not self.drop_frame or can_drop(self.frame_rate)
        need(drop, "There is no drop frame at this frame rate.", "Turn drop frame off, or choose 29.97 or 59.94.")
        need(self.start_timecode >= 0, "Time code begins at midnight.", "Choose a start of 00:00:00:00 or later.")
        loop = self.loop is None or 0 <= self.loop[0] < self.loop[1]
        need(loop, "A loop must end after it begins.", "Set its start before its end.")
        _keep_sorted(self, "markers", lambda marker: (marker.position, marker.id))
        _keep_sorted(self, "media", lambda media: media.id)

    @property
    def end(self) -> int:
        """Project samples to the end of the last clip or of the picture, whichever is later."""
        picture = self.video.offset + self.video.duration if self.video else 0
        return max([picture, *(clip.end for clip in self.clips())])

    def clips(self) -> Iterator[Clip]:
        """All clips, track by track."""
        return (clip for track in self.tracks for clip in track.clips)

    def track(self, track_id: str) -> Track:
        """The track of that id.

        Raises:
            ProjectError: there is none.
        """
        return _found(next((track for track in self.tracks if track.id == track_id), None), "track", track_id)

    def find_clip(self, clip_id: str) -> tuple[Track, Clip]:
        """The clip of that id and the track it lies on.

        Raises:
            ProjectError: there is none.
        """
        pairs = ((track, clip) for track in self.tracks for clip in track.clips if clip.id == clip_id)
        return _found(next(pairs, None), "clip", clip_id)

    def find_media(self, media_id: str) -> Media:
        """The media of that id.

        Raises:
            ProjectError: there is none.
        """
        return _found(next((media for media in self.media if media.id == media_id), None), "sound", media_id)

    def find_marker(self, marker_id: str) -> Marker:
        """The marker of that id.

        Raises:
            ProjectError: there is none.
        """
        return _found(next((marker for marker in self.markers if marker.id == marker_id), None), "marker", marker_id)


def _found(value: T | None, kind: str, wanted: str) -> T:
    if value is None:
        raise ProjectError(
            f"The project has no {kind} {wanted}.", "It may have been removed; look again with `project info`."
        )
    return value


def _keep_sorted(owner: Any, name: str, key: Callable[[Any], Any]) -> None:
    """Put values in order while ``owner`` is being made; those that are in order stay the same object."""
    values = getattr(owner, name)
    keys = [key(value) for value in values]
    if any(after < before for before, after in pairwise(keys)):
        object.__setattr__(owner, name, tuple(sorted(values, key=key)))
