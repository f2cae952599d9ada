"""The project commands as a person uses them, on a real film and real sounds."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import opentimelineio as otio
import pytest

from app.__main__ import main
from engine.media import write_video, write_wav
from engine.timeline import edits
from engine.timeline.session import open_project, read_project

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A film of 2.002 s at 23.976, and a sound of 2 s at 44.1 kHz."""
    write_video(tmp_path / "film.mp4", [np.full((64, 64, 3), n, np.uint8) for n in range(48)], Fraction(24000, 1001))
    (tmp_path / "sounds").mkdir()
    write_wav(tmp_path / "sounds" / "door.wav", np.zeros((2, 88200), np.float32), 44100)
    return tmp_path


@pytest.fixture
def project(folder: Path, capsys: Capture) -> Path:
    """A new project of the film."""
    run(["new", folder / "film.mp4", folder / "p.foleyscope"])
    assert "23.976 frames a second, 2.0" in capsys.readouterr().out
    return folder / "p.foleyscope"


def run(words: list[Any], code: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["project", *map(str, words)])
    assert ended.value.code == code


def shown(project: Path, capsys: Capture) -> dict[str, Any]:
    capsys.readouterr()
    run(["info", project, "--json"])
    return json.loads(capsys.readouterr().out)


def test_place_and_info(project: Path, folder: Path, capsys: Capture) -> None:
    run(["place", project, folder / "sounds" / "door.wav", "--at", "0"])
    options = "--at 1.5 --track 2 --from 0.25 --to 1.25 --gain -6 --pan -0.5 --fade-in 0.1 --fade-out 3"
    run(["place", project, folder / "sounds" / "door.wav", *options.split()])
    assert "door on Track 2 at 1.500 s (00:00:01:11)" in capsys.readouterr().out
    found = shown(project, capsys)
    assert found["frame_rate"] == "24000/1001"
    assert found["missing"] == []
    assert [track["name"] for track in found["tracks"]] == ["Track 1", "Track 2"]
    (clip,) = found["tracks"][1]["clips"]
    times = {name: clip[name] for name in ("start", "end", "from", "to", "fade_in", "fade_out", "timecode")}
    assert times == {
        "start": 1.5,
        "end": 2.5,
        "from": 0.25,
        "to": 1.25,
        "fade_in": 0.1,
        "fade_out": 0.9,  # shortened to what the fade in leaves
        "timecode": "00:00:01:11",
    }
    assert (clip["gain_db"], clip["pan"], clip["missing"]) == (-6, -0.5, False)
    run(["info", project])
    assert "00:00:01:11      1.500 -     2.500 s  door" in capsys.readouterr().out


