"""The master strip: peak meters with hold, momentary, short-term and integrated loudness, true peak, fader, limiter."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.viewmodels.mixer import MixerViewModel, fader_level, fader_place, level_text, meter_place
from app.widgets.tracks.headers import paint_meter

_STEPS = 1000
BARS, FIGURES = 18, 24  # px
SCALE = (0, -6, -18, -36)
"""dBFS that are marked beside the bars."""
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_ROWS = (
    ("M", "momentary", "Momentary loudness, of 0.4 s (LUFS)"),
    ("S", "short_term", "Short-term loudness, of 3 s (LUFS)"),
    ("I", "integrated", "Integrated loudness since playing began (LUFS)"),
    ("TP", "true_peak", "Highest true peak since playing began (dBTP)"),
)


class MasterMeter(QWidget):
    """Two tall bars."""

    def __init__(self, mixer: MixerViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mixer = mixer
        self.setMinimumSize(BARS + FIGURES, 48)
        self.setMaximumWidth(BARS + FIGURES)
        self.setAccessibleName("Master meter")
        mixer.metered.connect(self.update)

    def sizeHint(self) -> QSize:
        """As tall as there is room."""
        return QSize(BARS + FIGURES, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Levels and the held peak."""
        painter = QPainter(self)
        reading = self._mixer.reading
        peaks = (0.0, 0.0, 0.0)
        if reading is not None and self._mixer.heard:
            left, right = reading.master
            peaks = (float(left), float(right), float(reading.master_held.max()))
        paint_meter(painter, QRectF(0, 0, BARS, self.height()), peaks)
        painter.setFont(theme.figures(theme.SMALL))
        half = painter.fontMetrics().height() / 2
        for decibels in SCALE:
            y = meter_place(10 ** (decibels / 20))
            y = (1 - y) * self.height()
            painter.setPen(QColor(theme.LINE))
            painter.drawLine(0, round(y), BARS, round(y))
            painter.setPen(QColor(theme.QUIET))
            middle = min(max(y, half), self.height() - half)
            painter.drawText(QRectF(BARS + 4, middle - half, FIGURES - 4, 2 * half), _LEFT, f"{decibels}")


class MasterFader(QSlider):
    """The master's level; a double click puts it to 0 dB."""

    def __init__(self, mixer: MixerViewModel, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._mixer = mixer
        self.setRange(0, _STEPS)
        self.setPageStep(30)
        self.setSingleStep(5)
        self.setAccessibleName("Master level")
        self.setToolTip("Master level: drag, double-click for 0 dB")
        self.sliderPressed.connect(mixer.begin_drag)
        self.sliderReleased.connect(mixer.end_drag)
        self.valueChanged.connect(lambda value: mixer.set_master_gain(fader_level(value / _STEPS)))

    def show_level(self, decibels: float) -> None:
        """Stand where the document says."""
        place = round(fader_place(decibels) * _STEPS)
        if not self.isSliderDown() and round(fader_level(self.value() / _STEPS), 1) != round(decibels, 1):
            self.blockSignals(True)
            self.setValue(place)
            self.blockSignals(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to 0 dB."""
        self._mixer.set_master_gain(0.0)


class MasterStrip(QWidget):
    """Binds the mixer's master to a fader, meters and figures."""

    def __init__(self, mixer: MixerViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mixer = mixer
        self.setObjectName("masterStrip")
        self.setFixedWidth(160)
        self.meter, self.fader = MasterMeter(mixer), MasterFader(mixer)
        self.level = QLabel()
        self.level.setFont(theme.figures(theme.SMALL))
        self.limiter = QToolButton()
        self.limiter.setText("Limiter")
        self.limiter.setCheckable(True)
        self.limiter.setFont(theme.font(theme.SMALL))
        self.limiter.setToolTip("Hold the master under its ceiling")
        self.limiter.clicked.connect(mixer.toggle_limiter)
        self.figures: dict[str, QLabel] = {}
        self._lay_out()
        mixer.metered.connect(self.show_loudness)
        mixer.projects.changed.connect(lambda _: self.show_master())
        mixer.projects.opened_changed.connect(self.show_master)
        self.show_master()
        self.show_loudness()

    def show_master(self) -> None:
        """Fader, limiter and level as the document says."""
        project = self._mixer.projects.project
        for widget in (self.fader, self.limiter):
            widget.setEnabled(project is not None)
        if project is None:
            self.level.setText("")
            return
        self.fader.show_level(project.master.gain_db)
        self.limiter.setChecked(project.master.limiter)
        self.limiter.setToolTip(f"Hold the master under {project.master.ceiling_db:g} dBTP")
        self.level.setText(f"{level_text(project.master.gain_db)} dB")

    def show_loudness(self) -> None:
        """The figures of what is heard, or was heard last."""
        reading = self._mixer.reading
        for _, name, _ in _ROWS:
            value = getattr(reading, name) if reading is not None else -math.inf
            self.figures[name].setText(f"{value:.1f}" if math.isfinite(value) else "–")
        peak = reading.true_peak if reading is not None else -math.inf
        over = self._ceiling() < peak
        self.figures["true_peak"].setStyleSheet(f"color: {theme.WARM};" if over else "")

    def _ceiling(self) -> float:
        project = self._mixer.projects.project
        return project.master.ceiling_db + 0.05 if project is not None else 0.0

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        for row, (short, name, tip) in enumerate(_ROWS):
            heading = QLabel(short)
            heading.setFont(theme.font(theme.SMALL))
            heading.setProperty("quiet", True)
            heading.setToolTip(tip)
            value = self.figures[name] = QLabel("–")
            value.setFont(theme.figures(theme.NORMAL))
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setToolTip(tip)
            value.setAccessibleName(tip)
            grid.addWidget(heading, row, 0)
            grid.addWidget(value, row, 1)
        title = QLabel("MASTER")
        title.setFont(theme.font(theme.SMALL, bold=True))
        title.setProperty("quiet", True)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(title)
        right.addLayout(grid)
        right.addStretch(1)
        right.addWidget(self.level)
        right.addWidget(self.limiter)
        row_box = QHBoxLayout(self)
        row_box.setContentsMargins(8, 6, 8, 6)
        row_box.setSpacing(8)
        row_box.addWidget(self.meter)
        row_box.addWidget(self.fader)
        row_box.addLayout(right, 1)
