"""Edits of how a clip sounds: level, pan, fades, sync point, direction, speed, pitch, and which sound it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from engine.errors import ProjectError
from engine.timeline.changes import Change
from engine.timeline.document import Alternate, Clip, FadeShape, Media, PanKey, Project, source_span
from engine.timeline.edits.common import clamp_fades, longest, set_clip_fields, shifted, with_clip, within_media
from engine.timeline.edits.placing import listed_with
from engine.timeline.rules import check_speed


def rename_clip(project: Project, clip_id: str, name: str) -> Change:
    """Names a clip."""
    return set_clip_fields(project, clip_id, "Rename sound", name=name)


def set_clip_gain(project: Project, clip_id: str, gain_db: float) -> Change:
    """Sets a clip's gain (dB)."""
    return set_clip_fields(project, clip_id, "Set level", gain_db=float(gain_db))


def set_clip_pan(project: Project, clip_id: str, pan: float) -> Change:
    """Pans a clip, -1 to 1; its pan curve is removed."""
    return set_clip_fields(project, clip_id, "Pan sound", pan=float(pan), pan_keys=())


def set_pan_keys(project: Project, clip_id: str, keys: Iterable[PanKey]) -> Change:
    """Gives a clip a pan curve; of keys at the same sample the last counts."""
    by_time = {key.at: key for key in keys}
    ordered = tuple(by_time[at] for at in sorted(by_time))
    return set_clip_fields(project, clip_id, "Set pan curve", pan_keys=ordered)


def set_fades(
    project: Project,
    clip_id: str,
    *,
    fade_in: int | None = None,
    fade_out: int | None = None,
    fade_in_shape: FadeShape | None = None,
    fade_out_shape: FadeShape | None = None,
) -> Change:
    """Sets a clip's fades (project samples); None leaves one as it is.

    A fade longer than the clip is shortened to it. Where both would meet, the one that is not being set gives way,
    and the fade out if both are.
    """
    _, clip = project.find_clip(clip_id)
    first, last = _or(fade_in, clip.fade_in), _or(fade_out, clip.fade_out)
    if fade_in is None and fade_out is not None:
        last, first = clamp_fades(last, first, clip.length)
    else:
        first, last = clamp_fades(first, last, clip.length)
    shapes = {
        "fade_in_shape": fade_in_shape or clip.fade_in_shape,
        "fade_out_shape": fade_out_shape or clip.fade_out_shape,
    }
    return set_clip_fields(project, clip_id, "Set fades", fade_in=first, fade_out=last, **shapes)


def set_sync(project: Project, clip_id: str, sync: int | None) -> Change:
    """Sets the sync point (project samples from the clip's start), or takes it away.

    Raises:
        ProjectError: no such clip, or the point lies outside it.
    """
    return set_clip_fields(project, clip_id, "Set sync point" if sync is not None else "Remove sync point", sync=sync)


def set_reverse(project: Project, clip_id: str, reverse: bool) -> Change:
    """Plays a clip's window from its end, or forwards again; its sync point and pan curve turn round with it."""
    _, clip = project.find_clip(clip_id)
    text = "Reverse sound" if reverse else "Play sound forwards"
    if reverse == clip.reverse:
        return set_clip_fields(project, clip_id, text)
    sync = None if clip.sync is None else clip.length - clip.sync
    keys = tuple(PanKey(at=clip.length - key.at, pan=key.pan) for key in reversed(clip.pan_keys))
    return set_clip_fields(project, clip_id, text, reverse=reverse, sync=sync, pan_keys=keys)


def set_speed(project: Project, clip_id: str, speed: Fraction) -> Change:
    """Plays the same window faster or slower: the clip's start stays, its end moves, pitch follows.

    Sync point and pan curve keep their places in the sound; fades are shortened where they no longer fit.

    Raises:
        ProjectError: no such clip, or ``speed`` (source s per timeline s) is not above 0.
    """
    _, clip = project.find_clip(clip_id)
    kept = at_speed(project, clip, Fraction(speed))
    return Change.between(project, with_clip(project, clip_id, lambda _: kept), "Set speed")


