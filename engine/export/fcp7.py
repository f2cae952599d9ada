"""Final Cut Pro 7 XML, which Premiere, Resolve and Media Composer's helpers read: through OpenTimelineIO's adapter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.export.edl import frame_clock
from engine.export.interchange import METADATA, timeline
from engine.export.scene import Scene
from engine.files import write_text
from engine.jobs import Job

_ADAPTER = "fcp_xml"
_LEVEL_LIMIT = 3.98109  # +12 dB, the most an Audio Levels filter says


def write_fcp7(scene: Scene, target: Path, job: Job | None = None) -> None:
    """Writes a sequence in whole frames: a video track, and our tracks as sound tracks.

    Gains become "Audio Levels" filters (clip and track together, at most +12 dB), pans "Audio Pan" filters.
    """
    import opentimelineio as otio

    made = timeline(scene, frame_clock(scene), crossfades=False, job=job)
    made.metadata[_ADAPTER] = {"timecode": {"displayformat": "DF" if scene.project.drop_frame else "NDF"}}
    for row in made.audio_tracks():
        row.metadata[_ADAPTER] = {"enabled": str(row.enabled).upper()}
        for clip in row.find_clips():
            _to_frames(clip, scene)
            filters = list(_filters(row.metadata[METADATA], clip.metadata[METADATA]))
            clip.metadata[_ADAPTER] = {"enabled": str(clip.enabled).upper(), "filter": filters}
            clip.effects.clear()  # the adapter writes none, and stumbles over some
    write_text(target, otio.adapters.write_to_string(made, _ADAPTER))


def _to_frames(clip: Any, scene: Scene) -> None:
    """The format counts a file's length in frames of the sequence too, whole ones within what there is."""
    import opentimelineio as otio

    rate = float(scene.project.frame_rate)
    media = clip.media_reference
    length = float(int(media.available_range.duration.to_seconds() * rate + 1e-6))
    media.available_range = otio.opentime.TimeRange(
        otio.opentime.RationalTime(0, rate), otio.opentime.RationalTime(max(1.0, length), rate)
    )
    start = otio.opentime.RationalTime(round(clip.source_range.start_time.value), rate)
    clip.source_range = otio.opentime.TimeRange(start, clip.source_range.duration)


def _filters(track: Any, clip: Any) -> list[dict[str, Any]]:
    found = []
    level = 10 ** ((track["gain_db"] + clip["gain_db"]) / 20)
    if level != 1:
        found.append(_filter("level", min(level, _LEVEL_LIMIT), 0, _LEVEL_LIMIT))
    pan = max(-1.0, min(1.0, track["pan"] + clip["pan"]))
    if pan:
        found.append(_filter("pan", pan, -1, 1))
    return found


def _filter(key: str, value: float, low: float, high: float) -> dict[str, Any]:
    """The ``filter`` of "Audio Levels" or "Audio Pan"."""
    effect = {"level": "audiolevels", "pan": "audiopan"}[key]
    name = {"level": "Audio Levels", "pan": "Audio Pan"}[key]
    parameter = {
        "parameterid": key,
        "name": key.capitalize(),
        "valuemin": str(low),
        "valuemax": str(high),
        "value": f"{value:.6f}",
    }
    kind = {"effectid": effect, "effectcategory": effect, "effecttype": effect, "mediatype": "audio"}
    return {"effect": {"name": name, **kind, "parameter": parameter}}
