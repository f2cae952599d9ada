"""What a format will not carry is told for this very project, and nothing is told that does not apply."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.export.formats import FORMATS
from engine.export.losses import losses
from engine.export.scene import open_scene
from engine.timeline.document import Clip, Project, Track, VideoRef


def _told(project: Project, format_id: str) -> str:
    return "\n".join(losses(open_scene(project, Path(), ""), format_id))


def test_a_plain_project_loses_nothing(project: Project) -> None:
    track = Track(id="t", name="Foley", clips=(Clip(id="a", media="door", position=1920, length=19200),))
    plain = replace(project, tracks=(track,))
    assert {name: _told(plain, name) for name in FORMATS} == dict.fromkeys(FORMATS, "")


def test_edit_lists_tell_most(project: Project) -> None:
    told = _told(project, "edl")
    for words in ("1 clip with gain", "2 clips with pan", "whole frames, by up to", "spread over 2", "1 muted clip"):
        assert words in told
    assert "Reversed clips" in told
    assert "Track faders" in told
    assert "Atmos" not in told  # its only overlap is with a muted clip, which is left out


def test_tracks_that_edit_lists_leave_out_are_named(project: Project) -> None:
    muted = replace(project, tracks=(project.tracks[0], replace(project.tracks[1], mute=True)))
    told = _told(muted, "edl")
    assert "Track Atmos/phere: not heard (mute or solo), so left out." in told
    assert "muted clip" not in told and "Reversed" not in told  # both lie on the track left out
    assert "left out" not in _told(muted, "fcp7")
    soloed = replace(project, tracks=(replace(project.tracks[0], solo=True), project.tracks[1]))
    assert "Track Atmos/phere: not heard" in _told(soloed, "edl")
    assert all("Solo is not carried" in _told(soloed, name) for name in ("fcp7", "otio", "otioz"))


def test_limiter_and_pan_curves(with_pan_curve: Project) -> None:
    assert "1 clip with a pan curve: not carried." in _told(with_pan_curve, "rpp")
    assert "limiter" in _told(with_pan_curve, "rpp")
    assert "limiter" in _told(with_pan_curve, "stems")
    assert "limiter" not in _told(with_pan_curve, "wav")
    assert "metadata" in _told(with_pan_curve, "otio")
    assert "+12 dB" in _told(replace(with_pan_curve, tracks=(replace(with_pan_curve.tracks[0], gain_db=30),)), "fcp7")


@pytest.mark.parametrize("format_id", ["wav", "stems", "mp4", "csv", "pdf"])
def test_a_solo_left_on_is_told(project: Project, format_id: str) -> None:
    """It is the easiest way to deliver half a mix."""
    foley, atmosphere = project.tracks
    soloed = (replace(foley, solo=True), atmosphere)
    wanted = "Solo is on: track Atmos/phere is left out."
    assert wanted in _told(replace(project, tracks=soloed), format_id)
    assert "Solo" not in _told(project, format_id)
    assert "Solo" not in _told(replace(project, tracks=(soloed[0], replace(atmosphere, mute=True))), format_id)
    many = tuple(replace(atmosphere, id=f"t{n}", name=f"T{n}") for n in range(5))
    assert "tracks T0, T1, T2 and 2 more are left out." in _told(replace(project, tracks=(soloed[0], *many)), format_id)


def _sound(name: str, start: float, end: float, *, mute: bool = False) -> Clip:
    first, last = round(start * 48_000), round(end * 48_000)
    return Clip(id=name, media="door", name=name, position=first, length=last - first, mute=mute)


def _with_film(project: Project, *clips: Clip, begins: float = 0.0) -> Project:
    film = VideoRef(path="/film.mp4", offset=round(begins * 48_000), duration=30 * 48_000)
    return replace(project, video=film, tracks=(Track(id="t", name="Foley", clips=clips),))


def test_a_sound_that_outlasts_the_picture_is_told_of_a_movie(project: Project) -> None:
    late = _with_film(project, _sound("rain", 28, 33), _sound("steps", 10, 30.0005))
    assert _told(late, "mp4") == "The movie ends with the picture: rain ends 3.0 s after it."
    assert _told(late, "wav") == _told(late, "stems") == ""


def test_sounds_outside_a_movie_are_counted_and_the_farthest_named(project: Project) -> None:
    tails = [_sound(f"tail {n}", 29, 30.5 + n) for n in range(5)]
    told = _told(_with_film(project, *tails), "mp4")
    assert told == "The movie ends with the picture: tail 4, tail 3, tail 2 and 2 more end up to 4.5 s after it."
    early = _with_film(project, _sound("wind", 0.5, 4), _sound("rain", 20, 32.02), begins=2)
    assert _told(early, "mp4") == (
        "The movie begins with the picture: wind begins 1.5 s before it.\n"
        "The movie ends with the picture: rain ends 20 ms after it."
    )


def test_what_is_not_heard_is_not_missed_in_a_movie(project: Project) -> None:
    muted = _with_film(project, _sound("rain", 28, 33, mute=True))
    assert _told(muted, "mp4") == ""
    silent = replace(muted, tracks=(replace(muted.tracks[0], clips=(_sound("rain", 28, 33),), mute=True),))
    assert _told(silent, "mp4") == ""