def at_speed(project: Project, clip: Clip, speed: Fraction) -> Clip:
    """``clip`` with the same window played at ``speed`` (source s per timeline s).

    Raises:
        ProjectError: ``speed`` is not above 0.
    """
    check_speed(speed)
    ratio = clip.speed / speed
    length = max(1, min(round(clip.length * ratio), _most(project, clip, speed)))
    sync = None if clip.sync is None else min(length, round(clip.sync * ratio))
    by_time = {round(key.at * ratio): PanKey(at=round(key.at * ratio), pan=key.pan) for key in clip.pan_keys}
    fade_in, fade_out = clamp_fades(clip.fade_in, clip.fade_out, length)
    values: dict[str, Any] = {
        "sync": sync,
        "pan_keys": tuple(by_time.values()),
        "fade_in": fade_in,
        "fade_out": fade_out,
    }
    return _window_kept(project, clip, replace(clip, speed=speed, length=length, **values))


def set_pitch(project: Project, clip_id: str, semitones: float) -> Change:
    """Raises a clip's pitch by ``semitones`` without changing its length."""
    return set_clip_fields(project, clip_id, "Set pitch", pitch=float(semitones))


def set_clip_mute(project: Project, clip_id: str, mute: bool) -> Change:
    """Mutes a clip or lets it be heard."""
    return set_clip_fields(project, clip_id, "Mute sound" if mute else "Unmute sound", mute=mute)


def swap_alternate(project: Project, clip_id: str, number: int, media: Media) -> Change:
    """Replaces a clip's sound by an alternate of its origin; the one that was there takes the alternate's place.

    The clip keeps its place and its length, or becomes as long as the new sound lasts.

    Args:
        project: the project.
        clip_id: the clip.
        number: the alternate's, from 0.
        media: the alternate's file, as read from ``alternates[number].path``.

    Raises:
        ProjectError: no such clip, or it has no such alternate.
    """
    _, clip = project.find_clip(clip_id)
    alternates = clip.origin.alternates if clip.origin else ()
    if clip.origin is None or not 0 <= number < len(alternates):
        message = f"This sound has {len(alternates)} alternates."
        raise ProjectError(message, "Ask for suggestions at its frame to get others.")
    chosen = alternates[number]
    was = replace(_as_alternate(project, clip), score=clip.origin.score)
    origin = replace(clip.origin, score=chosen.score, alternates=(*alternates[:number], was, *alternates[number + 1 :]))
    listed, media = listed_with(project, media)
    start = min(round(chosen.start * media.sample_rate), media.frames - 1)
    length = max(1, min(clip.length, longest(media, start, clip.speed, project.sample_rate)))
    name = media.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    new = replace(clip, media=media.id, name=name, origin=origin, **shifted(clip, 0, length))
    new = within_media(listed, new, Fraction(start))
    return Change.between(project, with_clip(listed, clip_id, lambda _: new), "Swap sound")


def _as_alternate(project: Project, clip: Clip) -> Alternate:
    media = project.find_media(clip.media)
    start = Fraction(clip.source_in, media.sample_rate)
    seconds = source_span(clip, media, project.sample_rate) / media.sample_rate
    return Alternate(path=media.path, start=start, end=start + seconds, score=0.0)


def _most(project: Project, clip: Clip, speed: Fraction) -> int:
    """Project samples that ``clip`` can last at ``speed`` from where it begins to play."""
    media = project.find_media(clip.media)
    if not clip.reverse:
        return longest(media, clip.source_in, speed, project.sample_rate)
    end = clip.source_in + source_span(clip, media, project.sample_rate)
    return int(end / (speed * Fraction(media.sample_rate, project.sample_rate)))


def _window_kept(project: Project, old: Clip, new: Clip) -> Clip:
    """``new`` with the end of ``old``'s window where it plays from its end, the start otherwise."""
    media = project.find_media(old.media)
    if not new.reverse:
        return within_media(project, new, Fraction(old.source_in))
    end = old.source_in + source_span(old, media, project.sample_rate)
    return within_media(project, new, end - source_span(new, media, project.sample_rate))


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value
