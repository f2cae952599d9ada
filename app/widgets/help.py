"""Keys and About, as windows that stay out of the way."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from app.widgets.keys_dialog import Group, KeysDialog
from app.widgets.rubber_band import KEYS as REGION_KEYS
from app.widgets.sound_list_keys import KEYS

if TYPE_CHECKING:
    from app.main_window import MainWindow

HEADINGS = {"file": "File", "play": "Playback", "view": "View", "help": "Help"}
IN_LISTS: Group = ("In a list of sounds", KEYS)
ON_PICTURE: Group = ("On the picture", REGION_KEYS)


def key_columns(window: MainWindow) -> list[list[Group]]:
    """Every key of the window by menu and those of the lists, in three columns of about the same height."""
    groups: dict[str, Group] = {}
    for menu, heading in HEADINGS.items():
        rows = [(c.key, c.text.rstrip("…")) for c in window.commands if c.menu == menu and c.key]
        if menu == "view":
            docks = sorted(window.docks.values(), key=lambda dock: dock.toggleViewAction().shortcut().toString())
            rows += [(dock.toggleViewAction().shortcut().toString(), dock.windowTitle()) for dock in docks]
        groups[menu] = (heading, rows)
    return [[groups["play"], groups["help"]], [IN_LISTS, ON_PICTURE], [groups["file"], groups["view"]]]


def show_keys(window: MainWindow) -> None:
    """Open the list of keys."""
    dialog = KeysDialog(key_columns(window), window)
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
