"""REAPER projects: a parser from PyPI reads them, and a mix made from its numbers alone is ours."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rpp
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio.mixer import Mixer
from engine.export.reaper import balanced, quoted, rpp_text
from engine.export.scene import open_scene
from engine.timeline.document import Clip, Master, Media, Project, Track, VideoRef
from tests.engine.export.conftest import media_of, noise
from tests.engine.export.reaper_render import curve, numbers, play, sides, texts

RATE = 48000


def _parsed(project: Project, folder: Path) -> Any:
    return rpp.loads(rpp_text(open_scene(project, folder, "Reel 1")))


def _difference_db(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The largest difference of level in 50 ms stretches of both sides, in dB, where there is sound."""
    size = RATE // 20
    usable = ours.shape[1] // size * size
    levels = [np.sqrt((mix[:, :usable].reshape(2, -1, size) ** 2).mean(axis=2)) for mix in (ours, theirs)]
    loud = levels[0] > 1e-3
    assert loud.sum() > 20
    return float(np.abs(20 * np.log10(levels[0][loud] / levels[1][loud])).max())


def test_the_mix_from_the_parsed_numbers_is_ours(project: Project, tmp_path: Path) -> None:
    """Gain, both pans, offsets, another sample rate, varispeed, reverse, linear fades and cut edges."""
    linear = tuple(
        replace(
            track,
            clips=tuple(replace(clip, fade_in_shape="linear", fade_out_shape="linear") for clip in track.clips),
        )
        for track in project.tracks
    )
    project = replace(project, tracks=linear)
    with Mixer(project) as mixer:
        ours = mixer.render(0, project.end)
    theirs = play(_parsed(project, tmp_path), project.end).mix
    assert _difference_db(ours, theirs) < 0.1
    assert np.abs(ours - theirs).max() < 0.01  # resamplers differ at the edges of cut sounds


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Media, Media]:
    """A mono and a stereo sound at the project's rate, so that nothing but the mix is compared."""
    folder = tmp_path_factory.mktemp("pair")
    return tuple(media_of(noise(folder / f"{n}.wav", RATE, n, 1.5, n), f"m{n}") for n in (1, 2))  # type: ignore[return-value]


