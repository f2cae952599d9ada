"""The project in the whole window: its menu, its keys as in other programs, and sounds shown in the library."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from app import gui
from app.main_window import MainWindow
from app.tasks import InlineRunner
from app.viewmodels.timeline_placing import Wanted
from app.widgets.help import key_columns, show_keys
from app.widgets.keys_dialog import KeysDialog
from app.widgets.timeline.canvas import INVITATION
from app.widgets.timeline.desk import ProjectDesk
from app.widgets.timeline.edit_menu import KEYS_SETTING
from app.widgets.timeline.keymap import KEYS, PRESETS
from engine.recommend.hits import Hit
from engine.recommend.shots import Shot


@pytest.fixture
def window(dressed: QApplication, home: Path, settings: QSettings, qtbot: QtBot) -> MainWindow:
    sitting = gui.build(InlineRunner(), settings, proxies=home / "proxies")
    qtbot.addWidget(sitting.window)
    yield sitting.window  # type: ignore[misc]
    gui.leave(sitting)


@pytest.fixture
def desk(window: MainWindow, library_file: Path, film: Path, sound_folder: Path, tmp_path: Path) -> ProjectDesk:
    """A project with one sound of an open library."""
    assert window.desk is not None
    window.session.open_library(library_file)
    window.session.open_video(film)
    window.desk.projects.new(tmp_path / "scene.foleyscope")
    window.desk.placing.drop([Wanted(path=sound_folder / "water/drip.wav")], 0, None)
    return window.desk


def _edit_menu(window: MainWindow) -> QMenu:
    return next(menu for menu in window.findChildren(QMenu) if menu.objectName() == "edit")


def _entries(menu: QMenu) -> list[str]:
    found = []
    for action in menu.actions():
        below = action.menu()
        found += _entries(below) if isinstance(below, QMenu) else [action.text()]
    return found


def test_the_edit_menu_has_every_key_below_its_group(window: MainWindow) -> None:
    menu = _edit_menu(window)
    texts = [text.split("\t")[0] for text in _entries(menu)]
    assert {entry.text for entry in KEYS} - set(texts) <= {
        "Take the proposed hit",
        "Leave drag, proposal or selection",
    }
    assert set(PRESETS) <= set(texts) and len(menu.actions()) < 30


def test_keys_of_another_program_are_shown_and_kept(window: MainWindow, settings: QSettings) -> None:
    assert window.desk is not None
    window.desk.menu.use_keys("Premiere")
    assert "Split at the playhead\tCtrl+K" in _entries(_edit_menu(window))
    assert settings.value(KEYS_SETTING) == "Premiere" and window.desk.preset == "Premiere"


def test_a_preset_s_key_acts_on_the_timeline_and_the_window_s_gives_way(
    desk: ProjectDesk, window: MainWindow, qtbot: QtBot
) -> None:
    said: list[str] = []
    window.session.status.connect(lambda text, _: said.append(text))
    view, vm = desk.panel.view, desk.timeline
    vm.select_all()
    clip = vm.selected()[0]
    vm.playback.locate(clip.position + 4800)
    desk.menu.use_keys("Pro Tools")
    qtbot.keyClick(view, Qt.Key.Key_D)
    assert vm.selected()[0].fade_in == 4800 and "Choose a sound in a list first." not in said
    qtbot.keyClick(view, Qt.Key.Key_E)
    assert said[-1] == "Choose a sound in a list first."
    assert "Place the chosen sound at the playhead\tE" in _entries(_edit_menu(window))
    assert view.keys.told(INVITATION[0]).startswith("Drop sounds here, or press E to place")


def test_the_page_of_keys_has_those_of_the_preset(desk: ProjectDesk, window: MainWindow) -> None:
    desk.menu.use_keys("Pro Tools")
    rows = [row for column in key_columns(window) for _, keys in column for row in keys]
    assert ("E", "Place the chosen sound at the playhead") in rows and ("Shift+T", "Type a time code") in rows
    show_keys(window)
    (dialog,) = window.findChildren(KeysDialog)
    caps = [label.text() for label in dialog.pages.widget(1).findChildren(QLabel)]
    assert "Shift+B" in caps and "{point}" not in caps
    dialog.close()


def test_undo_says_what(desk: ProjectDesk) -> None:
    assert desk.menu.undo.text() == "Undo place sound" and not desk.menu.redo.isEnabled()
    desk.menu.undo.trigger()
    assert desk.menu.redo.text() == "Redo place sound" and not list(desk.timeline.shown.clips())  # type: ignore[union-attr]


def test_a_sound_is_shown_in_the_library(desk: ProjectDesk, window: MainWindow, qtbot: QtBot) -> None:
    library = window.docks["library"].panel
    library.viewmodel.set_text("train")  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: library.viewmodel.rows.rowCount() == 1)  # type: ignore[attr-defined]
    desk.timeline.shaping.reveal()
    qtbot.waitUntil(lambda: library.list.current_row() is not None)  # type: ignore[attr-defined]
    assert library.list.current_row().path.name == "drip.wav"  # type: ignore[attr-defined]


def test_a_sound_from_elsewhere_is_said_to_be_elsewhere(desk: ProjectDesk, window: MainWindow, qtbot: QtBot) -> None:
    said: list[str] = []
    window.session.status.connect(lambda text, _: said.append(text))
    desk.timeline.shaping.reveal_wanted.emit(Path("/elsewhere/nothing like it.wav"))
    qtbot.waitUntil(lambda: said == ["nothing like it.wav is not in the open library."])


def test_closing_a_project_says_so_and_gives_the_picture_the_keys(
    desk: ProjectDesk, window: MainWindow, qtbot: QtBot
) -> None:
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    desk.panel.view.setFocus()
    assert desk.panel.view.hasFocus()
    desk.close_project()
    assert desk.projects.project is None
    assert "Closed scene.foleyscope; its unsaved edits are kept" in window.status.sentence.full_text
    assert QApplication.focusWidget() is window.view, "keys go to no text field"
    window.status.button.click()
    assert desk.projects.project is not None and len(list(desk.projects.project.clips())) == 1


def test_an_edit_takes_the_last_sentence_away(desk: ProjectDesk, window: MainWindow) -> None:
    desk.projects.save()
    assert window.status.sentence.full_text == "Saved scene.foleyscope."
    desk.timeline.add_marker()
    assert window.status.sentence.full_text == "", "it stood over an edit that is not saved"


def test_a_new_project_is_offered_beside_its_film(desk: ProjectDesk, film: Path, settings: QSettings) -> None:
    settings.setValue("folders/project", "/elsewhere")
    assert desk.questions.folder_for(film) == film.parent
    assert desk.questions.folder_for(Path("/nowhere/at all/film.mov")) == Path("/elsewhere")


@pytest.mark.parametrize(("cut", "proposed"), [(1.9, True), (0.9, False)])
def test_hits_are_proposed_within_the_films_shots(
    desk: ProjectDesk,
    window: MainWindow,
    sound_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    cut: float,
    proposed: bool,
) -> None:
    seen = [Hit(time=0.8, strength=0.2)]
    monkeypatch.setattr("app.viewmodels.timeline_hits._look", lambda video, start, end: seen)
    edges = pairwise((0.0, cut, 2.0))
    window.shots.shots = [Shot(index=n, start=one, end=two, frames=(one,)) for n, (one, two) in enumerate(edges)]
    desk.placing.drop([Wanted(path=sound_folder / "water/drip.wav")], 48_000, None)
    desk.timeline.outlines._next()
    assert (desk.hits.proposal is not None) is proposed
