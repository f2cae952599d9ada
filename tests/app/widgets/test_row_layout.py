"""A row's parts keep apart at every width and are found under the pointer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRect

from app.viewmodels.rows import SoundRow
from app.widgets.row_layout import ROW_HEIGHT, lay_out

PLAIN = SoundRow(file_id=1, path=Path("a.wav"), name="a", duration=2.0)
RANKED = replace(PLAIN, rank=12, score=0.9, takes=tuple(replace(PLAIN, file_id=n) for n in range(1, 6)))
PLACED = replace(RANKED, onscreen="on screen")


@pytest.mark.parametrize("width", [240, 300, 344, 700, 1600])
@pytest.mark.parametrize("row", [PLAIN, RANKED, PLACED], ids=["plain", "ranked", "placed"])
def test_parts_lie_inside_and_do_not_overlap(width: int, row: SoundRow) -> None:
    rect = QRect(3, 100, width, ROW_HEIGHT)
    lay = lay_out(rect, row)
    parts = [lay.rank, lay.glyph, lay.waveform, lay.score, lay.category, lay.name, *lay.takes, lay.duration]
    parts += [lay.onscreen, lay.pin]
    parts = [part for part in parts if not part.isEmpty()]
    for number, part in enumerate(parts):
        assert rect.contains(part), part
        assert not any(part.intersects(other) for other in parts[number + 1 :]), part
    assert lay.waveform.width() >= 90


def test_parts_are_found() -> None:
    lay = lay_out(QRect(0, 0, 344, ROW_HEIGHT), RANKED)
    assert lay.part_at(lay.waveform.center()) == "waveform"
    assert lay.part_at(lay.glyph.center()) == "glyph"
    assert lay.part_at(lay.takes[1].center()) == "take"
    assert lay.take_at(lay.takes[1].center()) == 2
    assert lay.part_at(lay.name.center()) == "name"
    assert lay.share_at(lay.waveform.topLeft()) == 0.0
    assert lay.share_at(lay.waveform.topRight()) == 1.0


def test_plain_rows_have_neither_rank_nor_score() -> None:
    lay = lay_out(QRect(0, 0, 300, ROW_HEIGHT), PLAIN)
    assert lay.rank.isEmpty()
    assert lay.score.isEmpty()
    assert not lay.takes


def test_where_places_are_known_there_is_a_word_and_a_pin() -> None:
    lay = lay_out(QRect(0, 0, 344, ROW_HEIGHT), PLACED)
    assert lay.part_at(lay.pin.center()) == "pin"
    assert lay.part_at(lay.onscreen.center()) == "onscreen"
    assert lay.onscreen.right() == lay.category.right() and lay.onscreen.top() > lay.category.top()
    pending = lay_out(QRect(0, 0, 344, ROW_HEIGHT), replace(PLACED, onscreen=""))
    assert pending == lay, "nothing moves when the word arrives"
    without = lay_out(QRect(0, 0, 344, ROW_HEIGHT), RANKED)
    assert without.pin.isEmpty() and without.onscreen.isEmpty()
