"""Edits that bring clips onto the timeline, take them off and move them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from typing import Any

from engine.errors import ProjectError
from engine.timeline.changes import Change, Placed
from engine.timeline.document import Clip, Media, Project, Track, new_id
from engine.timeline.edits.common import (
    find_clips,
    longest,
    with_clips,
    with_clips_of,
    within_media,
    without_clips,
)
from engine.timeline.rules import LONGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Clipboard:
    """Copied clips, the rows they lay on, and what they play."""

    placed: tuple[Placed, ...]
    rows: tuple[int, ...]
    media: tuple[Media, ...]


def place(
    project: Project,
    media: Media,
    *,
    track: str,
    at: int,
    source_in: int = 0,
    length: int | None = None,
    clip_id: str | None = None,
    **values: Any,
) -> Change:
    """Places a sound on a track.

    Args:
        project: the project.
        media: the sound; one that the project already lists under the same path is used again.
        track: id of the track.
        at: project samples from the start of the timeline.
        source_in: where in the sound to begin, in samples at its own rate.
        length: project samples; to the end of the sound when None.
        clip_id: id of the new clip; a fresh one when None.
        values: any other field of `Clip`.

    Raises:
        ProjectError: no such track, the time is before or beyond the timeline, or the sound does not last that long.
    """
    listed, media = listed_with(project, media)
    speed = values.get("speed", Fraction(1))
    wanted = max(1, longest(media, source_in, speed, project.sample_rate)) if length is None else length
    name = values.pop("name", "") or media.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    clip = Clip(id=clip_id or new_id(), media=media.id, name=name, position=at, length=wanted, **values)
    clip = within_media(listed, clip, Fraction(source_in))
    return Change.between(project, with_clips(listed, track, clip), "Place sound")


def remove_clips(project: Project, clip_ids: Collection[str]) -> Change:
    """Removes clips. What they play stays listed, so that they can be pasted again.

    Raises:
        ProjectError: one of the clips is not there.
    """
    after = without_clips(project, find_clips(project, clip_ids))
    return Change.between(project, after, _sounds("Remove", clip_ids))


def ripple_remove(project: Project, clip_ids: Collection[str]) -> Change:
    """Removes clips; what begins later on their tracks moves up by the time that they leave empty before it.

    A clip that crossfades out of a removed one closes up to where that began, and all that follows goes with it.

    Raises:
        ProjectError: one of the clips is not there.
    """
    removed = find_clips(project, clip_ids)
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for track, clip in removed:
        spans[track.id].append((clip.position, clip.end))
    left = without_clips(project, removed)
    tracks = (_closed_up(track, _merged(spans[track.id])) if track.id in spans else track for track in left.tracks)
    return Change.between(project, replace(left, tracks=tuple(tracks)), _sounds("Ripple remove", clip_ids))


def move_clip(project: Project, clip_id: str, position: int, track: str | None = None) -> Change:
    """Moves a clip to ``position`` (project samples), and to another track where one is named.

    Raises:
        ProjectError: no such clip or track, or the time is before or beyond the timeline.
    """
    origin, clip = project.find_clip(clip_id)
    after = without_clips(project, [(origin, clip)])
    after = with_clips(after, track or origin.id, replace(clip, position=position))
    return Change.between(project, after, "Move sound")


def move_clips(project: Project, clip_ids: Collection[str], by: int, rows: int = 0) -> Change:
    """Moves clips by project samples and by rows; at the edges of the timeline all stop together.

    Raises:
        ProjectError: one of the clips is not there.
    """
    found = find_clips(project, clip_ids)
    if not found:
        return Change.between(project, project, "Move sounds")
    order = _rows(project)
    by = max(by, -min(clip.position for _, clip in found))
    room = LONGEST * project.sample_rate - 1 - max(clip.position for _, clip in found)
    by = min(by, max(0, room))
    lowest, highest = min(order[track.id] for track, _ in found), max(order[track.id] for track, _ in found)
    rows = max(-lowest, min(rows, len(order) - 1 - highest))
    lands: dict[str, list[Clip]] = defaultdict(list)
    for track, clip in found:
        lands[project.tracks[order[track.id] + rows].id].append(replace(clip, position=clip.position + by))
    after = with_clips_of(without_clips(project, found), lands)
    return Change.between(project, after, _sounds("Move", clip_ids))


def copy(project: Project, clip_ids: Collection[str]) -> Clipboard:
    """The clips with what they play, for :func:`paste` here or in another project of the same sample rate.

    Raises:
        ProjectError: one of the clips is not there.
    """
    found, order = find_clips(project, clip_ids), _rows(project)
    used = {clip.media for _, clip in found}
    return Clipboard(
        placed=tuple(Placed(track=track.id, clip=clip) for track, clip in found),
        rows=tuple(order[track.id] for track, _ in found),
        media=tuple(media for media in project.media if media.id in used),
    )


def paste(project: Project, clipboard: Clipboard, at: int, track: str | None = None) -> Change:
    """Pastes clips so that the first begins at ``at`` (project samples), each with a fresh id.

    Args:
        project: the project.
        clipboard: from :func:`copy`.
        at: project samples.
        track: the row of the topmost clip, the others below it as they were (in the last row at most); their own
            tracks when None.

    Raises:
        ProjectError: no such track, the clipboard is empty, or a clip would begin beyond the timeline.
    """
    if not clipboard.placed:
        raise ProjectError("There is nothing to paste.", "Copy some sounds first.")
    by = at - min(placed.clip.position for placed in clipboard.placed)
    after, ids = project, {}
    for media in clipboard.media:
        # Of another project it is not known by its path, and is relative to another folder.
        after, listed = listed_with(after, replace(media, relative=""))
        ids[media.id] = listed.id
    lands: dict[str, list[Clip]] = defaultdict(list)
    highest = min(clipboard.rows)
    for placed, row in zip(clipboard.placed, clipboard.rows, strict=True):
        clip = replace(placed.clip, id=new_id(), media=ids[placed.clip.media], position=placed.clip.position + by)
        lands[placed.track if track is None else _row_from(project, track, row - highest)].append(clip)
    return Change.between(project, with_clips_of(after, lands), _sounds("Paste", clipboard.placed))


def duplicate(project: Project, clip_ids: Collection[str]) -> Change:
    """Pastes the clips again right behind the last of them.

    Raises:
        ProjectError: one of the clips is not there.
    """
    copied = copy(project, clip_ids)
    change = paste(project, copied, max((placed.clip.end for placed in copied.placed), default=0))
    return replace(change, text=_sounds("Duplicate", clip_ids))


def listed_with(project: Project, media: Media) -> tuple[Project, Media]:
    """``project`` with ``media`` among its own, and that entry."""
    for known in project.media:
        if known.path == media.path or (known.relative and known.relative == media.relative):
            return project, known
    if any(own.id == media.id for own in project.media):  # from another project
        media = replace(media, id=new_id())
    return replace(project, media=(*project.media, media)), media


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _closed_up(track: Track, gaps: list[tuple[int, int]]) -> Track:
    """``track``, from which the clips of ``gaps`` were taken, without the time that stands empty since."""
    starts = [clip.position for clip in track.clips]
    inside = (track.clips[bisect_left(starts, start) : bisect_left(starts, end)] for start, end in gaps)
    empty = [piece for gap, clips in zip(gaps, inside, strict=True) for piece in _uncovered(gap, clips)]
    ends = [end for _, end in empty]
    taken = [0, *accumulate(end - start for start, end in empty)]
    places = ((clip, clip.position - taken[bisect_right(ends, clip.position)]) for clip in track.clips)
    return replace(track, clips=tuple(replace(clip, position=place) for clip, place in places))


def _uncovered(gap: tuple[int, int], clips: Iterable[Clip]) -> Iterator[tuple[int, int]]:
    """What of ``gap`` is left by ``clips``, which begin in it, the earliest first."""
    at, end = gap
    for clip in clips:
        if clip.position > at:
            yield at, clip.position
        at = max(at, clip.end)
    if at < end:
        yield at, end


def _rows(project: Project) -> dict[str, int]:
    return {track.id: row for row, track in enumerate(project.tracks)}


def _row_from(project: Project, track: str, down: int) -> str:
    row = _rows(project)[project.track(track).id]
    return project.tracks[min(row + down, len(project.tracks) - 1)].id


def _sounds(verb: str, clips: Collection[Any]) -> str:
    return f"{verb} sound" if len(clips) == 1 else f"{verb} {len(clips)} sounds"
