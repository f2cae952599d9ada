"""What `VideoRef.offset` means where a film's picture begins late: all who use it put the same frame at one sample."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import opentimelineio as otio
import pytest
import rpp
import soundfile

from engine.audio.framegrid import FrameGrid
from engine.export import export
from engine.export.movie import write_movie
from engine.media import VideoReader, load_audio
from engine.timeline.document import Clip, Media, Project, Track
from engine.timeline.sources import read_picture
from engine.timeline.timecode import timecode_at
from tests.films import MakeFilm

RATE = 48000
FLASH = 50
STAMPS = [1503 + 40 * n for n in range(90)]  # ms: the first frame has a time stamp of 1.503 s
OFFSETS = (0, 36_000, -12_000)  # 18.75 and -6.25 frames: no whole ones


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a click to place."""
    made = tmp_path_factory.mktemp("late")
    click = np.zeros(RATE // 10)
    click[:480] = 0.9
    soundfile.write(made / "click.wav", click, RATE, "PCM_24")
    return made


@pytest.fixture(params=["silent", "own sound first"])
def film(request: pytest.FixtureRequest, folder: Path, make_flash: MakeFilm) -> Path:
    """Frame 50 alone is white. A reader's time 0 is its first frame, or else where its own sound begins."""
    silent = make_flash(folder / "silent.mp4", STAMPS, Fraction(1, 1000), FLASH)
    if request.param == "silent":
        return silent
    sounding = folder / "sounding.mp4"
    write_movie(silent, sounding, lambda _, count: np.zeros((2, count), np.float32), offset=0, sample_rate=RATE)
    return sounding


def flash(film: Path) -> float:
    """When (s) the white frame is shown, as the window counts."""
    with VideoReader(film) as reader:
        return next(frame.time for frame in reader.frames() if frame.image.mean() > 128)


def project_of(film: Path, offset: int) -> tuple[Project, int]:
    """A project with a click where the window shows the flash, and that sample."""
    picture = read_picture(film, film.parent, RATE, offset=offset)
    at = offset + round(flash(film) * RATE)
    click = Media(id="m", path=(film.parent / "click.wav").as_posix(), sample_rate=RATE, channels=1, frames=RATE // 10)
    clip = Clip(id="c", media="m", position=at, length=RATE // 10)
    project = Project(
        id="0" * 32,
        sample_rate=RATE,
        frame_rate=picture.frame_rate,
        start_timecode=90_000,
        video=picture.video,
        media=(click,),
        tracks=(Track(id="t", clips=(clip,)),),
    )
    return project, at


def test_time_0_is_the_first_frame_unless_its_own_sound_begins_before(film: Path) -> None:
    with VideoReader(film) as reader:
        first = reader.frame_times[0]
    assert first == pytest.approx(0.0 if film.stem == "silent" else 1.48, abs=0.001)  # 37 frames
    duration = read_picture(film, film.parent, RATE).video.duration / RATE
    assert duration == pytest.approx(first + 90 / 25, abs=0.001)  # from time 0 on, not from the first frame


@pytest.mark.parametrize("offset", OFFSETS)
def test_frame_grid_and_time_code(film: Path, offset: int) -> None:
    project, at = project_of(film, offset)
    with VideoReader(film) as reader:
        grid = FrameGrid(RATE, project.frame_rate, times=reader.frame_times, offset=offset)
    assert grid.at(at + 1) == FLASH  # a stamp in binary fractions may come out a hair, and so a sample, late
    assert grid.at(at - 2) == FLASH - 1
    assert timecode_at(project, offset) == "01:00:00:00"  # of time 0, not of the first frame
    frames = int((at - offset) * project.frame_rate / RATE)
    assert timecode_at(project, at) == f"01:00:{frames // 25:02d}:{frames % 25:02d}"


@pytest.mark.parametrize("offset", OFFSETS)
def test_a_movie_has_the_click_at_the_flash(film: Path, offset: int, tmp_path: Path) -> None:
    project, _ = project_of(film, offset)
    out = export(project, film.parent, "mp4", tmp_path / "out.mp4").files[0]
    heard = np.abs(load_audio(out, channels=1)[0])
    assert int((heard > heard.max() / 2).argmax()) / RATE == pytest.approx(flash(out), abs=0.001)


def test_the_time_code_of_a_movie_counts_on_from_there(film: Path, tmp_path: Path) -> None:
    project, at = project_of(film, 36_000)
    out = export(project, film.parent, "mp4", tmp_path / "out.mp4").files[0]
    back = read_picture(out, tmp_path, RATE)
    again = replace(project, video=back.video, start_timecode=back.start_timecode)
    assert timecode_at(again, round(flash(out) * RATE)) == timecode_at(project, at)


@pytest.mark.parametrize("offset", OFFSETS)
def test_other_programs_get_it_there_too(film: Path, offset: int, tmp_path: Path) -> None:
    project, at = project_of(film, offset)
    shown = flash(film)
    export(project, film.parent, "rpp", tmp_path / "a.rpp")
    tracks = rpp.loads((tmp_path / "a.rpp").read_text(encoding="utf-8")).findall("TRACK")
    item = next(track for track in tracks if track.find(".//SOURCE").attrib[0] == "VIDEO").find("ITEM")
    numbers = {
        entry[0]: float(entry[1]) for entry in item if isinstance(entry, list) and entry[0] in {"POSITION", "SOFFS"}
    }
    assert numbers["POSITION"] + shown - numbers["SOFFS"] == pytest.approx(at / RATE, abs=0.0001)
    for name, suffix, slack in (("otio", "otio", 0.0001), ("fcp7", "xml", 0.04)):
        export(project, film.parent, name, tmp_path / f"a.{suffix}")
        timeline = otio.adapters.read_from_file(
            str(tmp_path / f"a.{suffix}"), adapter_name="fcp_xml" if name == "fcp7" else None
        )
        row = timeline.video_tracks()[0]
        clip = next(child for child in row if isinstance(child, otio.schema.Clip))
        begin = row.range_of_child(clip).start_time.to_seconds() - clip.source_range.start_time.to_seconds()
        assert begin + shown == pytest.approx(at / RATE, abs=slack)


def test_the_project_ends_with_the_picture(film: Path) -> None:
    project, _ = project_of(film, 36_000)
    assert project.video
    with VideoReader(film) as reader:
        last = reader.frame_times[-1] + 1 / 25
    assert replace(project, tracks=()).end == pytest.approx(36_000 + last * RATE, abs=RATE // 1000)
