"""A dock with a quiet title bar of its own: name, float, hide."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from app import resources, theme

NARROWEST = 264  # px


class Dock(QDockWidget):
    """A panel that can be moved, floated to a second screen, and hidden."""

    def __init__(self, name: str, title: str, key: str, panel: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setObjectName(name)
        self.panel = panel
        panel.setMinimumWidth(NARROWEST)  # else a panel whose content grows would push the picture aside
        panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWidget(panel)
        self.setTitleBarWidget(self._title_bar(title, key))
        self.toggleViewAction().setText(title)
        self.toggleViewAction().setShortcut(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that the panel has no use for are the window's, also from a second screen."""
        self._hand_on(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """The window hears of a key's end as well: K held is a mode."""
        self._hand_on(event)

    def _hand_on(self, event: QKeyEvent) -> None:
        event.ignore()  # a docked panel's parent gets it by Qt's own way
        window = self.parentWidget()
        if self.isFloating() and window is not None:
            QCoreApplication.sendEvent(window, event)

    def _title_bar(self, title: str, key: str) -> QWidget:
        bar = QWidget(self)
        bar.setObjectName("dockTitle")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        name = QLabel(title.upper())
        name.setFont(theme.font(theme.SMALL, bold=True))
        name.setProperty("quiet", True)
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(0)
        row.addWidget(name)
        row.addStretch(1)
        row.addWidget(self._button("dock-window", "Float this panel, or put it back", self._toggle_floating))
        row.addWidget(self._button("close", f"Hide this panel  ({key} brings it back)", self.close))
        return bar

    def _button(self, icon: str, tip: str, slot: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setIconSize(QSize(12, 12))
        button.setIcon(resources.icon(icon, theme.QUIET))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(slot)
        return button

    def _toggle_floating(self) -> None:
        self.setFloating(not self.isFloating())
