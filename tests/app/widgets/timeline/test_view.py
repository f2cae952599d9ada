"""A hand on the timeline: move, trim, fade, level, slip, select, drop, zoom, scroll; and its keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeyEvent, QMouseEvent, QPixmap
from pytestqt.qtbot import QtBot

from app.widgets.timeline.clips import body_of, clip_box, gain_y
from app.widgets.timeline.keys import KEYS, PRESETS, keys_of
from app.widgets.timeline.panel import TimelinePanel
from app.widgets.timeline.ruler import frames_between
from app.widgets.timeline.view import TimelineView
from engine.timeline.document import Clip, Project

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
ALT, CTRL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def _project(view: TimelineView) -> Project:
    project = view.viewmodel.projects.project
    assert project is not None
    return project


def _find(view: TimelineView, name: str) -> tuple[int, Clip]:
    for row, track in enumerate(_project(view).tracks):
        for clip in track.clips:
            if clip.name == name:
                return row, clip
    raise AssertionError(name)


def _box(view: TimelineView, name: str):  # type: ignore[no-untyped-def]
    row, clip = _find(view, name)
    return clip_box(view.geometry_now(), row, clip)


def _send(view: TimelineView, kind: QEvent.Type, point: QPointF, modifiers: Qt.KeyboardModifier, down: bool) -> None:
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else LEFT
    held = LEFT if down else Qt.MouseButton.NoButton
    event = QMouseEvent(kind, point, view.viewport().mapToGlobal(point), button, held, modifiers)
    {
        QEvent.Type.MouseButtonPress: view.mousePressEvent,
        QEvent.Type.MouseMove: view.mouseMoveEvent,
        QEvent.Type.MouseButtonRelease: view.mouseReleaseEvent,
    }[kind](event)


def drag(view: TimelineView, start: QPointF, by: QPointF, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Press, move in three steps, let go."""
    _send(view, QEvent.Type.MouseButtonPress, start, modifiers, True)
    for share in (0.3, 0.7, 1.0):
        _send(view, QEvent.Type.MouseMove, start + by * share, modifiers, True)
    _send(view, QEvent.Type.MouseButtonRelease, start + by, modifiers, False)


def test_a_drag_of_the_body_moves(view: TimelineView) -> None:
    before = _find(view, "drip")[1]
    drag(view, _box(view, "drip").center(), QPointF(60, 0), SHIFT)
    after = _find(view, "drip")[1]
    assert after.position == pytest.approx(before.position + 60 * view.samples_per_px, abs=2)
    assert after.length == before.length


def test_a_drag_down_changes_the_track(view: TimelineView) -> None:
    drag(view, _box(view, "wood creak").center(), QPointF(0, view.row_height))
    assert _find(view, "wood creak")[0] == 1


def test_edges_trim(view: TimelineView) -> None:
    view.zoom(4, 300.0)
    view.horizontalScrollBar().setValue(0)
    view.horizontalScrollBar().setValue(round(_find(view, "wood creak")[1].position / view.samples_per_px) - 100)
    before, box = _find(view, "wood creak")[1], _box(view, "wood creak")
    drag(view, QPointF(box.left() + 2, box.bottom() - 6), QPointF(30, 0), SHIFT)
    head = _find(view, "wood creak")[1]
    assert head.end == before.end and head.position > before.position
    box = _box(view, "wood creak")
    drag(view, QPointF(box.right() - 2, box.bottom() - 6), QPointF(-30, 0), SHIFT)
    tail = _find(view, "wood creak")[1]
    assert tail.position == head.position and tail.end < head.end


def test_corners_fade_and_the_line_sets_the_level(view: TimelineView) -> None:
    box = _box(view, "wood creak")
    drag(view, QPointF(box.left() + 1, box.top() + 4), QPointF(40, 0))
    drag(view, QPointF(box.right() - 1, box.top() + 4), QPointF(-40, 0))
    faded = _find(view, "wood creak")[1]
    assert faded.fade_in == faded.fade_out == pytest.approx(40 * view.samples_per_px, abs=2)
    line = QPointF(box.center().x(), gain_y(body_of(box), 0.0))
    drag(view, line, QPointF(0, 6))
    assert _find(view, "wood creak")[1].gain_db < -5


def test_alt_slips_the_sound_under_its_clip(view: TimelineView) -> None:
    before = _find(view, "wood creak")[1]
    drag(view, _box(view, "wood creak").center() + QPointF(0, 8), QPointF(20, 0), ALT)
    after = _find(view, "wood creak")[1]
    assert (after.position, after.length) == (before.position, before.length)
    assert after.source_in == pytest.approx(before.source_in - 20 * view.samples_per_px, abs=2)


def test_every_gesture_is_one_step_of_undo(view: TimelineView) -> None:
    history = view.viewmodel.projects.history
    assert history is not None
    before, steps = _project(view), history.stack.index()
    drag(view, _box(view, "drip").center(), QPointF(60, 0))
    assert history.stack.index() == steps + 1
    view.viewmodel.projects.undo()
    assert _project(view) == before


