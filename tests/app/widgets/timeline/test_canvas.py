"""What is drawn anew, and what is not."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPixmap

from app.widgets.timeline.view import TimelineView
from tests.app.widgets.timeline.conftest import Person


def test_a_moved_clip_is_drawn_elsewhere(person: Person, view: TimelineView) -> None:
    def pixels() -> np.ndarray:
        image = view.viewport().grab().toImage()
        return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4).copy()

    before = pixels()
    box = person.box("drip")
    person.drag(box.center(), QPointF(150, 0))
    after = pixels()
    inside = before[int(box.top()) + 3 : int(box.bottom()) - 3, int(box.left()) + 4 : int(box.right()) - 4]
    assert (
        after[int(box.top()) + 3 : int(box.bottom()) - 3, int(box.left()) + 4 : int(box.right()) - 4] != inside
    ).any()


def test_a_playhead_that_moves_draws_no_clip_anew(view: TimelineView) -> None:
    view.viewport().grab()
    canvas = view._canvas
    assert isinstance(canvas, QPixmap)
    view.viewmodel.playback.locate(60_000)
    view.viewport().grab()
    assert view._canvas is canvas
