"""The list of keys: opened with ``?``, closed with Escape, never in the way of the picture's own keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from app import theme

Group = tuple[str, Sequence[tuple[str, str]]]
"""A heading and its rows of (keys, what they do)."""


Columns = Sequence[Sequence[Group]]


class KeysDialog(QDialog):
    """Shows pages of keys, each with groups in columns."""

    def __init__(self, pages: Sequence[tuple[str, Columns]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setModal(False)
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        self.pages.tabBar().setDrawBase(False)
        for title, columns in pages:
            self.pages.addTab(_page(columns), title)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.pages)


def _page(columns: Columns) -> QWidget:
    page = QWidget()
    row = QHBoxLayout(page)
    row.setContentsMargins(16, 16, 16, 16)
    row.setSpacing(40)
    for part in columns:
        column = QVBoxLayout()
        column.setSpacing(16)
        for heading, rows in part:
            column.addLayout(_block(heading, rows))
        column.addStretch(1)
        row.addLayout(column)
    row.addStretch(1)
    return page


def _block(heading: str, rows: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    title = QLabel(heading.upper())
    title.setFont(theme.font(theme.SMALL, bold=True))
    title.setProperty("quiet", True)
    grid.addWidget(title, 0, 0, 1, 2)
    for at, (keys, text) in enumerate(rows, start=1):
        cap = QLabel(keys)
        cap.setFont(theme.font(theme.SMALL))
        cap.setStyleSheet(
            f"background: {theme.RAISED}; border: 1px solid {theme.LINE}; border-radius: 3px; padding: 2px 6px;"
        )
        grid.addWidget(cap, at, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(QLabel(text), at, 1)
    grid.setColumnStretch(1, 1)
    return grid
