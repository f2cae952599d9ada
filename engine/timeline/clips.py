"""Clips and what they play: windows into sounds, in whole samples."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import ConfigDict

from engine.timeline.rules import STRICT, Rational, check_gain, check_pan, check_score, check_speed, need

FadeShape = Literal["equal_power", "linear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A sound file that clips play from."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: str
    path: str
    """Absolute, POSIX separators."""
    relative: str = field(default="", compare=False)
    """From the project's folder; empty where the file is not near it. Tried first (`engine.timeline.paths`)."""
    sample_rate: int
    """Hz."""
    channels: int
    frames: int
    """Samples per channel at its own rate."""
    size: int = 0
    """Bytes of the file."""
    fingerprint: str = ""
    """See `engine.timeline.paths.fingerprint`."""

    def __post_init__(self) -> None:
        need(
            min(self.sample_rate, self.channels, self.frames) > 0,
            f"The sound {self.path} is empty.",
            "Choose another sound.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """Another sound that was proposed beside the one taken."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    path: str
    start: Rational
    """s in the file."""
    end: Rational
    """s in the file."""
    score: float

    def __post_init__(self) -> None:
        check_score(self.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a clip was proposed from."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    frame_time: Rational
    """s in the video, by its own time stamps."""
    region: tuple[float, float, float, float] | None = None
    """Left, top, right, bottom as fractions of the frame; None is the whole frame."""
    model: str = ""
    score: float = 0.0
    alternates: tuple[Alternate, ...] = ()

    def __post_init__(self) -> None:
        check_score(self.score)
        left, top, right, bottom = self.region or (0, 0, 1, 1)
        inside = 0 <= left < right <= 1 and 0 <= top < bottom <= 1
        need(
            inside, "The region lies outside the frame.", "Give left, top, right and bottom as fractions of the frame."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PanKey:
    """A point of a clip's pan curve; between points pan goes linearly, beyond them it holds."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    at: int
    """Project samples from the clip's start; keys past a trim are kept, so it may be negative or beyond the length."""
    pan: float
    """-1 (left) to 1 (right)."""

    def __post_init__(self) -> None:
        check_pan(self.pan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A window into a sound, somewhere on a track.

    The window starts at ``source_in`` and is `source_span` long; a reversed clip plays the same window from its end.
    Where clips of one track overlap they are crossfaded (`overlaps.heard_fades`); nothing of that is stored.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: str
    media: str
    """Id of the `Media`."""
    name: str = ""
    source_in: int = 0
    """Samples at the media's own rate."""
    length: int
    """Project samples on the timeline."""
    position: int = 0
    """Project samples from the start of the timeline."""
    gain_db: float = 0.0
    pan: float = 0.0
    """-1 to 1; used where there are no ``pan_keys``."""
    pan_keys: tuple[PanKey, ...] = ()
    fade_in: int = 0
    """Project samples; both fades together are no longer than the clip."""
    fade_out: int = 0
    fade_in_shape: FadeShape = "equal_power"
    fade_out_shape: FadeShape = "equal_power"
    sync: int | None = None
    """The sync point: project samples from the clip's start, 0 to ``length``."""
    reverse: bool = False
    speed: Rational = Fraction(1)
    """Source seconds per timeline second; varispeed, so pitch follows."""
    pitch: float = 0.0
    """Semitones added without changing the length."""
    mute: bool = False
    origin: Origin | None = None

    def __post_init__(self) -> None:
        need(self.length > 0, "A clip cannot be shorter than one sample.", "Remove the clip instead.")
        need(self.position >= 0, "A clip cannot begin before the timeline.", "Choose a time of 0 or later.")
        need(self.source_in >= 0, "A clip cannot begin before its sound.", "Start it at the sound's first sample.")
        check_speed(self.speed)
        need(-48 <= self.pitch <= 48, "Pitch goes from -48 to 48 semitones.", "Choose a value in that range.")
        fits = min(self.fade_in, self.fade_out) >= 0 and self.fade_in + self.fade_out <= self.length
        need(fits, "The fades are longer than the clip.", "Shorten the fades.")
        inside = self.sync is None or 0 <= self.sync <= self.length
        need(inside, "The sync point lies outside the clip.", "Put it between the clip's start and end.")
        check_gain(self.gain_db)
        check_pan(self.pan)

    @property
    def end(self) -> int:
        """Project samples from the start of the timeline to the sample after the last."""
        return self.position + self.length


def source_span(clip: Clip, media: Media, sample_rate: int) -> Fraction:
    """Samples at the media's own rate that ``clip`` plays, not rounded; ``sample_rate`` (Hz) is the project's."""
    return clip.length * clip.speed * Fraction(media.sample_rate, sample_rate)
