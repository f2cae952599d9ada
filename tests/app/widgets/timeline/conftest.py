"""The timeline's panel on a real project with three sounds, in a window of its own."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels.mixer import MixerViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_placing import PlacingViewModel
from app.widgets.timeline.panel import TimelinePanel
from app.widgets.timeline.view import TimelineView


@pytest.fixture
def panel(placed: TimelineViewModel, qtbot: QtBot) -> TimelinePanel:
    mixer = MixerViewModel(placed.projects, placed.playback, placed)
    made = TimelinePanel(placed, PlacingViewModel(placed, placed), mixer)
    qtbot.addWidget(made)
    made.resize(1100, 220)
    made.show()
    qtbot.waitExposed(made)
    made.view.zoom_to_fit()
    return made


@pytest.fixture
def view(panel: TimelinePanel) -> TimelineView:
    return panel.view
