"""A hand on clips: move, trim, fade, level, slip, speed, pitch, select; each is one step of undo."""

from __future__ import annotations

from fractions import Fraction

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent

from app.viewmodels.timeline_snap import hits_of
from app.widgets.timeline.clips import body_of, gain_y
from app.widgets.timeline.handles import numbers_of
from app.widgets.timeline.view import TimelineView
from tests.app.widgets.timeline.conftest import NONE, Person

ALT, CTRL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def test_a_drag_of_the_body_moves(person: Person, view: TimelineView) -> None:
    before = person.clip("drip")
    person.drag(person.box("drip").center(), QPointF(60, 0), SHIFT)
    after = person.clip("drip")
    assert after.position == pytest.approx(before.position + 60 * view.samples_per_px, abs=2)
    assert after.length == before.length


def test_a_drag_down_changes_the_track(person: Person, view: TimelineView) -> None:
    person.drag(person.box("wood creak").center(), QPointF(0, view.row_height))
    assert person.find("wood creak")[0] == 1


def test_edges_trim(person: Person, view: TimelineView) -> None:
    view.zoom(4, 300.0)
    view.horizontalScrollBar().setValue(0)
    view.horizontalScrollBar().setValue(round(person.clip("wood creak").position / view.samples_per_px) - 100)
    before, box = person.clip("wood creak"), person.box("wood creak")
    person.drag(QPointF(box.left() + 2, box.bottom() - 6), QPointF(30, 0), SHIFT)
    head = person.clip("wood creak")
    assert head.end == before.end and head.position > before.position
    box = person.box("wood creak")
    person.drag(QPointF(box.right() - 2, box.bottom() - 6), QPointF(-30, 0), SHIFT)
    tail = person.clip("wood creak")
    assert tail.position == head.position and tail.end < head.end


def test_corners_fade_and_the_line_sets_the_level(person: Person, view: TimelineView) -> None:
    box = person.box("wood creak")
    person.drag(QPointF(box.left() + 1, box.top() + 4), QPointF(40, 0))
    person.drag(QPointF(box.right() - 1, box.top() + 4), QPointF(-40, 0))
    faded = person.clip("wood creak")
    assert faded.fade_in == faded.fade_out == pytest.approx(40 * view.samples_per_px, abs=2)
    line = QPointF(box.center().x(), gain_y(body_of(box), 0.0))
    person.drag(line, QPointF(0, 6))
    assert person.clip("wood creak").gain_db < -5


def test_alt_slips_the_sound_under_its_clip(person: Person, view: TimelineView) -> None:
    before = person.clip("wood creak")
    person.drag(person.box("wood creak").center() + QPointF(0, 8), QPointF(20, 0), ALT)
    after = person.clip("wood creak")
    assert (after.position, after.length) == (before.position, before.length)
    assert after.source_in == pytest.approx(before.source_in - 20 * view.samples_per_px, abs=2)


def test_every_gesture_is_one_step_of_undo(person: Person, view: TimelineView) -> None:
    history = view.viewmodel.projects.history
    assert history is not None
    before, steps = person.project, history.stack.index()
    person.drag(person.box("drip").center(), QPointF(60, 0))
    assert history.stack.index() == steps + 1
    view.viewmodel.projects.undo()
    assert person.project == before


def test_clicks_and_bands_select(person: Person, view: TimelineView) -> None:
    vm = view.viewmodel
    dog, creak = person.box("DOGBark_Terrier_01"), person.box("wood creak")
    person.drag(dog.center(), QPointF(0, 0))
    assert len(vm.selection) == 1
    person.drag(creak.center(), QPointF(0, 0), CTRL)
    assert len(vm.selection) == 2
    person.drag(creak.center(), QPointF(0, 0), CTRL)
    assert vm.selection == {person.clip("DOGBark_Terrier_01").id}
    port = view.viewport()
    person.drag(QPointF(port.width() - 3, port.height() - 3), QPointF(6 - port.width(), 6 - port.height()))
    assert len(vm.selection) == 3
    person.click(QPointF(port.width() - 3, port.height() - 3))
    assert not vm.selection


