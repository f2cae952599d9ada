"""The master strip shows the document and the meters, and moves them."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels.mixer import MixerViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.widgets.master.strip import MasterStrip
from engine.audio.meters import MixMeters


@pytest.fixture
def strip(placed: TimelineViewModel, qtbot: QtBot) -> MasterStrip:
    made = MasterStrip(MixerViewModel(placed.projects, placed.playback, placed))
    qtbot.addWidget(made)
    made.resize(136, 200)
    made.show()
    return made


def test_figures_are_those_of_the_meters(strip: MasterStrip) -> None:
    assert [label.text() for label in strip.figures.values()] == ["–"] * 4
    meters = MixMeters(48_000, 2)
    tone = (0.5 * np.sin(np.arange(4 * 48_000) * 2 * np.pi * 997 / 48_000)).astype(np.float32)
    meters.add(np.stack([tone, tone]), np.array([[0.5, 0.5], [0.0, 0.0]]))
    mixer = strip._mixer
    mixer.reading, mixer.heard = meters.reading(), True
    mixer.metered.emit()
    momentary = float(strip.figures["momentary"].text())
    assert momentary == pytest.approx(-6.0, abs=0.3), "a tone in both sides at -6 dBFS is -6 LUFS"
    assert float(strip.figures["true_peak"].text()) == pytest.approx(-6.0, abs=0.2)
    assert mixer.peaks(0)[0] > mixer.peaks(1)[0] == 0.0
    strip.grab()


def test_fader_and_limiter_follow_undo(strip: MasterStrip) -> None:
    mixer = strip._mixer
    mixer.set_master_gain(-12.0)
    low = strip.fader.value()
    assert strip.level.text() == "-12.0 dB"
    mixer.projects.undo()
    assert strip.fader.value() > low and strip.level.text() == "0.0 dB"
    strip.limiter.click()
    assert not mixer.projects.project.master.limiter  # type: ignore[union-attr]
    mixer.projects.undo()
    assert strip.limiter.isChecked()


def test_the_fader_moves_the_master(strip: MasterStrip) -> None:
    strip.fader.setValue(300)
    assert strip._mixer.projects.project.master.gain_db < -20  # type: ignore[union-attr]


def test_nothing_to_move_without_a_project(strip: MasterStrip) -> None:
    strip._mixer.projects.close()
    assert not strip.fader.isEnabled() and strip.level.text() == ""