def test_place_again_uses_the_same_sound_and_answers_in_json(project: Path, folder: Path, capsys: Capture) -> None:
    for at in ("0", "2"):
        run(["place", project, folder / "sounds" / "door.wav", "--at", at])
    capsys.readouterr()
    run(["place", project, folder / "sounds" / "door.wav", "--at", "0.1", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert (answer["track"], answer["start"], answer["end"]) == ("Track 1", 0.1, 2.1)
    document = read_project(project)[0]
    assert len(document.media) == 1
    assert len(document.tracks[0].clips) == 3


def test_a_library_can_be_given(folder: Path, capsys: Capture) -> None:
    (folder / "sounds.foley").write_bytes(b"")
    run(["new", folder / "film.mp4", folder / "p.foleyscope", "--library", folder / "sounds.foley"])
    assert shown(folder / "p.foleyscope", capsys)["libraries"] == [str(folder / "sounds.foley")]


def test_a_still_image_is_a_picture_that_lasts(folder: Path, capsys: Capture) -> None:
    still, project = folder / "still.png", folder / "p.foleyscope"
    assert cv2.imwrite(str(still), np.full((60, 80, 3), 90, np.uint8))
    run(["new", still, project])
    assert "25 frames a second, a still image." in capsys.readouterr().out
    run(["place", project, folder / "sounds" / "door.wav", "--at", "1"])
    found = shown(project, capsys)
    assert (found["video"]["path"], found["video"]["duration"], found["missing"]) == (str(still), 0, [])
    for name in ("wav", "otio", "rpp"):
        with pytest.raises(SystemExit) as ended:
            main(["export", str(project), str(folder / "a"), "--format", name])
        assert ended.value.code == 0
    picture = otio.adapters.read_from_file(str(folder / "a.otio")).video_tracks()[0]
    assert picture.duration().to_seconds() == 3
    assert "    LENGTH 3\n" in (folder / "a.rpp").read_text(encoding="utf-8").replace(".000000", "")
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(["export", str(project), str(folder / "a"), "--format", "mp4"])
    assert "still.png is a still image, which makes no movie. Export sound alone" in capsys.readouterr().err


def test_missing_sounds_are_told_and_found_again(project: Path, folder: Path, capsys: Capture) -> None:
    run(["place", project, folder / "sounds" / "door.wav", "--at", "0"])
    (folder / "sounds").rename(folder / "elsewhere")
    found = shown(project, capsys)
    assert found["missing"] == [(folder / "sounds" / "door.wav").as_posix()]
    assert found["tracks"][0]["clips"][0]["missing"] is True
    (folder / "empty").mkdir()
    run(["relink", project, folder / "empty"])
    said = capsys.readouterr()
    assert "0 found, 1 still missing." in said.out
    assert "door.wav: not found below" in said.err
    run(["relink", project, folder, "--json"])
    assert json.loads(capsys.readouterr().out) == {"found": 1, "missing": []}
    assert shown(project, capsys)["missing"] == []


def test_unsaved_edits_are_told_and_saved_along(project: Path, folder: Path, capsys: Capture) -> None:
    with open_project(project) as session:
        session.do(edits.add_track(session.project, "Rain"))
    assert shown(project, capsys)["unsaved_edits"] == 1
    run(["info", project])
    assert "1 unsaved edit in its journal." in capsys.readouterr().out
    run(["place", project, folder / "sounds" / "door.wav", "--at", "0"])
    said = capsys.readouterr()
    assert "1 unsaved edit recovered." in said.err
    assert "door on Rain" in said.out
    assert shown(project, capsys)["unsaved_edits"] == 0


def test_failures_are_one_line_with_the_next_step(project: Path, folder: Path, capsys: Capture) -> None:
    door, film = folder / "sounds" / "door.wav", folder / "film.mp4"
    before = project.read_bytes()
    tries: list[tuple[list[Any], str]] = [
        (["new", film, project], "there already. Open it"),
        (["new", film, folder / "p.wav"], "Choose a name that ends in .foleyscope."),
        (["new", door, folder / "q.foleyscope"], "is no picture. Choose a film or a still image."),
        (
            ["place", project, door, "--at", "0", "--from", "2.5"],
            "no more sound: door.wav is 2.000 s long. Begin earlier",
        ),
        (["place", project, door, "--at", "0", "--to", "2.5"], "no more sound"),
        (["place", project, door, "--at", "0", "--gain", "99"], "Choose -120 (silence) to 36 dB."),
        (["place", project, film, "--at", "0"], "There is no sound in film.mp4."),
        (["place", folder / "none.foleyscope", door, "--at", "0"], "foleyscope project new"),
        (["place", project, door, "--at", "1e12"], "1,000,000,000,000 s lies beyond the timeline, which ends after 24"),
        (["place", project, door, "--at", "86400"], "Choose a time below 86400 s."),
        (["place", project, door, "--at", "0", "--track", "2"], "has no track yet. Choose --track 1 to 1; 1 is made."),
        (["place", door, project, "--at", "0"], "door.wav is not a project. Choose a .foleyscope file."),
        (["info", door], "door.wav is not a project."),
        (["info", folder / "none.foleyscope"], "There is no project"),
        (["relink", project, folder / "none"], "There is no folder"),
    ]
    for words, said in tries:
        capsys.readouterr()
        run(words, code=1)
        error = capsys.readouterr().err
        assert said in " ".join(error.split())
        assert error.count("\n") == 1
    assert project.read_bytes() == before
    assert sorted(path.name for path in door.parent.iterdir()) == ["door.wav"]


@pytest.mark.parametrize(
    "words",
    [["--at", "nan"], ["--at", "-1"], ["--at", "0", "--from", "1", "--to", "1"], ["--at", "0", "--track", "500"], []],
)
def test_wrong_usage(project: Path, folder: Path, words: list[str]) -> None:
    run(["place", project, folder / "sounds" / "door.wav", *words], code=2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--at -1", "Invalid value for '--at': -1 is below 0. Give 0 or more, such as 1.5."),
        ("--at 0 --fade-in -2", "Invalid value for '--fade-in': -2 is below 0. Give 0 or more, such as 1.5."),
        ("--at 0 --pan 3", "Invalid value for '--pan': 3 is above 1. Give -1 to 1, such as -0.5."),
        ("--at 0 --track 500", "Invalid value for '--track': 500 is above 200. Give 1 to 200, such as 1."),
        ("--at 0 --gain nan", "Invalid value for '--gain': nan is no number to work with. Give a number, such as -6."),
    ],
)
def test_what_is_out_of_range_is_refused_in_a_sentence(
    project: Path, folder: Path, words: str, said: str, capsys: Capture
) -> None:
    run(["place", project, folder / "sounds" / "door.wav", *words.split()], code=2)
    told = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert said in told and "Input" not in told