@st.composite
def clips_of(draw: st.DrawFn, number: int) -> Clip:
    """A clip of one of the pair, anywhere in two seconds."""
    length = draw(st.integers(600, 60_000))
    rises = draw(st.integers(0, length))
    return Clip(
        id=f"c{number}",
        media=draw(st.sampled_from(["m1", "m2"])),
        position=draw(st.integers(0, 40_000)),
        length=length,
        source_in=draw(st.integers(0, 72_000 - length)),
        gain_db=draw(st.floats(-30, 12)),
        pan=draw(st.floats(-1, 1)),
        fade_in=rises,
        fade_out=draw(st.integers(0, length - rises)),
        fade_in_shape=draw(st.sampled_from(["linear", "equal_power"])),
        fade_out_shape=draw(st.sampled_from(["linear", "equal_power"])),
        sync=draw(st.none() | st.integers(0, length - 1)),
        reverse=draw(st.booleans()),
        mute=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def tracks_of(draw: st.DrawFn) -> tuple[Track, ...]:
    """Up to three tracks with up to three clips each, which may overlap."""
    tracks = []
    for row in range(draw(st.integers(1, 3))):
        clips = [draw(clips_of(number=10 * row + number)) for number in range(draw(st.integers(1, 3)))]
        tracks.append(
            Track(
                id=f"t{row}",
                gain_db=draw(st.floats(-30, 6)),
                pan=draw(st.floats(-1, 1)),
                mute=draw(st.sampled_from([False, False, True])),
                solo=draw(st.sampled_from([False, False, True])),
                clips=tuple(sorted(clips, key=lambda clip: clip.position)),
            )
        )
    return tuple(tracks)


@settings(max_examples=60, deadline=None)
@given(tracks=tracks_of(), master=st.floats(-12, 6))
def test_any_mix_is_ours_sample_by_sample(pair: tuple[Media, Media], tracks: tuple[Track, ...], master: float) -> None:
    """Gains, pans, places, offsets, overlaps, mute, solo and reverse; shapes that REAPER lacks are nearly ours."""
    project = Project(id="p", sample_rate=RATE, media=pair, tracks=tracks, master=Master(gain_db=master, limiter=False))
    with Mixer(project) as mixer:
        ours = mixer.render(0, project.end)
    played = play(_parsed(project, Path(pair[0].path).parent), project.end)
    off = np.abs(ours - played.mix)
    loud = sum(10 ** ((track.gain_db + clip.gain_db + master) / 20) for track in tracks for clip in track.clips)
    assert off[:, ~played.faded].max(initial=0) < 1e-6 * max(1, loud)
    assert off.max() < 0.13 * loud, "a parabola is at most 0.06 from a quarter sine, and two may meet"


def test_equal_power_is_half_a_decibel_off_in_the_middle(project: Project, tmp_path: Path) -> None:
    x = np.linspace(0.001, 1, 500)
    off = 20 * np.log10(curve(1, x) / np.sin(x * np.pi / 2))
    assert 0 <= off.min() < off.max() < 2.1  # the most where it is all but silent
    assert off[x > 0.5].max() < 0.52
    with Mixer(project) as mixer:
        ours = mixer.render(0, project.end)
    assert _difference_db(ours, play(_parsed(project, tmp_path), project.end).mix) < 1.5


def test_what_stands_in_the_file(with_picture: Project, tmp_path: Path) -> None:
    project = replace(with_picture, loop=(48000, 96000))
    made = _parsed(project, tmp_path)
    assert made.tag == "REAPER_PROJECT"
    assert numbers(made, "SAMPLERATE")[0] == RATE
    assert numbers(made, "PROJOFFS")[0] == 3599  # picture at one hour, a second into the timeline
    assert numbers(made, "SELECTION") == [1, 2]
    assert texts(made, "MARKER")[:3] == ["1", "1", "Hit"]
    assert texts(made, "ITEMMIX") == ["1"]
    names = [texts(track, "NAME")[0] for track in made.findall("TRACK")]
    assert names == ["Picture", "Foley", "Atmos/phere"]
    picture, foley, atmosphere = made.findall("TRACK")
    assert numbers(picture, "POSITION") == [1]
    source = picture.findall(".//SOURCE")[0]
    assert source.attrib == ["VIDEO"]
    assert Path(texts(source, "FILE")[0]).is_file()
    assert int(texts(atmosphere, "PEAKCOL")[0]) == 0x1FF6633
    first, second = foley.findall("ITEM")
    assert numbers(first, "SNAPOFFS") == [0.02]
    assert numbers(first, "FADEIN")[:2] == [1, 0.1]
    assert numbers(first, "FADEOUT")[:2] == [1, 0.5]  # the crossfade
    assert numbers(second, "FADEIN")[:2] == [1, 0.5]
    assert [texts(item, "MUTE")[0] for item in atmosphere.findall("ITEM")] == ["0", "1", "0"]


@pytest.mark.parametrize(
    ("rate", "drop", "line"),
    [("25", False, ["25", "0"]), ("24000/1001", False, ["24", "2"]), ("30000/1001", True, ["30", "1"])],
)
def test_frame_rates(project: Project, tmp_path: Path, rate: str, drop: bool, line: list[str]) -> None:
    made = _parsed(replace(project, frame_rate=Fraction(rate), drop_frame=drop), tmp_path)
    assert texts(made, "TIMEMODE")[3:5] == line


def test_a_picture_that_begins_before_the_timeline(with_picture: Project, tmp_path: Path) -> None:
    assert with_picture.video
    early = replace(with_picture, video=replace(with_picture.video, offset=-24000))
    item = _parsed(early, tmp_path).findall("TRACK")[0].findall("ITEM")[0]
    assert (numbers(item, "POSITION"), numbers(item, "SOFFS"), numbers(item, "LENGTH")) == ([0], [0.5], [3.5])


@given(st.floats(0, 4), st.floats(0, 4))
def test_volume_and_balance_give_the_two_gains(left: float, right: float) -> None:
    volume, pan = balanced(left, right)
    assert -1 <= pan <= 1
    assert np.allclose(sides(volume, pan)[:, 0], [left, right], atol=1e-8)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20))
def test_every_name_survives_the_quotes(text: str) -> None:
    wanted = " ".join(text.split())
    (_, back) = rpp.loads(f"<P\n  NAME {quoted(text)}\n>\n").find("NAME")
    assert back == wanted or {'"', "'", "`"} <= set(wanted)


def test_pitch_and_other_files(sounds: dict[str, Any], tmp_path: Path) -> None:
    media = replace(sounds["door"], path="/x/steps.m4a")
    track = Track(id="t", clips=(Clip(id="a", media="door", length=100, pitch=-3.5),))
    made = _parsed(Project(id="p", media=(media,), tracks=(track,), video=VideoRef(path="/none.mp4")), tmp_path)
    assert numbers(made, "PLAYRATE")[:3] == [1, 0, -3.5]
    assert made.findall(".//SOURCE")[0].attrib == ["VIDEO"]
    assert math.isclose(numbers(made.findall(".//ITEM")[0], "VOLPAN")[2], math.sqrt(0.5))
