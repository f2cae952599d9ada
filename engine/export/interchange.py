"""The project as an OpenTimelineIO timeline: exact in samples for OTIO itself, in whole frames for older formats."""

from __future__ import annotations

import colorsys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.export.scene import Scene, lanes
from engine.jobs import Job
from engine.timeline.document import Clip, Marker, Media, Track
from engine.timeline.timecode import frames_at_start

METADATA = "foleyscope"
"""The key under which everything OTIO has no place for is kept."""

_HUES = ("RED", "ORANGE", "YELLOW", "GREEN", "CYAN", "BLUE", "PURPLE", "MAGENTA", "PINK")
_HUE_DEGREES = (0, 30, 60, 120, 180, 225, 270, 300, 330)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How project samples become OTIO times."""

    rate: Fraction
    """Ticks a second."""
    sample_rate: int

    def ticks(self, samples: int) -> int:
        """The tick nearest to ``samples``; halves go up, so that equal lengths stay equal."""
        below = self.sample_rate * self.rate.denominator
        return (2 * samples * self.rate.numerator + below) // (2 * below)

    def span(self, clip: Clip) -> tuple[int, int]:
        """First tick and the tick after the last; at least one tick long."""
        first = self.ticks(clip.position)
        return first, max(first + 1, self.ticks(clip.end))

    def time(self, ticks: float) -> Any:
        """``ticks`` as OTIO's RationalTime."""
        import opentimelineio as otio

        return otio.opentime.RationalTime(float(ticks), float(self.rate))

    def range(self, start: float, duration: float) -> Any:
        """A TimeRange in ticks."""
        import opentimelineio as otio

        return otio.opentime.TimeRange(self.time(start), self.time(duration))


Url = Callable[[Path], str]


def as_uri(path: Path) -> str:
    """``path`` as ``file://``, percent-encoded."""
    return path.absolute().as_uri()


def timeline(scene: Scene, clock: Clock, *, crossfades: bool, url: Url = as_uri, job: Job | None = None) -> Any:
    """The whole project as ``opentimelineio.schema.Timeline``: the picture, then the tracks.

    A track with overlaps that OTIO cannot say becomes several, named alike with a number.

    Args:
        scene: the project.
        clock: its times.
        crossfades: write overlaps as transitions; otherwise overlapping clips go to tracks of their own, whole.
        url: how a file is named in the timeline.
        job: counts clips.
    """
    import opentimelineio as otio

    project = scene.project
    if job:
        job.begin(sum(len(track.clips) for track in project.tracks), "Writing the timeline")
    made = otio.schema.Timeline(name=scene.title)
    made.metadata[METADATA] = {
        "project": project.id,
        "sample_rate": project.sample_rate,
        "frame_rate": str(project.frame_rate),
        "drop_frame": project.drop_frame,
        "start_timecode": project.start_timecode,
        "master": plain(asdict(project.master)),
    }
    made.global_start_time = otio.opentime.RationalTime(float(frames_at_start(project)), float(project.frame_rate))
    if scene.video and project.video:
        made.tracks.append(_picture(scene, _picture_clock(scene, clock), url))
    for track in project.tracks:
        for number, row in enumerate(lanes(track.clips, crossfades=crossfades, span=clock.span) or [[]]):
            made.tracks.append(_Row(scene, clock, url, track).build(row, number))
            if job:
                job.step(len(row))
    made.tracks.markers.extend(_marker(marker, clock) for marker in project.markers)
    return made


def _picture_clock(scene: Scene, clock: Clock) -> Clock:
    """Whole frames where the picture lies on one, which is what picture editors expect; else ``clock``."""
    project = scene.project
    frames = Clock(rate=project.frame_rate, sample_rate=project.sample_rate)
    offset = project.video.offset if project.video else 0
    exact = (offset * project.frame_rate / project.sample_rate).denominator == 1
    return frames if exact else clock


def _picture(scene: Scene, clock: Clock, url: Url) -> Any:
    import opentimelineio as otio

    assert scene.video and scene.project.video
    video = scene.project.video
    row = otio.schema.Track(name="Picture", kind=otio.schema.TrackKind.Video)
    first, length = clock.ticks(max(0, video.offset)), max(1, clock.ticks(scene.picture_length))
    hidden = clock.ticks(max(0, -video.offset))  # frames before the timeline begins
    if first:
        row.append(otio.schema.Gap(source_range=clock.range(0, first)))
    media = otio.schema.ExternalReference(target_url=url(scene.video), available_range=clock.range(0, length))
    media.name = scene.video.name
    row.append(
        otio.schema.Clip(
            name=scene.video.stem,
            media_reference=media,
            source_range=clock.range(hidden, max(1, length - hidden)),
            metadata={METADATA: {"offset": video.offset, "duration": video.duration}},
        )
    )
    return row