def test_alt_on_an_edge_changes_the_speed(person: Person, view: TimelineView) -> None:
    before, box, steps = person.clip("wood creak"), person.box("wood creak"), person.steps
    person.drag(QPointF(box.right() - 2, box.bottom() - 6), QPointF(60, 0), ALT)
    after = person.clip("wood creak")
    assert after.position == before.position and after.source_in == before.source_in
    assert after.end % 1920 == 0 or after.end in {96_000}, "the end snaps as it does when it is trimmed"
    assert float(after.speed) == pytest.approx(before.length / after.length, rel=1e-4) and after.speed < 1
    assert person.steps == steps + 1
    view.viewmodel.projects.undo()
    assert person.clip("wood creak") == before


def test_alt_on_the_first_edge_keeps_the_end(person: Person) -> None:
    before, box = person.clip("wood creak"), person.box("wood creak")
    person.drag(QPointF(box.left() + 2, box.bottom() - 6), QPointF(40, 0), ALT | SHIFT)
    after = person.clip("wood creak")
    assert after.end == before.end and after.position > before.position and after.speed > 1


def test_pitch_and_speed_are_dragged_by_their_numbers(person: Person, view: TimelineView) -> None:
    box, steps = person.look_at("wood creak", 160.0), person.steps
    person.click(box.center())
    places = {kind: place for kind, place, _ in numbers_of(person.clip("wood creak"), box, view.viewport().width())}
    person.hold(places["pitch"].center(), QPointF(0, -25))
    assert view.hand.words() == "+3 st"
    person.drag(places["pitch"].center(), QPointF(0, -25))
    assert person.clip("wood creak").pitch == 3.0, "whole semitones while things snap"
    person.drag(places["pitch"].center(), QPointF(0, 7), SHIFT)
    assert person.clip("wood creak").pitch == pytest.approx(2.86)
    person.drag(places["speed"].center(), QPointF(0, 11))
    assert person.clip("wood creak").speed == Fraction(9, 10) and person.steps == steps + 3
    person.double_click(places["pitch"].center())
    assert person.clip("wood creak").pitch == 0.0


@pytest.mark.parametrize("modifiers", [NONE, ALT])
def test_escape_leaves_a_drag_for_good(person: Person, view: TimelineView, modifiers: Qt.KeyboardModifier) -> None:
    before, box, steps = person.project, person.box("wood creak"), person.steps
    edge = QPointF(box.right() - 2, box.bottom() - 6)
    person.hold(edge, QPointF(-30, 0), modifiers)
    assert view.viewmodel.shown is not before
    assert person.press(Qt.Key.Key_Escape)
    person.send(QEvent.Type.MouseMove, edge - QPointF(50, 0), True, modifiers, None)
    person.send(QEvent.Type.MouseButtonRelease, edge - QPointF(50, 0), False, modifiers, None)
    assert view.viewmodel.shown is before and person.project is before and person.steps == steps


def test_escape_gives_the_selection_back_that_a_band_took(person: Person, view: TimelineView) -> None:
    person.click(person.box("drip").center())
    chosen, port = view.viewmodel.selection, view.viewport()
    person.hold(QPointF(port.width() - 3, port.height() - 3), QPointF(6 - port.width(), 6 - port.height()))
    assert len(view.viewmodel.selection) == 3 and person.press(Qt.Key.Key_Escape)
    assert view.viewmodel.selection == chosen and view.hand.band is None


def test_the_pointer_tells_beforehand(person: Person, view: TimelineView) -> None:
    box, port = person.box("wood creak"), view.viewport()
    edge = QPointF(box.right() - 2, box.bottom() - 6)
    person.hover(edge)
    assert port.cursor().shape() == Qt.CursorShape.SizeHorCursor and "Alt" in view.hand.tip_at(edge.toPoint())
    person.hover(edge, ALT)
    assert port.cursor().shape() == Qt.CursorShape.BitmapCursor
    person.hover(box.center() + QPointF(0, 8), ALT)
    assert port.cursor().shape() == Qt.CursorShape.SplitHCursor
    view.keyReleaseEvent(QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Alt, NONE))
    assert port.cursor().shape() == Qt.CursorShape.OpenHandCursor, "letting Alt go is told without a move"


def test_a_double_click_on_a_handle_puts_it_to_rest(person: Person) -> None:
    box = person.box("wood creak")
    person.drag(QPointF(box.left() + 3, box.top() + 4), QPointF(40, 0))
    assert person.clip("wood creak").fade_in > 0
    person.double_click(QPointF(box.left() + 43, box.top() + 4))
    assert person.clip("wood creak").fade_in == 0


