"""The parts of a header lie in its row, whatever its height."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRect, QRectF

from app.widgets.tracks.parts import parts_of


@pytest.mark.parametrize("height", [21, 33, 47, 107])
def test_parts_stay_in_their_row(height: int) -> None:
    row = QRect(0, 0, 215, height)
    parts = parts_of(row)
    for name in ("name", "mute", "solo", "fader", "pan", "level", "meter"):
        box: QRectF = getattr(parts, name)
        assert box.isEmpty() or QRectF(row).contains(box), name
    assert parts.at(parts.mute.center()) == "mute" and parts.at(QPointF(2, 2)) == "name"
