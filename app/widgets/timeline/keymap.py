"""What the timeline does by key, in groups, and all keys that a preset decides: our own, or another program's."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineKey:
    """One thing the timeline does, and the key it has where no preset says otherwise."""

    id: str
    key: str
    text: str
    group: str = ""
    repeats: bool = False


def _key(name: str, key: str, text: str, *, repeats: bool = False) -> TimelineKey:
    return TimelineKey(id=name, key=key, text=text, repeats=repeats)


def _group(title: str, *keys: TimelineKey) -> tuple[TimelineKey, ...]:
    return tuple(replace(key, group=title) for key in keys)


KEYS = (
    *_group(
        "Cut and copy",
        _key("split", "S", "Split at the playhead"),
        _key("remove", "Del", "Remove"),
        _key("ripple", "Shift+Del", "Remove and close the gap"),
        _key("cut", "Ctrl+X", "Cut"),
        _key("copy", "Ctrl+C", "Copy"),
        _key("paste", "Ctrl+V", "Paste at the playhead"),
        _key("duplicate", "Ctrl+D", "Duplicate"),
        _key("select_all", "Ctrl+A", "Select all"),
    ),
    *_group(
        "Move",
        _key("nudge_left", ",", "Nudge a frame earlier", repeats=True),
        _key("nudge_right", ".", "Nudge a frame later", repeats=True),
        _key("row_up", "Shift+Up", "To the track above"),
        _key("row_down", "Shift+Down", "To the track below"),
        _key("slip_left", "Ctrl+,", "Slip the sound a frame earlier", repeats=True),
        _key("slip_right", "Ctrl+.", "Slip the sound a frame later", repeats=True),
    ),
    *_group(
        "Shape",
        _key("trim_head", "Q", "Trim the start to the playhead"),
        _key("trim_tail", "W", "Trim the end to the playhead"),
        _key("fade_in", "Shift+Q", "Fade in up to the playhead"),
        _key("fade_out", "Shift+W", "Fade out from the playhead"),
        _key("louder", "Ctrl+Up", "1 dB louder", repeats=True),
        _key("softer", "Ctrl+Down", "1 dB softer", repeats=True),
        _key("faster", "Ctrl+Shift+Right", "Play faster by 5 %", repeats=True),
        _key("slower", "Ctrl+Shift+Left", "Play slower by 5 %", repeats=True),
        _key("pitch_up", "Ctrl+Shift+Up", "A semitone higher", repeats=True),
        _key("pitch_down", "Ctrl+Shift+Down", "A semitone lower", repeats=True),
        _key("sync", "V", "Sync point at the playhead"),
        _key("reverse", "R", "Reverse"),
        _key("mute", "Ctrl+M", "Mute the sound"),
        _key("numbers", "Ctrl+I", "Type level, pan, speed, pitch, fades"),
    ),
    *_group(
        "Source",
        _key("alternate_next", "A", "The next sound that was proposed"),
        _key("alternate_previous", "Shift+A", "The one before it"),
        _key("reveal", "F", "Show the sound in the library"),
    ),
    *_group(
        "Markers and loop",
        _key("marker", "M", "Marker at the playhead"),
        _key("marker_rename", "Shift+F2", "Rename the marker"),
        _key("marker_next", "Ctrl+Shift+M", "To the next marker", repeats=True),
        _key("marker_previous", "Alt+Shift+M", "To the previous marker", repeats=True),
        _key("loop_selection", "X", "Loop what is selected"),
    ),
    *_group(
        "Go",
        _key("transient_right", "Ctrl+Right", "To the next hit or edge", repeats=True),
        _key("transient_left", "Ctrl+Left", "To the previous hit or edge", repeats=True),
        _key("take_hit", "Y", "Take the proposed hit"),
        _key("leave", "Esc", "Leave drag, proposal or selection"),
        _key("snap", "N", "Snap on or off"),
    ),
    *_group(
        "Tracks",
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
    ),
    *_group(
        "Look",
        _key("zoom_in", "=", "Zoom in", repeats=True),
        _key("zoom_out", "-", "Zoom out", repeats=True),
        _key("zoom_fit", "Z", "Show all"),
        _key("rows_higher", "Ctrl+=", "Higher rows"),
        _key("rows_lower", "Ctrl+-", "Lower rows"),
    ),
)
"""Every key of the timeline; ``?`` and the Edit menu list them by group."""

MOUSE: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "On a clip",
        (
            ("Drag", "Move all that is selected"),
            ("Drag an edge", "Trim"),
            ("Alt+drag an edge", "Rate stretch: change the speed"),
            ("Alt+drag", "Slip the sound under it"),
            ("Drag an upper corner", "Fade"),
            ("Drag the amber mark", "Sync point; hits draw it"),
            ("Drag the line", "Level of all that is selected"),
            ("Drag 1.00× or 0 st", "Their speed or pitch"),
            ("Double-click", "Numbers; a handle: back to rest"),
            ("Right click", "Everything else"),
        ),
    ),
    (
        "On the ruler",
        (
            ("Click or drag", "Playhead"),
            ("Drag below the time", "Draw a loop"),
            ("Drag the loop", "Move it; by an end: in or out"),
            ("Drag a marker", "Move it; a click goes there"),
            ("Double-click a marker", "Rename"),
            ("Right click", "Everything else"),
        ),
    ),
    (
        "While dragging",
        (
            ("Shift", "No snapping; numbers finely"),
            ("Esc", "All is as it was"),
        ),
    ),
    (
        "Look",
        (
            ("Wheel", "Scroll; with Shift sideways"),
            ("Ctrl+wheel", "Zoom at the pointer"),
            ("Alt+wheel", "Higher or lower rows"),
        ),
    ),
)
"""What the pointer does, by where it is, as ``?`` lists it."""

WINDOW_KEYS = {
    "place": "D",
    "place_alternates": "Shift+D",
    "type_time": "T",
    "more_heat": "]",
    "less_heat": "[",
    "point": "B",
}
"""Keys of the window's commands (`Command.id`) that give way where a preset's habit has theirs on the timeline."""

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
        "track_louder": "Shift+Up",
        "track_softer": "Shift+Down",
        "louder": "]",
        "softer": "[",
        "more_heat": "Ctrl+]",
        "less_heat": "Ctrl+[",
        "zoom_fit": "\\",
    },
    "Resolve": {
        "split": "Ctrl+B",
        "ripple": "Shift+Backspace",
        "zoom_fit": "Shift+Z",
        "zoom_in": "Ctrl+=",
        "zoom_out": "Ctrl+-",
        "rows_higher": "=",
        "rows_lower": "-",
        "row_up": "Alt+Up",
        "row_down": "Alt+Down",
        "track_louder": "Shift+Up",
        "track_softer": "Shift+Down",
        "mute": "D",
        "place": "E",
        "place_alternates": "Shift+E",
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
        "alternate_next": "Ctrl+Alt+A",
        "alternate_previous": "Ctrl+Alt+Shift+A",
        "slip_left": "Ctrl+Alt+,",
        "slip_right": "Ctrl+Alt+.",
        "place": "E",
        "place_alternates": "Shift+E",
        "type_time": "Shift+T",
        "point": "Shift+B",
    },
}
"""What each preset changes. Words are ours: see those programs' own key lists."""


def keys_of(preset: str) -> dict[str, str]:
    """Key of each thing the timeline does and of each of :data:`WINDOW_KEYS`, by a preset's name; all have one."""
    return {entry.id: entry.key for entry in KEYS} | WINDOW_KEYS | PRESETS.get(preset, {})
