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
import soundfile
import soxr
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.mixer import Mixer
from engine.export.reaper import balanced, quoted, rpp_text
from engine.export.scene import open_scene
from engine.timeline.document import Clip, Project, Track, VideoRef

RATE = 48000


def _parsed(project: Project, folder: Path) -> Any:
    return rpp.loads(rpp_text(open_scene(project, folder, "Reel 1")))


def _value(element: Any, name: str) -> list[str]:
    found = element.find(f".//{name}")
    assert found is not None, name
    return list(found[1:])


def _numbers(element: Any, name: str) -> list[float]:
    return [float(text) for text in _value(element, name)]


# --- a small renderer of what REAPER is told, sharing nothing with ours --------------------------------------------


def _curve(shape: float, x: np.ndarray) -> np.ndarray:
    return {0: x, 1: 1 - (1 - x) ** 2, 5: 0.5 - 0.5 * np.cos(np.pi * x)}[int(shape)]


def _sides(volume: float, pan: float) -> np.ndarray:
    """REAPER's 0 dB law: a balance."""
    return np.array([[volume * min(1, 1 - pan)], [volume * min(1, 1 + pan)]])


def _take(item: Any, count: int) -> np.ndarray:
    """``(2, count)`` of an item's source."""
    (rate, *_), offset = _numbers(item, "PLAYRATE"), _numbers(item, "SOFFS")[0]
    section = next((child for child in item.findall("SOURCE") if child.attrib[0] == "SECTION"), None)
    source = section.findall("SOURCE")[0] if section is not None else item.findall("SOURCE")[0]
    sound, own = soundfile.read(_value(source, "FILE")[0], always_2d=True)
    if section is not None:
        first = round(_numbers(section, "STARTPOS")[0] * own)
        sound = sound[first : first + round(_numbers(section, "LENGTH")[0] * own)]
        assert _value(section, "MODE") == ["2"]
        sound = sound[::-1]
    sound = sound[round(offset * own) :]
    played = soxr.resample(sound, own * rate, RATE, quality="VHQ").T[:, :count]
    return np.pad(np.repeat(played, 3 - len(played), axis=0)[:2], ((0, 0), (0, count - played.shape[1])))


def _item(item: Any, out: np.ndarray) -> None:
    if _value(item, "MUTE")[0] == "1":
        return
    start, count = (round(_numbers(item, name)[0] * RATE) for name in ("POSITION", "LENGTH"))
    trim, pan, volume, law = _numbers(item, "VOLPAN")
    assert (trim, law) == (1, 1)
    sound = _take(item, count) * _sides(volume, pan)
    place = np.arange(count) + 0.5
    for name, distance in (("FADEIN", place), ("FADEOUT", count - place)):
        shape, seconds, *_ = _numbers(item, name)
        if seconds:
            sound *= _curve(shape, np.minimum(1, distance / (seconds * RATE)))
    out[:, start : start + count] += sound


def _mix(project: Any, count: int) -> np.ndarray:
    total = np.zeros((2, count))
    for track in project.findall("TRACK"):
        if _value(track, "NAME") == ["Picture"] or _value(track, "MUTESOLO")[0] == "1":
            continue
        out = np.zeros((2, count))
        for item in track.findall("ITEM"):
            _item(item, out)
        volume, pan, *_ = _numbers(track, "VOLPAN")
        total += out * _sides(volume, pan)
    return total * _numbers(project, "MASTER_VOLUME")[0]


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
    theirs = _mix(_parsed(project, tmp_path), project.end)
    assert _difference_db(ours, theirs) < 0.1
    assert np.abs(ours - theirs).max() < 0.01  # resamplers differ at the edges of cut sounds


def test_equal_power_is_half_a_decibel_off_in_the_middle(project: Project, tmp_path: Path) -> None:
    x = np.linspace(0.001, 1, 500)
    off = 20 * np.log10(_curve(1, x) / np.sin(x * np.pi / 2))
    assert 0 <= off.min() < off.max() < 2.1  # the most where it is all but silent
    assert off[x > 0.5].max() < 0.52
    with Mixer(project) as mixer:
        ours = mixer.render(0, project.end)
    assert _difference_db(ours, _mix(_parsed(project, tmp_path), project.end)) < 1.5


