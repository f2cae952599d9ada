"""CMX3600 edit decision lists: plain text that every editing system reads, and that carries little.

One list a track, since the format has four sound channels at most. Events are in whole frames.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from engine.export.interchange import Clock, colour_name
from engine.export.scene import Scene, file_name, lanes
from engine.files import write_text
from engine.jobs import Job
from engine.timeline.document import Clip, Track
from engine.timeline.timecode import format_frames, frames_at_start

MOST_EVENTS = 999
"""Event numbers have three digits."""


def write_edls(scene: Scene, folder: Path, job: Job | None = None) -> list[str]:
    """Writes a list for every track that is heard and holds clips into ``folder``; returns their names.

    A track whose clips overlap becomes several lists; so does one of more than 999 events. Muted clips and tracks, and
    those that another's solo silences, are left out: the format has no word for them, so that all would be heard.
    """
    lists = list(_lists(scene))
    if job:
        job.begin(len(lists), "Writing edit lists")
    names = []
    for number, (title, track, clips) in enumerate(lists, 1):
        name = f"{number:02d} {file_name(title)}.edl"
        write_text(folder / name, edl_text(scene, track, clips, markers=number == 1))
        names.append(name)
        if job:
            job.step()
    return names


def _lists(scene: Scene) -> Iterator[tuple[str, Track, list[Clip]]]:
    from engine.audio.arrangement import audible

    clock, heard = frame_clock(scene), audible(scene.project)
    for track in scene.project.tracks:
        if track.id not in heard:
            continue
        clips = [clip for clip in track.clips if not clip.mute]
        for lane, row in enumerate(lanes(clips, crossfades=False, span=clock.span)):
            for start in range(0, len(row), MOST_EVENTS):
                part = f" ({lane + 1})" if lane else ""
                part += f" from {start + 1}" if start else ""
                yield f"{track.name or 'Track'}{part}", track, row[start : start + MOST_EVENTS]


def frame_clock(scene: Scene) -> Clock:
    """One tick a frame of time code."""
    return Clock(rate=scene.project.frame_rate, sample_rate=scene.project.sample_rate)


def edl_text(scene: Scene, track: Track, clips: list[Clip], *, markers: bool) -> str:
    """One list, events in order of time, with the project's markers as ``LOC`` notes when asked."""
    project = scene.project
    lines = [f"TITLE: {_one_line(f'{scene.title} {track.name}')}"]
    lines += ["FCM: DROP FRAME" if project.drop_frame else "FCM: NON-DROP FRAME", ""]
    for number, clip in enumerate(clips, 1):
        lines += _Event(scene, clip).lines(number)
    if markers:
        lines += list(_markers(scene))
    return "\n".join(lines) + "\n"


class _Event:
    """One clip as an event: a reel, where in it, and when."""

    def __init__(self, scene: Scene, clip: Clip) -> None:
        self._scene, self._clip = scene, clip
        self._rate = scene.project.frame_rate
        self._path = scene.sounds[clip.media]
        self._media = scene.project.find_media(clip.media)
        self._first, self._last = frame_clock(scene).span(clip)

    def lines(self, number: int) -> list[str]:
        """The event and its notes."""
        source_in, source_out = self._source()
        times = (self._code(source_in), self._code(source_out), *record_times(self._scene, self._clip))
        channels = "A" if self._media.channels == 1 else "AA"
        reel = reel_name(self._path)
        lines = [f"{number:03d}  {reel:8} {channels:5} C        {' '.join(times)}"]
        if self._clip.speed != 1 or self._clip.reverse:
            speed = float(self._clip.speed * self._rate) * (-1 if self._clip.reverse else 1)
            lines.append(f"M2   {reel:8} {speed:07.2f}                {times[0].replace(';', ':')}")
        lines.append(f"* FROM CLIP NAME:  {_one_line(self._clip.name or self._path.stem)}")
        lines.append(f"* SOURCE FILE: {_one_line(str(self._path))}")
        return lines

    def _source(self) -> tuple[int, int]:
        start = round(Fraction(self._clip.source_in, self._media.sample_rate) * self._rate)
        return start, start + max(1, round((self._last - self._first) * self._clip.speed))

    def _code(self, frames: int) -> str:
        # The notes and the source count as the record side does: a list has one kind of time code.
        return format_frames(frames, self._rate, self._scene.project.drop_frame)


def record_times(scene: Scene, clip: Clip) -> tuple[str, str]:
    """Time codes of ``clip``'s first frame and of the frame after its last: record in and out."""
    project, begin = scene.project, frames_at_start(scene.project)
    first, last = (
        format_frames(begin + at, project.frame_rate, project.drop_frame) for at in frame_clock(scene).span(clip)
    )
    return first, last


def _markers(scene: Scene) -> Iterator[str]:
    project, clock, begin = scene.project, frame_clock(scene), frames_at_start(scene.project)
    for marker in project.markers:
        code = format_frames(begin + clock.ticks(marker.position), project.frame_rate, project.drop_frame)
        yield f"* LOC: {code} {colour_name(marker.colour):7} {_one_line(marker.name).upper()}"


def reel_name(path: Path) -> str:
    """Eight letters and digits of ``path``'s name, which is all a reel may have."""
    return re.sub(r"[^A-Z0-9]", "", path.stem.upper())[:8] or "AX"


def _one_line(text: str) -> str:
    return " ".join(text.split())
