"""The command from outside: what it prints, what it returns, what it imports; on real files and a tiny real model."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.__main__ import main

RUN = [sys.executable, "-m", "app"]
RUN_AND_LIST_MODULES = [
    sys.executable,
    "-c",
    """
import sys
from app.__main__ import main
try:
    main(sys.argv[1:])
finally:
    print(*sorted({name.split(".")[0] for name in sys.modules}), file=sys.stderr)
""",
]
DOCUMENT = ["video", "time", "frame_time", "region", "model", "results"]
RESULT = ["rank", "path", "start", "end", "distance", "score", "category", "licence", "credit"]


@dataclass(frozen=True)
class Home:
    """A designer's machine in small: a model called `starter`, sounds, a film, a still, an indexed library."""

    root: Path
    indexed: dict[str, Any]

    @property
    def library(self) -> Path:
        return self.root / "sounds.library"

    @property
    def film(self) -> Path:
        return self.root / "film.mp4"

    @property
    def still(self) -> Path:
        return self.root / "still.png"

    def recommend(self, *more: str) -> dict[str, Any]:
        return _json(run("recommend", self.film, "--library", self.library, "--json", *more))


def spawn(*words: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """The finished command in a process of its own, as a person would run it."""
    command = [*RUN, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=280, **more)


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """The finished command in this process, which has torch loaded already; everything else is the same."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
        main([*map(str, words)])
    code = left.value.code
    return subprocess.CompletedProcess(words, code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())


def _json(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _write_sounds(folder: Path) -> None:
    import soundfile

    times = np.arange(2 * 48000) / 48000
    for category, pitch in (("bells", 880.0), ("engines", 60.0), ("whistles", 3000.0)):
        (folder / category).mkdir(parents=True)
        (folder / category / "licences.csv").write_text(f"file,licence,author\n{category} 1 é.wav,CC0,{pitch:g} Hz\n")
        for take in range(3):
            tone = 0.4 * np.sin(2 * np.pi * (pitch * (1 + take / 5)) * times) * np.exp(-take * times)
            soundfile.write(folder / category / f"{category} {take} é.wav", tone, 48000)
    (folder / "bells" / "broken.wav").write_bytes(b"this is no sound")


def _write_pictures(root: Path) -> None:
    import cv2

    from engine.media.write import write_video

    rng = np.random.default_rng(4)
    shots = [cv2.resize(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8), (160, 120)) for _ in range(4)]
    write_video(root / "film.mp4", (shots[n // 25] for n in range(100)), Fraction(25))
    cv2.imwrite(str(root / "still.png"), shots[0])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    import torch

    from engine import models

    root = tmp_path_factory.mktemp("home")
    torch.manual_seed(0)
    models.save(root / "models" / "s", models.create("baseline"), model_id="starter", title="Tiny", licence="Free")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOLEYSCOPE_MODELS", str(root / "models"))
        patch.setattr("app.cli.console._LINE_EVERY", float("inf"))  # a slow machine would talk in between
        _write_sounds(root / "sounds")
        _write_pictures(root)
        yield Home(root, _json(run("index", root / "sounds", "--library", root / "sounds.library", "--json")))


def test_index_counts_and_lists_the_broken_file(home: Home) -> None:
    assert home.indexed["added"] == 9
    assert home.indexed["model"] == "starter"
    assert [Path(problem["path"]).name for problem in home.indexed["problems"]] == ["broken.wav"]
    assert home.indexed["problems"][0]["message"]


def test_index_again_finds_nothing_new_and_speaks_to_people(home: Home) -> None:
    done = run("index", home.root / "sounds", "--library", home.library)
    assert done.returncode == 0
    assert "0 added" in done.stdout
    assert "9 unchanged" in done.stdout
    assert "broken.wav" in done.stderr
    assert "Traceback" not in done.stderr


def test_search_lists_licences_and_asks_for_them(home: Home) -> None:
    found = _json(run("search", "bells -licence:none", "--library", home.library, "--json"))
    assert [(Path(row["path"]).name, row["licence"], row["credit"]) for row in found] == [
        ("bells 1 é.wav", "CC0", "880 Hz")
    ]
    assert len(_json(run("search", "--library", home.library, "--category", "bells", "--json"))) == 3
    done = run("search", "licence:cc0", "--library", home.library, "--limit", "2")
    assert [line.endswith(" Hz)") for line in done.stdout.splitlines()] == [True, True]
    assert "Nothing" in run("search", "xyzzy", "--library", home.library).stdout


def test_recommend_says_the_licence_of_each_sound(home: Home) -> None:
    rows = home.recommend("--at", "1")["results"]
    assert {Path(row["path"]).name: row["licence"] for row in rows}["bells 1 é.wav"] == "CC0"
    assert {row["licence"] for row in rows} == {"CC0", None}


def test_recommend_answers_for_a_region(home: Home) -> None:
    whole, part = home.recommend("--at", "1"), home.recommend("--at", "1", "--region", "0.9,0.8,0.5,0.25")
    assert (whole["region"], part["region"]) == (None, [0.5, 0.25, 0.9, 0.8])
    assert [row["distance"] for row in whole["results"]] != [row["distance"] for row in part["results"]]


def test_a_region_that_is_none_says_what_one_is(home: Home) -> None:
    done = run("recommend", home.film, "--library", home.library, "--region", "left")
    assert done.returncode == 2
    assert "0.1,0.2,0.5,0.9" in " ".join(done.stderr.split())


def test_recommend_prints_the_documented_form(home: Home) -> None:
    document = home.recommend("--at", "2.51", "--top", "4")
    assert list(document) == DOCUMENT
    assert document["video"] == str(home.film)
    assert document["time"] == 2.51
    assert document["frame_time"] == pytest.approx(2.48)
    assert document["model"] == "starter"
    assert [list(result) for result in document["results"]] == [RESULT] * len(document["results"])
    assert 1 <= len(document["results"]) <= 4


def test_results_are_ranked_real_and_bounded(home: Home) -> None:
    results = home.recommend("--at", "1")["results"]
    assert [result["rank"] for result in results] == list(range(1, len(results) + 1))
    assert all(a["distance"] <= b["distance"] + 1e-4 for a, b in pairwise(results))  # near ties go by path
    for result in results:
        assert Path(result["path"]).is_file()
        assert 0 <= result["start"] < result["end"] <= 2.0 + 1e-6
        assert 0 <= result["score"] <= 1
        assert result["category"].lower() in {"bells", "engines", "whistles"}


def test_the_same_question_gets_the_same_answer(home: Home) -> None:
    assert home.recommend("--at", "3") == home.recommend("--at", "3")


def test_another_shot_gets_other_distances(home: Home) -> None:
    assert (
        home.recommend("--at", "0.5")["results"][0]["distance"]
        != home.recommend("--at", "3.5")["results"][0]["distance"]
    )


def test_a_still_is_accepted_and_equals_the_film_made_of_it(home: Home) -> None:
    document = _json(run("recommend", home.still, "--library", home.library, "--json"))
    film = home.recommend("--at", "0")["results"]
    assert document["results"][0]["path"] in [result["path"] for result in film[:3]]
    assert document["results"][0]["distance"] == pytest.approx(film[0]["distance"], abs=0.05)


def test_text_narrows_the_list(home: Home) -> None:
    results = home.recommend("--at", "1", "--text", "whistles")["results"]
    assert results
    assert all("whistles" in result["path"] for result in results)


def test_heatmap_is_the_frame_with_colour_on_it(home: Home) -> None:
    import cv2

    from engine.media import VideoReader

    target = home.root / "where.png"
    home.recommend("--at", "1.5", "--heatmap", str(target))
    shown = cv2.imread(str(target))
    assert shown is not None
    with VideoReader(home.film) as reader:
        frame = reader.frame_at(1.5).image
    assert shown.shape == frame.shape
    assert np.mean(shown[..., ::-1] != frame) > 0.02


@pytest.mark.parametrize("target", ["film.mp4", "still.png", "sounds/bells/bells 0 é.wav", "sounds"])
def test_heatmap_never_replaces_the_designers_files(home: Home, target: str) -> None:
    picture = home.still if target == "still.png" else home.film
    place = home.root / target
    before = place.read_bytes() if place.is_file() else b""
    done = run("recommend", picture, "--library", home.library, "--heatmap", place)
    assert done.returncode == 1
    assert "another name" in done.stderr
    assert (place.read_bytes() if place.is_file() else b"") == before


def test_models_lists_ids_licences_and_sizes(home: Home) -> None:
    rows = {row["id"]: row for row in _json(run("models", "--json"))}
    assert rows["starter"]["title"] == "Tiny"  # the wished folder comes before the shipped ones
    assert rows["starter"]["bytes"] > 1e5
    assert "starter" in run("models").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["recommend", "{root}/missing.mp4", "--library", "{root}/sounds.library"], "missing.mp4"),
        (["recommend", "{root}/film.mp4", "--library", "{root}/none.library"], "none.library"),
        (["recommend", "{root}/film.mp4", "--library", "{root}/still.png"], "still.png"),
        (["recommend", "{root}/sounds/bells/broken.wav", "--library", "{root}/sounds.library"], "broken.wav"),
        (["recommend", "{root}/film.mp4", "--at", "99", "--library", "{root}/sounds.library"], "99 s"),
        (["index", "{root}/nowhere", "--library", "{root}/new.library"], "nowhere"),
        (["index", "{root}/sounds", "--library", "{root}/new.library", "--model", "startr"], "startr"),
        (["train", "{root}/none.toml", "--out", "{root}/run"], "none.toml"),
        (["evaluate", "{root}/none", "{root}/shards"], "/none"),
        (["evaluate", "starter", "{root}/shards"], "shards"),
        (["prepare", "{root}/nowhere", "--out", "{root}/shards"], "nowhere"),
    ],
)
def test_failure_is_one_line_with_a_next_step(home: Home, words: list[str], said: str) -> None:
    done = run(*(word.format(root=home.root) for word in words))
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("foleyscope: ")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
    assert "Unexpected" not in done.stderr
    assert done.stderr.count(". ") >= 1  # a sentence, then the hint


def test_debug_shows_the_trace(home: Home) -> None:
    done = run("recommend", home.root / "missing.mp4", "--library", home.library, "--debug")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["recommend", "film.mp4"],
        ["recommend", "film.mp4", "--library", "l", "--at", "soon"],
        ["recommend", "film.mp4", "--library", "l", "--at", "nan"],
        ["recommend", "film.mp4", "--library", "l", "--top", "0"],
        ["recommend", "film.mp4", "--library", "l", "--region", "0.1,0.2,0.3"],
        ["recommend", "film.mp4", "--library", "l", "--region", "0,0,2,1"],
        ["recommend", "film.mp4", "--library", "l", "--region", "0.5,0,0.5,1"],
        ["recommend", "film.mp4", "--library", "l", "--region", "nan,0,1,1"],
        ["train", "e.toml", "--set", "epochs"],
        ["synth", "out", "--videos", "0"],
        ["index"],
    ],
)
def test_wrong_usage_exits_2_and_prints_nothing_on_stdout(words: list[str]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_help_and_version_are_quick_and_light() -> None:
    begin = time.monotonic()
    done = subprocess.run([*RUN_AND_LIST_MODULES, "--help"], capture_output=True, text=True, check=False, timeout=60)
    assert time.monotonic() - begin < 10
    assert done.returncode == 0
    assert "recommend" in done.stdout
    assert not set(done.stderr.split()) & {"torch", "numpy", "PySide6", "av", "hnswlib", "librosa", "cv2", "lightning"}
    assert spawn("--version").stdout.strip().count(".") == 2


def test_recommend_and_index_never_import_qt(home: Home) -> None:
    for words in (
        ["index", str(home.root / "sounds")],
        ["recommend", str(home.film), "--at", "1", "--heatmap", str(home.root / "qt.png")],
    ):
        command = [*RUN_AND_LIST_MODULES, *words, "--library", str(home.library)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        loaded = set(done.stderr.splitlines()[-1].split())
        assert "torch" in loaded  # the list is the real one
        assert not loaded & {"PySide6", "shiboken6", "pyqtgraph", "qtawesome"}


def test_ctrl_c_stops_cleanly_with_130(tmp_path: Path) -> None:
    out = tmp_path / "scenes"
    command = [*RUN, "synth", str(out), "--videos", "5000", "--seed", "3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 120
        while not list(out.glob("*.json")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert said.endswith("Stopped.\n")
    assert list(out.glob("*.json"))
    assert not list(out.rglob(".writing-*"))


def test_synth_writes_what_it_promises(tmp_path: Path) -> None:
    done = spawn("synth", tmp_path, "--videos", "1", "--seed", "5")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    (truth,) = tmp_path.glob("*.json")
    document = json.loads(truth.read_text(encoding="utf-8"))
    assert {"width", "height", "fps", "duration", "sources"} <= set(document)
    assert truth.with_suffix(".mp4").is_file()
    assert all((tmp_path / source["sound"]).is_file() for source in document["sources"])


def test_a_model_is_made_from_nothing_with_four_commands(tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text(
        "encoder_settings = {widths = [8, 8, 16, 16], picture_pool = 4}\nfit = {batch_size = 2, epochs = 1}\n"
        f"data = {{shards = [{json.dumps(str(tmp_path / 'shards'))}]}}\n",
        encoding="utf-8",
    )
    for words in (
        ["synth", tmp_path / "world", "--videos", "4", "--seed", "7"],
        ["prepare", tmp_path / "world", "--out", tmp_path / "shards"],
        ["train", tmp_path / "tiny.toml", "--set", "optimiser.lr=0.002", "--out", tmp_path / "run"],
    ):
        done = spawn(*words)
        assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [events[0]["event"], events[-1]["event"]] == ["start", "done"]
    assert events[0]["experiment"]["optimiser"]["lr"] == 0.002
    measured = _json(spawn("evaluate", tmp_path / "run" / "model", tmp_path / "shards", "--split", "train", "--json"))
    assert set(measured["rows"]) == {"model", "random weights", "best fixed list", "chance"}


def test_demo_headless_prints_three_documents(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    first = _json(spawn("demo", "--headless", env=environment))
    assert [list(document) for document in first] == [DOCUMENT] * 3
    assert len({document["frame_time"] for document in first}) == 3
    assert all(document["model"] == "synthetic" and len(document["results"]) == 10 for document in first)
    begin = time.monotonic()
    assert _json(spawn("demo", "--headless", env=environment)) == first
    assert time.monotonic() - begin < 30  # kept from the first run


def test_a_command_told_to_end_leaves_nothing_half_made(tmp_path: Path) -> None:
    from engine.media import write_wav
    from engine.timeline.codec import dump
    from engine.timeline.document import Clip, Media, Project, Track

    write_wav(tmp_path / "rain.wav", np.zeros((1, 48_000), np.float32), 48_000)
    media = Media(id="m", path=str(tmp_path / "rain.wav"), sample_rate=48_000, channels=1, frames=48_000)
    far = Track(id="t", clips=(Clip(id="c", media="m", position=7200 * 48_000, length=48_000),))
    (tmp_path / "long.foleyscope").write_bytes(dump(Project(id="p", media=(media,), tracks=(far,))))
    words = ["export", str(tmp_path / "long.foleyscope"), str(tmp_path / "out" / "mix.wav")]
    process = subprocess.Popen([*RUN, *words], stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while not list(tmp_path.glob("out/.writing-*")) and time.monotonic() < until:
        time.sleep(0.05)  # polled: another process's file
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 143 and "Stopped." in said, said
    assert list((tmp_path / "out").iterdir()) == []
