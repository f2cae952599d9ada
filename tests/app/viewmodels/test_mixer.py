"""Faders, pans, mute, solo and the master: what they show, and that a drag is one step of undo."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.viewmodels.mixer import (
    HIGHEST_DB,
    LOWEST_DB,
    SILENT_DB,
    MixerViewModel,
    fader_level,
    fader_place,
    level_text,
    meter_place,
    pan_text,
)
from app.viewmodels.timeline import TimelineViewModel
from engine.timeline.document import Track


@pytest.fixture
def mixer(placed: TimelineViewModel) -> MixerViewModel:
    return MixerViewModel(placed.projects, placed.playback, placed)


def _track(mixer: MixerViewModel, row: int = 0) -> Track:
    project = mixer.projects.project
    assert project is not None
    return project.tracks[row]


@given(st.floats(LOWEST_DB + 0.1, HIGHEST_DB))
def test_faders_and_levels_are_inverse(decibels: float) -> None:
    assert fader_level(fader_place(decibels)) == pytest.approx(decibels, abs=0.051)


def test_the_ends_of_a_fader() -> None:
    assert fader_level(0.0) == SILENT_DB and fader_place(SILENT_DB) == 0.0
    assert fader_level(1.0) == HIGHEST_DB and fader_place(0.0) == pytest.approx(0.7, abs=0.01)


def test_words() -> None:
    assert [level_text(v) for v in (0.0, -6.0, 3.0, SILENT_DB)] == ["0.0", "-6.0", "+3.0", "-∞"]
    assert [pan_text(v) for v in (0.0, -0.3, 1.0)] == ["C", "L30", "R100"]
    assert [meter_place(v) for v in (0.0, 1.0, 2.0)] == [0.0, 1.0, 1.0]
    assert meter_place(0.1) == pytest.approx(2 / 3)


def test_a_drag_is_one_step(mixer: MixerViewModel) -> None:
    track, history = _track(mixer), mixer.projects.history
    assert history is not None
    steps = history.stack.index()
    for values in ((-1.0, -2.0, -3.5), (-6.0, -9.0)):
        mixer.begin_drag()
        for value in values:
            mixer.set_gain(track.id, value)
        mixer.end_drag()
    assert _track(mixer).gain_db == -9.0 and history.stack.index() == steps + 2
    mixer.projects.undo()
    assert _track(mixer).gain_db == -3.5
    mixer.projects.undo()
    assert _track(mixer).gain_db == 0.0


def test_pan_mute_solo_name_and_place(mixer: MixerViewModel) -> None:
    first, second = _track(mixer), _track(mixer, 1)
    mixer.set_pan(first.id, -3.0)
    mixer.nudge_pan(first.id, 0.25)
    mixer.nudge_gain(first.id, 100.0)
    mixer.toggle_mute(first.id)
    mixer.toggle_solo(first.id)
    mixer.rename(first.id, " Dogs ")
    mixer.rename(second.id, "  ")
    mixer.move_track(second.id, -1)
    after = _track(mixer, 1)
    assert (after.id, after.pan, after.gain_db, after.mute, after.solo, after.name) == (
        first.id,
        -0.75,
        HIGHEST_DB,
        True,
        True,
        "Dogs",
    )
    assert _track(mixer).name == second.name


def test_the_master(mixer: MixerViewModel) -> None:
    mixer.set_master_gain(-3.0)
    mixer.toggle_limiter()
    master = mixer.projects.project.master  # type: ignore[union-attr]
    assert master.gain_db == -3.0 and not master.limiter
    mixer.set_master_gain(-70.0)
    assert mixer.projects.project.master.gain_db == SILENT_DB  # type: ignore[union-attr]


def test_what_keys_make_of_a_track_is_said(mixer: MixerViewModel) -> None:
    said: list[str] = []
    mixer.projects.session.status.connect(lambda text, _: said.append(text))
    track = _track(mixer)
    mixer.nudge_gain(track.id, -1.5)
    mixer.nudge_pan(track.id, -0.3)
    assert said == [f"{track.name}: -1.5 dB", f"{track.name}: pan L30"]
