"""Edits of several clips by one amount: they keep what lies between them, and at a limit all stop together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from engine.timeline.changes import Change
from engine.timeline.document import Clip, Project
from engine.timeline.edits.common import find_clips
from engine.timeline.edits.shaping import at_speed
from engine.timeline.rules import HIGHEST_DB, LOWEST_DB

N = TypeVar("N", float, Fraction)
_EXACT = 6  # decimals; beyond them lies what binary fractions leave behind


def shift_gain(
    project: Project, clip_ids: Collection[str], by: float, *, lowest: float = LOWEST_DB, highest: float = HIGHEST_DB
) -> Change:
    """Raises clips by ``by`` dB, as far as all of them stay within ``lowest`` to ``highest``.

    Raises:
        ProjectError: one of the clips is not there.
    """
    found = [clip for _, clip in find_clips(project, clip_ids)]
    by = _shared(by, (clip.gain_db for clip in found), lowest, highest)
    return _each(project, clip_ids, "Set level", lambda clip: replace(clip, gain_db=round(clip.gain_db + by, _EXACT)))


def shift_pitch(project: Project, clip_ids: Collection[str], by: float, *, lowest: float, highest: float) -> Change:
    """Raises clips by ``by`` semitones, as far as all of them stay within ``lowest`` to ``highest``.

    Raises:
        ProjectError: one of the clips is not there.
    """
    found = [clip for _, clip in find_clips(project, clip_ids)]
    by = _shared(by, (clip.pitch for clip in found), lowest, highest)
    return _each(project, clip_ids, "Set pitch", lambda clip: replace(clip, pitch=round(clip.pitch + by, _EXACT)))


def shift_speed(
    project: Project, clip_ids: Collection[str], by: Fraction, *, lowest: Fraction, highest: Fraction
) -> Change:
    """Plays clips faster by ``by`` times, as far as all of them stay within ``lowest`` to ``highest``.

    Each keeps its start; see :func:`engine.timeline.edits.set_speed`.

    Raises:
        ProjectError: one of the clips is not there, or one would stand still.
    """
    found = [clip for _, clip in find_clips(project, clip_ids)]
    by = _shared(by, (clip.speed for clip in found), lowest, highest)
    return _each(project, clip_ids, "Set speed", lambda clip: at_speed(project, clip, clip.speed + by))


def _shared(by: N, values: Iterable[N], lowest: N, highest: N) -> N:
    """``by`` as far as every value may go; one that lies outside already is led back, never further away."""
    values = list(values)
    if not values:
        return by
    return max(min(by, max(highest - max(values), 0 * by)), min(lowest - min(values), 0 * by))


def _each(project: Project, clip_ids: Collection[str], text: str, edit: Callable[[Clip], Clip]) -> Change:
    """All of ``clip_ids`` edited in one pass; tracks without any of them stay the same objects."""
    wanted = set(clip_ids)
    tracks = tuple(
        replace(track, clips=tuple(edit(clip) if clip.id in wanted else clip for clip in track.clips))
        if any(clip.id in wanted for clip in track.clips)
        else track
        for track in project.tracks
    )
    return Change.between(project, replace(project, tracks=tracks), text)
