"""Time code and samples: exact both ways, drop frame included."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.errors import ProjectError

if TYPE_CHECKING:
    from engine.timeline.document import Project

_HINT = "Type it as HH:MM:SS:FF, or HH:MM:SS;FF for drop frame."


_ROUNDED = 0.0005  # s; containers that count in milliseconds stamp a frame so far from its place


@dataclass(frozen=True, slots=True)
class Counting:
    """How the frames of a film are numbered."""

    rate: Fraction
    """Frames/s."""
    drop: bool = False
    start: int = 0
    """Frames since midnight at the film's time 0."""

    @classmethod
    def of(cls, rate: Fraction, text: str) -> Counting:
        """By the time code of a film's first frame; from 0 where it is empty or counted at another rate than ``rate``.

        That happens: a time code track has a rate of its own.
        """
        if not text:
            return cls(rate)
        try:
            return cls(rate, ";" in text and can_drop(rate), parse_frames(text, rate))
        except ProjectError:
            return cls(rate)

    def at(self, seconds: float) -> str:
        """Time code of the frame shown at a time (s) of the film."""
        return format_frames(self.start + math.floor((seconds + _ROUNDED) * float(self.rate)), self.rate, self.drop)

    def at_rate(self, rate: Fraction) -> Counting:
        """The same time of day counted at another rate; drop frame stays where the new rate has it.

        The first frame's number within its second becomes the one that shows at the same part of it.
        """
        drop = self.drop and can_drop(rate)
        clock, frame = re.split("[:;](?=[0-9]+$)", format_frames(self.start, self.rate, self.drop))
        number = int(frame) * frames_a_second(rate) // frames_a_second(self.rate)
        if drop and clock.endswith(":00") and int(clock[3:5]) % 10:
            number = max(number, _dropped(rate))
        return Counting(rate, drop, parse_frames(f"{clock}{';' if drop else ':'}{number:02d}", rate))

    def seconds(self, text: str) -> Fraction:
        """The time (s) of the film at which the frame of ``text`` begins; below 0 before it.

        Raises:
            ProjectError: it is no time code at this rate.
        """
        day = _frames_a_day(self.rate, self.drop)
        frames = parse_frames(text, self.rate) - self.start
        return (frames + day if frames < -day // 2 else frames) / self.rate  # a film may run past midnight


def frames_a_second(rate: Fraction) -> int:
    """Frames one second of time code counts: 24 for 23.976, 30 for 29.97."""
    return max(1, round(rate))


def can_drop(rate: Fraction) -> bool:
    """Whether ``rate`` (frames/s) has drop-frame time code: 29.97 and its multiples."""
    return rate.denominator == 1001 and rate.numerator % 30000 == 0


def format_frames(frames: int, rate: Fraction, drop: bool = False) -> str:
    """``HH:MM:SS:FF`` of a count of frames since midnight, ``HH:MM:SS;FF`` in drop frame.

    Wraps at midnight.

    Drop frame (SMPTE ST 12-1) leaves out the first two numbers of every minute but each tenth, at 29.97 frames/s;
    twice as many at 59.94.
    """
    base = frames_a_second(rate)
    number = frames % _frames_a_day(rate, drop)
    if drop:
        number = _numbered(number, rate)
    seconds, frame = divmod(number, base)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{minute:02d}:{second:02d}{';' if drop else ':'}{frame:02d}"


def parse_frames(text: str, rate: Fraction) -> int:
    """Frames since midnight of ``HH:MM:SS:FF``; a semicolon before the frames says drop frame.

    Raises:
        ProjectError: it is no time code at ``rate`` (frames/s).
    """
    found = re.fullmatch(r"(\d{1,2}):(\d{2}):(\d{2})([:;])(\d{2,3})", text.strip())
    if not found:
        raise ProjectError(f"“{text}” is no time code.", _HINT)
    hour, minute, second, frame = (int(found[place]) for place in (1, 2, 3, 5))
    base = frames_a_second(rate)
    if hour > 23 or minute > 59 or second > 59 or frame >= base:
        raise ProjectError(f"“{text}” is no time code at {base} frames a second.", _HINT)
    number = ((hour * 60 + minute) * 60 + second) * base + frame
    if found[4] == ":":
        return number
    if not can_drop(rate):
        raise ProjectError(
            f"“{text}” is drop frame, which only 29.97 and 59.94 have.", "Write a colon before the frames."
        )
    if minute % 10 and second == 0 and frame < _dropped(rate):
        raise ProjectError(
            f"“{text}” is a number that drop frame leaves out.", f"The minute begins at ;{_dropped(rate):02d}."
        )
    minutes = hour * 60 + minute
    return number - _dropped(rate) * (minutes - minutes // 10)


def frames_to_samples(frames: int, rate: Fraction, sample_rate: int) -> int:
    """The first sample of frame number ``frames``, so that :func:`samples_to_frames` gives the frame back."""
    return math.ceil(frames * sample_rate / rate)


def samples_to_frames(samples: int, rate: Fraction, sample_rate: int) -> int:
    """The number of the frame on screen at ``samples``."""
    return math.floor(samples * rate / sample_rate)


def counting_of(project: Project) -> Counting:
    """How a project numbers frames, from its picture's time 0."""
    return Counting(project.frame_rate, project.drop_frame, project.start_timecode)


def frames_at_start(project: Project) -> int:
    """Frames since midnight at the start of the timeline, which may lie before the picture; the day wraps."""
    offset = project.video.offset if project.video else 0
    frames = project.start_timecode - round(offset * project.frame_rate / project.sample_rate)
    return frames % _frames_a_day(project.frame_rate, project.drop_frame)


def timecode_at(project: Project, position: int) -> str:
    """Time code of the frame at ``position`` (project samples)."""
    offset = project.video.offset if project.video else 0
    frames = samples_to_frames(position - offset, project.frame_rate, project.sample_rate)
    return format_frames(project.start_timecode + frames, project.frame_rate, project.drop_frame)


def _dropped(rate: Fraction) -> int:
    """Numbers left out of a minute."""
    return 2 * frames_a_second(rate) // 30


def _frames_a_day(rate: Fraction, drop: bool) -> int:
    minutes = 24 * 60
    left_out = _dropped(rate) * (minutes - minutes // 10) if drop else 0
    return minutes * 60 * frames_a_second(rate) - left_out


def _numbered(frames: int, rate: Fraction) -> int:
    """The number drop frame gives the frame after ``frames`` others."""
    dropped, minute = _dropped(rate), 60 * frames_a_second(rate)
    tens, rest = divmod(frames, 10 * minute - 9 * dropped)
    singles = max(0, rest - dropped) // (minute - dropped)
    return frames + dropped * (9 * tens + singles)