def test_levels_pitches_and_speeds_of_all_that_is_chosen_go_together(person: Person, view: TimelineView) -> None:
    vm, box = view.viewmodel, person.look_at("wood creak", 160.0)
    vm.select([person.clip("drip").id])
    vm.shaping.set_gain(-6.0)
    vm.shaping.set_pitch(-2.0)
    vm.select_all()
    before, steps = person.project, person.steps
    line = QPointF(box.center().x(), gain_y(body_of(box), 0.0))
    person.hold(line, QPointF(0, 6))
    words, louder = view.hand.words(), vm.shown.find_clip(person.clip("wood creak").id)[1].gain_db  # type: ignore[union-attr]
    assert words.endswith("dB   and 2 more") and louder < -5
    person.send(QEvent.Type.MouseButtonRelease, line + QPointF(0, 6), False, NONE, None)
    assert person.clip("drip").gain_db - person.clip("wood creak").gain_db == pytest.approx(-6.0)
    assert person.clip("DOGBark_Terrier_01").gain_db == louder and person.steps == steps + 1
    vm.projects.undo()
    assert person.project == before and len(vm.selection) == 3
    places = {kind: place for kind, place, _ in numbers_of(person.clip("wood creak"), box, view.viewport().width())}
    person.drag(places["speed"].center(), QPointF(0, 11))
    box, width = person.box("wood creak"), view.viewport().width()
    places = {kind: place for kind, place, _ in numbers_of(person.clip("wood creak"), box, width)}
    person.drag(places["pitch"].center(), QPointF(0, -25))
    names = ("DOGBark_Terrier_01", "wood creak", "drip")
    assert [person.clip(name).pitch for name in names] == [3.0, 3.0, 1.0]
    assert {person.clip(name).speed for name in names} == {Fraction(9, 10)} and person.steps == steps + 2
    person.double_click(places["pitch"].center())
    assert [person.clip(name).pitch for name in names] == [0.0] * 3 and len(vm.selection) == 3


def test_the_sync_point_is_dragged_by_its_mark_onto_the_sounds_hits(person: Person, view: TimelineView) -> None:
    vm, box = view.viewmodel, person.look_at("wood creak", 160.0)
    creak, scale = person.clip("wood creak"), view.samples_per_px
    vm.select([creak.id])
    vm.playback.locate(creak.position + 12_000)
    vm.set_sync()
    vm.playback.locate(0)
    media = person.project.find_media(creak.media)
    vm.outlines.get(media)
    while vm.outlines.get(media) is None:
        vm.outlines._next()
    hits = hits_of(creak, media, 48_000, vm.outlines.get(media).onsets) - creak.position  # type: ignore[union-attr]
    hit = int(hits[hits > 20_000][0])
    assert hit < creak.length - 4_000, "the tone swells anew a second into the file"
    steps, mark = person.steps, QPointF(box.left() + 12_000 / scale, box.bottom() - 4)
    person.hover(mark)
    assert view.viewport().cursor().shape() == Qt.CursorShape.SizeHorCursor
    assert "sync point" in view.hand.tip_at(mark.toPoint())
    way = QPointF((hit - 12_000) / scale + 4, 0)
    person.hold(mark, way)
    assert vm.shown is not None and vm.shown.find_clip(creak.id)[1].sync == hit, "drawn there while it is held"
    assert person.clip("wood creak").sync == 12_000 and f"{hit / 48_000:.3f} s in" in view.hand.words()
    person.send(QEvent.Type.MouseButtonRelease, mark + way, False, NONE, None)
    after = person.clip("wood creak")
    assert (after.sync, after.position, after.source_in) == (hit, creak.position, creak.source_in)
    assert person.steps == steps + 1
    mark += QPointF((hit - 12_000) / scale, 0)
    person.drag(mark, QPointF(-30, 0), SHIFT)
    assert person.clip("wood creak").sync == pytest.approx(hit - 30 * scale, abs=2), "free with Shift"
    person.drag(mark - QPointF(30, 0), QPointF(-5000, 0))
    assert person.clip("wood creak").sync == 0, "it stays on its clip"
    person.double_click(QPointF(box.left() + 1, box.bottom() - 4))
    assert person.clip("wood creak").sync is None
