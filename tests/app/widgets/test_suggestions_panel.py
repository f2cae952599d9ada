"""The proposals' panel: its four states, header, pin and filter."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app import theme
from app.viewmodels.audition import AuditionViewModel
from app.viewmodels.page import OPEN_VIDEO
from app.viewmodels.session import SessionViewModel
from app.widgets.row_layout import lay_out
from app.widgets.suggestions_panel import SuggestionsPanel
from engine.errors import LibraryError


def buttons(panel: SuggestionsPanel) -> list[str]:
    return [button.text() for button in panel.page.findChildren(QPushButton) if button.isVisible()]


def test_empty_offers_the_next_step(suggestions_panel: SuggestionsPanel, qtbot: QtBot) -> None:
    assert suggestions_panel.stack.currentWidget() is suggestions_panel.page
    assert buttons(suggestions_panel) == [OPEN_VIDEO]
    with qtbot.waitSignal(suggestions_panel.viewmodel.action_requested, timeout=1000):
        suggestions_panel.page.findChildren(QPushButton)[0].click()


def test_full_shows_the_list_for_its_frame(full_panel: SuggestionsPanel) -> None:
    assert full_panel.stack.currentWidget() is full_panel.list
    assert full_panel.heading.text() == "for 00:00:00:00"
    assert full_panel.list.fit_line == full_panel.viewmodel.fit_line
    assert not full_panel.newer.isVisible()


def test_rows_are_really_painted(full_panel: SuggestionsPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: full_panel.list.opacity == 1.0, timeout=2000)
    row = full_panel.viewmodel.rows.row_at(1)
    assert row is not None
    qtbot.waitUntil(lambda: full_panel.viewmodel.peaks.get(row.file_id) is not None, timeout=2000)
    image = full_panel.list.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    assert len(np.unique(pixels[:, : image.width() * 4].reshape(-1, 4), axis=0)) > 60  # text, hues, waveforms


def test_working_is_said_while_the_model_wakes(suggestions_panel: SuggestionsPanel, film: object) -> None:
    session = suggestions_panel.viewmodel.session
    session.open_video(film)  # type: ignore[arg-type]
    session.collection._set_loading(True)
    assert suggestions_panel.page.isVisible()
    assert "model" in suggestions_panel.page._title.text()


def test_failed_says_what_why_and_copies_the_details(full_panel: SuggestionsPanel, monkeypatch: object) -> None:
    error = LibraryError("The disk went away.", "Connect it again.", detail="errno 5")
    full_panel.viewmodel._failed(error)
    assert full_panel.stack.currentWidget() is full_panel.page
    assert buttons(full_panel) == ["Retry", "Copy details"]
    copy = next(b for b in full_panel.page.findChildren(QPushButton) if b.text() == "Copy details")
    copy.click()
    assert "errno 5" in QGuiApplication.clipboard().text()
    retry = next(b for b in full_panel.page.findChildren(QPushButton) if b.text() == "Retry")
    retry.click()
    assert full_panel.stack.currentWidget() is full_panel.list


def test_pin_by_key_and_button_and_newer_by_click(full_panel: SuggestionsPanel, inline: SessionViewModel) -> None:
    full_panel.list.setFocus()
    QTest.keyClick(full_panel.list, Qt.Key.Key_P)
    assert full_panel.pin.isChecked()
    inline.seek(1.0)
    assert full_panel.heading.text() == "for 00:00:00:00"
    assert full_panel.newer.text() == "show 00:00:01:00"
    full_panel.newer.click()
    assert full_panel.heading.text() == "for 00:00:01:00"
    full_panel.pin.click()
    assert not full_panel.viewmodel.pinned


def test_slash_goes_to_the_filter_and_down_comes_back(full_panel: SuggestionsPanel, qtbot: QtBot) -> None:
    full_panel.activateWindow()
    full_panel.list.setFocus()
    QTest.keyClick(full_panel.list, Qt.Key.Key_Slash)
    assert full_panel.focusWidget() is full_panel.filter
    with qtbot.waitSignal(full_panel.viewmodel.ranked, timeout=2000):
        QTest.keyClicks(full_panel.filter, "water")
    QTest.keyClick(full_panel.filter, Qt.Key.Key_Down)
    assert full_panel.focusWidget() is full_panel.list


def test_the_bar_shows_and_switches_the_options(full_panel: SuggestionsPanel, audition: AuditionViewModel) -> None:
    toggle = full_panel.bar._toggles["loop"]
    toggle.click()
    assert audition.loop
    audition.set_loop(False)
    assert not toggle.isChecked()
    assert not full_panel.bar._stop.isEnabled()
    full_panel.list.play_row(1)
    assert full_panel.bar._stop.isEnabled()


def test_hues_keep_one_lightness_and_read_on_the_panel(dressed: object) -> None:
    from app.widgets.result_delegate import hue

    shades = [hue(name) for name in ("ANIMALS", "WATER", "DOORS", "VEHICLES", "GUNS", "WIND")]
    light = [theme.luminance(shade) for shade in shades]
    assert max(light) - min(light) < 0.02
    assert all(theme.contrast(shade.name(), theme.RAISED) >= 4.5 for shade in shades)
    assert hue("ANIMALS") == hue("ANIMALS")


def test_a_proposal_says_under_which_licence_it_may_be_used(
    suggestions_panel: SuggestionsPanel, film: Path, library_file: Path, tmp_path: Path
) -> None:
    import shutil
    import sqlite3

    own = Path(shutil.copy(library_file, tmp_path / "own.foleylib"))
    for part in library_file.parent.glob(f"{library_file.name}?*"):
        shutil.copy(part, tmp_path / part.name.replace(library_file.name, own.name))
    with closing(sqlite3.connect(own)) as database, database:
        database.execute("UPDATE files SET licence = 'CC BY 4.0', credit = 'Jane'")
    session = suggestions_panel.viewmodel.session
    session.open_library(own)
    session.open_video(film)
    row = suggestions_panel.viewmodel.rows.row_at(1)
    assert row is not None and row.rank is not None
    told = suggestions_panel.list.tip_at(lay_out(suggestions_panel.list.row_rect(1), row).name.center())
    assert told.splitlines()[1:] == ["Licence: CC BY 4.0", "Credit: Jane"]


def test_controls_say_that_the_picture_is_missing(full_panel: SuggestionsPanel) -> None:
    controls = (full_panel.pin, full_panel.filter, *full_panel.scopes.buttons.values())
    tips = [control.toolTip() for control in controls]
    full_panel.viewmodel.session.film.lack("reel 3.mov", 3.0)
    assert not any(control.isEnabled() for control in controls)
    assert {control.toolTip() for control in controls} == {
        "The picture reel 3.mov is missing: suggestions follow once it is found"
    }
    full_panel.viewmodel.session.film.close()
    assert [control.toolTip() for control in controls] == tips and all(control.isEnabled() for control in controls)
