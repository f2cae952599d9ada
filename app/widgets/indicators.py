"""The top right corner: device, model, library, and the running work with its cancel button."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QWidget

from app import resources, theme
from app.tasks import Task
from app.viewmodels.indicators import IndicatorsViewModel
from app.widgets.status_line import ElidedLabel

WIDTH, HEIGHT = 640, 24  # px; a menu bar gives its corner the room it had at first, so it is asked for once and for all


class Indicators(QWidget):
    """Quiet text in the menu bar; work in progress brings a thin bar."""

    def __init__(self, viewmodel: IndicatorsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._facts = QLabel()
        self._facts.setProperty("quiet", True)
        self._facts.setFont(theme.figures(theme.SMALL))
        self.task_name = ElidedLabel()
        self.task_name.setFont(theme.figures(theme.SMALL))
        self.task_name.setFixedWidth(220)
        self.task_name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.task_name.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedWidth(96)
        self.cancel = QToolButton()
        self.cancel.setIconSize(QSize(12, 12))
        self.cancel.setIcon(resources.icon("close"))
        self.cancel.setToolTip("Stop this work  (Shift+Esc)")
        self.cancel.setAccessibleName("Stop this work")
        self.cancel.clicked.connect(viewmodel.cancel)
        self.setFixedSize(WIDTH, HEIGHT)
        self._lay_out()
        viewmodel.changed.connect(self._show_facts)
        viewmodel.tasks_changed.connect(self._show_task)
        self._show_facts()
        self._show_task()

    def sizeHint(self) -> QSize:
        """The menu bar places its corner by this."""
        return QSize(WIDTH, HEIGHT)

    def stop(self) -> None:
        """Stop the work that is shown."""
        self._viewmodel.cancel()

    def _show_facts(self) -> None:
        parts = (self._viewmodel.device, self._viewmodel.model, self._viewmodel.library)
        self._facts.setText("  ·  ".join(part for part in parts if part))
        self._facts.setToolTip("Device, model and library in use")

    def _show_task(self) -> None:
        task = self._viewmodel.task
        for widget in (self.task_name, self.bar, self.cancel):
            widget.setVisible(task is not None)
        if task is not None:
            self._show_progress(task)

    def _show_progress(self, task: Task) -> None:
        fraction = task.job.fraction if task.job is not None else None
        percent = f"  {fraction:.0%}" if fraction is not None else ""
        more = f"  +{self._viewmodel.more}" if self._viewmodel.more else ""
        self.task_name.set_full_text(f"{task.title}{percent}{more}")
        self.task_name.setToolTip(task.job.message if task.job is not None else task.title)
        self.bar.setRange(0, 1000 if fraction is not None else 0)
        self.bar.setValue(round((fraction or 0.0) * 1000))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(8)
        row.addStretch(1)
        for widget in (self.task_name, self.bar, self.cancel, self._facts):
            row.addWidget(widget)
