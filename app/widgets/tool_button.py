"""A small icon button whose tooltip names its key, as panels use it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from app import resources, theme


def tool_button(icon: str, tip: str, *, checkable: bool = False, parent: QWidget | None = None) -> QToolButton:
    """A 16 px icon button; Tab reaches it, a click does not take the keys away from the list."""
    button = QToolButton(parent)
    button.setIconSize(QSize(16, 16))
    button.setIcon(resources.icon(icon, theme.QUIET, theme.ACCENT))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
