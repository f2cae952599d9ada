"""Time code the way editors type it: in full, digits alone, seconds, or frames on from here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.errors import ProjectError
from engine.timeline.timecode import Counting, frames_to_samples, samples_to_frames

if TYPE_CHECKING:
    from engine.timeline.document import Project

__all__ = ["nearest_frame", "parse_time"]
_HINT = "Type 00:01:12:08, 1:12:08, 11208, 72.5s or +12 (frames on from here)."
_WITHIN = 1e-3  # s; so close to the end is the end


def parse_time(text: str, counting: Counting, *, now: float = 0.0, first: float = 0.0, last: float) -> float:
    """Seconds of the film of typed time code; ``+n`` and ``-n`` count frames from ``now`` (s) and stop at the ends.

    Args:
        text: time code as the film counts it, with colons or semicolons alike; or seconds from the film's time 0.
        counting: how the film's frames are numbered.
        now: s.
        first: s; nothing is before.
        last: s; nothing begins here or later.

    Raises:
        ProjectError: the text is no time, or one outside ``first`` to ``last``.
    """
    text = text.strip()
    if re.fullmatch(r"[+-]\d+", text):
        return min(max(first, now + float(int(text) / counting.rate)), last)
    seconds = _seconds(text, counting)
    if not first <= seconds < last - _WITHIN:
        ends = f"Here it runs from {counting.at(first)} to {counting.at(max(first, last - 2 * _WITHIN))}."
        raise ProjectError(f"There is nothing at “{text}”.", ends)
    return seconds


def _seconds(text: str, counting: Counting) -> float:
    if re.fullmatch(r"\d*\.\d+s?|\d+\.?s", text):
        return float(text.rstrip("s"))
    fields = text.replace(";", ":")
    if re.fullmatch(r"\d{1,8}", fields):  # editors fill pairs of digits from the right
        fields = ":".join(re.findall(r"..", fields.zfill(8)))
    if not re.fullmatch(r"(\d{1,2}:){1,3}\d{1,3}", fields):
        raise ProjectError(f"“{text}” is no time code.", _HINT)
    parts = [part.zfill(2) for part in fields.split(":")]
    *hours, frames = ["00"] * (4 - len(parts)) + parts
    return float(counting.seconds(f"{':'.join(hours)}{';' if counting.drop else ':'}{frames}"))


def nearest_frame(project: Project, position: int) -> int:
    """The project sample at which the frame nearest ``position`` begins."""
    offset = project.video.offset if project.video is not None else 0
    frame = samples_to_frames(position - offset, project.frame_rate, project.sample_rate)
    starts = [offset + frames_to_samples(n, project.frame_rate, project.sample_rate) for n in (frame, frame + 1)]
    return max(0, min(starts, key=lambda start: abs(start - position)))
