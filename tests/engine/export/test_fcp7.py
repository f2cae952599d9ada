"""Final Cut Pro 7 XML: OpenTimelineIO's adapter reads the frames back, and the levels stand in the file."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import opentimelineio as otio
import pytest

from engine.export.edl import frame_clock
from engine.export.fcp7 import write_fcp7
from engine.export.scene import open_scene
from engine.timeline.document import Project

RATES = [
    (Fraction(24000, 1001), 86400, "01:00:00:00"),
    (Fraction(25), 90000, "01:00:00:00"),
    (Fraction(30000, 1001), 107892, "01:00:00;00"),
    (Fraction(30000, 1001), 108000, "01:00:00:00"),
]


@pytest.mark.parametrize(("rate", "start", "code"), RATES)
def test_clips_read_back_at_their_frames(
    with_picture: Project, tmp_path: Path, rate: Fraction, start: int, code: str
) -> None:
    assert with_picture.video
    video = replace(with_picture.video, offset=0)
    project = replace(with_picture, video=video, frame_rate=rate, drop_frame=";" in code, start_timecode=start)
    scene = open_scene(project, tmp_path, "Reel 1")
    write_fcp7(scene, tmp_path / "a.xml")
    made = otio.adapters.read_from_file(str(tmp_path / "a.xml"), "fcp_xml")
    assert made.name == "Reel 1"
    assert made.global_start_time.value == start
    assert made.global_start_time.rate == pytest.approx(float(rate), abs=0.001)
    found = sorted(
        (clip.name, int(row.range_of_child(clip).start_time.value), int(clip.source_range.duration.value))
        for row in made.audio_tracks()
        for clip in row.find_clips()
    )
    clock = frame_clock(scene)
    wanted = sorted(
        (scene.sounds[clip.media].stem, clock.span(clip)[0], clock.span(clip)[1] - clock.span(clip)[0])
        for clip in project.clips()
    )
    assert found == wanted
    sequence = ElementTree.parse(tmp_path / "a.xml").getroot().find(".//sequence")
    assert sequence is not None
    assert sequence.findtext("timecode/string") == code
    assert [marker.findtext("name") for marker in sequence.findall("marker")] == ["Hit"]


def test_levels_pan_and_mutes_stand_in_the_file(project: Project, tmp_path: Path) -> None:
    write_fcp7(open_scene(project, tmp_path, ""), tmp_path / "a.xml")
    tracks = ElementTree.parse(tmp_path / "a.xml").getroot().findall(".//audio/track")
    told = {}
    for item in tracks[0].findall("clipitem"):
        for effect in item.findall("filter/effect"):
            told[effect.findtext("effectid")] = float(effect.findtext("parameter/value") or "nan")
    assert told == {"audiolevels": pytest.approx(10 ** (-9 / 20), abs=1e-5), "audiopan": pytest.approx(0.25)}
    enabled = [item.findtext("enabled") for track in tracks for item in track.findall("clipitem")]
    assert sorted(filter(None, enabled)) == ["FALSE", "TRUE", "TRUE", "TRUE", "TRUE"]


def test_a_muted_track_is_not_enabled(project: Project, tmp_path: Path) -> None:
    muted = replace(project, tracks=(replace(project.tracks[0], mute=True), project.tracks[1]))
    write_fcp7(open_scene(muted, tmp_path, ""), tmp_path / "a.xml")
    rows = ElementTree.parse(tmp_path / "a.xml").getroot().findall(".//audio/track")
    lanes = [sum(len(track.findall("clipitem")) for track in rows[:2]), len(rows)]
    assert lanes == [2, 4]  # Foley's two clips overlap, so they lie in two rows
    assert [track.findtext("enabled") for track in rows] == ["FALSE", "FALSE", "TRUE", "TRUE"]


def test_gains_stop_at_twelve_decibels(project: Project, tmp_path: Path) -> None:
    loud = replace(project, tracks=(replace(project.tracks[0], gain_db=30.0),))
    write_fcp7(open_scene(loud, tmp_path, ""), tmp_path / "a.xml")
    root = ElementTree.parse(tmp_path / "a.xml").getroot()
    values = [float(p.findtext("value") or 0) for p in root.iter("parameter") if p.findtext("parameterid") == "level"]
    assert max(values) == pytest.approx(3.98109)