class _Row:
    """Builds one OTIO track of one of ours."""

    def __init__(self, scene: Scene, clock: Clock, url: Url, track: Track) -> None:
        self._scene, self._clock, self._url, self._track = scene, clock, url, track
        self._media = {media.id: media for media in scene.project.media}

    def build(self, clips: list[Clip], number: int) -> Any:
        """The track of ``clips``, gaps and transitions included."""
        import opentimelineio as otio

        track = self._track
        name = track.name if number == 0 else f"{track.name} ({number + 1})"
        row = otio.schema.Track(name=name, kind=otio.schema.TrackKind.Audio)
        row.enabled = not track.mute
        settings = {"gain_db": track.gain_db, "pan": track.pan, "mute": track.mute, "solo": track.solo}
        row.metadata[METADATA] = {"track": track.id, "lane": number, "colour": track.colour or "", **settings}
        cursor = 0
        for place, clip in enumerate(clips):
            start, end = self._clock.span(clip)
            before = clips[place - 1] if place else None
            after = clips[place + 1] if place + 1 < len(clips) else None
            cut_in = max(start, _meeting(before, clip, self._clock)) if before else start
            cut_out = min(end, _meeting(clip, after, self._clock)) if after else end
            if cut_in > start:
                row.append(self._transition(clips[place - 1], clip, cut_in))
            elif cut_in > cursor:
                row.append(otio.schema.Gap(source_range=self._clock.range(0, cut_in - cursor)))
            row.append(self._clip(clip, cut_in - start, cut_out - cut_in, end - cut_out))
            cursor = cut_out
        return row

    def _transition(self, left: Clip, right: Clip, cut: int) -> Any:
        import opentimelineio as otio

        return otio.schema.Transition(
            name="Crossfade",
            transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve,
            in_offset=self._clock.time(cut - self._clock.span(right)[0]),
            out_offset=self._clock.time(self._clock.span(left)[1] - cut),
        )

    def _clip(self, clip: Clip, head: int, length: int, tail: int) -> Any:
        """``clip`` with ``head`` and ``tail`` ticks left to the transitions beside it."""
        import opentimelineio as otio

        media = self._media[clip.media]
        seconds = Fraction(clip.source_in, media.sample_rate)
        hidden = (tail if clip.reverse else head) * clip.speed
        made = otio.schema.Clip(
            name=clip.name or self._scene.sounds[media.id].stem,
            media_reference=self._reference(media),
            source_range=self._clock.range(float(seconds * self._clock.rate + hidden), length),
        )
        made.enabled = not clip.mute
        if clip.speed != 1 or clip.reverse:
            scalar = float(-clip.speed if clip.reverse else clip.speed)
            made.effects.append(otio.schema.LinearTimeWarp(name="Speed", time_scalar=scalar))
        made.metadata[METADATA] = plain(asdict(clip))
        return made

    def _reference(self, media: Media) -> Any:
        import opentimelineio as otio

        path = self._scene.sounds[media.id]
        available = otio.opentime.TimeRange(
            otio.opentime.RationalTime(0, media.sample_rate),
            otio.opentime.RationalTime(media.frames, media.sample_rate),
        )
        about = {METADATA: {"media": media.id, "channels": media.channels, "fingerprint": media.fingerprint}}
        if media.id in self._scene.missing:
            made = otio.schema.MissingReference(available_range=available, metadata=about)
        else:
            made = otio.schema.ExternalReference(target_url=self._url(path), available_range=available, metadata=about)
        made.name = path.name
        return made


def _meeting(left: Clip, right: Clip, clock: Clock) -> int:
    """The tick in the middle of the overlap of two clips, or of the gap between them."""
    return -(-(clock.span(left)[1] + clock.span(right)[0]) // 2)  # upwards: an overlap of one tick is one too


def _marker(marker: Marker, clock: Clock) -> Any:
    import opentimelineio as otio

    return otio.schema.Marker(
        name=marker.name,
        marked_range=clock.range(clock.ticks(marker.position), 0),
        color=colour_name(marker.colour),
        metadata={METADATA: {"marker": marker.id, "position": marker.position, "colour": marker.colour or ""}},
    )


def colour_name(colour: str | None) -> str:
    """The marker colour of OTIO's nine nearest in hue to ``#rrggbb``; green where there is none."""
    if colour is None:
        return "GREEN"
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if saturation < 0.15:
        return "WHITE" if value > 0.5 else "BLACK"
    far = [min(abs(hue * 360 - known), 360 - abs(hue * 360 - known)) for known in _HUE_DEGREES]
    return _HUES[far.index(min(far))]


def plain(value: Any) -> Any:
    """``value`` in the types JSON knows; exact fractions as text such as ``1/3``."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Fraction) else value
