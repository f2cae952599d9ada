"""Time code at a film's rate: seconds to ``HH:MM:SS:FF`` and back, the way editors type it."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.errors import ProjectError
from engine.timeline.timecode import format_frames, frames_a_second, frames_to_samples, samples_to_frames

if TYPE_CHECKING:
    from engine.timeline.document import Project

__all__ = ["format_time", "frames_a_second", "nearest_frame", "parse_time"]
_HINT = "Type 00:01:12:08, 1:12:08, 11208, 72.5s or +12 (frames on from here)."


def format_time(seconds: float, fps: Fraction) -> str:
    """Time code ``HH:MM:SS:FF`` (non-drop) of the frame on screen at ``seconds``, at the film's rate."""
    # A hundredth of a frame absorbs what a stamp such as 12.039999 s lost to binary fractions.
    return format_frames(max(0, math.floor(seconds * float(fps) + 0.01)), fps, wrap=False)


def parse_time(text: str, fps: Fraction, now: float = 0.0) -> float:
    """Seconds of typed time code; ``+n`` and ``-n`` count frames from ``now`` (s).

    Raises:
        ProjectError: when the text is no time.
    """
    text = text.strip().replace(";", ":")
    if re.fullmatch(r"[+-]\d+", text):
        return max(0.0, now + float(int(text) / fps))
    if re.fullmatch(r"\d*\.\d+s?|\d+\.?s", text):
        return float(text.rstrip("s"))
    if re.fullmatch(r"\d{1,8}", text):  # editors fill pairs of digits from the right
        text = ":".join(re.findall(r"..", text.zfill(8)))
    if re.fullmatch(r"\d{1,3}(:\d{1,2}){1,3}", text):
        return _from_fields([int(part) for part in text.split(":")], fps, text)
    raise ProjectError(f"“{text}” is no time code.", _HINT)


def _from_fields(fields: list[int], fps: Fraction, text: str) -> float:
    hours, minutes, seconds, frames = [0] * (4 - len(fields)) + fields
    base = frames_a_second(fps)
    if frames >= base:
        raise ProjectError(f"“{text}” asks for frame {frames}, but this film counts {base} frames a second.", _HINT)
    if minutes > 59 or seconds > 59:
        raise ProjectError(f"“{text}” has more than 59 minutes or seconds.", _HINT)
    count = ((hours * 60 + minutes) * 60 + seconds) * base + frames
    return float(count / fps)


def nearest_frame(project: Project, position: int) -> int:
    """The project sample at which the frame nearest ``position`` begins."""
    offset = project.video.offset if project.video is not None else 0
    frame = samples_to_frames(position - offset, project.frame_rate, project.sample_rate)
    starts = [offset + frames_to_samples(n, project.frame_rate, project.sample_rate) for n in (frame, frame + 1)]
    return max(0, min(starts, key=lambda start: abs(start - position)))
