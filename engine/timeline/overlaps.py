"""Crossfades are not stored: they follow from where the clips of one track overlap."""

from __future__ import annotations

from dataclasses import dataclass

from engine.timeline.clips import Clip
from engine.timeline.document import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Fades:
    """What is heard at the two ends of a clip, in project samples; their shapes are the clip's own."""

    fade_in: int
    fade_out: int


def heard_fades(track: Track) -> dict[str, Fades]:
    """The fades to render, by clip id; muted clips are left out and fade nothing.

    Where a clip begins within an earlier one of the track and outlasts it, the earlier fades out and the later fades
    in over the whole overlap, unless their own fades are longer. A clip that lies inside another plays on top of it
    and changes nothing. With overlaps at both ends a clip's two fades may meet: both gains then apply.
    """
    clips = [clip for clip in track.clips if not clip.mute]
    fades = {clip.id: [clip.fade_in, clip.fade_out] for clip in clips}
    for place, earlier in enumerate(clips):
        for later in _begun_within(clips, place):
            if later.position > earlier.position and later.end > earlier.end:
                overlap = earlier.end - later.position
                fades[earlier.id][1] = max(fades[earlier.id][1], min(overlap, earlier.length))
                fades[later.id][0] = max(fades[later.id][0], min(overlap, later.length))
    return {name: Fades(fade_in=first, fade_out=last) for name, (first, last) in fades.items()}


def _begun_within(clips: list[Clip], place: int) -> list[Clip]:
    """Those after ``place`` that begin before it ends, given that all are sorted by position."""
    end = clips[place].end
    found = []
    for later in clips[place + 1 :]:
        if later.position >= end:
            break
        found.append(later)
    return found
