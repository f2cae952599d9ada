"""Hand and keys on a list of sounds, with real sounds, a real mixer and real files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import soundfile
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.viewmodels.audition import AuditionViewModel
from app.viewmodels.rows import SoundRow
from app.viewmodels.session import SessionViewModel
from app.widgets import sound_list, sound_list_hand
from app.widgets.row_layout import RowLayout, lay_out
from app.widgets.sound_list import SoundListView
from app.widgets.suggestions_panel import SuggestionsPanel

K = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(full_panel: SuggestionsPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoundListView:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("app.viewmodels.regions.regions_folder", lambda: tmp_path / "regions")
    full_panel.list.setFocus()
    return full_panel.list


def first(view: SoundListView) -> int:
    number = view.viewmodel.rows.neighbour(-1, 1)
    assert number is not None
    return number


def row_at(view: SoundListView, number: int) -> SoundRow:
    row = view.viewmodel.rows.row_at(number)
    assert row is not None
    return row


def parts(view: SoundListView, number: int) -> RowLayout:
    return lay_out(view.row_rect(number), row_at(view, number))


def along(view: SoundListView, number: int, share: float) -> QPoint:
    wave = parts(view, number).waveform
    return QPoint(wave.left() + round(share * (wave.width() - 1)), wave.center().y())


def number_of(view: SoundListView, text: str) -> int:
    rows = view.viewmodel.rows
    return next(n for n in range(rows.rowCount()) if (r := rows.row_at(n)) is not None and text in r.name)


def bring(view: SoundListView, number: int) -> int:
    view.scrollTo(view.model().index(number, 0))
    return number


def press(view: SoundListView, key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(view, key, modifier)


def drag(view: SoundListView, start: QPoint, end: QPoint) -> None:
    port = view.viewport()
    QTest.mousePress(port, LEFT, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(port, start + (end - start) * step / 5)
    QTest.mouseRelease(port, LEFT, pos=end)


def test_arrows_walk_the_list_and_are_heard(view: SoundListView, audition: AuditionViewModel, device: Any) -> None:
    press(view, K.Key_Down)
    one = view.current_row()
    assert one is not None
    assert audition.now_playing == one.path
    assert audition.started_at == one.start
    press(view, K.Key_Down)
    two = view.current_row()
    assert two is not None
    assert (one.rank or 0) + 1 == two.rank
    assert audition.now_playing == two.path
    assert device.hear(0.05).any()
    press(view, K.Key_Up)
    assert view.current_row() == one


def passes(view: SoundListView, key: Qt.Key) -> bool:
    """Whether the list leaves a key to the window."""
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
    view.keyPressEvent(event)
    return not event.isAccepted()


def test_escape_stops_and_is_the_window_s_otherwise(view: SoundListView, audition: AuditionViewModel) -> None:
    press(view, K.Key_Down)
    assert audition.now_playing is not None
    press(view, K.Key_Escape)
    assert audition.now_playing is None
    assert passes(view, K.Key_Escape)


def test_space_stops_and_plays_the_same_sound_again(view: SoundListView, audition: AuditionViewModel) -> None:
    assert passes(view, K.Key_Space), "nothing was heard yet: it is the film's"
    press(view, K.Key_Down)
    heard = audition.now_playing
    press(view, K.Key_Space)
    assert audition.now_playing is None
    press(view, K.Key_Space)
    assert audition.now_playing == heard
    audition.stop()
    view.clearFocus()
    assert passes(view, K.Key_Space), "the list has let go of the keys"


def test_space_pauses_a_film_that_runs(view: SoundListView, audition: AuditionViewModel) -> None:
    press(view, K.Key_Down)
    view.film_runs = lambda: True
    press(view, K.Key_Space)
    assert audition.now_playing is None, "what is heard stops first"
    assert passes(view, K.Key_Space)


FILM_KEYS = (
    K.Key_Left,
    K.Key_Right,
    K.Key_H,
    K.Key_J,
    K.Key_K,
    K.Key_L,
    K.Key_Home,
    K.Key_T,
    K.Key_PageUp,
    K.Key_PageDown,
)


@pytest.mark.parametrize("key", FILM_KEYS)
def test_film_keys_pass_through(view: SoundListView, key: Qt.Key) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "x")
    view.keyPressEvent(event)
    assert not event.isAccepted()


def test_own_keys_are_claimed_from_the_window_s_shortcuts(view: SoundListView) -> None:
    for key, owned in ((K.Key_L, False), (K.Key_I, True), (K.Key_Down, True), (K.Key_Space, False), (K.Key_H, False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        view.event(event)
        assert event.isAccepted() == owned


def test_a_click_on_the_row_plays_and_on_the_glyph_stops(view: SoundListView, audition: AuditionViewModel) -> None:
    number = first(view)
    QTest.mouseClick(view.viewport(), LEFT, pos=parts(view, number).name.center())
    assert audition.now_playing == row_at(view, number).path
    QTest.mouseClick(view.viewport(), LEFT, pos=parts(view, number).glyph.center())
    assert audition.now_playing is None


def test_a_click_on_the_waveform_plays_from_there(view: SoundListView, audition: AuditionViewModel) -> None:
    number = bring(view, number_of(view, "train"))
    QTest.mouseClick(view.viewport(), LEFT, pos=along(view, number, 0.5))
    assert audition.started_at == pytest.approx(1.5, abs=0.05)


def test_a_drag_along_the_waveform_is_a_region_heard_and_written(
    view: SoundListView, audition: AuditionViewModel, device: Any
) -> None:
    number = bring(view, number_of(view, "train"))
    path = row_at(view, number).path
    drag(view, along(view, number, 0.2), along(view, number, 0.6))
    start, end = view.viewmodel.regions.of(path) or (0, 0)
    assert (start, end) == pytest.approx((0.6, 1.8), abs=0.05)
    assert audition.started_at == start
    device.hear(end - start + 0.05)
    assert not audition.player.playing
    mime = view.viewmodel.rows.mimeData([view.model().index(number, 0)])
    file = Path(mime.urls()[0].toLocalFile())
    assert soundfile.info(file).duration == pytest.approx(end - start, abs=0.001)
    assert file != path


def test_region_by_keys_is_what_it_is_by_hand(view: SoundListView) -> None:
    number = bring(view, number_of(view, "train"))
    view.setCurrentIndex(view.model().index(number, 0))
    row, regions = row_at(view, number), view.viewmodel.regions
    view.set_cursor((number, 0.25))
    press(view, K.Key_I)
    for _ in range(10):
        press(view, K.Key_Period)
    press(view, K.Key_O)
    assert regions.of(row.path) == pytest.approx((0.75, 0.75 + 0.1 * 3), abs=0.01)
    assert regions.file_of(row.path) != row.path
    press(view, K.Key_R)
    assert regions.of(row.path) is None


def test_takes_by_key_and_by_click(view: SoundListView, audition: AuditionViewModel) -> None:
    number = bring(view, number_of(view, "Terrier"))
    view.setCurrentIndex(view.model().index(number, 0))
    before = row_at(view, number)
    press(view, K.Key_2)
    assert row_at(view, number).take == 2
    assert audition.now_playing == before.takes[1].path
    QTest.mouseClick(view.viewport(), LEFT, pos=parts(view, number).takes[2].center())
    assert audition.now_playing == before.takes[2].path
    press(view, K.Key_9)  # there are three
    assert row_at(view, number).take == 3


def test_options_by_key(view: SoundListView, audition: AuditionViewModel) -> None:
    for key, name in ((K.Key_S, "scrub_on_hover"), (K.Key_G, "level_match")):
        before = getattr(audition, name)
        press(view, key)
        assert getattr(audition, name) is not before
    press(view, K.Key_L, Qt.KeyboardModifier.ShiftModifier)
    assert audition.loop
    assert not view._keys.owns(QKeyEvent(QEvent.Type.KeyPress, K.Key_C, Qt.KeyboardModifier.ShiftModifier))


def test_hover_tells_the_row_and_scrubs_after_resting(
    view: SoundListView, device: Any, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    number = first(view)
    with qtbot.waitSignal(view.row_hovered, timeout=1000) as hovered:
        view._hand.hover(along(view, number, 0.3))
    assert hovered.args[0] == row_at(view, number)
    assert not device.hear(0.1).any()  # only crossing
    monkeypatch.setattr(sound_list_hand, "DWELL_MS", 0)
    view._hand.hover(along(view, number, 0.32))
    assert device.hear(0.05).any()
    assert view.cursor_place == (number, pytest.approx(0.32, abs=0.01))


def test_drag_out_is_a_copy_of_the_real_file(
    view: SoundListView, inline: SessionViewModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    dragged: list[tuple[QMimeData, Qt.DropAction]] = []

    class Drag(sound_list.QDrag):  # the exec of a real drag waits for a real drop
        def exec(self, action: Qt.DropAction) -> Qt.DropAction:  # type: ignore[override]
            dragged.append((self.mimeData(), action))
            return action

    monkeypatch.setattr(sound_list, "QDrag", Drag)
    number = first(view)
    start = parts(view, number).name.center()
    drag(view, start, start + QPoint(0, 60))
    ((mime, action),) = dragged
    assert Path(mime.urls()[0].toLocalFile()) == row_at(view, number).path
    assert action == Qt.DropAction.CopyAction


def test_copy_puts_the_file_on_the_clipboard(view: SoundListView, qtbot: QtBot) -> None:
    press(view, K.Key_Down)
    with qtbot.waitSignal(view.notice, timeout=1000) as said:
        press(view, K.Key_C, Qt.KeyboardModifier.ControlModifier)
    row = view.current_row()
    assert row is not None
    assert Path(QGuiApplication.clipboard().mimeData().urls()[0].toLocalFile()) == row.path
    assert row.path.name in said.args[0]


def test_a_region_still_being_written_is_said_not_dragged_wrongly(view: SoundListView, qtbot: QtBot) -> None:
    number = first(view)
    row = row_at(view, number)
    view.viewmodel.regions.choose(row.path, 0.0, row.duration / 2)  # the hand has not let go
    with qtbot.waitSignal(view.notice, timeout=1000):
        view.drag_out(number)


def test_selection_and_scroll_stay_when_the_ranking_changes(view: SoundListView, inline: SessionViewModel) -> None:
    number = bring(view, number_of(view, "train"))
    view.setCurrentIndex(view.model().index(number, 0))
    scroll = view.verticalScrollBar().value()
    key = row_at(view, number).key
    inline.seek(1.0)
    row = view.current_row()
    assert row is not None
    assert row.key == key
    assert view.verticalScrollBar().value() == scroll


def test_every_part_has_a_tooltip_that_says_what_it_does(view: SoundListView) -> None:
    number = first(view)
    lay = parts(view, number)
    assert "Enter" in view.tip_at(lay.glyph.center())
    assert "region" in view.tip_at(lay.waveform.center())
    assert "fits" in view.tip_at(lay.score.center())
    assert view.tip_at(lay.name.center()) == str(row_at(view, number).path)
    assert view.tip_at(QPoint(10, 100_000)) == ""


def test_a_row_is_asked_where_it_fits_by_key_and_by_menu(view: SoundListView, qtbot: QtBot) -> None:
    number = view.viewmodel.rows.neighbour(-1, 1)
    assert number is not None
    view.setCurrentIndex(view.model().index(number, 0))
    with qtbot.waitSignal(view.fit_wanted) as asked:
        qtbot.keyClick(view, Qt.Key.Key_F)
    assert asked.args == [view.current_row()]
    menu = view.menu_for(number)
    with qtbot.waitSignal(view.fit_wanted) as asked:
        menu.actions()[0].trigger()
    assert asked.args == [view.current_row()]
    assert "F" in menu.actions()[0].text()
