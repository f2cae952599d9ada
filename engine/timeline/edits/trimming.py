"""Edits of a clip's window: trim, slip and split. The sound past the trim is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from engine.errors import ProjectError
from engine.timeline.changes import Change
from engine.timeline.document import Clip, Project, new_id, source_span
from engine.timeline.edits.common import per_sample, shifted, with_clip, with_clips, within_media


@dataclass(frozen=True, slots=True, kw_only=True)
class Handles:
    """Project samples of sound that lie hidden before a clip's start and behind its end."""

    head: int
    tail: int


def handles(project: Project, clip_id: str) -> Handles:
    """How far a clip can be trimmed outwards. The head also ends where the timeline begins.

    Raises:
        ProjectError: there is no such clip.
    """
    room = slip_room(project, clip_id)
    return replace(room, head=min(room.head, project.find_clip(clip_id)[1].position))


def slip_room(project: Project, clip_id: str) -> Handles:
    """How far a clip's sound goes on before and behind what is heard of it.

    Raises:
        ProjectError: there is no such clip.
    """
    _, clip = project.find_clip(clip_id)
    media, step = project.find_media(clip.media), per_sample(project, clip)
    before = int(clip.source_in / step)
    behind = max(0, int((media.frames - clip.source_in - source_span(clip, media, project.sample_rate)) / step))
    head, tail = (behind, before) if clip.reverse else (before, behind)
    return Handles(head=head, tail=tail)


def trim_head(project: Project, clip_id: str, to: int) -> Change:
    """Moves a clip's start to ``to`` (project samples); the sound stays where it is.

    Fades are shortened to what is left, and a sync point that is cut off is dropped.

    Raises:
        ProjectError: no such clip, nothing would be left, or the sound does not reach that far.
    """
    _, clip = project.find_clip(clip_id)
    _check_inside(to < clip.end)
    by = to - clip.position
    start = Fraction(clip.source_in) if clip.reverse else clip.source_in + by * per_sample(project, clip)
    trimmed = replace(clip, position=to, **shifted(clip, by, clip.length - by))
    return _replaced(project, within_media(project, trimmed, start), "Trim start")


def trim_tail(project: Project, clip_id: str, to: int) -> Change:
    """Moves a clip's end to ``to`` (project samples); the sound stays where it is.

    Fades are shortened to what is left, and a sync point that is cut off is dropped.

    Raises:
        ProjectError: no such clip, nothing would be left, or the sound does not reach that far.
    """
    _, clip = project.find_clip(clip_id)
    _check_inside(to > clip.position)
    by = to - clip.end
    start = clip.source_in - by * per_sample(project, clip) if clip.reverse else Fraction(clip.source_in)
    trimmed = replace(clip, **shifted(clip, 0, clip.length + by))
    return _replaced(project, within_media(project, trimmed, start), "Trim end")


def slip(project: Project, clip_id: str, by: int) -> Change:
    """Moves the sound under a clip that stays in place, later by ``by`` project samples.

    Pan keys and sync point stay where they are on the timeline.

    Raises:
        ProjectError: no such clip, or the sound does not reach that far.
    """
    _, clip = project.find_clip(clip_id)
    step = per_sample(project, clip) * (-1 if clip.reverse else 1)
    return _replaced(project, within_media(project, clip, clip.source_in - by * step), "Slip sound")


def split(project: Project, clip_id: str, at: int, *, right_id: str | None = None) -> Change:
    """Cuts a clip in two at ``at`` (project samples). The right part gets a fresh id; nothing sounds different.

    The fade in stays with the left part and the fade out with the right one; the sync point goes with the part it
    lies in.

    Raises:
        ProjectError: no such clip, or the cut lies outside it.
    """
    track, clip = project.find_clip(clip_id)
    _check_inside(clip.position < at < clip.end)
    first, last = at - clip.position, clip.end - at
    step = per_sample(project, clip)
    left_in, right_in = (last * step, Fraction(0)) if clip.reverse else (Fraction(0), first * step)
    whole = replace(clip, fade_in=0, fade_out=0)
    left = replace(whole, **shifted(whole, 0, first) | {"fade_in": min(clip.fade_in, first)})
    right = replace(whole, **shifted(whole, first, last) | {"fade_out": min(clip.fade_out, last)})
    if left.sync is not None and right.sync is not None:  # exactly at the cut: it is what the right part begins with
        left = replace(left, sync=None)
    right = replace(right, id=right_id or new_id(), position=at)
    after = with_clip(project, clip_id, lambda _: within_media(project, left, clip.source_in + left_in))
    right = within_media(project, right, clip.source_in + right_in)
    return Change.between(project, with_clips(after, track.id, right), "Split sound")


def _check_inside(inside: bool) -> None:
    if not inside:
        raise ProjectError("That time lies outside the clip.", "Choose a time between its start and its end.")


def _replaced(project: Project, clip: Clip, text: str) -> Change:
    return Change.between(project, with_clip(project, clip.id, lambda _: clip), text)
