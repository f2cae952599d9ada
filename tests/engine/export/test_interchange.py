"""The OpenTimelineIO timeline: everything at its exact sample, and what OTIO cannot say as metadata."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.export.interchange import METADATA, Clock, colour_name, timeline
from engine.export.otio_files import exact_clock
from engine.export.scene import Scene, open_scene
from engine.timeline.document import Clip, Media, Project, Track


def _made(project: Project, folder: Path) -> Any:
    scene = open_scene(project, folder, "Reel 1")
    written = timeline(scene, exact_clock(scene), crossfades=True).to_json_string()
    return otio.adapters.read_from_string(written, "otio_json")


def _clips(row: Any) -> list[Any]:
    return list(row.find_clips())


def test_positions_lengths_and_handles_are_exact(project: Project, tmp_path: Path) -> None:
    made = _made(project, tmp_path)
    foley, reverse = made.audio_tracks()[0], _clips(made.audio_tracks()[1])[1]
    first, second = _clips(foley)
    fade = foley[2]
    assert isinstance(fade, otio.schema.Transition)
    # The first lasts to 84000, the second begins at 60000: they meet in the middle, at 72000.
    assert (fade.in_offset.value, fade.out_offset.value) == (12000, 12000)
    assert foley.range_of_child(first).start_time == otio.opentime.RationalTime(12000, 48000)
    assert first.source_range.start_time.value == 4800
    assert first.source_range.duration.value == 60000
    assert foley.range_of_child(second).start_time.value == 72000
    assert second.source_range.start_time.value == 48000 + 12000  # one second at 44.1 kHz, and the hidden half
    assert second.media_reference.available_range.duration == otio.opentime.RationalTime(6 * 44100, 44100)
    assert made.audio_tracks()[1].range_of_child(reverse).start_time.value == 120000
    assert reverse.effects[0].time_scalar == -1


def test_our_own_values_are_kept_under_our_name(project: Project, tmp_path: Path) -> None:
    made = _made(project, tmp_path)
    clip = _clips(made.audio_tracks()[0])[0].metadata[METADATA]
    assert (clip["position"], clip["length"], clip["source_in"]) == (12000, 72000, 4800)
    assert (clip["gain_db"], clip["fade_in"], clip["sync"], clip["speed"]) == (-6, 4800, 960, "1")
    track = made.audio_tracks()[0]
    assert (track.name, track.metadata[METADATA]["gain_db"], track.metadata[METADATA]["pan"]) == ("Foley", -3, 0.25)
    assert made.metadata[METADATA]["master"]["gain_db"] == -1


def test_markers_mutes_and_the_day(project: Project, tmp_path: Path) -> None:
    muted = replace(project, tracks=(replace(project.tracks[0], mute=True), project.tracks[1]))
    made = _made(muted, tmp_path)
    marker = made.tracks.markers[0]
    assert (marker.name, marker.color, marker.marked_range.start_time.value) == ("Hit", "RED", 48000)
    assert not made.audio_tracks()[0].enabled
    lanes = [row for row in made.audio_tracks() if row.metadata[METADATA]["track"] == "t2"]
    assert [row.name for row in lanes] == ["Atmos/phere", "Atmos/phere (2)"]  # a clip inside another cannot crossfade
    assert [clip.enabled for clip in _clips(lanes[1])] == [False]
    assert made.global_start_time == otio.opentime.RationalTime(90000, 25)


def test_the_picture_lies_where_it_is(with_picture: Project, tmp_path: Path) -> None:
    (row,) = _made(with_picture, tmp_path).video_tracks()
    (clip,) = _clips(row)
    assert row.range_of_child(clip).start_time == otio.opentime.RationalTime(25, 25)
    assert clip.source_range.duration == otio.opentime.RationalTime(100, 25)
    assert clip.media_reference.target_url.endswith("Reel%20%C3%A9%201.mp4")
    early = replace(with_picture, video=replace(with_picture.video, offset=-24001))  # type: ignore[type-var]
    (clip,) = _clips(_made(early, tmp_path).video_tracks()[0])
    assert (clip.source_range.start_time.value, clip.source_range.duration.value) == (24001, 4 * 48000 - 24001)


def test_missing_media_stay_in_the_timeline(project: Project, tmp_path: Path) -> None:
    lost = replace(project, media=tuple(replace(media, path="/nowhere/x.wav") for media in project.media))
    for clip in _made(lost, tmp_path).find_clips():
        assert clip.media_reference.is_missing_reference
        assert clip.media_reference.name == "x.wav"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 30), st.booleans()), min_size=1, max_size=8))
def test_every_clip_is_found_again_whole(spans: list[tuple[int, int, bool]]) -> None:
    """Cut ranges and transitions together always span the clip that was placed."""
    clips = tuple(
        Clip(id=f"{n}", media="m", position=start, length=length, source_in=100, reverse=reverse)
        for n, (start, length, reverse) in enumerate(spans)
    )
    media = Media(id="m", path="/m.wav", sample_rate=48000, channels=1, frames=1000)
    project = Project(id="p", media=(media,), tracks=(Track(id="t", clips=clips),))
    scene = Scene(project=project, title="", sounds={"m": Path("/m.wav")}, missing=frozenset(), video=None)
    made = timeline(scene, exact_clock(scene), crossfades=True)
    found = {}
    for row in made.tracks:
        for place, child in enumerate(row):
            if isinstance(child, otio.schema.Clip):
                span = row.range_of_child(child)
                start, end = span.start_time.value, span.end_time_exclusive().value
                if place and isinstance(row[place - 1], otio.schema.Transition):
                    start -= row[place - 1].in_offset.value
                if place + 1 < len(row) and isinstance(row[place + 1], otio.schema.Transition):
                    end += row[place + 1].out_offset.value
                found[child.metadata[METADATA]["id"]] = (start, end - start)
    assert found == {clip.id: (clip.position, clip.length) for clip in clips}


@pytest.mark.parametrize(
    ("rate", "samples", "tick"), [("25", 960, 1), ("25", 959, 0), ("24000/1001", 96096, 48), ("30000/1001", 96000, 60)]
)
def test_ticks_are_the_nearest(rate: str, samples: int, tick: int) -> None:
    clock = Clock(rate=Fraction(rate), sample_rate=48000)
    assert clock.ticks(samples) == tick


def test_equal_clips_stay_equal_in_frames() -> None:
    clock = Clock(rate=Fraction(25), sample_rate=48000)
    lengths = set()
    for position in range(0, 1920 * 4, 960):  # half a frame apart
        first, last = clock.span(Clip(id="a", media="m", position=position, length=48000))
        lengths.add(last - first)
    assert lengths == {25}


def test_marker_colours_are_the_nearest_in_hue() -> None:
    told = [colour_name(colour) for colour in (None, "#ff0000", "#00ff00", "#3366ff", "#ffffff", "#111111", "#ff8800")]
    assert told == ["GREEN", "RED", "GREEN", "BLUE", "WHITE", "BLACK", "ORANGE"]
