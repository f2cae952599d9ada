"""The timeline's keys: everything its pointer can do, and the habits of other programs as presets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineKey:
    """One thing the timeline does, and the key it has where no preset says otherwise."""

    id: str
    key: str
    text: str
    repeats: bool = False


def _key(name: str, key: str, text: str, *, repeats: bool = False) -> TimelineKey:
    return TimelineKey(id=name, key=key, text=text, repeats=repeats)


KEYS = (
    _key("split", "S", "Split at the playhead"),
    _key("remove", "Del", "Remove"),
    _key("ripple", "Shift+Del", "Remove and close the gap"),
    _key("cut", "Ctrl+X", "Cut"),
    _key("copy", "Ctrl+C", "Copy"),
    _key("paste", "Ctrl+V", "Paste at the playhead"),
    _key("duplicate", "Ctrl+D", "Duplicate"),
    _key("select_all", "Ctrl+A", "Select all"),
    _key("nudge_left", ",", "Nudge a frame earlier", repeats=True),
    _key("nudge_right", ".", "Nudge a frame later", repeats=True),
    _key("row_up", "Shift+Up", "To the track above"),
    _key("row_down", "Shift+Down", "To the track below"),
    _key("trim_head", "Q", "Trim the start to the playhead"),
    _key("trim_tail", "W", "Trim the end to the playhead"),
    _key("fade_in", "Shift+Q", "Fade in up to the playhead"),
    _key("fade_out", "Shift+W", "Fade out from the playhead"),
    _key("slip_left", "Ctrl+,", "Slip the sound a frame earlier", repeats=True),
    _key("slip_right", "Ctrl+.", "Slip the sound a frame later", repeats=True),
    _key("louder", "Ctrl+Up", "1 dB louder", repeats=True),
    _key("softer", "Ctrl+Down", "1 dB softer", repeats=True),
    _key("sync", "V", "Sync point at the playhead"),
    _key("reverse", "R", "Reverse"),
    _key("mute", "Ctrl+M", "Mute the sound"),
    _key("marker", "M", "Marker at the playhead"),
    _key("snap", "N", "Snap on or off"),
    _key("transient_right", "Ctrl+Right", "To the next hit or edge", repeats=True),
    _key("transient_left", "Ctrl+Left", "To the previous hit or edge", repeats=True),
    _key("track_up", "Up", "The track above", repeats=True),
    _key("track_down", "Down", "The track below", repeats=True),
    _key("track_new", "Ctrl+T", "New track"),
    _key("track_rename", "F2", "Rename the track"),
    _key("track_mute", "Shift+M", "Mute the track"),
    _key("track_solo", "Shift+S", "Solo the track"),
    _key("track_louder", "Alt+Up", "Track 0.5 dB louder", repeats=True),
    _key("track_softer", "Alt+Down", "Track 0.5 dB softer", repeats=True),
    _key("track_left", "Alt+Shift+Left", "Pan the track left", repeats=True),
    _key("track_right", "Alt+Shift+Right", "Pan the track right", repeats=True),
    _key("zoom_in", "=", "Zoom in", repeats=True),
    _key("zoom_out", "-", "Zoom out", repeats=True),
    _key("zoom_fit", "Z", "Show all"),
    _key("rows_higher", "Ctrl+=", "Higher rows"),
    _key("rows_lower", "Ctrl+-", "Lower rows"),
    _key("take_hit", "Y", "Take the proposed hit"),
    _key("leave", "Esc", "Leave the proposal, the drag or the selection"),
)
"""Every key of the timeline; ``?`` lists them."""

PRESETS: dict[str, dict[str, str]] = {
    "Foleyscope": {},
    "Premiere": {
        "split": "Ctrl+K",
        "snap": "S",
        "nudge_left": "Alt+Left",
        "nudge_right": "Alt+Right",
        "slip_left": "Ctrl+Alt+Left",
        "slip_right": "Ctrl+Alt+Right",
        "row_up": "Alt+Up",
        "row_down": "Alt+Down",
        "track_louder": "",
        "track_softer": "",
        "louder": "]",
        "softer": "[",
        "zoom_fit": "\\",
    },
    "Resolve": {
        "split": "Ctrl+B",
        "ripple": "Shift+Backspace",
        "zoom_fit": "Shift+Z",
        "zoom_in": "Ctrl+=",
        "zoom_out": "Ctrl+-",
        "rows_higher": "",
        "rows_lower": "",
        "row_up": "Alt+Up",
        "row_down": "Alt+Down",
        "track_louder": "",
        "track_softer": "",
        "mute": "D",
    },
    "Pro Tools": {
        "split": "B",
        "trim_head": "A",
        "trim_tail": "S",
        "fade_in": "D",
        "fade_out": "G",
        "zoom_out": "R",
        "zoom_in": "T",
        "zoom_fit": "Alt+A",
        "reverse": "Shift+R",
        "sync": "Ctrl+,",
        "slip_left": "Ctrl+Alt+,",
        "slip_right": "Ctrl+Alt+.",
    },
}
"""What each preset changes; an empty key takes one away. Words are ours: see those programs' own key lists."""

_SHIFTLESS = Qt.KeyboardModifier.ShiftModifier


def keys_of(preset: str) -> dict[str, str]:
    """Key of each thing the timeline does, by a preset's name."""
    return {entry.id: PRESETS.get(preset, {}).get(entry.id, entry.key) for entry in KEYS}


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
        self._by_key = {_combined_of(keys[entry.id]): entry for entry in KEYS if keys[entry.id]}

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

    def _has_use(self, found: TimelineKey) -> bool:
        view, vm = self._view, self._view.viewmodel
        if found.id == "leave":
            return bool(vm.gesture or vm.selection) or view.hit is not None
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
    vm, mixer = view.viewmodel, view.mixer

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
        "sync": vm.set_sync,
        "reverse": vm.reverse,
        "mute": vm.mute,
        "marker": vm.add_marker,
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
