"""`spot` from outside: the stable form of a cue sheet, the table for people."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.__main__ import main
from engine.media.write import write_video

SHEET = ["version", "video", "duration", "fps", "library", "model", "fits_from", "shots", "lacks"]
SHOT = ["index", "start", "end", "timecode", "frames", "fits", "lacks", "sounds"]
SOUND = ["rank", "path", "category", "score", "time", "start", "end", "onscreen", "region", "takes"]


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of two shots, four sounds, and their library by the synthetic model."""
    folder = tmp_path_factory.mktemp("home")
    rng = np.random.default_rng(4)
    shots = [np.kron(rng.integers(0, 256, (6, 8, 3)), np.ones((20, 20, 1))).astype(np.uint8) for _ in range(2)]
    write_video(folder / "film.mp4", (shots[n // 25] for n in range(50)), Fraction(25))
    (folder / "sounds").mkdir()
    for name, pitch in (("bell 1", 880), ("bell 2", 890), ("engine", 60), ("whistle", 3000)):
        tone = 0.3 * np.sin(2 * np.pi * pitch * np.arange(48_000) / 48_000)
        soundfile.write(folder / "sounds" / f"{name}.wav", tone, 48_000)
    with pytest.raises(SystemExit) as left:
        main(["index", str(folder / "sounds"), "--library", str(folder / "l.foleylib"), "--model", "synthetic"])
    assert not left.value.code
    return folder


def test_the_documented_form(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "spot", home / "film.mp4", "--library", home / "l.foleylib", "--top", "2", "--json")
    assert code == 0, err
    sheet = json.loads(out)
    assert list(sheet) == SHEET
    assert (sheet["version"], sheet["fps"], sheet["model"], sheet["duration"]) == (1, "25", "synthetic", 2.0)
    assert [list(shot) for shot in sheet["shots"]] == [SHOT, SHOT]
    assert [(shot["start"], shot["end"], shot["timecode"]) for shot in sheet["shots"]] == [
        (0.0, 1.0, "00:00:00:00"),
        (1.0, 2.0, "00:00:01:00"),
    ]
    for shot in sheet["shots"]:
        assert [list(sound) for sound in shot["sounds"]] == [SOUND, SOUND]
        assert all(Path(sound["path"]).is_file() for sound in shot["sounds"])
        assert all(
            sound["onscreen"] in {None, "on screen", "ambient"} and len(sound["region"]) == 4
            for sound in shot["sounds"]
        )
        assert shot["fits"] == (shot["sounds"][0]["score"] >= sheet["fits_from"])
    wanting = sorted(index for lack in sheet["lacks"] for index in lack["shots"])
    assert wanting == [shot["index"] for shot in sheet["shots"] if not shot["fits"]]


def test_people_get_a_table(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "spot", home / "film.mp4", "--library", home / "l.foleylib", "--top", "2")
    assert code == 0
    assert out.startswith("film.mp4: 2 shots, by synthetic\n")
    assert "Shot 2  00:00:01:00 - 00:00:02:00" in out
    assert out.count(".wav") == 4
    assert ("nothing that fits" in out) == ("in this library that fits" in out)


def test_a_table_for_spreadsheets_beside_the_document(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, words = home / "sheet.csv", ("spot", home / "film.mp4", "--library", home / "l.foleylib", "--top", "2")
    for _ in range(2):  # its own table may be written anew
        code, out, err = run(capsys, *words, "--csv", table, "--json")
        assert code == 0, err
    rows = list(csv.DictReader(io.StringIO(table.read_bytes().decode("utf-8-sig"))))
    sheet = json.loads(out)
    assert [(row["Shot"], row["In"], row["Out"], row["Rank"]) for row in rows] == [
        *(("1", "00:00:00:00", "00:00:01:00", rank) for rank in "12"),
        *(("2", "00:00:01:00", "00:00:02:00", rank) for rank in "12"),
    ]
    sounds = [sound for shot in sheet["shots"] for sound in shot["sounds"]]
    assert [row["File"] for row in rows] == [sound["path"] for sound in sounds]
    assert [row["On screen or ambient"] or None for row in rows] == [sound["onscreen"] for sound in sounds]
    for row, sound in zip(rows, sounds, strict=True):
        assert [float(edge) for edge in row["Region"].split()] == pytest.approx(sound["region"], abs=0.001)
        assert float(row["Score"]) == pytest.approx(sound["score"], abs=0.005)
        assert row["Fits"] == ("yes" if sound["score"] >= sheet["fits_from"] else "no")
    fits = [shot["fits"] for shot in sheet["shots"] for _ in shot["sounds"]]
    assert [row["Library lacks"] == "" for row in rows] == fits


@pytest.mark.parametrize(
    ("place", "said"), [("film.mp4", "no cue sheet"), ("sounds", "folder"), ("no/a.csv", "no folder")]
)
def test_a_table_goes_over_nothing_else(home: Path, capsys: pytest.CaptureFixture[str], place: str, said: str) -> None:
    before = (home / "film.mp4").read_bytes()
    code, out, err = run(capsys, "spot", home / "film.mp4", "--library", home / "l.foleylib", "--csv", home / place)
    assert (code, out) == (1, "")
    assert said in err
    assert "--csv" in err
    assert (home / "film.mp4").read_bytes() == before


def test_a_missing_film_is_said_in_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "spot", home / "gone.mp4", "--library", home / "l.foleylib")
    assert (code, out) == (1, "")
    assert "does not exist" in err
