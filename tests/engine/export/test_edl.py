"""Edit lists: OpenTimelineIO's CMX3600 reader finds every event at its frame, at every kind of rate."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from engine.export.edl import MOST_EVENTS, edl_text, frame_clock, reel_name, write_edls
from engine.export.scene import Scene, open_scene
from engine.timeline.document import Clip, Media, Project, Track

RATES = [
    (Fraction(24000, 1001), False, 86400),
    (Fraction(25), False, 90000),
    (Fraction(30000, 1001), True, 107892),
    (Fraction(30000, 1001), False, 108000),
    (Fraction(50), False, 180000),
]


def _read(text: str, rate: Fraction) -> Any:
    return otio.adapters.read_from_string(text, "cmx_3600", rate=float(rate))


def _starts(made: Any) -> dict[str, int]:
    track = made.tracks[0]
    return {
        clip.name: round(track.transformed_time_range(track.range_of_child(clip), made.tracks).start_time.value)
        for clip in track.find_clips()
    }


@pytest.mark.parametrize(("rate", "drop", "start"), RATES)
def test_events_read_back_at_their_frames(
    project: Project, tmp_path: Path, rate: Fraction, drop: bool, start: int
) -> None:
    """At an hour, where 29.97 drop and non-drop are 108 frames apart."""
    track = project.tracks[1]
    clips = [replace(clip, speed=Fraction(1), reverse=False) for clip in track.clips if not clip.mute]
    there = replace(project, frame_rate=rate, drop_frame=drop, start_timecode=start)
    scene = open_scene(there, tmp_path, "Reel 1")
    text = edl_text(scene, track, clips, markers=True)
    assert ("FCM: DROP FRAME" in text) == drop
    assert "FCM: NON-DROP FRAME" in text or drop
    found = _starts(_read(text, rate))
    clock = frame_clock(scene)
    assert found["Räin, light"] == start + clock.span(clips[0])[0]
    assert found["DOORWood_Door Slam_JD_Own"] == start + clock.span(clips[1])[0]
    door = next(clip for clip in _read(text, rate).find_clips() if clip.name.startswith("DOOR"))
    assert door.source_range.start_time.value == round(Fraction(24000, 48000) * rate)
    assert door.source_range.duration.value == clock.span(clips[1])[1] - clock.span(clips[1])[0]


def test_a_stereo_sound_takes_two_channels(project: Project, tmp_path: Path) -> None:
    scene = open_scene(project, tmp_path, "")
    text = edl_text(scene, project.tracks[0], list(project.tracks[0].clips), markers=False)
    lines = [line.split() for line in text.splitlines() if line[:3].isdigit()]
    assert [(line[1], line[2], line[3]) for line in lines] == [("DOORWOOD", "A", "C"), ("RINLIGHT", "AA", "C")]


def test_speed_is_an_m2_line_that_reads_back(project: Project, tmp_path: Path) -> None:
    drop = replace(project, frame_rate=Fraction(30000, 1001), drop_frame=True, start_timecode=107892)
    scene = open_scene(drop, tmp_path, "")
    text = edl_text(scene, project.tracks[1], [project.tracks[1].clips[0]], markers=False)
    (clip, _) = _read(text, drop.frame_rate).find_clips()
    assert clip.effects[0].time_scalar == pytest.approx(1.5, abs=0.001)


def test_a_list_a_track_and_more_for_overlaps(project: Project, tmp_path: Path) -> None:
    names = write_edls(open_scene(project, tmp_path, "Reel 1"), tmp_path)
    assert names == ["01 Foley.edl", "02 Foley (2).edl", "03 Atmos_phere.edl"]
    texts = [(tmp_path / name).read_text(encoding="utf-8") for name in names]
    assert ["* LOC: 01:00:01:00 RED     HIT" in text for text in texts] == [True, False, False]
    assert all(text.startswith("TITLE: Reel 1 ") for text in texts)
    assert "01:00:01:00" in texts[0]


@pytest.mark.parametrize("state", [{"mute": True}, {"solo": True}])
def test_what_is_not_heard_has_no_list(project: Project, tmp_path: Path, state: dict[str, bool]) -> None:
    """An editor would hear every event: alternates on muted tracks would all play at once."""
    foley, atmosphere = project.tracks
    changed = (replace(foley, **state), atmosphere)
    names = write_edls(open_scene(replace(project, tracks=changed), tmp_path, ""), tmp_path)
    left = "Foley" if "solo" in state else "Atmos"
    assert names and all(left in name for name in names)
    assert sorted(path.name for path in tmp_path.glob("*.edl")) == names


def test_a_thousand_events_make_two_lists(tmp_path: Path) -> None:
    media = Media(id="m", path="/m.wav", sample_rate=48000, channels=1, frames=1_000_000)
    clips = tuple(Clip(id=str(n), media="m", position=n * 1920, length=1920) for n in range(MOST_EVENTS + 1))
    project = Project(id="p", media=(media,), tracks=(Track(id="t", name="Steps", clips=clips),))
    scene = Scene(project=project, title="", sounds={"m": Path("/m.wav")}, missing=frozenset(), video=None)
    names = write_edls(scene, tmp_path)
    assert names == ["01 Steps.edl", "02 Steps from 1000.edl"]
    first, second = (_read((tmp_path / name).read_text(), Fraction(25)) for name in names)
    assert len(list(first.find_clips())) == MOST_EVENTS
    assert len(list(second.find_clips())) == 1


def test_reels_are_eight_letters_and_digits() -> None:
    assert reel_name(Path("/x/Door Slam 01.wav")) == "DOORSLAM"
    assert reel_name(Path("/x/é—.wav")) == "AX"
