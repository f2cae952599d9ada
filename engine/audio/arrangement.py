"""A project's tracks made ready to mix: each clip's sound, gains, fades and place, found quickly by time."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

import numpy as np

from engine.audio.blocks import Region, nearest_ratio
from engine.audio.fades import DECLICK_SECONDS, Envelope
from engine.audio.pan import balance, constant_power, linear
from engine.audio.sources import Readable
from engine.timeline.clips import Clip, Media
from engine.timeline.document import Project, Track
from engine.timeline.overlaps import Fades, heard_fades

Sound = Callable[[Clip, Media, int, int], tuple[str, Readable]]
"""Gives a name and the samples for a clip whose window into the media has this first sample and span."""
Sides = tuple[np.float32 | np.ndarray, np.float32 | np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedClip:
    """One clip as it is mixed; ``start`` and ``end`` in project samples."""

    clip: Clip
    start: int
    end: int
    region: Region
    gain: float
    envelope: Envelope
    resting: tuple[Sides, Sides]
    """Gains (left, right) at the clip's own pan, of a mono and of a stereo sound."""
    keys: tuple[np.ndarray, np.ndarray] | None
    """Pan keys: places in samples from the clip's start, and pans."""

    def sides(self, first: int, count: int, *, stereo: bool) -> Sides:
        """Gains (left, right), pan and clip gain together, from sample ``first`` of the clip on."""
        if self.keys is None:
            return self.resting[stereo]
        pans = np.interp(np.arange(first, first + count), *self.keys)
        left, right = (balance if stereo else constant_power)(pans)
        return (left * self.gain).astype(np.float32), (right * self.gain).astype(np.float32)


class PlacedTrack:
    """One track's clips by time, and its fader.

    Args:
        track: the document's track.
        clips: its clips that sound, sorted by start.
    """

    def __init__(self, track: Track, clips: list[PlacedClip]) -> None:
        self.track, self.clips = track, clips
        gain = linear(track.gain_db)
        left, right = balance(track.pan)
        self.gains = np.array([[left * gain], [right * gain]], np.float32)
        self._starts = [clip.start for clip in clips]
        self._latest = list(accumulate((clip.end for clip in clips), max))

    def between(self, start: int, end: int) -> Iterator[PlacedClip]:
        """Clips that sound in project samples ``start..end``, in order."""
        first = bisect_right(self._latest, start)
        for clip in self.clips[first : bisect_left(self._starts, end)]:
            if clip.end > start:
                yield clip


def place(track: Track, project: Project, sound: Sound) -> PlacedTrack:
    """The clips of ``track`` ready to mix; muted ones are left out."""
    media = {entry.id: entry for entry in project.media}
    fades = heard_fades(track)
    clips = [clip for clip in track.clips if not clip.mute and clip.media in media]
    rate = project.sample_rate
    ramps = _ramps(clips, media, rate)
    envelopes = {clip.id: _envelope(clip, fades[clip.id], ramps[clip.id], rate) for clip in clips}
    placed = [_placed(clip, media[clip.media], rate, envelopes[clip.id], sound) for clip in clips]
    return PlacedTrack(track, placed)


def audible(project: Project) -> set[str]:
    """Ids of the tracks that are heard: those soloed, or all where none is; a muted track never is."""
    soloed = any(track.solo for track in project.tracks)
    return {track.id for track in project.tracks if not track.mute and (track.solo or not soloed)}


def _placed(clip: Clip, media: Media, rate: int, envelope: Envelope, sound: Sound) -> PlacedClip:
    ratio = nearest_ratio(clip.speed, media.sample_rate, rate)
    span, gain = math.ceil(clip.length * ratio), linear(clip.gain_db)
    name, source = sound(clip, media, clip.source_in, span)
    return PlacedClip(
        clip=clip,
        start=clip.position,
        end=clip.end,
        region=Region(
            name=f"{name} {clip.source_in} {span} {ratio} {clip.length} {clip.reverse}",
            source=source,
            first=clip.source_in,
            span=span,
            ratio=ratio,
            length=clip.length,
            reverse=clip.reverse,
        ),
        gain=gain,
        envelope=envelope,
        resting=(_resting(constant_power(clip.pan), gain), _resting(balance(clip.pan), gain)),
        keys=_keys(clip),
    )


def _resting(sides: tuple[float, float], gain: float) -> Sides:
    return np.float32(sides[0] * gain), np.float32(sides[1] * gain)


def _envelope(clip: Clip, fades: Fades, ramps: tuple[bool, bool], rate: int) -> Envelope:
    ramp = min(round(DECLICK_SECONDS * rate), clip.length // 2)
    rises, falls = ramps[0] and not fades.fade_in, ramps[1] and not fades.fade_out
    return Envelope(
        length=clip.length,
        fade_in=ramp if rises else fades.fade_in,
        fade_out=ramp if falls else fades.fade_out,
        shape_in="declick" if rises else clip.fade_in_shape,
        shape_out="declick" if falls else clip.fade_out_shape,
    )


def _keys(clip: Clip) -> tuple[np.ndarray, np.ndarray] | None:
    if not clip.pan_keys:
        return None
    keys = sorted(clip.pan_keys, key=lambda key: key.at)
    return np.array([key.at for key in keys], float), np.array([key.pan for key in keys], float)


def _ramps(clips: list[Clip], media: dict[str, Media], rate: int) -> dict[str, tuple[bool, bool]]:
    """Whether each clip's beginning and end are cuts that want a ramp.

    A sound's own first sample keeps its attack. Two clips that follow each other in the sound as on the track, as after
    a split, are one sound: no ramp where they meet.
    """
    starts: dict[int, list[Clip]] = {}
    for clip in clips:
        starts.setdefault(clip.position, []).append(clip)
    ramps = {clip.id: [not _begins_with_its_sound(clip, media[clip.media], rate), True] for clip in clips}
    for clip in clips:
        for later in starts.get(clip.end, ()):
            if _goes_on(clip, later, media[clip.media], rate):
                ramps[clip.id][1] = ramps[later.id][0] = False
    return {name: (first, last) for name, (first, last) in ramps.items()}


def _begins_with_its_sound(clip: Clip, media: Media, rate: int) -> bool:
    if not clip.reverse:
        return clip.source_in == 0
    return clip.source_in + clip.length * clip.speed * Fraction(media.sample_rate, rate) > media.frames - 1


def _goes_on(clip: Clip, later: Clip, media: Media, rate: int) -> bool:
    def manner(one: Clip) -> tuple[object, ...]:
        pan = one.pan if not one.pan_keys else None
        return one.media, one.speed, one.reverse, one.pitch, one.gain_db, pan

    if manner(clip) != manner(later):
        return False
    first, second = (later, clip) if clip.reverse else (clip, later)
    ratio = first.speed * Fraction(media.sample_rate, rate)
    return abs(first.source_in + first.length * ratio - second.source_in) < 1
