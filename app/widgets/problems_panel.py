"""Files that could not be taken into the library: what was wrong with each and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.widgets.state_page import StatePage

if TYPE_CHECKING:
    from engine.library import Problem

COLUMNS = ("File", "What is wrong", "What to do")


class ProblemsPanel(QWidget):
    """A list that can be read, sorted and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problems: tuple[Problem, ...] = ()
        self._empty = StatePage()
        self._empty.show_state("check-circle-outline", "No problems", "Files that cannot be read are listed here.")
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSortingEnabled(True)
        self.list.setHeaderLabels(COLUMNS)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.list.setAccessibleName("Problems")
        self._count = QLabel()
        self._count.setProperty("quiet", True)
        self.copy = QPushButton("Copy all")
        self.copy.clicked.connect(self._copy)
        self._lay_out()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """List the problems of the last indexing."""
        self._problems = tuple(problems)
        self.list.clear()
        for problem in self._problems:
            item = QTreeWidgetItem([problem.path.name, problem.message, problem.hint])
            for column, tip in enumerate((str(problem.path), problem.message, problem.hint)):
                item.setToolTip(column, tip)
            self.list.addTopLevelItem(item)
        self._count.setText(f"{len(self._problems)} file{'' if len(self._problems) == 1 else 's'} left out")
        self._stack.setCurrentIndex(1 if self._problems else 0)

    def as_text(self) -> str:
        """All problems as lines of tab-separated text."""
        return "\n".join(f"{p.path}\t{p.message}\t{p.hint}" for p in self._problems)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.as_text())

    def _lay_out(self) -> None:
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 4, 8, 8)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(self.copy)
        column.addLayout(row)
        column.addWidget(self.list)
        self._stack.addWidget(page)
        header = self.list.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, 260)
        self.list.setFont(theme.font())
