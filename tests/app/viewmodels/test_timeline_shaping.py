"""Numbers of the selection, and what else was proposed; each is one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_placing import PlacingViewModel, Wanted
from app.viewmodels.timeline_shaping import ShapingViewModel
from engine.timeline.document import Alternate, Clip, Origin


def _steps(timeline: TimelineViewModel) -> int:
    assert timeline.projects.history is not None
    return timeline.projects.history.stack.index()


@pytest.mark.parametrize(
    ("act", "read", "values"),
    [
        (ShapingViewModel.set_gain, lambda clip: clip.gain_db, (99.0, 24.0)),
        (ShapingViewModel.set_pan, lambda clip: clip.pan, (-0.333, -0.33)),
        (ShapingViewModel.set_speed, lambda clip: clip.speed, (0.5, Fraction(1, 2))),
        (ShapingViewModel.set_speed, lambda clip: clip.speed, (0.0, Fraction(1, 10))),
        (ShapingViewModel.set_pitch, lambda clip: clip.pitch, (-99.0, -48.0)),
    ],
)
def test_all_that_is_selected_gets_the_number(
    placed: TimelineViewModel,
    act: Callable[[ShapingViewModel, float], None],
    read: Callable[[Clip], object],
    values: tuple[float, object],
) -> None:
    placed.select_all()
    steps, before = _steps(placed), placed.selected()
    act(placed.shaping, values[0])
    assert [read(clip) for clip in placed.selected()] == [values[1]] * 3 and _steps(placed) == steps + 1
    placed.projects.undo()
    assert placed.selected() == before


def test_what_follows_a_new_series_is_a_step_of_its_own(placed: TimelineViewModel) -> None:
    placed.select_all()
    steps = _steps(placed)
    for gain in (-1.0, -2.0):
        placed.shaping.set_gain(gain)
    assert _steps(placed) == steps + 1
    placed.shaping.begin_series()
    placed.shaping.set_gain(-3.0)
    assert _steps(placed) == steps + 2


def test_nudges_go_by_steps(placed: TimelineViewModel) -> None:
    placed.shaping.nudge_pitch(1.0)
    placed.shaping.nudge_speed(0.05)
    placed.select_all()
    placed.shaping.nudge_pitch(-1.0)
    placed.shaping.nudge_speed(0.05)
    assert {clip.pitch for clip in placed.selected()} == {-1.0}
    assert {clip.speed for clip in placed.selected()} == {Fraction(21, 20)}


def test_nudges_change_all_by_the_same_amount_in_one_step(placed: TimelineViewModel) -> None:
    said: list[str] = []
    placed.projects.session.status.connect(lambda text, _: said.append(text))
    dog, creak, drip = (clip.id for clip in placed.projects.project.clips())  # type: ignore[union-attr]
    placed.select([dog])
    placed.shaping.set_gain(-6.0)
    placed.shaping.set_pitch(2.0)
    placed.shaping.set_speed(0.8)
    placed.select([dog, creak, drip])
    before, steps = placed.selected(), _steps(placed)
    placed.louder(1.0)
    placed.shaping.nudge_pitch(-1.0)
    placed.shaping.nudge_speed(0.05)
    assert [clip.gain_db for clip in placed.selected()] == [-5.0, 1.0, 1.0]
    assert [clip.pitch for clip in placed.selected()] == [1.0, -1.0, -1.0]
    assert [clip.speed for clip in placed.selected()] == [Fraction(17, 20), Fraction(21, 20), Fraction(21, 20)]
    assert said == ["Gain -5.0 to +1.0 dB", "Pitch -1 to +1 st", "Speed 0.85× to 1.05×"] and _steps(placed) == steps + 3
    for _ in range(3):
        placed.projects.undo()
    assert placed.selected() == before


def test_the_louder_one_at_its_end_keeps_the_others_below_it(placed: TimelineViewModel) -> None:
    dog, *others = (clip.id for clip in placed.projects.project.clips())  # type: ignore[union-attr]
    placed.select([dog])
    placed.shaping.set_gain(22.0)
    placed.select([dog, *others])
    for _ in range(5):
        placed.louder(1.0)
    assert [clip.gain_db for clip in placed.selected()] == [24.0, 2.0, 2.0]


def test_fades_are_set_shaped_and_removed(placed: TimelineViewModel) -> None:
    placed.select_all()
    placed.shaping.set_fade("in", 0.1)
    placed.shaping.set_fade("out", 100.0)
    placed.shaping.set_fade_shape("linear")
    assert all(clip.fade_out == clip.length and clip.fade_in_shape == "linear" for clip in placed.selected())
    placed.shaping.remove_fades()
    assert not any(clip.fade_in or clip.fade_out for clip in placed.selected())


@pytest.fixture
def proposed(placed: TimelineViewModel, sound_folder: Path) -> TimelineViewModel:
    """One more clip, proposed beside another sound and one that is gone since."""
    others = ("water/drip.wav", "gone.wav")
    alternates = tuple(
        Alternate(path=str(sound_folder / name), start=Fraction(0), end=Fraction(1), score=0.5 - n / 10)
        for n, name in enumerate(others)
    )
    origin = Origin(frame_time=Fraction(3, 2), score=0.9, alternates=alternates)
    wanted = Wanted(path=sound_folder / "train passing.wav", origin=origin)
    PlacingViewModel(placed, placed).drop([wanted], 100_000, None)
    return placed


def test_alternates_go_round_and_what_is_gone_is_told(proposed: TimelineViewModel) -> None:
    problems: list[object] = []
    proposed.projects.session.problem.connect(problems.append)
    proposed.shaping.step_alternate(1)
    assert proposed.selected()[0].name == "drip"
    proposed.shaping.step_alternate(1)
    assert proposed.selected()[0].name == "drip" and problems, "the file is not there: said, and nothing is changed"
    proposed.shaping.step_alternate(-1)
    assert proposed.selected()[0].name == "train passing"


def test_without_alternates_it_says_so(placed: TimelineViewModel) -> None:
    said: list[str] = []
    placed.projects.session.status.connect(lambda text, _: said.append(text))
    placed.select_all()
    placed.shaping.step_alternate(1)
    assert said == ["Nothing else was proposed for this sound."]


def test_the_playhead_goes_to_where_it_was_proposed(proposed: TimelineViewModel) -> None:
    proposed.shaping.go_to_origin()
    assert proposed.playback.position == 72_000
