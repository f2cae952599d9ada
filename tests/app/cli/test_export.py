"""`export` as a person uses it: files, warnings on stderr, JSON, and nothing left after a stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from app.__main__ import main
from engine.media import write_video, write_wav
from engine.timeline.codec import dump
from engine.timeline.document import Clip, Media, Project, Track, VideoRef

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one sound of three seconds, named relative to it."""
    sound = np.random.default_rng(0).normal(0, 0.1, (1, 3 * 48000)).astype(np.float32)
    path = write_wav(tmp_path / "sounds" / "rain.wav", sound, 48000)
    media = Media(
        id="m", path="/nowhere/rain.wav", relative="sounds/rain.wav", sample_rate=48000, channels=1, frames=3 * 48000
    )
    track = Track(id="t", name="Foley", clips=(Clip(id="c", media="m", length=3 * 48000, gain_db=-3),))
    document = Project(id="p", media=(media,), tracks=(track,))
    (tmp_path / "Reel 1.foleyscope").write_bytes(dump(document))
    assert path.is_file()
    return tmp_path / "Reel 1.foleyscope"


def _run(words: list[Any], code: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["export", *map(str, words)])
    assert ended.value.code == code


def test_a_wave_file_is_the_default(project: Path, tmp_path: Path, capsys: Capture) -> None:
    _run([project, tmp_path / "mix", "--loudness", "ebu-r128", "--bits", "32"])
    told = capsys.readouterr()
    assert told.out.splitlines()[0] == str(tmp_path / "mix.wav")
    assert "-23.0 LUFS" in told.out
    assert soundfile.info(str(tmp_path / "mix.wav")).subtype == "FLOAT"


def test_json_and_warnings(project: Path, tmp_path: Path, capsys: Capture) -> None:
    _run([project, tmp_path / "lists", "--format", "edl"])
    told = capsys.readouterr()
    assert told.out.strip() == str(tmp_path / "lists" / "01 Foley.edl")
    assert "1 clip with gain: not carried." in told.err
    _run([project, tmp_path / "a.otio", "--format", "otio", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert report["files"] == [str(tmp_path / "a.otio")]
    assert report["format"] == "otio"
    assert "metadata" in report["warnings"][0]


def test_options_that_a_format_has_no_use_for_are_told(project: Path, tmp_path: Path, capsys: Capture) -> None:
    words = ["--loop", "--loudness", "netflix", "--bits", "24"]
    _run([project, tmp_path / "a.otio", "--format", "otio", *words])
    told = capsys.readouterr().err
    assert "--loop was not used: this is the whole project; only wav and stems can be of the loop." in told
    assert "--loudness was not used: only wav, stems and mp4 are mixed to a loudness." in told
    assert "--bits was not used: only wave files (wav, stems) have a choice of bit depth." in told
    _run([project, tmp_path / "b.otio", "--format", "otio", "--loop", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert [warning for warning in report["warnings"] if "not used" in warning] == [told.splitlines()[-1]]
    _run([project, tmp_path / "a.wav", "--bits", "32", "--loudness", "netflix"])
    _run([project, tmp_path / "c.otio", "--format", "otio"])
    assert "not used" not in capsys.readouterr().err


def test_a_name_of_another_kind_is_refused_with_the_right_one(project: Path, tmp_path: Path, capsys: Capture) -> None:
    _run([project, tmp_path / "out.mp4"], 1)
    assert "Name it out.wav, or choose the format mp4." in capsys.readouterr().err
    _run([project, tmp_path / "c.foleyscope"], 1)
    assert "Name it c.wav." in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Reel 1.foleyscope", "sounds"]


def test_presets_of_ones_own(project: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "mine.toml").write_text("[loudness.web]\nlufs = -16\ntrue_peak = -1\n")
    _run([project, tmp_path / "a.wav", "--loudness", "web", "--presets", tmp_path / "mine.toml"])
    assert "-16.0 LUFS" in capsys.readouterr().out


def test_mistakes_are_one_line(project: Path, tmp_path: Path, capsys: Capture) -> None:
    _run([project, tmp_path / "a.wav", "--bits", "16"], 2)
    _run([project, tmp_path / "a", "--format", "aaf"], 1)
    assert "Choose one of wav, stems" in capsys.readouterr().err
    _run([project, tmp_path / "a", "--loudness", "loud"], 1)
    _run([project, tmp_path / "a", "--loop"], 1)
    _run([tmp_path / "absent.foleyscope", tmp_path / "a"], 1)
    _run([project, tmp_path / "sounds" / "rain.wav"], 1)
    assert "is a source" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Reel 1.foleyscope", "sounds"]


def test_missing_sounds_fail_unless_they_are_allowed(project: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "sounds" / "rain.wav").rename(tmp_path / "elsewhere.wav")
    _run([project, tmp_path / "a.wav"], 1)
    told = capsys.readouterr().err
    assert "A sound of this delivery is missing, such as rain.wav." in told and "--allow-missing" in told
    assert not (tmp_path / "a.wav").exists()
    _run([project, tmp_path / "a.wav", "--allow-missing"])
    assert "rain.wav is missing: its clips are silent." in capsys.readouterr().err
    assert not soundfile.read(tmp_path / "a.wav")[0].round(4).any()
    _run([project, tmp_path / "a.otio", "--format", "otio"])  # it only names its sounds


def test_a_delivery_is_not_written_over_unasked(project: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "a.wav").write_bytes(b"mine")
    _run([project, tmp_path / "a"], 1)
    assert "a.wav is there already. Choose another name, or write over it (--overwrite)." in capsys.readouterr().err
    assert (tmp_path / "a.wav").read_bytes() == b"mine"
    _run([project, tmp_path / "a", "--overwrite"])
    assert soundfile.info(str(tmp_path / "a.wav")).frames == 3 * 48000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on file sizes to set")
@pytest.mark.parametrize("name", ["wav", "stems", "mp4", "otioz"])
def test_a_disk_that_takes_no_more_leaves_nothing(name: str, project: Path, tmp_path: Path) -> None:
    """Every write beyond 8 KB is refused by the system, in the middle of each kind of writer."""
    import resource

    from engine.timeline.session import read_project

    noise = np.random.default_rng(0).integers(0, 255, (50, 64, 96, 3), np.uint8)
    write_video(tmp_path / "film.mp4", list(noise), 25)
    document, _ = read_project(project)
    video = VideoRef(path="/nowhere/film.mp4", relative="film.mp4", duration=2 * 48000)
    project.write_bytes(dump(replace(document, video=video)))
    command = [sys.executable, "-m", "app", "export", str(project), str(tmp_path / "out" / "mix"), "--format", name]
    done = subprocess.run(
        command,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)),
    )
    assert done.returncode == 1
    assert done.stderr.startswith("foleyscope: The disk takes no file as large as mix")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_ctrl_c_leaves_nothing(project: Path, tmp_path: Path) -> None:
    from engine.timeline.session import read_project

    document, _ = read_project(project)
    track = document.tracks[0]
    far = replace(track, clips=(replace(track.clips[0], position=48000 * 36000),))  # ten hours of silence before it
    project.write_bytes(dump(replace(document, tracks=(far,))))
    command = [sys.executable, "-m", "app", "export", str(project), str(tmp_path / "out" / "mix.wav")]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[3], env=os.environ, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("out/.writing-*")) and time.monotonic() < deadline:
        time.sleep(0.05)  # polled: another process's file
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert list((tmp_path / "out").iterdir()) == []
