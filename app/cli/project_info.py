"""What `project info` prints: the document with times in seconds and time code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.timeline.clips import source_span
from engine.timeline.document import Clip, Marker, Project, Track
from engine.timeline.missing import missing
from engine.timeline.paths import resolve
from engine.timeline.session import Recovery
from engine.timeline.timecode import timecode_at


def document(project: Project, path: Path, recovery: Recovery) -> dict[str, Any]:
    """The project at ``path`` for JSON; times in seconds, levels in dB."""
    base = path.absolute().parent
    lost = missing(project, base)
    away = {media.id for media in lost.media}
    return {
        "project": path,
        "id": project.id,
        "sample_rate": project.sample_rate,
        "frame_rate": str(project.frame_rate),
        "drop_frame": project.drop_frame,
        "start_timecode": timecode_at(project, project.video.offset if project.video else 0),
        "duration": _seconds(project, project.end),
        "video": _video(project, base),
        "libraries": [resolve(library, base) for library in project.libraries],
        "tracks": [_track(project, track, base, away) for track in project.tracks],
        "markers": [_marker(project, marker) for marker in project.markers],
        "loop": [_seconds(project, at) for at in project.loop] if project.loop else None,
        "master": project.master,
        "missing": lost.paths,
        "unsaved_edits": recovery.edits,
    }


def clip_of(project: Project, clip: Clip, base: Path) -> dict[str, Any]:
    """One clip for JSON; ``base`` is the project's folder."""
    media = project.find_media(clip.media)
    span = source_span(clip, media, project.sample_rate)
    return {
        "id": clip.id,
        "name": clip.name,
        "file": resolve(media, base),
        "start": _seconds(project, clip.position),
        "end": _seconds(project, clip.end),
        "timecode": timecode_at(project, clip.position),
        "from": clip.source_in / media.sample_rate,
        "to": float((clip.source_in + span) / media.sample_rate),
        "gain_db": clip.gain_db,
        "pan": clip.pan,
        "pan_keys": [{"at": _seconds(project, key.at), "pan": key.pan} for key in clip.pan_keys],
        "fade_in": _seconds(project, clip.fade_in),
        "fade_out": _seconds(project, clip.fade_out),
        "sync": None if clip.sync is None else _seconds(project, clip.sync),
        "reverse": clip.reverse,
        "speed": float(clip.speed),
        "pitch": clip.pitch,
        "mute": clip.mute,
    }


def lines(shown: dict[str, Any]) -> Iterator[str]:
    """The same for reading."""
    yield f"{shown['project']}: {shown['frame_rate']} frames/s, {shown['duration']:.3f} s"
    if shown["video"]:
        yield f"picture  {shown['video']['path']}"
    for track in shown["tracks"]:
        yield f"{track['number']:3}  {track['name']}  {track['gain_db']:+.1f} dB{_flags(track)}"
        for clip in track["clips"]:
            absent = "  (missing)" if clip["missing"] else ""
            yield f"     {clip['timecode']}  {clip['start']:9.3f} - {clip['end']:9.3f} s  {clip['name']}{absent}"
    for marker in shown["markers"]:
        yield f"  M  {marker['timecode']}  {marker['start']:9.3f} s  {marker['name']}"
    for path in shown["missing"]:
        yield f"missing  {path}"
    if shown["unsaved_edits"]:
        count = shown["unsaved_edits"]
        yield f"{count} unsaved edit{'' if count == 1 else 's'} in its journal."


def _flags(track: dict[str, Any]) -> str:
    return "".join(f"  {flag}" for flag in ("mute", "solo") if track[flag])


def _video(project: Project, base: Path) -> dict[str, Any] | None:
    video = project.video
    if video is None:
        return None
    return {
        "path": resolve(video, base),
        "start": _seconds(project, video.offset),
        "duration": _seconds(project, video.duration),
    }


def _track(project: Project, track: Track, base: Path, away: set[str]) -> dict[str, Any]:
    return {
        "number": project.tracks.index(track) + 1,
        "id": track.id,
        "name": track.name,
        "gain_db": track.gain_db,
        "pan": track.pan,
        "mute": track.mute,
        "solo": track.solo,
        "clips": [clip_of(project, clip, base) | {"missing": clip.media in away} for clip in track.clips],
    }


def _marker(project: Project, marker: Marker) -> dict[str, Any]:
    return {
        "id": marker.id,
        "name": marker.name,
        "start": _seconds(project, marker.position),
        "timecode": timecode_at(project, marker.position),
    }


def _seconds(project: Project, samples: int) -> float:
    return samples / project.sample_rate
