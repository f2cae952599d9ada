"""What all edits stand on: replacing one value of a project, and keeping a clip inside its sound."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from engine.errors import ProjectError
from engine.timeline.changes import Change
from engine.timeline.document import Clip, Media, PanKey, Project, Track, source_span
from engine.timeline.rules import check_speed, check_time


def with_track(project: Project, track_id: str, edit: Callable[[Track], Track]) -> Project:
    """``project`` with one track replaced.

    Raises:
        ProjectError: there is no such track.
    """
    project.track(track_id)
    tracks = tuple(edit(track) if track.id == track_id else track for track in project.tracks)
    return replace(project, tracks=tracks)


def with_clip(project: Project, clip_id: str, edit: Callable[[Clip], Clip]) -> Project:
    """``project`` with one clip replaced on its track.

    Raises:
        ProjectError: there is no such clip.
    """
    track, _ = project.find_clip(clip_id)
    clips = tuple(edit(clip) if clip.id == clip_id else clip for clip in track.clips)
    return with_track(project, track.id, lambda found: replace(found, clips=clips))


def with_clips(project: Project, track_id: str, *clips: Clip) -> Project:
    """``project`` with ``clips`` added to a track.

    Raises:
        ProjectError: there is no such track, or a clip would begin beyond the timeline.
    """
    return with_clips_of(project, {track_id: clips})


def with_clips_of(project: Project, added: Mapping[str, Sequence[Clip]]) -> Project:
    """``project`` with clips added to tracks by their ids, in one pass.

    Raises:
        ProjectError: one of the tracks is not there, or a clip would begin beyond the timeline.
    """
    for track_id, clips in added.items():
        project.track(track_id)
        check_time(max((clip.position for clip in clips), default=0), project.sample_rate)
    tracks = tuple(
        replace(track, clips=(*track.clips, *added[track.id])) if track.id in added else track
        for track in project.tracks
    )
    return replace(project, tracks=tracks)


def find_clips(project: Project, clip_ids: Collection[str]) -> list[tuple[Track, Clip]]:
    """The clips of these ids with their tracks, row by row.

    Raises:
        ProjectError: one of them is not there.
    """
    wanted = set(clip_ids)
    found = [(track, clip) for track in project.tracks for clip in track.clips if clip.id in wanted]
    for clip_id in sorted(wanted - {clip.id for _, clip in found}):
        project.find_clip(clip_id)  # says that it is not there
    return found


def without_clips(project: Project, clips: Iterable[tuple[Track, Clip]]) -> Project:
    """``project`` without what :func:`find_clips` found."""
    gone: dict[str, set[str]] = defaultdict(set)
    for track, clip in clips:
        gone[track.id].add(clip.id)
    tracks = tuple(
        replace(track, clips=tuple(clip for clip in track.clips if clip.id not in gone[track.id]))
        if track.id in gone
        else track
        for track in project.tracks
    )
    return replace(project, tracks=tracks)


def set_track_fields(project: Project, track_id: str, text: str, **values: Any) -> Change:
    """The change of some of a track's own values."""
    return Change.between(project, with_track(project, track_id, lambda track: replace(track, **values)), text)


def set_clip_fields(project: Project, clip_id: str, text: str, **values: Any) -> Change:
    """The change of some of a clip's values."""
    return Change.between(project, with_clip(project, clip_id, lambda clip: replace(clip, **values)), text)


def per_sample(project: Project, clip: Clip) -> Fraction:
    """Source samples, at the media's own rate, that one project sample of ``clip`` plays."""
    return clip.speed * Fraction(project.find_media(clip.media).sample_rate, project.sample_rate)


def longest(media: Media, source_in: int, speed: Fraction, sample_rate: int) -> int:
    """Project samples (at ``sample_rate``) that the sound lasts from ``source_in`` on.

    Raises:
        ProjectError: ``speed`` is not above 0.
    """
    check_speed(speed)
    return math.floor((media.frames - source_in) / (speed * Fraction(media.sample_rate, sample_rate)))


def within_media(project: Project, clip: Clip, source_in: Fraction) -> Clip:
    """``clip`` with its window beginning at the whole sample nearest ``source_in`` with which it lies in its sound.

    Raises:
        ProjectError: the window reaches beyond the sound by a sample or more.
    """
    media = project.find_media(clip.media)
    last = media.frames - source_span(clip, media, project.sample_rate)  # the latest start, not rounded
    if source_in <= -1 or source_in >= last + 1 or last < 0:
        seconds = media.frames / media.sample_rate
        message = f"There is no more sound: {media.path.rsplit('/', 1)[-1]} is {seconds:.3f} s long."
        raise ProjectError(message, "Begin earlier in it, take less of it, or choose a longer sound.")
    return replace(clip, source_in=max(0, min(round(source_in), math.floor(last))))


def shifted(clip: Clip, by: int, length: int) -> dict[str, Any]:
    """Values of ``clip`` once its start has moved by ``by`` project samples and it is ``length`` long.

    Pan keys and the sync point stay where they are in the sound; a sync point that is cut off is dropped. Fades are
    shortened to the new length, the fade out first.
    """
    sync = None if clip.sync is None or not 0 <= clip.sync - by <= length else clip.sync - by
    keys = tuple(PanKey(at=key.at - by, pan=key.pan) for key in clip.pan_keys)
    fade_in, fade_out = clamp_fades(clip.fade_in, clip.fade_out, length)
    return {"length": length, "sync": sync, "pan_keys": keys, "fade_in": fade_in, "fade_out": fade_out}


def clamp_fades(fade_in: int, fade_out: int, length: int) -> tuple[int, int]:
    """Both fades shortened so that together they are no longer than ``length``; the fade in has precedence."""
    fade_in = max(0, min(fade_in, length))
    return fade_in, max(0, min(fade_out, length - fade_in))
