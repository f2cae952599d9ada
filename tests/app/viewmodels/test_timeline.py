"""Edits by hand and by key: each is one step of undo, and any of them can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cli.project import MOST_TRACKS as COMMANDS_MOST
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_placing import PlacingViewModel, Wanted
from engine.errors import EngineError
from engine.timeline import edits
from engine.timeline.document import Clip, Project
from engine.timeline.rules import MOST_TRACKS


def _project(timeline: TimelineViewModel) -> Project:
    project = timeline.projects.project
    assert project is not None
    return project


def _clips(timeline: TimelineViewModel) -> list[Clip]:
    return list(_project(timeline).clips())


def _clip(timeline: TimelineViewModel, name: str) -> Clip:
    return next(clip for clip in _clips(timeline) if clip.name == name)


def _steps(timeline: TimelineViewModel) -> int:
    history = timeline.projects.history
    assert history is not None
    return history.stack.index()


def test_a_move_is_shown_at_once_and_is_one_step(placed: TimelineViewModel) -> None:
    dog, steps = _clip(placed, "DOGBark_Terrier_01"), _steps(placed)
    before = _project(placed)
    placed.begin("move", dog.id)
    for by in (100, 4000, 9600):
        placed.drag(by, snap=False)
        assert placed.shown is not None and placed.shown.find_clip(dog.id)[1].position == by
        assert _project(placed) is before, "the document waits until the hand lets go"
    placed.finish()
    assert _clip(placed, dog.name).position == 9600 and _steps(placed) == steps + 1
    placed.projects.undo()
    assert _project(placed) == before


def test_giving_up_leaves_all_as_it_was(placed: TimelineViewModel) -> None:
    dog, steps, before = _clip(placed, "DOGBark_Terrier_01"), _steps(placed), _project(placed)
    placed.begin("move", dog.id)
    placed.drag(9600)
    placed.cancel()
    assert placed.shown is before and _steps(placed) == steps


def test_a_press_without_a_drag_changes_nothing(placed: TimelineViewModel) -> None:
    steps = _steps(placed)
    placed.begin("move", _clips(placed)[0].id)
    placed.finish()
    assert _steps(placed) == steps and placed.selection == {_clips(placed)[0].id}


def test_edges_snap_to_what_is_near_else_to_frames(placed: TimelineViewModel) -> None:
    dog = _clip(placed, "DOGBark_Terrier_01")
    creak = _clip(placed, "wood creak")
    placed.begin("move", dog.id)
    placed.drag(creak.position - dog.end + 300, reach=800)
    assert placed.shown is not None and placed.shown.find_clip(dog.id)[1].end == creak.position
    placed.drag(6000, reach=10)
    assert placed.shown.find_clip(dog.id)[1].position == 5760, "frame 3 at 25 frames a second"
    placed.toggle_snap()
    placed.drag(6000, reach=10)
    assert placed.shown.find_clip(dog.id)[1].position == 6000
    placed.cancel()


def test_hits_of_other_sounds_draw(placed: TimelineViewModel) -> None:
    creak, drip = _clip(placed, "wood creak"), _clip(placed, "drip")
    for media in _project(placed).media:
        placed.outlines.get(media)
    placed.outlines._next()
    hits = placed.outlines.get(_project(placed).find_media(drip.media)).onsets  # type: ignore[union-attr]
    assert hits[0] == 0, "a tone that begins at once begins with a hit"
    placed.begin("move", creak.id)
    placed.drag(drip.position - creak.position + 90, reach=400)
    assert placed.shown is not None and placed.shown.find_clip(creak.id)[1].position == drip.position


def test_trims_stop_where_the_sound_does(placed: TimelineViewModel) -> None:
    creak = _clip(placed, "wood creak")
    placed.begin("head", creak.id)
    placed.drag(-(10**7), snap=False)
    placed.finish()
    trimmed = _clip(placed, "wood creak")
    assert trimmed.source_in == 0 and trimmed.position == creak.position - 24_000
    placed.begin("tail", creak.id)
    placed.drag(10**7, snap=False)
    placed.finish()
    assert _clip(placed, "wood creak").length == 120_000
    placed.begin("tail", creak.id)
    placed.drag(-(10**7), snap=False)
    placed.finish()
    assert _clip(placed, "wood creak").length == 1


def test_slip_fades_and_level(placed: TimelineViewModel) -> None:
    creak = _clip(placed, "wood creak")
    for kind, by, decibels in (
        ("slip", 4800, 0.0),
        ("fade_in", 2400, 0.0),
        ("fade_out", -(10**6), 0.0),
        ("gain", 0, -6.04),
    ):
        placed.begin(kind, creak.id)  # type: ignore[arg-type]
        placed.drag(by, 0, decibels)
        placed.finish()
    after = _clip(placed, "wood creak")
    assert after.source_in == creak.source_in - 4800 and after.position == creak.position
    assert after.fade_in == 2400 and after.fade_out == creak.length - 2400, "fades meet, they never cross"
    assert after.gain_db == -6.0


def test_rows_change_by_hand_and_by_key(placed: TimelineViewModel) -> None:
    tracks = _project(placed).tracks
    drip = _clip(placed, "drip")
    placed.begin("move", drip.id)
    placed.drag(0, -1)
    placed.finish()
    assert _project(placed).find_clip(drip.id)[0].id == tracks[0].id
    placed.move_rows(1)
    assert _project(placed).find_clip(drip.id)[0].id == tracks[1].id


def test_split_at_the_playhead(placed: TimelineViewModel) -> None:
    placed.select([_clip(placed, "wood creak").id])
    placed.playback.locate(60_000)
    placed.split()
    parts = sorted(clip.position for clip in _clips(placed) if clip.name == "wood creak")
    assert parts == [48_000, 60_000]
    placed.projects.undo()
    assert len(_clips(placed)) == 3


def test_split_where_nothing_lies_says_so(placed: TimelineViewModel) -> None:
    said: list[str] = []
    placed.projects.session.status.connect(lambda text, _: said.append(text))
    placed.playback.locate(95_000)
    placed.split()
    assert "no sound to split" in said[-1]


def test_ripple_closes_the_gap(placed: TimelineViewModel) -> None:
    dog, creak = _clip(placed, "DOGBark_Terrier_01"), _clip(placed, "wood creak")
    placed.select([dog.id])
    placed.remove(ripple=True)
    assert _clip(placed, "wood creak").position == creak.position - dog.length
    assert not placed.selection


def test_copy_paste_duplicate_and_cut(placed: TimelineViewModel) -> None:
    dog = _clip(placed, "DOGBark_Terrier_01")
    placed.select([dog.id])
    placed.copy()
    placed.playback.locate(80_000)
    placed.paste()
    assert len(_clips(placed)) == 4 and len(placed.selection) == 1 and dog.id not in placed.selection
    placed.duplicate()
    assert len(_clips(placed)) == 5
    placed.select_all()
    placed.cut()
    assert not _clips(placed)
    placed.paste()
    assert len(_clips(placed)) == 5


def test_what_undo_brings_back_is_selected_and_can_be_copied(placed: TimelineViewModel) -> None:
    dog, creak = _clip(placed, "DOGBark_Terrier_01"), _clip(placed, "wood creak")
    placed.select([dog.id])
    placed.remove(ripple=True)
    assert placed.selection == frozenset()
    placed.projects.undo()
    assert placed.selection == {dog.id}
    placed.copy()
    placed.playback.locate(200_000)
    placed.paste()
    (pasted,) = placed.selected()
    assert (pasted.name, pasted.position) == (dog.name, 200_000)
    placed.select([creak.id])
    placed.projects.undo()
    assert placed.selection == {creak.id}, "what is still there stays selected"
    placed.projects.redo()
    assert placed.selection == {pasted.id}
    placed.nudge(1)
    placed.projects.undo()
    assert placed.selection == {pasted.id}


def test_a_track_that_comes_back_has_its_sounds_selected(placed: TimelineViewModel) -> None:
    sounds = {_clip(placed, name).id for name in ("DOGBark_Terrier_01", "wood creak")}
    placed.set_track(_project(placed).find_clip(_clip(placed, "wood creak").id)[0].id)
    placed.remove_track()
    placed.projects.undo()
    assert placed.selection == sounds


def test_nudges_in_a_row_are_one_step(placed: TimelineViewModel) -> None:
    steps = _steps(placed)
    placed.select([_clip(placed, "wood creak").id])
    for _ in range(3):
        placed.nudge(1)
    assert _clip(placed, "wood creak").position == 48_000 + 3 * 1920 and _steps(placed) == steps + 1
    placed.projects.undo()
    assert _clip(placed, "wood creak").position == 48_000


def test_keys_reach_what_the_pointer_reaches(placed: TimelineViewModel) -> None:
    creak = _clip(placed, "wood creak")
    placed.select([creak.id])
    placed.playback.locate(58_000)
    placed.set_sync()
    assert _clip(placed, "wood creak").sync == 10_000
    placed.set_sync()
    assert _clip(placed, "wood creak").sync is None
    placed.fade_to_playhead("in")
    placed.fade_to_playhead("out")
    after = _clip(placed, "wood creak")
    assert after.fade_in + after.fade_out <= after.length and after.fade_out == creak.end - 58_000
    placed.reverse()
    placed.mute()
    placed.louder(-3.0)
    placed.slip(-1)
    after = _clip(placed, "wood creak")
    assert after.reverse and after.mute and after.gain_db == -3.0
    placed.trim_to_playhead("tail")
    assert _clip(placed, "wood creak").end == 58_000


def test_markers_come_and_go(placed: TimelineViewModel) -> None:
    placed.playback.locate(19_200)
    placed.add_marker()
    assert [marker.position for marker in _project(placed).markers] == [19_200]
    placed.add_marker()
    assert not _project(placed).markers


def test_hits_and_edges_are_gone_to(placed: TimelineViewModel) -> None:
    placed.select([_clip(placed, "wood creak").id])
    placed.playback.locate(0)
    placed.to_transient(1)
    assert placed.playback.position == 48_000
    placed.to_transient(1)
    assert placed.playback.position > 48_000
    placed.to_transient(-1)
    assert placed.playback.position == 48_000


def test_tracks_are_added_below_the_current_one(placed: TimelineViewModel) -> None:
    first = _project(placed).tracks[0].id
    placed.set_track(first)
    placed.add_track()
    assert [track.id for track in _project(placed).tracks].index(placed.track or "") == 1
    placed.remove_track()
    assert len(_project(placed).tracks) == 2 and placed.track in {track.id for track in _project(placed).tracks}


def test_a_full_project_gets_no_more_tracks_and_says_what_to_do(placed: TimelineViewModel, sound_folder: Path) -> None:
    said: list[str] = []
    told: list[EngineError] = []
    placed.projects.session.status.connect(lambda text, _: said.append(text))
    placed.projects.session.problem.connect(told.append)
    missing = MOST_TRACKS - len(_project(placed).tracks)
    placed.projects.do(lambda project: edits.compound(project, "Fill", [edits.add_track] * missing))
    before, steps = _project(placed), _steps(placed)
    placed.add_track()
    sentence = "A project has 200 tracks at most. Use a track that is there, or remove one."
    assert said[-1] == sentence and not told
    PlacingViewModel(placed, placed).drop([Wanted(path=sound_folder / "water/drip.wav")], 0, None)
    assert str(told[-1]) == sentence
    assert _project(placed) is before and _steps(placed) == steps
    placed.remove_track()
    placed.add_track()
    assert len(_project(placed).tracks) == MOST_TRACKS == COMMANDS_MOST


def test_an_edit_from_elsewhere_ends_the_drag(placed: TimelineViewModel) -> None:
    placed.begin("move", _clips(placed)[0].id)
    placed.drag(5000)
    placed.projects.undo()
    assert placed.gesture is None and placed.shown is _project(placed)


ACTIONS: tuple[Callable[[TimelineViewModel], object], ...] = (
    lambda t: t.nudge(3),
    lambda t: t.split(),
    lambda t: t.remove(),
    lambda t: t.remove(ripple=True),
    lambda t: t.duplicate(),
    lambda t: (t.copy(), t.paste()),
    lambda t: t.reverse(),
    lambda t: t.louder(2.0),
    lambda t: t.slip(2),
    lambda t: t.move_rows(1),
    lambda t: t.fade_to_playhead("in"),
    lambda t: t.trim_to_playhead("tail"),
    lambda t: t.set_sync(),
    lambda t: t.mute(),
    lambda t: t.add_track(),
    lambda t: t.add_marker(),
    lambda t: t.select_all(),
    lambda t: t.playback.locate(55_000),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(ACTIONS), max_size=8))
def test_any_edits_undone_are_the_identity(placed: TimelineViewModel, actions: list[Callable[..., object]]) -> None:
    before, steps = _project(placed), _steps(placed)
    placed.select_all()
    for action in actions:
        action(placed)
    while _steps(placed) > steps:
        placed.projects.undo()
    assert _project(placed) == before


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_breaks_without_a_project(timeline: TimelineViewModel, action: Callable[..., object]) -> None:
    timeline.projects.close()
    action(timeline)
    assert timeline.shown is None


def test_what_keys_make_of_sounds_is_said(placed: TimelineViewModel) -> None:
    said: list[str] = []
    placed.projects.session.status.connect(lambda text, _: said.append(text))
    placed.select([_clip(placed, "drip").id])
    placed.louder(-3.0)
    placed.shaping.nudge_speed(0.05)
    placed.shaping.nudge_pitch(-2.0)
    placed.mute()
    assert said == ["Gain -3.0 dB", "Speed 1.05×", "Pitch -2 st", "Muted."]
    placed.select([_clip(placed, "drip").id, _clip(placed, "wood creak").id])
    placed.louder(1.0)
    assert said[-1] in ("Gain -2.0 to +1.0 dB", "Gain +1.0 to -2.0 dB")
