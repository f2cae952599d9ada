"""Several clips by one amount: what lies between them stays, and at a limit all stop together."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ProjectError
from engine.timeline import edits
from engine.timeline.changes import Change
from engine.timeline.document import Clip, Project
from tests.engine.timeline.conftest import small_project

ALL = ("a", "b", "c")


def _uneven() -> Project:
    project = small_project()
    for name, gain, pitch in (("a", -3.0, 0.5), ("b", 4.5, -2.0), ("c", -20.0, 1.0)):
        project = edits.set_clip_gain(project, name, gain).apply(project)
        project = edits.set_pitch(project, name, pitch).apply(project)
    return project


def _values(project: Project, read: Callable[[Clip], float]) -> list[float]:
    return [read(project.find_clip(name)[1]) for name in ALL]


@given(st.floats(-200, 200))
def test_levels_keep_what_lies_between_them(by: float) -> None:
    before = _uneven()
    after = edits.shift_gain(before, ALL, by, lowest=-60, highest=24).apply(before)
    old, new = _values(before, lambda clip: clip.gain_db), _values(after, lambda clip: clip.gain_db)
    went = min(max(by, -40.0), 19.5)
    assert [n - o for n, o in zip(new, old, strict=True)] == pytest.approx([went] * 3, abs=1e-5)


@given(st.floats(-100, 100))
def test_pitches_too(by: float) -> None:
    before = _uneven()
    after = edits.shift_pitch(before, ALL, by, lowest=-48, highest=48).apply(before)
    old, new = _values(before, lambda clip: clip.pitch), _values(after, lambda clip: clip.pitch)
    assert [n - o for n, o in zip(new, old, strict=True)] == pytest.approx([min(max(by, -46.0), 47.0)] * 3, abs=1e-5)


@given(st.fractions(-12, 12, max_denominator=100))
def test_each_speed_is_set_as_it_is_for_one(by: Fraction) -> None:
    before = small_project()
    after = edits.shift_speed(before, ALL, by, lowest=Fraction(1, 10), highest=Fraction(10)).apply(before)
    went = min(max(by, Fraction(-9, 10)), Fraction(17, 2))
    for name in ALL:
        speed = before.find_clip(name)[1].speed + went
        alone = edits.set_speed(before, name, speed).apply(before)
        assert after.find_clip(name)[1] == alone.find_clip(name)[1]


def test_what_lies_beyond_a_limit_is_led_back_and_no_further_away() -> None:
    before = edits.set_clip_gain(small_project(), "a", 30.0).apply(small_project())
    assert not edits.shift_gain(before, ["a"], 3.0, lowest=-60, highest=24)
    after = edits.shift_gain(before, ["a"], -3.0, lowest=-60, highest=24).apply(before)
    assert after.find_clip("a")[1].gain_db == 27.0


def test_other_clips_and_tracks_stay_the_same(project: Project) -> None:
    after = edits.shift_gain(project, ["c"], -2.0).apply(project)
    assert after.tracks[0] is project.tracks[0] and after.find_clip("c")[1].gain_db == -2.0


@pytest.mark.parametrize(
    "shift",
    [
        lambda project: edits.shift_gain(project, ["none"], 1.0),
        lambda project: edits.shift_pitch(project, ["none"], 1.0, lowest=-48, highest=48),
        lambda project: edits.shift_speed(project, ["none"], Fraction(1), lowest=Fraction(1), highest=Fraction(2)),
    ],
)
def test_a_clip_that_is_not_there_is_refused(project: Project, shift: Callable[[Project], Change]) -> None:
    with pytest.raises(ProjectError, match="no clip"):
        shift(project)
