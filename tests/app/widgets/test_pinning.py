"""Pins and words in the list of proposals: by key, by click, and on the picture."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.viewmodels import localisation
from app.viewmodels.localisation import LocalisationViewModel, place_of
from app.viewmodels.rows import Divider, SoundRow, describe
from app.widgets.pinned_contours import colour_of
from app.widgets.row_layout import lay_out
from app.widgets.suggestions_panel import SuggestionsPanel
from tests.app.small_localiser import earlier_windows_are_gone, small_localiser  # noqa: F401 - runs by itself


@pytest.fixture
def placed(
    full_panel: SuggestionsPanel, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> LocalisationViewModel:
    """The panel's rows are localised at the film's first frame; all fit, which an untrained model would not say."""
    made = small_localiser(tmp_path_factory.mktemp("models") / "localiser")
    monkeypatch.setattr(localisation, "load_localiser", lambda: made)
    monkeypatch.setattr("engine.recommend.FITS", 0.0)
    viewmodel = full_panel.viewmodel
    viewmodel._ask_urgently()
    maps = LocalisationViewModel(viewmodel.session, viewmodel.session)
    viewmodel.use_localisation(maps)
    viewmodel._show(viewmodel._shown)
    maps.settle()
    return maps


def first(panel: SuggestionsPanel) -> tuple[int, SoundRow]:
    number = panel.viewmodel.rows.neighbour(-1, 1)
    assert number is not None
    row = panel.viewmodel.rows.row_at(number)
    assert row is not None
    return number, row


def test_rows_say_whether_their_source_is_seen(full_panel: SuggestionsPanel, placed: LocalisationViewModel) -> None:
    rows = [row for row in full_panel.viewmodel.rows.rows if isinstance(row, SoundRow)]
    assert rows and all(row.fits and row.onscreen == "on screen" for row in rows)
    full_panel.viewmodel.session.seek(1.0)
    rows = [row for row in full_panel.viewmodel.rows.rows if isinstance(row, SoundRow)]
    assert all(row.fits and row.onscreen == "" for row in rows), "nothing is known of the new moment yet"


def test_what_does_not_fit_claims_no_place(full_panel: SuggestionsPanel, placed: LocalisationViewModel) -> None:
    viewmodel, rows = full_panel.viewmodel, full_panel.viewmodel.rows
    answer = viewmodel._shown
    assert answer is not None
    known = [placed.of(place_of(row)) for row in answer.rows]
    assert all(found is not None and found.onscreen == "on screen" for found in known), "whatever the localiser says"
    split = tuple(replace(row, fits=number < 2) for number, row in enumerate(answer.rows))
    viewmodel._show(replace(answer, rows=split))
    last = next(number for number, row in enumerate(rows.rows) if isinstance(row, Divider))
    above = [row.onscreen for row in rows.rows[:last] if isinstance(row, SoundRow)]
    below = [row for row in rows.rows[last:] if isinstance(row, SoundRow)]
    assert above == ["on screen"] * 2 and [row.onscreen for row in below] == [""] * (len(split) - 2)
    assert not any("screen" in describe(row) for row in below)


def test_c_pins_the_chosen_row_and_lets_it_go(full_panel: SuggestionsPanel, placed: LocalisationViewModel) -> None:
    number, row = first(full_panel)
    full_panel.list.setCurrentIndex(full_panel.list.model().index(number, 0))
    full_panel.list.setFocus()
    QTest.keyClick(full_panel.list, Qt.Key.Key_C)
    assert [pin.place for pin in placed.pins] == [place_of(row)] and first(full_panel)[1].pinned
    QTest.keyClick(full_panel.list, Qt.Key.Key_C)
    assert placed.pins == () and not first(full_panel)[1].pinned


def test_a_click_on_the_pin_pins_without_a_sound(
    full_panel: SuggestionsPanel, placed: LocalisationViewModel, qtbot: QtBot
) -> None:
    number, row = first(full_panel)
    at = lay_out(full_panel.list.row_rect(number), row).pin.center()
    qtbot.mouseClick(full_panel.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert placed.is_pinned(row)
    assert full_panel.viewmodel.audition.now_playing is None
    assert "(C)" in full_panel.list.tip_at(at)


def test_without_a_localiser_it_is_said_that_nothing_can_be_pinned(full_panel: SuggestionsPanel, qtbot: QtBot) -> None:
    number, row = first(full_panel)
    assert row.onscreen is None
    with qtbot.waitSignal(full_panel.viewmodel.session.status) as said:
        full_panel.list.pin_row(number)
    assert "No model that tells where" in said.args[0]


def test_the_mark_of_a_pinned_row_has_its_contours_colour(
    full_panel: SuggestionsPanel, placed: LocalisationViewModel
) -> None:
    full_panel.list.pin_slot = placed.slot_of
    number, row = first(full_panel)
    other = full_panel.viewmodel.rows.row_at(number + 1)
    assert other is not None
    for one in (other, row):
        placed.toggle_pin(one)
    assert placed.slot_of(row) == 1
    at = lay_out(full_panel.list.row_rect(number), first(full_panel)[1]).pin.center()
    image = full_panel.list.viewport().grab().toImage()
    shades = {image.pixelColor(at.x() + x, at.y() + y).name() for x in range(-6, 7) for y in range(-8, 9)}
    assert colour_of(1).name() in shades and colour_of(0).name() not in shades
