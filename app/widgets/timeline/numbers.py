"""Level, pan, speed, pitch and fades of the selected clips as numbers to be typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent, QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QFrame, QLabel, QSpinBox, QVBoxLayout, QWidget

from app import theme
from app.viewmodels.mixer import pan_text
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_gestures import HIGHEST_DB, LOWEST_DB
from app.viewmodels.timeline_holds import FASTEST, MOST_SEMITONES, SLOWEST, SPEED_STEP

WIDTH = 232  # px
_SHARED = "Typed: the same for all that is chosen. Arrows and wheel: each by the same amount"
_LONGEST = 3600.0  # s of a fade that can be typed; the clip's length is its end


class PanField(QSpinBox):
    """A pan from L100 over C to R100; plain numbers and signs are understood too."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(-100, 100)
        self.setSingleStep(5)

    def textFromValue(self, value: int) -> str:
        """As people write it."""
        return pan_text(value / 100)

    def valueFromText(self, text: str) -> int:
        """As people type it."""
        text = text.strip().upper()
        sign = -1 if text.startswith(("L", "-")) else 1
        return sign * int("0" + "".join(character for character in text if character.isdigit()))

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Letters and figures; what they mean is found when they are read."""
        fine = all(character in "LRC0123456789+- " for character in text.upper())
        return (QValidator.State.Acceptable if fine else QValidator.State.Invalid, text, at)


class SharedField(QDoubleSpinBox):
    """A number that several sounds may have each its own of: typed it holds for all, stepped it shifts each of them."""

    def __init__(self, shift: Callable[[float], object]) -> None:
        super().__init__()
        self._shift = shift
        self._typed = False
        self.several = False
        """Whether it stands for more than one sound."""
        self.lineEdit().textEdited.connect(self._on_typed)
        self.editingFinished.connect(self._give)

    def stepBy(self, steps: int) -> None:
        """Arrows and wheel: what lies between the sounds stays."""
        if self.several:
            self._shift(steps * self.singleStep())
        else:
            super().stepBy(steps)

    def _on_typed(self) -> None:
        self._typed = True

    def _give(self) -> None:
        """A number that is typed over the same one is still meant for all: the others may have had another."""
        if self._typed and self.several:
            self.valueChanged.emit(self.value())
        self._typed = False


class ClipNumbers(QFrame):
    """A small window over the timeline; what is typed holds at once, a click beside it or Escape closes it.

    Of several sounds the first one's numbers are shown. A typed number is given to all of them; arrows and wheel
    change level, speed and pitch of each by the same amount.
    """

    def __init__(self, viewmodel: TimelineViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("clipNumbers")
        self.setAccessibleName("Numbers of the sound")
        self.setStyleSheet(f"#clipNumbers {{ background: {theme.RAISED}; border: 1px solid {theme.LINE}; }}")
        self.viewmodel, self._shaping = viewmodel, viewmodel.shaping
        self._shaping.begin_series()
        self.title = QLabel()
        self.title.setFont(theme.font(theme.SMALL, bold=True))
        self.fields: dict[str, QSpinBox | QDoubleSpinBox] = {}
        self._lay_out()
        self.show_values()
        viewmodel.changed.connect(self.show_values)

    def open_at(self, place: QPoint) -> None:
        """Show it at a place of the screen, inside of it, with the level to be typed."""
        self.adjustSize()
        room = self.screen().availableGeometry()
        x = min(max(room.left(), place.x()), room.right() - self.width())
        y = min(max(room.top(), place.y()), room.bottom() - self.height())
        self.move(x, y)
        self.show()
        self.fields["level"].setFocus()
        self.fields["level"].selectAll()

    def show_values(self) -> None:
        """Show what the document holds; nothing echoes."""
        clips, rate = self.viewmodel.selected(), self.viewmodel.rate
        if not clips:
            self.close()
            return
        clip = clips[0]
        words = clip.name if len(clips) == 1 else f"{clip.name} and {len(clips) - 1} more"
        self.title.setText(
            self.title.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, WIDTH - 28),
        )
        values = {
            "level": clip.gain_db,
            "pan": round(100 * clip.pan),
            "speed": float(clip.speed),
            "pitch": clip.pitch,
            "fade in": clip.fade_in / rate,
            "fade out": clip.fade_out / rate,
        }
        for name, value in values.items():
            field = self.fields[name]
            if isinstance(field, SharedField):
                field.several = len(clips) > 1
                field.setToolTip(_SHARED if field.several else "")
            with QSignalBlocker(field):
                field.setValue(value)  # type: ignore[arg-type]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter has typed it; both it and Escape close."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.close()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        shaping = self._shaping
        level, speed, pitch = map(SharedField, (shaping.nudge_gain, shaping.nudge_speed, shaping.nudge_pitch))
        speeds, semitones, fades = (float(SLOWEST), float(FASTEST)), (-MOST_SEMITONES, MOST_SEMITONES), (0.0, _LONGEST)
        self._add("level", _field((LOWEST_DB, HIGHEST_DB), 0.5, 1, " dB", level), shaping.set_gain)
        self._add("pan", PanField(), lambda value: shaping.set_pan(value / 100))
        self._add("speed", _field(speeds, SPEED_STEP, 2, "×", speed), shaping.set_speed)
        self._add("pitch", _field(semitones, 1.0, 2, " st", pitch), shaping.set_pitch)
        self._add("fade in", _field(fades, 0.05, 2, " s"), lambda value: shaping.set_fade("in", value))
        self._add("fade out", _field(fades, 0.05, 2, " s"), lambda value: shaping.set_fade("out", value))
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(4)
        for name, field in self.fields.items():
            form.addRow(name.capitalize(), field)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addLayout(form)
        self.setFixedWidth(WIDTH)

    def _add(self, name: str, field: QSpinBox | QDoubleSpinBox, change: Callable[[float], None]) -> None:
        field.setKeyboardTracking(False)
        field.setFont(theme.figures())
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.setAccessibleName(name.capitalize())
        field.valueChanged.connect(change)
        self.fields[name] = field


def _field(
    limits: tuple[float, float], step: float, decimals: int, unit: str, field: QDoubleSpinBox | None = None
) -> QDoubleSpinBox:
    field = field or QDoubleSpinBox()
    field.setDecimals(decimals)
    field.setRange(*limits)
    field.setSingleStep(step)
    field.setSuffix(unit)
    return field
