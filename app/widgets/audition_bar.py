"""The slim bar beneath a sound list: stop, loop, scrub, one level, and what is heard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from app import theme
from app.viewmodels.audition import AuditionViewModel
from app.widgets.tool_button import tool_button

_TOGGLES = (
    ("loop", "repeat", "Loop (Shift+L)"),
    ("scrub_on_hover", "cursor-move", "Hear the waveform under the pointer (S)"),
    ("level_match", "equalizer", "Hear all sounds at one level (G)"),
)


class AuditionBar(QWidget):
    """Buttons bound to the audition view-model, and a quiet text at the right."""

    def __init__(self, audition: AuditionViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.audition = audition
        self.text = QLabel(alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.text.setFont(theme.figures(theme.SMALL))
        self.text.setProperty("quiet", True)
        self._stop = tool_button("stop", "Stop (Space)")
        self._stop.clicked.connect(audition.stop)
        self._toggles = {name: self._toggle(name, icon, tip) for name, icon, tip in _TOGGLES}
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 2, 8, 2)
        row.setSpacing(2)
        for button in (self._stop, *self._toggles.values()):
            row.addWidget(button)
        row.addWidget(self.text, 1)
        audition.options_changed.connect(self._show)
        audition.now_playing_changed.connect(self._show)
        self._show()

    def _toggle(self, name: str, icon: str, tip: str) -> QToolButton:
        button = tool_button(icon, tip, checkable=True)
        button.clicked.connect(lambda: self.audition.toggle_option(name))
        return button

    def _show(self) -> None:
        for name, button in self._toggles.items():
            button.setChecked(getattr(self.audition, name))
        self._stop.setEnabled(self.audition.now_playing is not None)
        self._stop.setToolTip(f"Stop (Space)\n{self.audition.device_label}")
