"""Placing from the suggestions: those of the picture at the playhead, also where their list is still on its way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import gui
from app.main_window import MainWindow
from app.tasks import InlineRunner
from app.viewmodels.localisation import place_of
from app.viewmodels.suggestions import SuggestionsViewModel
from engine.timeline.document import Clip


@pytest.fixture
def bare(library_file: Path, dressed: QApplication, settings: QSettings, qtbot: QtBot) -> Iterator[MainWindow]:
    """A window that finds the model of the library."""
    sitting = gui.build(InlineRunner(), settings, proxies=Path(settings.fileName()).parent / "proxies")
    qtbot.addWidget(sitting.window)
    yield sitting.window
    gui.leave(sitting)


@pytest.fixture
def window(bare: MainWindow, qtbot: QtBot, library_file: Path, film: Path, tmp_path: Path) -> MainWindow:
    """A film, a library and an empty project."""
    bare.session.open_library(library_file)
    bare.session.open_video(film)
    assert bare.desk is not None
    bare.desk.projects.new(tmp_path / "scene.foleyscope")
    suggestions = bare.docks["suggestions"].panel.viewmodel  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: suggestions.state == "full", timeout=5000)
    return bare


def proposals_of(window: MainWindow) -> SuggestionsViewModel:
    found = window.docks["suggestions"].panel.viewmodel  # type: ignore[attr-defined]
    assert isinstance(found, SuggestionsViewModel) and found.state == "full"
    return found


def clips_of(window: MainWindow) -> list[Clip]:
    assert window.desk is not None and window.desk.projects.project is not None
    return list(window.desk.projects.project.clips())


def test_a_sound_of_the_library_shows_where_it_comes_from_too(window: MainWindow, qtbot: QtBot) -> None:
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    browser = window.docks["library"].panel.list  # type: ignore[attr-defined]
    proposals = window.docks["suggestions"].panel.list  # type: ignore[attr-defined]
    proposals.setCurrentIndex(proposals.model().index(0, 0))
    browser.setFocus()
    browser.setCurrentIndex(browser.model().index(1, 0))
    row = browser.current_row()
    assert row is not None and window.picture._focus == place_of(row)
    proposals.setFocus()
    proposals.setCurrentIndex(proposals.model().index(2, 0))
    chosen = proposals.current_row()
    browser.viewmodel.select(row)  # as a list does that is filled anew
    assert chosen is not None and window.picture._focus == place_of(chosen)


def test_what_does_not_fit_is_placed_in_the_middle(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window.picture.localisation, "pan_for", lambda place: 0.5)
    row = window.desk.chosen._proposals()[0]  # type: ignore[union-attr]
    assert window.desk.chosen._pan(replace(row, fits=True)) == 0.5  # type: ignore[union-attr]
    assert window.desk.chosen._pan(replace(row, fits=False)) == 0.0  # type: ignore[union-attr]


def test_what_is_placed_was_proposed_for_the_frame_at_the_playhead(window: MainWindow) -> None:
    suggestions = proposals_of(window)
    window.session.seek(1.2)
    assert not suggestions.is_late and suggestions.shown_time == pytest.approx(1.2)
    window.desk.chosen.place()  # type: ignore[union-attr]
    (clip,) = clips_of(window)
    assert clip.origin is not None and clip.origin.frame_time == pytest.approx(1.2)


def test_placing_waits_for_a_list_that_is_on_its_way_and_happens_once(window: MainWindow) -> None:
    suggestions = proposals_of(window)
    suggestions._set_busy(True)
    assert suggestions.is_late
    window.desk.chosen.place()  # type: ignore[union-attr]
    assert clips_of(window) == []
    suggestions._set_busy(False)
    assert len(clips_of(window)) == 1
    suggestions.header_changed.emit()
    assert len(clips_of(window)) == 1


def test_who_moves_on_meant_something_else(window: MainWindow) -> None:
    suggestions = proposals_of(window)
    suggestions._set_busy(True)
    window.desk.chosen.place_alternates()  # type: ignore[union-attr]
    window.session.seek(1.6)
    suggestions._set_busy(False)
    assert clips_of(window) == []


def test_a_list_that_does_not_come_is_told(window: MainWindow, qtbot: QtBot) -> None:
    suggestions, said = proposals_of(window), list[str]()
    window.session.status.connect(lambda text, _: said.append(text))
    suggestions._set_busy(True)
    window.desk.chosen.place()  # type: ignore[union-attr]
    window.desk.chosen._patience.setInterval(1)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: "The suggestions for this frame" in "".join(said), timeout=2000)
    assert said[-1] == "The suggestions for this frame are not there yet; nothing was placed."
    suggestions._set_busy(False)
    assert clips_of(window) == []


def test_a_list_that_is_held_is_placed_from_as_it_stands(window: MainWindow) -> None:
    suggestions = proposals_of(window)
    before = suggestions.shown_time
    suggestions.set_pinned(True)
    window.session.seek(1.6)
    assert not suggestions.is_late
    window.desk.chosen.place()  # type: ignore[union-attr]
    (clip,) = clips_of(window)
    assert clip.origin is not None and clip.origin.frame_time == before, "what it was proposed for, not what is seen"
