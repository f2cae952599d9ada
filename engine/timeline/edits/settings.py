"""Edits of what is not a track or a clip: markers, loop, picture, time code, master, libraries, and relinked files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.errors import ProjectError
from engine.timeline.changes import Change
from engine.timeline.document import LibraryRef, Marker, Master, Media, Project, VideoRef, new_id
from engine.timeline.rules import check_time
from engine.timeline.timecode import Counting


def add_marker(
    project: Project, at: int, name: str = "", *, colour: str | None = None, marker_id: str | None = None
) -> Change:
    """Adds a marker at ``at`` (project samples).

    Raises:
        ProjectError: that lies before or beyond the timeline.
    """
    check_time(at, project.sample_rate)
    marker = Marker(id=marker_id or new_id(), position=at, name=name, colour=colour)
    return Change.between(project, replace(project, markers=(*project.markers, marker)), "Add marker")


def remove_marker(project: Project, marker_id: str) -> Change:
    """Removes a marker.

    Raises:
        ProjectError: there is none of that id.
    """
    gone = project.find_marker(marker_id)
    markers = tuple(marker for marker in project.markers if marker is not gone)
    return Change.between(project, replace(project, markers=markers), "Remove marker")


def move_marker(project: Project, marker_id: str, at: int) -> Change:
    """Moves a marker to ``at`` (project samples).

    Raises:
        ProjectError: there is none of that id, or the time lies before or beyond the timeline.
    """
    check_time(at, project.sample_rate)
    return _set_marker(project, marker_id, "Move marker", position=at)


def rename_marker(project: Project, marker_id: str, name: str) -> Change:
    """Names a marker."""
    return _set_marker(project, marker_id, "Rename marker", name=name)


def set_marker_colour(project: Project, marker_id: str, colour: str | None) -> Change:
    """Colours a marker, ``#rrggbb``."""
    return _set_marker(project, marker_id, "Colour marker", colour=colour)


def set_loop(project: Project, loop: tuple[int, int] | None) -> Change:
    """Sets the loop (first sample, sample after the last), or takes it away.

    Raises:
        ProjectError: it does not end after it begins, or begins beyond the timeline.
    """
    check_time(loop[0] if loop else 0, project.sample_rate)
    return _set(project, "Set loop" if loop else "Remove loop", loop=loop)


def set_video(project: Project, video: VideoRef | None) -> Change:
    """Gives the project another picture, or none; clips stay where they are."""
    return _set(project, "Set picture" if video else "Remove picture", video=video)


def count_as(project: Project, counting: Counting) -> Change:
    """Counts time as ``counting`` says, such as the film's own; positions are samples, so that nothing moves.

    Raises:
        ProjectError: drop frame at a rate that has none.
    """
    values = {"frame_rate": counting.rate, "drop_frame": counting.drop, "start_timecode": counting.start}
    return _set(project, "Take the film's frame rate", **values)


def set_master(project: Project, master: Master) -> Change:
    """Sets the master's level, limiter and ceiling."""
    return _set(project, "Set master", master=master)


def add_library(project: Project, library: LibraryRef) -> Change:
    """Lets the project take from another library; one it has is not added twice."""
    if any(own.path == library.path for own in project.libraries):
        return _set(project, "Add library")
    return _set(project, "Add library", libraries=(*project.libraries, library))


def remove_library(project: Project, path: str) -> Change:
    """No longer takes from the library at ``path``; clips stay.

    Raises:
        ProjectError: the project does not take from it.
    """
    kept = tuple(library for library in project.libraries if library.path != path)
    if len(kept) == len(project.libraries):
        raise ProjectError(f"The project does not use the library {path}.", "Choose one of its own.")
    return _set(project, "Remove library", libraries=kept)


def relink(project: Project, media: Mapping[str, Media], video: VideoRef | None = None) -> Change:
    """Points media, by id, and the picture at files found elsewhere; `missing.relink` finds them.

    Raises:
        ProjectError: one of the media is not the project's.
    """
    for media_id in media:
        project.find_media(media_id)
    found = tuple(replace(media[own.id], id=own.id) if own.id in media else own for own in project.media)
    return _set(project, "Relink files", media=found, video=video or project.video)


def _set(project: Project, text: str, **values: Any) -> Change:
    return Change.between(project, replace(project, **values), text)


def _set_marker(project: Project, marker_id: str, text: str, **values: Any) -> Change:
    old = project.find_marker(marker_id)
    markers = tuple(replace(marker, **values) if marker is old else marker for marker in project.markers)
    return _set(project, text, markers=markers)
