"""A session of two minutes of film from the first look to delivery, with the program killed in between.

Set ``FOLEYSCOPE_SESSION_PICTURES`` to a folder to get a screenshot of every step.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rpp

from engine.audio.mixer import Mixer
from engine.audio.pan import linear
from engine.export.reaper import first_pan
from engine.media import load_audio, write_video
from engine.timeline.codec import load
from engine.timeline.document import Project
from engine.timeline.session import Recovery, read_project
from tests.app.session_film import SECONDS, join_clips, real_library
from tests.engine.export.reaper_render import play

ROOT = Path(__file__).resolve().parents[2]
RATE = 48_000
PLACED = 10
pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sat:
    """What a session came to."""

    folder: Path
    film: Path
    before: dict[str, Any]
    """What the window said before it was killed."""
    left: Project
    recovery: Recovery
    """What lay on the disk then."""
    after: dict[str, Any]
    """What the next window said."""
    project: Project
    """What was exported."""
    told: dict[str, list[str]]


def wandering_colours(path: Path) -> Path:
    """Two minutes at ten frames a second, whose colour wanders."""

    def frames() -> Iterator[np.ndarray]:
        for number in range(SECONDS * 10):
            picture = np.zeros((36, 64, 3), np.uint8)
            picture[..., number // 150 % 3] = 60 + number % 150
            yield picture

    return write_video(path, frames(), Fraction(10), crf=20)


@pytest.fixture(scope="module", params=["colours", "real"])
def sat(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sat:
    """The whole session, on a film of colours with a tiny model, and on a real one with the shipped model."""
    media, folder = tmp_path_factory.mktemp("media"), tmp_path_factory.mktemp("session")
    film = media / "two minutes.mp4"
    if request.param == "real":
        shared: Path = request.getfixturevalue("shared_data")
        join_clips(shared, film)
        library = real_library(shared, media)
    else:
        library = request.getfixturevalue("library_file")
        wandering_colours(film)
    wanted = os.environ.get("FOLEYSCOPE_SESSION_PICTURES")
    pictures = [Path(wanted).absolute() / request.param] if wanted else []
    return _run(folder, film, library, pictures)


def _run(folder: Path, film: Path, library: Path, pictures: list[Path]) -> Sat:
    sitting = _sit("spot", folder, film, library, *pictures)
    try:
        before = _line(sitting)
    finally:
        sitting.send_signal(signal.SIGKILL)
        sitting.communicate()
    left, recovery = read_project(folder / "two minutes.foleyscope")
    sitting = _sit("deliver", folder, *pictures)
    after, heard, delivered = _line(sitting), _line(sitting), _line(sitting)
    sitting.communicate(timeout=60)
    project = load(heard["project"].encode(), folder / "two minutes.foleyscope")
    return Sat(
        folder=folder,
        film=film,
        before=before,
        left=left,
        recovery=recovery,
        after=after,
        project=project,
        told=delivered["told"],
    )


def _sit(*args: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "tests/app/driven_session.py"), *map(str, args)]
    folder = Path(str(args[1]))
    homes = {name: str(folder / name.lower()) for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    env = {**os.environ, **homes, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=env)


def _line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None and process.stderr is not None
    for line in process.stdout:
        if line.startswith("{"):
            return json.loads(line)  # type: ignore[no-any-return]
    raise AssertionError(process.stderr.read())


def test_shots_are_found_and_ten_sounds_placed(sat: Sat) -> None:
    before = sat.before
    assert before["placed"] == PLACED and before["heard"] > RATE
    assert before["problems"] == sat.after["problems"] == []
    clips = list(sat.left.clips())
    assert sum(clip.origin is not None and bool(clip.origin.alternates) for clip in clips) == len(clips)
    if len(before["shots"]) > PLACED:  # the real film; there the first sound was taken onto the hit that was seen
        cuts = np.array(before["shots"])
        assert all(np.abs(cuts - wanted).min() < 0.1 for wanted in (8, 12, 21, 35, 43, 52, 67, 82.4, 92, 102, 108, 114))
        assert "Moved onto the hit." in before["said"]
        at = round(before["shots"][1] * RATE)
        assert at < min(clip.position for clip in clips) < at + RATE // 2


def test_every_edit_did_what_it_says_and_came_back(sat: Sat) -> None:
    steps, one = sat.before["steps"], sat.before["steps"]["placed"]
    assert sat.before["wrong"] == []
    changed = {
        "moved": {"position"},
        "trimmed at the end": {"length"},
        "trimmed at the start": {"position", "length"},
        "faded in": {"fade_in"},
        "faded out": {"fade_out"},
        "louder": {"gain"},
        "split": {"length", "fade_out", "clips"},
    }
    for name, values in changed.items():
        now = steps[name]
        assert {key for key in now if now[key] != one[key]} == values, name
        one = now
    assert steps["moved"]["position"] > steps["placed"]["position"]
    assert steps["trimmed at the end"]["length"] < steps["moved"]["length"]
    moved, trimmed = steps["trimmed at the end"], steps["trimmed at the start"]
    assert trimmed["position"] + trimmed["length"] == moved["position"] + moved["length"]
    assert (steps["louder"]["gain"], steps["split"]["clips"]) == (2, PLACED + 1)


def test_nothing_is_lost_when_it_is_killed(sat: Sat) -> None:
    assert sat.before["clips"] == PLACED + 2 and sat.before["modified"] and "two minutes" in sat.before["title"]
    assert sat.recovery.edits == 3 and len(sat.left.markers) == 1
    assert sat.after["project"] == sat.before["project"], "to the sample as it was"
    assert any("3 unsaved edits recovered." in text for text in sat.after["said"])
    assert not any(track.solo for track in sat.project.tracks)


def test_the_deliveries_are_the_mix(sat: Sat) -> None:
    assert {name: told[0] for name, told in sat.told.items()} == dict.fromkeys(sat.told, "done")
    assert "LUFS" in sat.told["mix.wav"][1]
    sound = load_audio(sat.folder / "mix.wav")
    assert abs(sound.shape[1] - SECONDS * RATE) < RATE // 5
    for clip in sat.project.clips():
        stretch = sound[:, clip.position : clip.position + clip.length]
        assert np.abs(stretch).max() > 1e-4, f"{clip.name} is heard where it lies"
    with Mixer(sat.project, sat.folder) as mixer:
        wanted = mixer.render(0, sound.shape[1])
    gain = float((sound * wanted).sum() / (wanted**2).sum())
    assert np.abs(sound - gain * wanted).max() < 4 / (1 << 23), "the dither"
    lines = [line for line in sat.told["mix.wav"][1].splitlines() if "for the target" in line]
    said = float(lines[0].split(", ")[2].split()[0]) if lines else 0.0
    assert gain == pytest.approx(linear(said), rel=0.01)
    with (sat.folder / "cues.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Out"]]
    assert sorted(row["Sound"] for row in rows) == sorted(clip.name for clip in sat.project.clips())


def test_the_reaper_project_plays_the_same_mix(sat: Sat) -> None:
    """By the rules of its format; away from fades, whose shapes differ a little, and without what it does not carry."""
    parsed = rpp.loads((sat.folder / "session.rpp").read_text(encoding="utf-8"))
    played = play(parsed, sat.project.end)
    with Mixer(_as_reaper_gets_it(sat.project), sat.folder) as mixer:
        ours = mixer.render(0, sat.project.end)
    size = RATE // 20
    count = sat.project.end // size
    levels = [np.sqrt((mix[:, : count * size].reshape(2, count, size) ** 2).mean(axis=2)) for mix in (ours, played.mix)]
    compared = (levels[0] > 3e-3) & ~played.faded[: count * size].reshape(count, size).any(axis=1)
    assert compared.sum() > 20
    assert np.abs(20 * np.log10(levels[0][compared] / levels[1][compared])).max() < 0.2


def _as_reaper_gets_it(project: Project) -> Project:
    """Without the limiter, and with each clip's pan where it begins."""
    tracks = [
        replace(track, clips=tuple(replace(clip, pan=first_pan(clip), pan_keys=()) for clip in track.clips))
        for track in project.tracks
    ]
    return replace(project, tracks=tuple(tracks), master=replace(project.master, limiter=False))


