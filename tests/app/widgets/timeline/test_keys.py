"""The timeline's keys: everything its pointer can do."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.widgets.timeline.keys import KEYS
from app.widgets.timeline.view import TimelineView
from tests.app.widgets.timeline.conftest import Person

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_keys_act(person: Person, view: TimelineView) -> None:
    vm = view.viewmodel
    assert person.press(Qt.Key.Key_A, CTRL) and len(vm.selection) == 3
    assert person.press(Qt.Key.Key_Escape) and not vm.selection
    assert not person.press(Qt.Key.Key_Escape), "nothing to leave: the window may have it"
    assert person.press(Qt.Key.Key_N) and not vm.snap
    assert not person.press(Qt.Key.Key_Space) and not person.press(Qt.Key.Key_Y)
    before = view.samples_per_px
    assert person.press(Qt.Key.Key_Plus, SHIFT, "+") and view.samples_per_px < before


def test_a_preset_moves_keys(person: Person, view: TimelineView) -> None:
    view.keys.use("Premiere")
    view.viewmodel.playback.locate(60_000)
    view.viewmodel.select_all()
    assert person.press(Qt.Key.Key_K, CTRL)
    assert len(list(person.project.clips())) == 4
    assert person.press(Qt.Key.Key_S) and not view.viewmodel.snap
    view.keys.use("no such program")
    assert view.keys.preset == "Foleyscope"


def test_every_key_does_something(view: TimelineView) -> None:
    view.viewmodel.select_all()
    for entry in KEYS:
        view.keys.run(entry.id)
