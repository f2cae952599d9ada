"""The colours that a marker or a track can have."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QMenu

SWATCH = 12  # px
Colours = tuple[tuple[str, str | None], ...]
"""Names and ``#rrggbb``; None is the window's own choice."""


def add_colours(menu: QMenu, colours: Colours, now: str | None, pick: Callable[[str | None], object]) -> None:
    """Add a menu of ``colours``, that of ``now`` checked; ``pick`` gets the one that is taken."""
    shades = menu.addMenu("Colour")
    for name, colour in colours:
        action = shades.addAction(name, partial(pick, colour))
        if colour is not None:
            swatch = QPixmap(SWATCH, SWATCH)
            swatch.fill(QColor(colour))
            action.setIcon(QIcon(swatch))
        action.setCheckable(True)
        action.setChecked(now == colour)