def test_clicks_and_bands_select(view: TimelineView) -> None:
    vm = view.viewmodel
    dog, creak = _box(view, "DOGBark_Terrier_01"), _box(view, "wood creak")
    drag(view, dog.center(), QPointF(0, 0))
    assert len(vm.selection) == 1
    drag(view, creak.center(), QPointF(0, 0), CTRL)
    assert len(vm.selection) == 2
    drag(view, creak.center(), QPointF(0, 0), CTRL)
    assert vm.selection == {_find(view, "DOGBark_Terrier_01")[1].id}
    port = view.viewport()
    drag(view, QPointF(port.width() - 3, port.height() - 3), QPointF(6 - port.width(), 6 - port.height()))
    assert len(vm.selection) == 3
    _send(view, QEvent.Type.MouseButtonPress, QPointF(port.width() - 3, port.height() - 3), NONE, True)
    _send(view, QEvent.Type.MouseButtonRelease, QPointF(port.width() - 3, port.height() - 3), NONE, False)
    assert not vm.selection


def test_the_ruler_moves_the_playhead_onto_frames(panel: TimelinePanel, qtbot: QtBot) -> None:
    view = panel.view
    qtbot.mouseClick(view.ruler, LEFT, pos=QPoint(333, 8))
    at = view.viewmodel.playback.position
    assert at % 1920 == 0 and abs(view.geometry_now().x_of(at) - 333) <= 1920 / view.samples_per_px


def test_dropped_files_are_placed_where_they_are_let_go(view: TimelineView, sound_folder: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(sound_folder / "train passing.wav"))])
    place = QPointF(400, view.row_height * 1.5)
    event = QDropEvent(place, Qt.DropAction.CopyAction, mime, LEFT, NONE)
    at = view.viewmodel.snapped(view.geometry_now().sample_at(400))
    view.dropEvent(event)
    row, clip = _find(view, "train passing")
    assert row == 1 and clip.position == at
    event = QDropEvent(QPointF(10, 5 * view.row_height), Qt.DropAction.CopyAction, mime, LEFT, NONE)
    view.dropEvent(event)
    assert len(_project(view).tracks) == 3, "below the last track is a new one"


def test_zoom_keeps_what_is_under_the_pointer(view: TimelineView) -> None:
    before = view.geometry_now().sample_at(500)
    for factor in (2.0, 2.0, 0.5):
        view.zoom(factor, 500.0)
    assert abs(view.geometry_now().sample_at(500) - before) <= 2 * view.samples_per_px
    view.zoom_to_fit()
    assert not view.horizontalScrollBar().isVisible(), "all of it fits without a scroll bar"


def test_a_moved_clip_is_drawn_elsewhere(view: TimelineView) -> None:
    def pixels() -> np.ndarray:
        image = view.viewport().grab().toImage()
        return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4).copy()

    before = pixels()
    box = _box(view, "drip")
    drag(view, box.center(), QPointF(150, 0))
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


def _press(view: TimelineView, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, text: str = "") -> bool:
    event = QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text)
    return view.keys.owns(event) and view.keys.press(event)


def test_keys_act(view: TimelineView) -> None:
    vm = view.viewmodel
    assert _press(view, Qt.Key.Key_A, CTRL) and len(vm.selection) == 3
    assert _press(view, Qt.Key.Key_Escape) and not vm.selection
    assert not _press(view, Qt.Key.Key_Escape), "nothing to leave: the window may have it"
    assert _press(view, Qt.Key.Key_N) and not vm.snap
    assert not _press(view, Qt.Key.Key_Space) and not _press(view, Qt.Key.Key_Y)
    before = view.samples_per_px
    assert _press(view, Qt.Key.Key_Plus, SHIFT, "+") and view.samples_per_px < before


@pytest.mark.parametrize("preset", PRESETS)
def test_no_key_of_a_preset_does_two_things(preset: str) -> None:
    keys = [key for key in keys_of(preset).values() if key]
    assert len(keys) == len(set(keys))
    assert set(PRESETS[preset]) <= {entry.id for entry in KEYS}


def test_a_preset_moves_keys(view: TimelineView) -> None:
    view.keys.use("Premiere")
    view.viewmodel.playback.locate(60_000)
    view.viewmodel.select_all()
    assert _press(view, Qt.Key.Key_K, CTRL)
    assert len(list(_project(view).clips())) == 4
    assert _press(view, Qt.Key.Key_S) and not view.viewmodel.snap
    view.keys.use("no such program")
    assert view.keys.preset == "Foleyscope"


def test_every_key_does_something(view: TimelineView) -> None:
    view.viewmodel.select_all()
    for entry in KEYS:
        view.keys.run(entry.id)


def test_marks_have_room_for_time_code(view: TimelineView) -> None:
    for samples_per_px in (2, 40, 700, 9000, 300_000):
        frames = frames_between(_project(view), samples_per_px)
        assert frames * 1920 / samples_per_px >= 92 or frames == 3600 * 25


def test_the_page_says_what_to_do_without_a_project(panel: TimelinePanel, qtbot: QtBot) -> None:
    panel.viewmodel.projects.close()
    assert panel.stack.currentWidget() is panel.page
    with qtbot.waitSignal(panel.new_wanted):
        panel.page.pressed.emit("New project…")
