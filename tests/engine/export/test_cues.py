"""Cue sheets: every clip that is heard, with what its file says of licence and author."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from engine.export.bext import BroadcastInfo
from engine.export.bwf import BwfWriter
from engine.export.cues import HEADINGS, NOT_STATED, Rights, cue_sheet, write_csv
from engine.export.edl import frame_clock, write_edls
from engine.export.interchange import timeline
from engine.export.scene import open_scene
from engine.jobs import Job
from engine.library import Library
from engine.library.names import Category
from engine.library.store import Header, Stamp, put_header
from engine.timeline.document import Clip, LibraryRef, Project, Track
from engine.timeline.timecode import parse_frames, timecode_at


def test_cues_come_by_time_with_rights(project: Project, tmp_path: Path) -> None:
    job = Job()
    sheet = cue_sheet(open_scene(project, tmp_path, "Reel 1"), job)
    assert [(cue.start, cue.track) for cue in sheet.cues] == [
        ("01:00:00:00", "Atmos/phere"),
        ("01:00:00:06", "Foley"),
        ("01:00:01:06", "Foley"),
        ("01:00:02:13", "Atmos/phere"),
    ]
    door = sheet.cues[1]
    assert door.rights == Rights(licence="CC BY 4.0", credit="Jane Döe")
    assert door.category == "DOORS / WOOD"
    assert door.end == "01:00:01:19"
    assert sheet.unlicensed == ("Räin, light.wav",)
    assert sheet.credits == ("Jane Döe",)
    assert job.done == job.total == 2


@pytest.mark.parametrize(
    ("rate", "drop"), [(Fraction(24000, 1001), False), (Fraction(30000, 1001), True), (Fraction(25), False)]
)
def test_in_and_out_are_those_of_the_edit_list(project: Project, tmp_path: Path, rate: Fraction, drop: bool) -> None:
    """The out is the first frame after the sound, for both."""
    there = replace(project, frame_rate=rate, drop_frame=drop, start_timecode=1)
    scene = open_scene(there, tmp_path, "")
    events = []
    for name in write_edls(scene, tmp_path):
        lines = (tmp_path / name).read_text(encoding="utf-8").splitlines()
        events += [tuple(line.split()[6:8]) for line in lines if line[:3].isdigit()]
    assert sorted((cue.start, cue.end) for cue in cue_sheet(scene).cues) == sorted(events)


@pytest.mark.parametrize(("rate", "drop"), [(Fraction(24000, 1001), False), (Fraction(30000, 1001), True)])
def test_time_code_is_the_rulers_close_to_midnight_too(
    project: Project, tmp_path: Path, rate: Fraction, drop: bool
) -> None:
    """A day of 23.976 takes 86 s more than a day of the clock."""
    text = f"23:59:10{';' if drop else ':'}00"
    track = Track(id="t", clips=(Clip(id="c", media="door", position=0, length=48000),))
    there = replace(
        project, frame_rate=rate, drop_frame=drop, start_timecode=parse_frames(text, rate), tracks=(track,), video=None
    )
    scene = open_scene(there, tmp_path, "")
    (cue,) = cue_sheet(scene).cues
    assert cue.start == timecode_at(there, 0) == text
    begin = timeline(scene, frame_clock(scene), crossfades=False).global_start_time
    assert begin.value == parse_frames(text, rate)


def test_a_sound_of_one_second_ends_where_the_next_begins(project: Project, tmp_path: Path) -> None:
    """At 29.97, one second is 29.97 frames: 29 whole ones, and the 30th almost."""
    track = Track(id="t", clips=(Clip(id="c", media="door", position=48000, length=48000),))
    there = replace(project, frame_rate=Fraction(30000, 1001), start_timecode=0, tracks=(track,))
    (cue,) = cue_sheet(open_scene(there, tmp_path, "")).cues
    assert (cue.start, cue.end) == ("00:00:01:00", "00:00:02:00")


def test_muted_tracks_and_missing_files(project: Project, tmp_path: Path) -> None:
    muted = replace(project, tracks=(replace(project.tracks[0], mute=True), project.tracks[1]))
    lost = replace(muted, media=tuple(replace(media, path=f"/nowhere/{media.id}.wav") for media in muted.media))
    sheet = cue_sheet(open_scene(lost, tmp_path, ""))
    assert [cue.track for cue in sheet.cues] == ["Atmos/phere", "Atmos/phere"]
    assert sheet.unlicensed == ("door.wav", "rain.wav")


def test_a_recorder_is_credited_where_nobody_else_is(project: Project, tmp_path: Path) -> None:
    path, info = tmp_path / "b.wav", BroadcastInfo(originator="Field Recorder")
    with BwfWriter(path, sample_rate=48000, channels=1, bit_depth=24, info=info) as bwf:
        bwf.write(np.zeros((1, 10), np.float32))
    recorded = replace(project, media=tuple(replace(media, path=path.as_posix()) for media in project.media))
    sheet = cue_sheet(open_scene(recorded, tmp_path, ""))
    assert {cue.rights for cue in sheet.cues} == {Rights(credit="Field Recorder")}
    assert sheet.cues[0].cells()[-2:] == (NOT_STATED, "Field Recorder")


def test_the_library_says_what_the_file_does_not(project: Project, tmp_path: Path) -> None:
    rain, door = (next(Path(media.path) for media in project.media if media.id == name) for name in ("rain", "door"))
    stand_in = SimpleNamespace(id="m", fingerprint="f")
    with Library.create(tmp_path / "s.foleylib", stand_in) as library, library.database.writing() as connection:
        for path, rights in ((rain, Rights(licence="CC0", credit="Rain Man")), (door, Rights(licence="other"))):
            stamp, name = Stamp(path.stat().st_size, 1), path.name
            category = Category("")
            header = Header(f"/was/elsewhere/{name}", name, "", stamp, 1.0, 48_000, 1, category, rights)
            put_header(connection, header)
    places = (tmp_path / "gone.foleylib", tmp_path / "s.foleylib")
    libraries = tuple(LibraryRef(path=place.as_posix()) for place in places)
    sheet = cue_sheet(open_scene(replace(project, libraries=libraries), tmp_path, "Reel 1"))
    said = {cue.file: cue.rights for cue in sheet.cues}
    assert said[rain.name] == Rights(licence="CC0", credit="Rain Man")
    assert said[door.name] == Rights(licence="CC BY 4.0", credit="Jane Döe")
    assert sheet.unlicensed == ()
    assert sheet.credits == ("Jane Döe", "Rain Man")


def test_csv_reads_back(project: Project, tmp_path: Path) -> None:
    formula = replace(project.tracks[0], name='=cmd("x")')
    scene = open_scene(replace(project, tracks=(formula, project.tracks[1])), tmp_path, "Reel 1")
    sheet = write_csv(scene, tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == list(HEADINGS)
    assert rows[1][3:5] == ["Räin, light", "Räin, light.wav"]
    assert rows[2][2] == '\'=cmd("x")'  # no formula in a spreadsheet
    assert rows[len(sheet.cues) + 1 :] == [[], ["No licence stated by these files"], ["Räin, light.wav"]]
