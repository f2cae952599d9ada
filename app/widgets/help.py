"""Keys and About, as windows that stay out of the way."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from app.widgets.keys_dialog import Group, KeysDialog
from app.widgets.rubber_band import KEYS as REGION_KEYS
from app.widgets.sound_list_keys import KEYS
from app.widgets.timeline.keymap import KEYS as TIMELINE_KEYS
from app.widgets.timeline.keymap import MOUSE, keys_of

if TYPE_CHECKING:
    from app.main_window import MainWindow

HEADINGS = {"file": "File", "edit": "Edit", "play": "Playback", "view": "View", "help": "Help"}
IN_LISTS: Group = ("In a list of sounds", KEYS)
HELD = ("K held + J or L", "One frame back or on")
"""With two keys; it belongs below those of the transport."""
UNDO = (("Ctrl+Z", "Undo"), ("Ctrl+Shift+Z", "Redo"))
TIMELINE_COLUMNS = (("Cut and copy", "Move"), ("Shape", "Source"), ("Tracks", "Look"))
PLACES_COLUMNS = (("Markers and loop", "Go"),)
MOUSE_COLUMNS = (("On a clip", "While dragging"), ("On the ruler", "Look"))


def key_columns(window: MainWindow) -> list[list[Group]]:
    """Every key of the window by menu, in columns of about the same height."""
    groups: dict[str, Group] = {}
    for menu, heading in HEADINGS.items():
        rows = [(c.key, c.text.rstrip("…")) for c in window.commands if c.menu == menu and c.key]
        if menu == "view":
            docks = sorted(window.docks.values(), key=lambda dock: dock.toggleViewAction().shortcut().toString())
            rows += [(dock.toggleViewAction().shortcut().toString(), dock.windowTitle()) for dock in docks]
        groups[menu] = (heading, rows)
    play = groups["play"][1]
    after = [key for key, _ in play].index("J") + 1
    groups["play"] = (groups["play"][0], [*play[:after], HELD, *play[after:]])
    groups["edit"] = ("Edit", [*UNDO, *groups["edit"][1]])
    return [[groups["play"], groups["help"]], [groups["file"], groups["edit"]], [groups["view"]]]


def timeline_columns(preset: str, columns: Sequence[Sequence[str]] = TIMELINE_COLUMNS) -> list[list[Group]]:
    """The timeline's keys by what they are for, under a preset."""
    keys = keys_of(preset)
    rows: dict[str, list[tuple[str, str]]] = {}
    for entry in TIMELINE_KEYS:
        rows.setdefault(entry.group, []).append((keys[entry.id], entry.text))
    return [[(heading, rows[heading]) for heading in part] for part in columns]


def mouse_columns() -> list[list[Group]]:
    """What the pointer does on the timeline."""
    groups = dict(MOUSE)
    return [[(heading, groups[heading]) for heading in part] for part in MOUSE_COLUMNS]


def show_keys(window: MainWindow) -> None:
    """Open the list of keys."""
    preset = window.desk.preset if window.desk is not None else "Foleyscope"
    title = "Timeline" if preset == "Foleyscope" else f"Timeline, keys as in {preset}"
    on_picture = [(key.format_map(keys_of(preset)), text) for key, text in REGION_KEYS]
    lists: list[list[Group]] = [[IN_LISTS], [("On the picture", on_picture)]]
    pages = [("Window", key_columns(window)), ("Lists and picture", lists), (title, timeline_columns(preset))]
    places = timeline_columns(preset, PLACES_COLUMNS)
    pages.append(("Places and mouse", [*places, *mouse_columns()]))
    dialog = KeysDialog(pages, window)
    if window.desk is not None and window.desk.panel.view.hasFocus():
        dialog.pages.setCurrentIndex(2)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()


def show_about(window: MainWindow) -> None:
    """Open the note on what this is."""
    try:
        number = version("foleyscope")
    except PackageNotFoundError:
        number = "from source"
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("About Foleyscope")
    box.setText(f"Foleyscope {number}")
    box.setInformativeText(
        "Proposes sounds from your own library for every frame of a silent picture.\n"
        "Everything runs on this computer. Apache-2.0."
    )
    box.setModal(False)
    box.show()
