"""What is drawn anew, and what is not."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPixmap

from app.widgets.timeline.clips import body_of, pan_y
from app.widgets.timeline.view import TimelineView
from app.widgets.timeline.waves import Waves
from engine.timeline import edits
from engine.timeline.document import PanKey
from tests.app.widgets.timeline.conftest import Person


def test_a_moved_clip_is_drawn_elsewhere(person: Person, view: TimelineView) -> None:
    def pixels() -> np.ndarray:
        image = person.rows()
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


def test_waveforms_come_however_slow_the_machine_is(
    person: Person, view: TimelineView, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_time = person.rows()
    monkeypatch.setattr(Waves.begin, "__defaults__", (0.0,))  # every frame is late before it begins
    view.painter.waves.clear()
    view.redraw()
    first = view.viewport().grab().toImage()
    assert first != in_time and view.painter.waves.late
    assert person.rows() == in_time


def test_a_project_without_sounds_says_what_to_do(view: TimelineView) -> None:
    def written() -> int:
        """Bright pixels where the words are."""
        image = view.viewport().grab().toImage()
        middle = range(image.height() // 2 - 30, image.height() // 2 + 60)
        return sum(
            image.pixelColor(x, y).lightness() > 180 for y in middle if y < image.height() for x in range(200, 700)
        )

    view.viewmodel.select_all()
    view.viewmodel.remove()
    for track in view.viewmodel.shown.tracks:  # type: ignore[union-attr]
        view.viewmodel.set_track(track.id)
        view.viewmodel.remove_track()
    words = written()
    assert words > 100
    view.viewmodel.projects.undo()
    view.viewmodel.projects.undo()
    view.viewmodel.projects.undo()
    assert list(view.viewmodel.shown.clips())  # type: ignore[union-attr]
    assert written() < words / 2


def test_a_fade_leaves_the_name_readable(person: Person, view: TimelineView) -> None:
    clip = person.clip("wood creak")
    box = person.look_at("wood creak", 60)

    def head() -> list[int]:
        image = person.rows()
        return [
            image.pixelColor(x, round(box.top()) + 8).rgb()
            for x in range(round(box.left()) + 4, round(box.left()) + 80)
        ]

    before = head()
    view.viewmodel.projects.do(lambda project: edits.set_fades(project, clip.id, fade_in=clip.length // 2))
    assert head() == before


def test_a_pan_that_follows_the_picture_is_drawn_from_left_above_to_right_below(
    person: Person, view: TimelineView
) -> None:
    def pixels() -> np.ndarray:
        image = person.rows()
        return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4).astype(int)

    clip, before = person.clip("drip"), pixels()
    keys = [PanKey(at=0, pan=-1.0), PanKey(at=clip.length, pan=1.0)]
    view.viewmodel.projects.do(lambda now: edits.set_pan_keys(now, clip.id, keys))
    changed = np.abs(pixels() - before).sum(axis=2) > 30
    body = body_of(person.box("drip"))
    for share in (0.25, 0.75):
        x = int(body.left() + share * body.width())
        rows = np.flatnonzero(changed[int(body.top()) : int(body.bottom()), x]) + int(body.top())
        assert abs(rows.mean() - pan_y(body, 2 * share - 1)) <= 2
