"""What the window reads from resources/: the style sheet, and icons of the one icon set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import resources

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon


def style_sheet(tokens: Mapping[str, str]) -> str:
    """The window's Qt style sheet with ``@name`` replaced by the colours of ``tokens``."""
    text = resources.path("theme/dark.qss").read_text("utf-8")
    return re.sub(r"@(\w+)", lambda found: tokens[found.group(1)], text)


@cache
def icon(name: str, colour: str = "#e4e5e7", active: str = "") -> QIcon:
    """An icon of the Material Design set, e.g. ``icon("play")``; ``active`` colours its checked state."""
    import qtawesome

    options = {"color": colour, "color_disabled": "#6d7077"}
    if active:
        options |= {"color_on": active}
    return qtawesome.icon(f"mdi6.{name}", **options)
