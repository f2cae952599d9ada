"""`fit` from outside: the documented form, the table, and what cannot be done said in one line."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from app.__main__ import main
from engine.media.write import write_video

FIELDS = ["video", "sound", "model", "step", "calibration", "curve", "peaks"]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of three shots and a sound beside it."""
    folder = tmp_path_factory.mktemp("film")
    rng = np.random.default_rng(4)
    shots = [np.kron(rng.integers(0, 256, (6, 8, 3)), np.ones((20, 20, 1))).astype(np.uint8) for _ in range(3)]
    write_video(folder / "film.mp4", (shots[n // 25] for n in range(75)), Fraction(25))
    soundfile.write(folder / "sound.wav", 0.3 * np.sin(np.arange(72_000) / 9), 48_000)
    return folder / "film.mp4"


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


def answer(capsys: pytest.CaptureFixture[str], *words: object) -> Any:
    code, out, err = run(capsys, *words, "--json")
    assert code == 0, err
    return json.loads(out)


def test_the_documented_form(film: Path, films_cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = film.with_name("sound.wav")
    document = answer(capsys, "fit", film, "--sound", sound, "--model", "synthetic")
    assert list(document) == FIELDS
    assert (document["video"], document["sound"], document["step"]) == (str(film), str(sound), 0.5)
    assert document["calibration"] == "pictures"
    assert [time for time, _ in document["curve"]] == pytest.approx([0, 0.48, 1.0, 1.48, 2.0, 2.48])
    assert all(0 <= score <= 1 for _, score in document["curve"])
    peak = document["peaks"][0]
    assert list(peak) == ["time", "timecode", "score", "start", "end"]
    assert [peak["time"], peak["score"]] == max(document["curve"], key=lambda pair: pair[1])
    assert peak["timecode"] == f"00:00:0{int(peak['time'])}:{round(peak['time'] % 1 * 25):02}"
    assert len(list(films_cache.glob("*.npz"))) == 1
    assert answer(capsys, "fit", film, "--sound", sound, "--model", "synthetic") == document


def test_a_library_gives_its_own_scores(film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = tmp_path / "sounds.foleylib"
    code, _, err = run(capsys, "index", film.parent, "--library", library, "--model", "synthetic")
    assert code == 0, err
    sound = film.with_name("sound.wav")
    document = answer(capsys, "fit", film, "--sound", sound, "--library", library)
    listed = answer(capsys, "recommend", film, "--library", library, "--at", "1.1")["results"]
    assert document["calibration"] == "library"
    own = next(result["score"] for result in listed if result["path"] == str(sound))
    assert document["curve"][2][1] == pytest.approx(own, abs=1e-4)


def test_people_get_a_table_and_an_honest_verdict(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "fit", film, "--sound", film.with_name("sound.wav"), "--model", "synthetic")
    assert code == 0
    assert "sound.wav in film.mp4, by synthetic" in out
    scores = [float(line.split()[1]) for line in out.splitlines() if line.startswith("00:")]
    assert scores == sorted(scores, reverse=True)
    assert ("Nowhere" in out) == (scores[0] < 0.8)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"video": "gone.mp4"}, "does not exist"), ({"sound": "gone.wav"}, "does not exist"), ({"step": "0"}, "leads")],
)
def test_what_cannot_be_done_is_said_in_one_line(
    film: Path, capsys: pytest.CaptureFixture[str], change: dict[str, str], words: str
) -> None:
    given = {"video": film, "sound": film.with_name("sound.wav"), "step": "0.5"} | change
    code, out, err = run(
        capsys, "fit", given["video"], "--sound", given["sound"], "--step", given["step"], "--model", "synthetic"
    )
    assert (code, out) == (1, "")
    assert words in err
    assert "Traceback" not in err
