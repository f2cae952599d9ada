"""The window as a whole: keys, drops, menus, layout, and room at 1280x720."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app.gui import Sitting, build
from app.main_window import MainWindow
from app.tasks import InlineRunner
from app.viewmodels.rows import SoundRow
from app.widgets.keys_dialog import KeysDialog
from app.widgets.timeline.keymap import KEYS, PRESETS, WINDOW_KEYS, keys_of
from engine.library import IndexReport, Problem
from tests.app.conftest import frame_number


@dataclass
class Shown:
    """A window on screen with a film in it."""

    sitting: Sitting
    qtbot: QtBot

    @property
    def window(self) -> MainWindow:
        return self.sitting.window

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.window.focusWidget() or self.window, key, modifier)

    @property
    def number(self) -> int:
        frame = self.sitting.session.frame
        assert frame is not None
        return frame_number(frame.image)


@pytest.fixture
def shown(dressed: object, settings: QSettings, tmp_path: Path, film: Path, qtbot: QtBot) -> Iterator[Shown]:
    sitting = build(InlineRunner(), settings, proxies=tmp_path / "proxies")
    qtbot.addWidget(sitting.window)
    sitting.window.resize(1280, 720)
    sitting.window.show()
    qtbot.waitExposed(sitting.window)
    sitting.session.open_video(film)
    yield Shown(sitting, qtbot)
    sitting.window.transport.pause()
    sitting.session.close()


def test_film_keys_move_the_playhead(shown: Shown) -> None:
    shift = Qt.KeyboardModifier.ShiftModifier
    shown.press(Qt.Key.Key_Right)
    shown.press(Qt.Key.Key_Right)
    assert shown.number == 2
    shown.press(Qt.Key.Key_Left)
    assert shown.number == 1
    shown.press(Qt.Key.Key_Right, shift)
    assert shown.number == 26
    shown.press(Qt.Key.Key_End)
    assert shown.number == 49
    shown.press(Qt.Key.Key_Home)
    assert shown.number == 0


def test_space_plays_and_pauses(shown: Shown) -> None:
    shown.press(Qt.Key.Key_Space)
    assert shown.window.transport.playing
    shown.press(Qt.Key.Key_Space)
    assert not shown.window.transport.playing


def test_k_held_makes_l_and_j_single_steps(shown: Shown) -> None:
    shown.qtbot.keyPress(shown.window, Qt.Key.Key_K)
    shown.press(Qt.Key.Key_L)
    shown.press(Qt.Key.Key_L)
    assert shown.number == 2 and not shown.window.transport.playing
    shown.press(Qt.Key.Key_J)
    assert shown.number == 1
    shown.qtbot.keyRelease(shown.window, Qt.Key.Key_K)
    shown.press(Qt.Key.Key_L)
    assert shown.window.transport.playing


def test_h_toggles_the_heatmap_and_brackets_its_opacity(shown: Shown) -> None:
    picture = shown.window.picture
    shown.press(Qt.Key.Key_H)
    assert not picture.overlay_on
    shown.press(Qt.Key.Key_H, Qt.KeyboardModifier.ShiftModifier)
    assert picture.mode == "contours"
    before = picture.opacity
    shown.press(Qt.Key.Key_BracketRight)
    assert picture.opacity == pytest.approx(before + 0.1)


def test_typing_in_a_field_moves_nothing(shown: Shown) -> None:
    shown.press(Qt.Key.Key_T)
    field = shown.window.bar.timecode
    assert field.hasFocus()
    for key in (Qt.Key.Key_1, Qt.Key.Key_0, Qt.Key.Key_5):
        shown.press(key)
    assert shown.number == 0 and field.text() == "105"
    shown.press(Qt.Key.Key_Return)
    assert shown.number == 30 and field.text() == "00:00:01:05"
    assert shown.window.view.hasFocus(), "the picture has the keys again"


def test_question_mark_lists_every_key(shown: Shown) -> None:
    shown.qtbot.keyClicks(shown.window, "?")
    dialogs = shown.window.findChildren(KeysDialog)
    assert len(dialogs) == 1 and dialogs[0].isVisible() and not dialogs[0].isModal()
    keyed = [c.key for c in shown.window.commands if c.key]
    assert len(keyed) == len(set(keyed)), "no key does two things"


def test_the_list_of_keys_tells_what_k_held_does(shown: Shown) -> None:
    shown.qtbot.keyClicks(shown.window, "?")
    (dialog,) = shown.window.findChildren(KeysDialog)
    page = dialog.pages.widget(0)
    assert page is not None
    texts = [label.text() for label in page.findChildren(QLabel)]
    at = texts.index("K held + J or L")
    assert texts[at - 2 : at + 2] == ["J", "Backwards, again for faster", "K held + J or L", "One frame back or on"]
    assert dialog.sizeHint().height() <= 720


def _drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)


def test_a_dropped_picture_is_opened(shown: Shown, tmp_path: Path) -> None:
    import cv2

    still = tmp_path / "still.png"
    cv2.imwrite(str(still), np.full((20, 30, 3), 9, np.uint8))
    _drop(shown.window, still)
    assert shown.sitting.session.video == still


def test_dropped_sounds_are_placed_at_the_playhead_and_the_project_stays(
    shown: Shown, sound_folder: Path, tmp_path: Path
) -> None:
    desk, film = shown.window.desk, shown.sitting.session.video
    assert desk is not None
    desk.projects.new(tmp_path / "own.foleyscope")
    desk.playback.locate(48_000)
    _drop(shown.window, sound_folder / "water/drip.wav")
    project = desk.projects.project
    assert project is not None and [(clip.name, clip.position) for clip in project.clips()] == [("drip", 48_000)]
    assert shown.sitting.session.video == film


def test_a_dropped_link_is_not_taken(shown: Shown) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/film.mp4")])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, mime, left, none)
    enter.ignore()
    shown.window.dragEnterEvent(enter)
    assert not enter.isAccepted()


def test_a_dropped_text_file_is_refused_with_a_sentence(shown: Shown, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("not a picture")
    _drop(shown.window, notes)
    assert shown.sitting.session.film.state == "failed"
    assert "notes.txt" in shown.window.status.sentence.full_text


def test_no_chrome_needs_more_room_than_1280x720(shown: Shown) -> None:
    window = shown.window
    hint = window.minimumSizeHint()
    assert hint.width() <= 1280 and hint.height() <= 720
    assert window.width() == 1280 and window.height() == 720
    for area in window.findChildren(QAbstractScrollArea):
        assert not (area.isVisible() and area.horizontalScrollBar().isVisible()), area


def test_every_icon_button_names_itself_and_its_key(shown: Shown) -> None:
    for button in shown.window.bar.findChildren(QToolButton):
        assert button.accessibleName()
        assert "(" in button.toolTip(), button.accessibleName()


def test_docks_hide_float_and_come_back(shown: Shown) -> None:
    window = shown.window
    library, suggestions = window.docks["library"], window.docks["suggestions"]
    library.close()
    suggestions.setFloating(True)
    assert not library.isVisible()
    window.reset_layout()
    assert library.isVisible() and not suggestions.isFloating()
    assert window.dockWidgetArea(library) == Qt.DockWidgetArea.LeftDockWidgetArea


def test_layout_is_remembered(shown: Shown, settings: QSettings, tmp_path: Path) -> None:
    shown.window.docks["library"].close()
    shown.window.close()
    again = build(InlineRunner(), settings, proxies=tmp_path / "proxies")
    shown.qtbot.addWidget(again.window)
    again.window.show()
    assert not again.window.docks["library"].isVisible() and again.window.docks["suggestions"].isVisible()


def test_problems_of_an_indexing_are_listed_and_can_be_shown(shown: Shown) -> None:
    bad = Problem(Path("/sounds/broken.wav"), "broken.wav holds no sound.", "Copy it again from its source.")
    report = IndexReport(added=3, updated=0, unchanged=0, removed=0, problems=[bad], seconds=1.0, audio_seconds=9.0)
    shown.sitting.session.index_finished.emit(report)
    assert (
        "3 added" in shown.window.status.sentence.full_text and "1 left out" in shown.window.status.sentence.full_text
    )
    shown.qtbot.mouseClick(shown.window.status.button, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert shown.window.docks["problems"].isVisible()
    assert "broken.wav" in shown.window.problems.as_text()


@pytest.fixture
def equipped(shown: Shown, library_file: Path) -> Shown:
    """The window with a library, and its film cut in the middle."""
    from engine.recommend.shots import to_shots

    shown.sitting.session.open_library(library_file)
    shown.window.shots.shots = to_shots([n / 25 for n in range(50)], [25], 2.0)
    shown.window.shots.changed.emit()
    return shown


def test_page_keys_go_from_shot_to_shot(equipped: Shown) -> None:
    equipped.press(Qt.Key.Key_PageDown)
    assert equipped.number == 25
    equipped.press(Qt.Key.Key_PageDown)
    assert equipped.number == 49
    equipped.press(Qt.Key.Key_PageUp)
    assert equipped.number == 25
    equipped.window.strip.setFocus()
    equipped.press(Qt.Key.Key_PageUp)
    assert equipped.number == 0


def test_shots_are_gone_through_from_every_list(equipped: Shown) -> None:
    for name in ("library", "suggestions"):
        panel: Any = equipped.window.docks[name].panel
        panel.list.setFocus()
        equipped.press(Qt.Key.Key_Down)
        equipped.press(Qt.Key.Key_PageDown)
        assert equipped.number == 25 and panel.list.hasFocus()
        equipped.press(Qt.Key.Key_PageUp)
        assert equipped.number == 0


def _shown_key(entry: QAction) -> str:
    return entry.text().partition("\t")[2] or entry.shortcut().toString()


@pytest.mark.parametrize("preset", PRESETS)
def test_no_key_of_the_window_means_something_else_on_the_timeline(shown: Shown, preset: str) -> None:
    window = shown.window
    assert window.desk is not None
    keyless = [command.text for command in window.commands if not command.key]
    window.desk.menu.use_keys(preset)
    shortcuts = [window.desk.menu.undo, window.desk.menu.redo]
    shortcuts += [dock.toggleViewAction() for dock in window.docks.values()]
    here = [command.key for command in window.commands if command.key]
    here += [action.shortcut().toString() for action in shortcuts]
    timeline = {entry.id: keys_of(preset)[entry.id] for entry in KEYS}
    assert len(set(here)) == len(here)
    shared = {"Esc", "Y"}  # one step back, and the proposed hit, wherever the focus is
    assert set(timeline.values()) & set(here) == shared
    assert all(timeline.values()) and keyless == [command.text for command in window.commands if not command.key]
    in_menus = {name: _shown_key(entry) for name, entry in window._entries.items()}
    assert in_menus == {name: keys_of(preset)[name] for name in WINDOW_KEYS}


def test_tooltips_name_the_keys_of_the_preset(shown: Shown) -> None:
    window = shown.window
    assert window.desk is not None
    window.desk.menu.use_keys("Pro Tools")
    assert window.bar.timecode.toolTip().startswith("Time code  (Shift+T to type one")
    assert window.view.band is not None and "(Shift+B)" in window.view.band.toolTip()
    assert "place a sound with E." in window.desk.panel.page._text.text()
    assert "Split at the playhead  (B)" in [button.toolTip() for button in window.desk.panel._tips]
    window.desk.menu.use_keys("Premiere")
    assert window.bar._opacity.toolTip().endswith("(Ctrl+[ and Ctrl+])")


def test_f_on_a_row_shows_where_it_fits_and_escape_takes_it_away(equipped: Shown) -> None:
    fit = equipped.window.fit
    for name in ("library", "suggestions"):
        sounds: Any = equipped.window.docks[name].panel.list  # type: ignore[attr-defined]
        sounds.setFocus()
        sounds.setCurrentIndex(sounds.model().index(sounds.viewmodel.rows.neighbour(-1, 1), 0))
        equipped.press(Qt.Key.Key_F)
        assert fit.state == "full" and fit.row == sounds.current_row()
        equipped.window.view.setFocus()
        equipped.press(Qt.Key.Key_Escape)
        assert fit.state == "empty"


def test_ctrl_page_keys_go_from_peak_to_peak(equipped: Shown) -> None:
    sounds: Any = equipped.window.docks["library"].panel.list  # type: ignore[attr-defined]
    equipped.window.fit.show(sounds.viewmodel.rows.row_at(0))
    fit = equipped.window.fit.fit
    assert fit is not None
    equipped.press(Qt.Key.Key_End)
    equipped.press(Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert equipped.sitting.session.time == fit.peaks[-1].time


def test_escape_leaves_the_region_first(equipped: Shown) -> None:
    window = equipped.window
    suggestions: Any = window.docks["suggestions"].panel
    window.fit.show(next(row for row in suggestions.viewmodel.rows.rows if isinstance(row, SoundRow)))
    equipped.press(Qt.Key.Key_B)
    assert window.pointing.region is not None
    assert suggestions.heading.text() == "for the region"
    assert suggestions.whole.isVisible()
    equipped.press(Qt.Key.Key_Escape)
    assert window.pointing.region is None and window.fit.state == "full"
    assert not suggestions.whole.isVisible()
    equipped.press(Qt.Key.Key_Escape)
    assert window.fit.state == "empty"


def test_u_suggests_for_the_shot(equipped: Shown) -> None:
    panel: Any = equipped.window.docks["suggestions"].panel
    equipped.press(Qt.Key.Key_U)
    assert panel.heading.text() == "for shot 1, 00:00:00:00"
    assert panel.scopes.buttons["shot"].isChecked()
    panel.scopes.buttons["frame"].click()
    assert panel.viewmodel.scope == "frame"
    assert panel.heading.text() == "for 00:00:00:00"
