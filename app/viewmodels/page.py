"""What a panel says when it has no list to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PanelState = Literal["empty", "working", "full", "failed"]

OPEN_VIDEO = "Open video…"
ADD_FOLDER = "Add a sound folder…"
OPEN_LIBRARY = "Open library…"
TRY_DEMO = "Try the demo"
RETRY = "Retry"
CLEAR_SEARCH = "Clear search"


@dataclass(frozen=True, slots=True)
class Page:
    """An icon, a sentence, what to do, and the buttons that do it (the first is the one to press)."""

    icon: str
    title: str
    text: str = ""
    buttons: tuple[str, ...] = ()
