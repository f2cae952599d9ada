"""The timeline's keys: what a press means, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from app.widgets.timeline.keymap import KEYS, PRESETS, TimelineKey, keys_of

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView


__all__ = ["KEYS", "PRESETS", "TimelineKey", "TimelineKeys", "keys_of"]
_SHIFTLESS = Qt.KeyboardModifier.ShiftModifier


class TimelineKeys:
    """Finds and runs what a key press means."""

    def __init__(self, view: TimelineView) -> None:
        self._view = view
        self.preset = "Foleyscope"
        self._by_key: dict[int, TimelineKey] = {}
        self._actions = _actions(view)
        self.use("Foleyscope")

    def use(self, preset: str) -> None:
        """Take up the keys of a preset; an unknown name is our own."""
        self.preset = preset if preset in PRESETS else "Foleyscope"
        keys = keys_of(self.preset)
        self._by_key = {_combined_of(keys[entry.id]): entry for entry in KEYS}

    def told(self, words: str) -> str:
        """``words`` with the keys as they are now for what stands in braces: "Split  ({split})"."""
        return words.format_map(keys_of(self.preset))

    def owns(self, event: QKeyEvent) -> bool:
        """Whether a key press is the timeline's; Escape only where there is something to leave."""
        found = self._found(event)
        if found is None or self._view.viewmodel.shown is None:
            return False
        return self._has_use(found)

    def press(self, event: QKeyEvent) -> bool:
        """Do what the key says. Returns whether there was something."""
        found = self._found(event)
        if found is None or self._view.viewmodel.shown is None or not self._has_use(found):
            return False
        if found.repeats or not event.isAutoRepeat():
            self.run(found.id)
        return True

    def run(self, name: str) -> None:
        """Do one of :data:`KEYS` by its id."""
        self._actions[name]()

    @staticmethod
    def text_of(name: str) -> str:
        """What one of :data:`KEYS` does, in words."""
        return next(entry.text for entry in KEYS if entry.id == name)

    def _has_use(self, found: TimelineKey) -> bool:
        view, vm = self._view, self._view.viewmodel
        if found.id == "leave":
            return bool(vm.selection) or any(one is not None for one in (vm.gesture, view.hand.band, view.hit))
        return found.id != "take_hit" or view.hit is not None

    def _found(self, event: QKeyEvent) -> TimelineKey | None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key.Key_Delete if event.key() == Qt.Key.Key_Backspace and not modifiers else event.key()
        key = Qt.Key.Key_Equal if key == Qt.Key.Key_Plus else key
        found = self._by_key.get(int(key) | modifiers.value)
        if found is None and event.text() and not event.text().isalnum() and event.text().isprintable():
            found = self._by_key.get(int(key) | (modifiers & ~_SHIFTLESS).value)  # "=" needs Shift on some keyboards
        return found


def _combined_of(key: str) -> int:
    pressed: Any = QKeySequence(key)  # its stub lacks the index that the class has
    return int(pressed[0].toCombined())


def _actions(view: TimelineView) -> dict[str, Callable[[], object]]:
    vm, mixer, marks, shaping = view.viewmodel, view.mixer, view.viewmodel.marks, view.viewmodel.shaping

    def on_track(act: Callable[..., object], *values: float) -> Callable[[], object]:
        return lambda: act(vm.track, *values) if vm.track is not None else None

    def to_row(rows: int) -> None:
        vm.step_track(rows)
        view.reveal_track()

    def new_track() -> None:
        vm.add_track()
        view.reveal_track()

    return {
        "split": vm.split,
        "remove": vm.remove,
        "ripple": lambda: vm.remove(ripple=True),
        "cut": vm.cut,
        "copy": vm.copy,
        "paste": vm.paste,
        "duplicate": vm.duplicate,
        "select_all": vm.select_all,
        "nudge_left": lambda: vm.nudge(-1),
        "nudge_right": lambda: vm.nudge(1),
        "row_up": lambda: vm.move_rows(-1),
        "row_down": lambda: vm.move_rows(1),
        "trim_head": lambda: vm.trim_to_playhead("head"),
        "trim_tail": lambda: vm.trim_to_playhead("tail"),
        "fade_in": lambda: vm.fade_to_playhead("in"),
        "fade_out": lambda: vm.fade_to_playhead("out"),
        "slip_left": lambda: vm.slip(-1),
        "slip_right": lambda: vm.slip(1),
        "louder": lambda: vm.louder(1.0),
        "softer": lambda: vm.louder(-1.0),
        "faster": lambda: shaping.nudge_speed(0.05),
        "slower": lambda: shaping.nudge_speed(-0.05),
        "pitch_up": lambda: shaping.nudge_pitch(1.0),
        "pitch_down": lambda: shaping.nudge_pitch(-1.0),
        "numbers": view.show_numbers,
        "alternate_next": lambda: shaping.step_alternate(1),
        "alternate_previous": lambda: shaping.step_alternate(-1),
        "reveal": shaping.reveal,
        "sync": vm.set_sync,
        "reverse": vm.reverse,
        "mute": vm.mute,
        "marker": vm.add_marker,
        "marker_rename": view.ruler.rename_nearest,
        "marker_next": lambda: marks.step(1),
        "marker_previous": lambda: marks.step(-1),
        "loop_selection": marks.loop_selection,
        "snap": vm.toggle_snap,
        "transient_right": lambda: vm.to_transient(1),
        "transient_left": lambda: vm.to_transient(-1),
        "track_up": lambda: to_row(-1),
        "track_down": lambda: to_row(1),
        "track_new": new_track,
        "track_rename": on_track(view.headers.rename),
        "track_mute": on_track(mixer.toggle_mute),
        "track_solo": on_track(mixer.toggle_solo),
        "track_louder": on_track(mixer.nudge_gain, 0.5),
        "track_softer": on_track(mixer.nudge_gain, -0.5),
        "track_left": on_track(mixer.nudge_pan, -0.05),
        "track_right": on_track(mixer.nudge_pan, 0.05),
        "zoom_in": lambda: view.zoom(1.5),
        "zoom_out": lambda: view.zoom(1 / 1.5),
        "zoom_fit": view.zoom_to_fit,
        "rows_higher": lambda: view.zoom_rows(1),
        "rows_lower": lambda: view.zoom_rows(-1),
        "take_hit": view.take_hit,
        "leave": view.leave,
    }
