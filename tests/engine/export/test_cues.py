"""Cue sheets: every clip that is heard, with what its file says of licence and author."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile

from engine.export.bext import BroadcastInfo
from engine.export.bwf import BwfWriter
from engine.export.cues import HEADINGS, NOT_STATED, Rights, cue_sheet, read_rights, write_csv
from engine.export.scene import open_scene
from engine.jobs import Job
from engine.timeline.document import Project


def test_cues_come_by_time_with_rights(project: Project, tmp_path: Path) -> None:
    job = Job()
    sheet = cue_sheet(open_scene(project, tmp_path, "Reel 1"), job)
    assert [(cue.start, cue.track) for cue in sheet.cues] == [
        ("01:00:00:00", "Atmos/phere"),
        ("01:00:00:06", "Foley"),
        ("01:00:01:06", "Foley"),
        ("01:00:02:12", "Atmos/phere"),
    ]
    door = sheet.cues[1]
    assert door.rights == Rights(licence="CC BY 4.0", credit="Jane Döe")
    assert door.category == "DOORS / WOOD"
    assert door.end == "01:00:01:18"
    assert sheet.unlicensed == ("Räin, light.wav",)
    assert sheet.credits == ("Jane Döe",)
    assert job.done == job.total == 2


def test_muted_tracks_and_missing_files(project: Project, tmp_path: Path) -> None:
    muted = replace(project, tracks=(replace(project.tracks[0], mute=True), project.tracks[1]))
    lost = replace(muted, media=tuple(replace(media, path=f"/nowhere/{media.id}.wav") for media in muted.media))
    sheet = cue_sheet(open_scene(lost, tmp_path, ""))
    assert [cue.track for cue in sheet.cues] == ["Atmos/phere", "Atmos/phere"]
    assert sheet.unlicensed == ("door.wav", "rain.wav")


def test_rights_of_other_files(tmp_path: Path) -> None:
    with soundfile.SoundFile(str(tmp_path / "a.flac"), "w", 48000, 1) as file:
        file.license, file.artist = "CC0", "A  B\n"
        file.write(np.zeros(10))
    assert read_rights(tmp_path / "a.flac") == Rights(licence="CC0", credit="A B")
    info = BroadcastInfo(originator="Field Recorder")
    with BwfWriter(tmp_path / "b.wav", sample_rate=48000, channels=1, bit_depth=24, info=info) as bwf:
        bwf.write(np.zeros((1, 10), np.float32))
    assert read_rights(tmp_path / "b.wav") == Rights(licence=NOT_STATED, credit="Field Recorder")
    (tmp_path / "c.m4a").write_bytes(b"not a sound that libsndfile knows")
    assert read_rights(tmp_path / "c.m4a") == Rights()


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
