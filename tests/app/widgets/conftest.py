"""Panels on a real library, with a film, all work done at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels.audition import AuditionViewModel
from app.viewmodels.library import LibraryViewModel
from app.viewmodels.session import SessionViewModel
from app.viewmodels.suggestions import SuggestionsViewModel
from app.widgets.library_panel import LibraryPanel
from app.widgets.suggestions_panel import SuggestionsPanel


@pytest.fixture
def suggestions_panel(inline: SessionViewModel, audition: AuditionViewModel, qtbot: QtBot) -> SuggestionsPanel:
    """The panel before anything is open."""
    panel = SuggestionsPanel(SuggestionsViewModel(inline, audition, inline))
    qtbot.addWidget(panel)
    panel.resize(340, 460)
    panel.show()
    return panel


@pytest.fixture
def full_panel(
    suggestions_panel: SuggestionsPanel, inline: SessionViewModel, library_file: Path, film: Path
) -> SuggestionsPanel:
    """The panel with proposals for the film's first frame."""
    inline.open_library(library_file)
    inline.open_video(film)
    return suggestions_panel


@pytest.fixture
def library_panel(inline: SessionViewModel, audition: AuditionViewModel, qtbot: QtBot) -> LibraryPanel:
    """The browser before a library is open."""
    panel = LibraryPanel(LibraryViewModel(inline, audition, inline))
    qtbot.addWidget(panel)
    panel.resize(300, 460)
    panel.show()
    return panel