def test_what_stands_in_the_file(with_picture: Project, tmp_path: Path) -> None:
    project = replace(with_picture, loop=(48000, 96000))
    made = _parsed(project, tmp_path)
    assert made.tag == "REAPER_PROJECT"
    assert _numbers(made, "SAMPLERATE")[0] == RATE
    assert _numbers(made, "PROJOFFS")[0] == 3599  # picture at one hour, a second into the timeline
    assert _numbers(made, "SELECTION") == [1, 2]
    assert _value(made, "MARKER")[:3] == ["1", "1", "Hit"]
    assert _value(made, "ITEMMIX") == ["1"]
    names = [_value(track, "NAME")[0] for track in made.findall("TRACK")]
    assert names == ["Picture", "Foley", "Atmos/phere"]
    picture, foley, atmosphere = made.findall("TRACK")
    assert _numbers(picture, "POSITION") == [1]
    source = picture.findall(".//SOURCE")[0]
    assert source.attrib == ["VIDEO"]
    assert Path(_value(source, "FILE")[0]).is_file()
    assert int(_value(atmosphere, "PEAKCOL")[0]) == 0x1FF6633
    first, second = foley.findall("ITEM")
    assert _numbers(first, "SNAPOFFS") == [0.02]
    assert _numbers(first, "FADEIN")[:2] == [1, 0.1]
    assert _numbers(first, "FADEOUT")[:2] == [1, 0.5]  # the crossfade
    assert _numbers(second, "FADEIN")[:2] == [1, 0.5]
    assert [_value(item, "MUTE")[0] for item in atmosphere.findall("ITEM")] == ["0", "1", "0"]


@pytest.mark.parametrize(
    ("rate", "drop", "line"),
    [("25", False, ["25", "0"]), ("24000/1001", False, ["24", "2"]), ("30000/1001", True, ["30", "1"])],
)
def test_frame_rates(project: Project, tmp_path: Path, rate: str, drop: bool, line: list[str]) -> None:
    made = _parsed(replace(project, frame_rate=Fraction(rate), drop_frame=drop), tmp_path)
    assert _value(made, "TIMEMODE")[3:5] == line


def test_a_picture_that_begins_before_the_timeline(with_picture: Project, tmp_path: Path) -> None:
    assert with_picture.video
    early = replace(with_picture, video=replace(with_picture.video, offset=-24000))
    item = _parsed(early, tmp_path).findall("TRACK")[0].findall("ITEM")[0]
    assert (_numbers(item, "POSITION"), _numbers(item, "SOFFS"), _numbers(item, "LENGTH")) == ([0], [0.5], [3.5])


@given(st.floats(0, 4), st.floats(0, 4))
def test_volume_and_balance_give_the_two_gains(left: float, right: float) -> None:
    volume, pan = balanced(left, right)
    assert -1 <= pan <= 1
    assert np.allclose(_sides(volume, pan)[:, 0], [left, right], atol=1e-8)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20))
def test_every_name_survives_the_quotes(text: str) -> None:
    wanted = " ".join(text.split())
    (_, back) = rpp.loads(f"<P\n  NAME {quoted(text)}\n>\n").find("NAME")
    assert back == wanted or {'"', "'", "`"} <= set(wanted)


def test_pitch_and_other_files(sounds: dict[str, Any], tmp_path: Path) -> None:
    media = replace(sounds["door"], path="/x/steps.m4a")
    track = Track(id="t", clips=(Clip(id="a", media="door", length=100, pitch=-3.5),))
    made = _parsed(Project(id="p", media=(media,), tracks=(track,), video=VideoRef(path="/none.mp4")), tmp_path)
    assert _numbers(made, "PLAYRATE")[:3] == [1, 0, -3.5]
    assert made.findall(".//SOURCE")[0].attrib == ["VIDEO"]
    assert math.isclose(_numbers(made.findall(".//ITEM")[0], "VOLPAN")[2], math.sqrt(0.5))
