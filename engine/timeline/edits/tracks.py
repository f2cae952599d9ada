"""Edits of tracks: rows, their order, faders, mute and solo."""

from __future__ import annotations

from dataclasses import replace

from engine.timeline.changes import Change
from engine.timeline.document import Project, Track, new_id
from engine.timeline.edits.common import set_track_fields
from engine.timeline.rules import check_tracks


def add_track(project: Project, name: str = "", *, index: int | None = None, track_id: str | None = None) -> Change:
    """Adds an empty track at ``index`` (clamped to the rows there are), below all others when None.

    Raises:
        ProjectError: there are :data:`~engine.timeline.rules.MOST_TRACKS` already.
    """
    check_tracks(len(project.tracks))
    tracks = list(project.tracks)
    track = Track(id=track_id or new_id(), name=name or f"Track {len(tracks) + 1}")
    tracks.insert(len(tracks) if index is None else max(0, index), track)
    return Change.between(project, replace(project, tracks=tuple(tracks)), "Add track")


def remove_track(project: Project, track_id: str) -> Change:
    """Removes a track with its clips.

    Raises:
        ProjectError: there is no such track.
    """
    project.track(track_id)
    tracks = tuple(track for track in project.tracks if track.id != track_id)
    return Change.between(project, replace(project, tracks=tracks), "Remove track")


def move_track(project: Project, track_id: str, index: int) -> Change:
    """Puts a track at row ``index`` (clamped to the rows there are).

    Raises:
        ProjectError: there is no such track.
    """
    moved = project.track(track_id)
    tracks = [track for track in project.tracks if track.id != track_id]
    tracks.insert(max(0, index), moved)
    return Change.between(project, replace(project, tracks=tuple(tracks)), "Move track")


def rename_track(project: Project, track_id: str, name: str) -> Change:
    """Names a track."""
    return set_track_fields(project, track_id, "Rename track", name=name)


def set_track_gain(project: Project, track_id: str, gain_db: float) -> Change:
    """Sets a fader (dB)."""
    return set_track_fields(project, track_id, "Set track level", gain_db=float(gain_db))


def set_track_pan(project: Project, track_id: str, pan: float) -> Change:
    """Pans a track, -1 to 1."""
    return set_track_fields(project, track_id, "Pan track", pan=float(pan))


def set_track_mute(project: Project, track_id: str, mute: bool) -> Change:
    """Mutes a track or lets it be heard."""
    return set_track_fields(project, track_id, "Mute track" if mute else "Unmute track", mute=mute)


def set_track_solo(project: Project, track_id: str, solo: bool) -> Change:
    """Solos a track or ends its solo."""
    return set_track_fields(project, track_id, "Solo track" if solo else "End solo", solo=solo)


def set_track_colour(project: Project, track_id: str, colour: str | None) -> Change:
    """Colours a track, ``#rrggbb``; None lets the window choose."""
    return set_track_fields(project, track_id, "Colour track", colour=colour)