# --- by other programs ---------------------------------------------------------------------------------------------


@pytest.fixture
def run_tool() -> Callable[..., str]:
    """Runs a program and returns what it wrote; the test skips where it is not installed."""

    def run(*command: object) -> str:
        if shutil.which(str(command[0])) is None:
            pytest.skip(f"{command[0]} is not installed, so nothing else can read this back")
        done = subprocess.run(list(map(str, command)), capture_output=True, check=True, timeout=120)
        return done.stdout.decode("utf-8", errors="replace")

    return run


def test_sox_and_ffmpeg_read_the_mix(sat: Sat, run_tool: Callable[..., str]) -> None:
    mix = sat.folder / "mix.wav"
    told = [run_tool("soxi", what, mix).strip() for what in ("-r", "-c", "-b", "-s")]
    assert told == ["48000", "2", "24", str(sat.project.end)]
    tags = json.loads(run_tool("ffprobe", "-v", "error", "-show_format", "-of", "json", mix))["format"]["tags"]
    assert (tags["time_reference"], tags["encoded_by"]) == ("0", "Foleyscope")
    meter = ("-af", "ebur128=metadata=1,ametadata=print:file=-", "-f", "null", "-")
    read = run_tool("ffmpeg", "-v", "error", "-i", mix, *meter)
    integrated = [line.split("=")[1] for line in read.splitlines() if line.startswith("lavfi.r128.I=")]
    lufs = next(line for line in sat.told["mix.wav"][1].splitlines() if "LUFS" in line).split()[0]
    assert float(integrated[-1]) == pytest.approx(float(lufs), abs=0.2)


def test_ffmpeg_finds_the_picture_untouched_and_the_sound_in_place(sat: Sat, run_tool: Callable[..., str]) -> None:
    movie = sat.folder / "movie.mp4"
    copies = ("-map", "0:v", "-c", "copy", "-f", "md5", "-")
    film, made = (run_tool("ffmpeg", "-v", "error", "-i", path, *copies) for path in (sat.film, movie))
    assert film == made
    raw = sat.folder / "movie.f32"
    run_tool("ffmpeg", "-v", "error", "-y", "-i", movie, "-map", "0:a", "-f", "f32le", raw)
    sound = np.fromfile(raw, "<f4").reshape(-1, 2).T
    wanted = load_audio(sat.folder / "mix.wav")
    clip = max(sat.project.clips(), key=lambda one: one.length)
    here = slice(clip.position, clip.end)
    best = max(range(-96, 97), key=lambda lag: float((np.roll(sound, lag, axis=1)[:, here] * wanted[:, here]).sum()))
    assert abs(best) < RATE // 1000, "samples; AAC blurs a little, an offset would be 1024 or 2112"


def test_the_printed_cue_sheet_names_every_sound(sat: Sat, run_tool: Callable[..., str]) -> None:
    text = run_tool("pdftotext", "-raw", sat.folder / "cues.pdf", "-")
    words = "".join(text.split())
    assert all("".join(clip.name.split()) in words for clip in sat.project.clips())
