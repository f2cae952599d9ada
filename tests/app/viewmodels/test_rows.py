"""Rows of a sound list: takes, neighbours, dragging out, and lengths people read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.viewmodels.rows import ROW_ROLE, Divider, SoundListModel, SoundRow, describe, format_duration


def row(number: int, **changes: object) -> SoundRow:
    made = SoundRow(file_id=number, path=Path(f"/sounds/{number}.wav"), name=f"sound {number}", duration=2.0, end=2.0)
    return replace(made, **changes)


@pytest.fixture
def model(qapp: object) -> SoundListModel:
    made = SoundListModel(lambda r: None if r.name == "not yet" else r.path)
    made.set_rows([row(1), row(2), Divider("nothing more that fits"), row(3, name="not yet")])
    return made


def test_dividers_can_be_neither_chosen_nor_dragged(model: SoundListModel) -> None:
    assert model.flags(model.index(2, 0)) == Qt.ItemFlag.NoItemFlags
    assert model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsDragEnabled
    assert model.row_at(2) is None
    assert model.index(2, 0).data(Qt.ItemDataRole.DisplayRole) == "nothing more that fits"


def test_the_tool_tip_says_where_it_lies_and_under_which_licence(model: SoundListModel) -> None:
    model.set_rows([row(1), row(2, licence="CC BY 4.0", credit="Jane")])
    tips = [model.index(number, 0).data(Qt.ItemDataRole.ToolTipRole) for number in (0, 1)]
    assert tips == [str(Path("/sounds/1.wav")), f"{Path('/sounds/2.wav')}\nLicence: CC BY 4.0\nCredit: Jane"]


def test_neighbours_jump_over_dividers_and_end_at_the_ends(model: SoundListModel) -> None:
    assert model.neighbour(1, 1) == 3
    assert model.neighbour(3, -1) == 1
    assert model.neighbour(3, 1) is None
    assert model.neighbour(-1, 1) == 0


def test_around_lists_nearest_first(model: SoundListModel) -> None:
    middle = model.row_at(1)
    assert middle is not None
    assert [r.file_id for r in model.around(middle, 2)] == [2, 1, 3]


def test_rows_leave_as_files_by_copy_only(model: SoundListModel) -> None:
    mime = model.mimeData([model.index(0, 0)])
    assert [url.toLocalFile() for url in mime.urls()] == ["/sounds/1.wav"]
    assert mime.hasFormat("text/uri-list")
    assert model.supportedDragActions() == Qt.DropAction.CopyAction
    assert not model.mimeData([model.index(3, 0)]).hasUrls()


def test_the_same_rows_again_change_nothing(model: SoundListModel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(model.modelReset):
        model.set_rows([row(1), row(2), Divider("nothing more that fits"), row(3, name="not yet")])
    with qtbot.waitSignal(model.rows_replaced, timeout=100):
        model.set_rows([row(2), row(1)])


def test_a_take_takes_the_place_of_the_row(model: SoundListModel, qtbot: QtBot) -> None:
    takes = (row(1), row(7, name="sound 7"), row(8))
    model.set_rows([row(1, rank=4, takes=takes)])
    with qtbot.waitSignal(model.dataChanged, timeout=100):
        assert model.choose_take(0, 2)
    shown = model.index(0, 0).data(ROW_ROLE)
    assert (shown.file_id, shown.rank, shown.take) == (7, 4, 2)
    assert not model.choose_take(0, 9)
    assert not model.choose_take(0, 0)
    assert model.find(1) == 0  # folded, still found


def test_a_row_says_itself() -> None:
    takes = (row(1), row(2))
    said = describe(row(1, rank=1, category="ANIMALS", score=0.9, takes=takes))
    assert said == "1., sound 1, ANIMALS, 2.0 seconds, fits, take 1 of 2"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0.40 s"),
        (9.994, "9.99 s"),
        (9.996, "10.0 s"),
        (59.9, "59.9 s"),
        (59.96, "1:00"),
        (185, "3:05"),
        (3723, "1:02:03"),
    ],
)
def test_lengths_read_at_a_glance(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


def test_a_region_is_less_than_the_sound() -> None:
    assert row(1, start=0.5, end=1.5).has_region
    assert not row(1).has_region
    assert not row(1, duration=0.0).has_region


def test_what_is_said_of_a_row_changes_it_alone(model: SoundListModel, qtbot: QtBot) -> None:
    changed: list[int] = []
    model.dataChanged.connect(lambda first, last: changed.extend(range(first.row(), last.row() + 1)))
    model.annotate(lambda r: replace(r, onscreen="ambient") if r.key == 2 else r)
    assert changed == [1]
    told = model.row_at(1)
    assert told is not None and told.onscreen == "ambient" and "ambient" in describe(told)
    model.annotate(lambda r: replace(r, onscreen="ambient") if r.key == 2 else r)
    assert changed == [1]
    assert "pinned" in describe(replace(told, pinned=True))


def test_what_is_said_of_a_row_is_not_which_sound_it_is(model: SoundListModel, qtbot: QtBot) -> None:
    before = list(model.rows)
    model.annotate(lambda r: replace(r, onscreen="on screen", pinned=True))
    with qtbot.assertNotEmitted(model.rows_replaced):
        model.set_rows(before)


def test_of_another_take_nothing_is_known_yet() -> None:
    family = row(1, takes=(row(1), row(2)), onscreen="on screen", pinned=True)
    other = family.with_take(2)
    assert (other.onscreen, other.pinned) == ("", False)
    assert replace(family, onscreen=None).with_take(2).onscreen is None
