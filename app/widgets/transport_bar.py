"""Under the picture: play and step buttons, time code that can be typed, rate, loop, and the heatmap's controls."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSlider, QToolButton, QWidget

from app import resources, theme
from app.viewmodels.picture import PictureViewModel
from app.viewmodels.transport import TransportViewModel
from app.widgets.timeline.keymap import WINDOW_KEYS
from engine.errors import ProjectError

ICON = QSize(16, 16)


def tool(icon: str, name: str, key: str, *, checkable: bool = False) -> QToolButton:
    """An icon button whose tooltip names its key."""
    button = QToolButton()
    button.setCheckable(checkable)
    button.setIconSize(ICON)
    button.setIcon(resources.icon(icon, theme.TEXT, theme.ACCENT if checkable else ""))
    button.setToolTip(f"{name}  ({key})")
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


class TimecodeField(QLineEdit):
    """Shows the playhead as time code; typing one moves it."""

    seek_to = Signal(str)
    left = Signal()
    forgotten = Signal()
    """The hand went elsewhere: what was typed and not sent is gone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(theme.figures(theme.LARGE))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFixedWidth(QFontMetrics(self.font()).horizontalAdvance("00:00:00:00") + 24)
        self.setAccessibleName("Time code")
        self.returnPressed.connect(lambda: self.seek_to.emit(self.text()))

    def show_time(self, timecode: str) -> None:
        """Show the playhead unless someone is typing."""
        if not (self.hasFocus() and self.isModified()) and timecode != self.text():
            self.setText(timecode)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives the field back to the playhead."""
        if event.key() == Qt.Key.Key_Escape:
            self.setModified(False)
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Give the field back to the playhead; nothing half typed stays."""
        super().focusOutEvent(event)
        self.setModified(False)
        self.forgotten.emit()


class TransportBar(QWidget):
    """Binds the transport and the overlay's switches to buttons."""

    def __init__(self, transport: TransportViewModel, picture: PictureViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.transport, self.picture = transport, picture
        self._session = transport.session
        self._make_buttons()
        self.timecode = TimecodeField()
        self._rate = QLabel()
        self._rate.setFont(theme.figures())
        self._rate.setProperty("quiet", True)
        self._faults = QPushButton()
        self._faults.setProperty("flat", True)
        self._faults.setFont(theme.figures(theme.SMALL))
        self._faults.setStyleSheet(f"color: {theme.AMBER};")
        self._faults.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setRange(0, 100)
        self._opacity.setFixedWidth(88)
        self._opacity.setAccessibleName("Opacity of the heatmap")
        self._over_picture: dict[QWidget, str] = {box: box.toolTip() for box in (self._heat, self._contours)}
        self.show_keys(WINDOW_KEYS)
        self._lay_out()
        self._bind()
        self._show_time()
        self._show_transport()
        self._show_overlay()

    def show_keys(self, keys: Mapping[str, str]) -> None:
        """Name the keys of this table in the tooltips."""
        tip = "Time code  ({type_time} to type one; +12 and -12 count frames, 72.5s is seconds)"
        self.timecode.setToolTip(tip.format_map(keys))
        self._over_picture[self._opacity] = "Opacity of the heatmap  ({less_heat} and {more_heat})".format_map(keys)
        self._show_overlay()

    def _make_buttons(self) -> None:
        self._start = tool("skip-previous", "To the first frame", "Home")
        self._back = tool("step-backward", "One frame back", "Left")
        self._play = tool("play", "Play", "Space")
        self._forward = tool("step-forward", "One frame on", "Right")
        self._end = tool("skip-next", "To the last frame", "End")
        self._loop = tool("repeat", "Loop the film, or from in to out", "Ctrl+R", checkable=True)
        self._loop.setAccessibleName("Loop the film")
        self._heat = tool("blur", "Heatmap", "H", checkable=True)
        self._contours = tool("vector-polygon", "Contours instead of heat", "Shift+H", checkable=True)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(4)
        for widget in (self._start, self._back, self._play, self._forward, self._end):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(self.timecode)
        row.addSpacing(8)
        row.addWidget(self._rate)
        row.addWidget(self._loop)
        row.addWidget(self._faults)
        row.addStretch(1)
        separator = QFrame(frameShape=QFrame.Shape.NoFrame)
        separator.setFixedSize(1, 16)
        separator.setStyleSheet(f"background: {theme.LINE};")
        row.addWidget(separator)
        row.addSpacing(4)
        for control in (self._heat, self._contours, self._opacity):
            row.addWidget(control)

    def _bind(self) -> None:
        transport, picture, session = self.transport, self.picture, self._session
        self._start.clicked.connect(transport.to_start)
        self._back.clicked.connect(lambda: transport.step(-1))
        self._play.clicked.connect(transport.toggle)
        self._forward.clicked.connect(lambda: transport.step(1))
        self._end.clicked.connect(transport.to_end)
        self._loop.toggled.connect(transport.set_loop)
        self._faults.clicked.connect(transport.clear_faults)
        self._heat.toggled.connect(picture.set_overlay)
        self._contours.toggled.connect(lambda on: picture.set_mode("contours" if on else "heat"))
        self._opacity.valueChanged.connect(lambda value: picture.set_opacity(value / 100))
        self.timecode.seek_to.connect(self._seek_to)
        self.timecode.left.connect(self._show_time)
        self.timecode.forgotten.connect(self._show_time)
        transport.moved.connect(self._show_time)
        session.video_changed.connect(self._show_transport)
        session.video_changed.connect(self._show_overlay)
        transport.changed.connect(self._show_transport)
        picture.overlay_changed.connect(self._show_overlay)

    def _seek_to(self, text: str) -> None:
        try:
            self.transport.seek_text(text)
        except ProjectError as error:
            self._session.problem.emit(error)
            self.timecode.selectAll()
            self.timecode.setModified(False)  # it stands to be mended until the playhead moves
            return
        self.timecode.setModified(False)
        self._show_time()
        self.timecode.left.emit()

    def _show_time(self) -> None:
        self.timecode.show_time(self.transport.timecode)

    def _show_transport(self) -> None:
        playing, movable = self.transport.playing, self.transport.movable
        self._play.setIcon(resources.icon("pause" if playing else "play"))
        self._play.setToolTip("Pause  (Space)" if playing else "Play  (Space)")
        self._rate.setText(f"{self.transport.rate:.1f}×")
        self._show_faults()
        for button in (self._start, self._back, self._play, self._forward, self._end, self._loop):
            button.setEnabled(movable)
        self.timecode.setEnabled(movable)
        _set_quietly(self._loop, self.transport.loop)

    def _show_faults(self) -> None:
        faults = self.transport.faults
        self._faults.setText(faults)
        self._faults.setToolTip(self.transport.faults_told)
        self._faults.setVisible(bool(faults))

    def _show_overlay(self) -> None:
        picture, missing = self.picture, self._session.film.missing
        _set_quietly(self._heat, picture.overlay_on)
        _set_quietly(self._contours, picture.mode == "contours")
        self._heat.setEnabled(not missing)
        self._contours.setEnabled(picture.overlay_on and not missing)
        self._opacity.setEnabled(picture.overlay_on and not missing)
        for control, tip in self._over_picture.items():
            control.setToolTip(
                f"The picture {missing} is missing: there is nothing to lay heat over" if missing else tip
            )
        self._opacity.blockSignals(True)
        self._opacity.setValue(round(picture.opacity * 100))
        self._opacity.blockSignals(False)


def _set_quietly(button: QToolButton, on: bool) -> None:
    button.blockSignals(True)
    button.setChecked(on)
    button.blockSignals(False)
