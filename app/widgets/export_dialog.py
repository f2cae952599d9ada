"""The export dialog: a ready-made delivery or one's own choice, where to, how far it is, and what was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSettings, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.viewmodels.delivery import DeliveryViewModel, show_in_folder
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.export import ExportOptions, ExportReport, Format

CUSTOM = "Your own choice"
_LINES = 5
"""Of a result that are seen at once; more are scrolled to."""
_BITS = ((24, "24-bit, dithered"), (32, "32-bit float"))


class ExportDialog(QDialog):
    """Binds a :class:`DeliveryViewModel`; it stays beside the window and never blocks it."""

    def __init__(self, viewmodel: DeliveryViewModel, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewmodel, self._settings = viewmodel, settings
        self._targets = viewmodel.targets()
        self._typed = ""
        """Where to, as a person typed or chose it; formats are changed to and fro without losing it."""
        self.setWindowTitle("Export")
        self.setModal(False)
        self.setMinimumWidth(520)
        self._make_choices()
        self._make_foot()
        self._lay_out()
        self._bind()
        self._take_delivery()
        self._show_state()

    @property
    def options(self) -> ExportOptions:
        """What is chosen."""
        from engine.export import ExportOptions

        return ExportOptions(
            bit_depth=self.bits.currentData(),
            loudness=self._targets[self.loudness.currentData()],
            whole=self.extent.currentIndex() == 0,
            allow_missing=False,
            overwrite=False,
        )

    def export(self) -> None:
        """Begin; or go on with silence, where that was asked."""
        if self.viewmodel.sounds_missing:
            self.viewmodel.deliver_silence()
            return
        out = Path(self.out.text().strip()).expanduser()
        self._settings.setValue("folders/export", str(out.parent))
        self._settings.setValue("folders/export_of", str(self.viewmodel.projects.path))
        self._settings.setValue("export/delivery", self.delivery.currentText())
        self.viewmodel.deliver(self.format.currentData(), out, self.options)

    def choose_out(self) -> None:
        """Ask for a file, or for a folder where several files are written."""
        suffix = self.viewmodel.formats[self.format.currentData()].suffix
        asked = QFileDialog.Option.DontConfirmOverwrite  # this dialog asks, whatever way the name came into it
        name, _ = QFileDialog.getSaveFileName(self, "Export to", self.out.text(), f"*{suffix};;All (*)", "", asked)
        if name:
            self.out.setText(name)
            self._out_typed()

    def _make_choices(self) -> None:
        self.delivery, self.format = QComboBox(), QComboBox()
        self.bits, self.loudness, self.extent = QComboBox(), QComboBox(), QComboBox()
        for ready in self.viewmodel.deliveries:
            self.delivery.addItem(ready.title, ready.id)
        self.delivery.addItem(CUSTOM, "")
        for name, entry in self.viewmodel.formats.items():
            self.format.addItem(entry.title, name)
        for bits, words in _BITS:
            self.bits.addItem(words, bits)
        for target in self._targets.values():
            self.loudness.addItem(_target_words(target.title, target.lufs, target.true_peak), target.id)
        self.extent.addItems(["The whole project", "The loop, from in to out"])
        self.delivery.setCurrentText(str(self._settings.value("export/delivery", self.delivery.itemText(0))))
        self.facts = QLabel(wordWrap=True)
        self.facts.setProperty("quiet", True)
        self.facts.setFont(theme.font(theme.SMALL))
        self.facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.out = QLineEdit()
        self.out.setAccessibleName("Where to")
        self.browse = QPushButton("Choose…")

    def _make_foot(self) -> None:
        self.bar = QProgressBar(textVisible=False)
        keeps = self.bar.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(keeps)
        self.told = QLabel(wordWrap=True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.told_room = QScrollArea(widgetResizable=True)
        """Keeps its room while there is nothing to tell, so that no button moves when there is."""
        self.told_room.setFrameShape(QFrame.Shape.NoFrame)
        self.told_room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.told_room.setMinimumHeight(QFontMetrics(self.told.font()).lineSpacing() * _LINES + 4)
        self.told_room.setWidget(self.told)
        self.show_files, self.stop = QPushButton("Show"), QPushButton("Stop")
        self.replace = QPushButton("Replace")
        """Away from “Export”, so that no double click answers the question it brought up."""
        self.go, self.leave = QPushButton("Export"), QPushButton("Close")
        self.go.setProperty("primary", True)
        self.go.setDefault(True)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        place = QHBoxLayout()
        place.setSpacing(8)
        place.addWidget(self.out, 1)
        place.addWidget(self.browse)
        for words, widget in (
            ("Delivery", self.delivery),
            ("Format", self.format),
            ("", self.facts),
            ("Bit depth", self.bits),
            ("Loudness", self.loudness),
            ("Range", self.extent),
            ("To", place),
        ):
            form.addRow(words, widget)
        self._form = form
        buttons = QHBoxLayout()
        buttons.addWidget(self.show_files)
        buttons.addWidget(self.replace)
        buttons.addStretch(1)
        for button in (self.stop, self.leave, self.go):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.bar)
        column.addWidget(self.told_room, 1)
        column.addLayout(buttons)

    def _bind(self) -> None:
        self.delivery.currentIndexChanged.connect(self._take_delivery)
        self.format.activated.connect(self._own_choice)
        for box in (self.bits, self.loudness):
            box.activated.connect(lambda _: self.delivery.setCurrentText(CUSTOM))
        for box in (self.delivery, self.format, self.bits, self.loudness, self.extent):
            box.activated.connect(lambda _: self.viewmodel.again())
        self.out.textEdited.connect(self._out_typed)
        self.browse.clicked.connect(self.choose_out)
        self.go.clicked.connect(self.export)
        self.replace.clicked.connect(self.viewmodel.replace)
        self.stop.clicked.connect(self.viewmodel.cancel)
        self.leave.clicked.connect(self.close)
        self.show_files.clicked.connect(self._show_files)
        self.viewmodel.changed.connect(self._show_state)
        self.viewmodel.progress.connect(self._show_progress)

    def _take_delivery(self) -> None:
        name = self.delivery.currentData()
        ready = next((one for one in self.viewmodel.deliveries if one.id == name), None)
        if ready is not None:
            self.format.setCurrentIndex(self.format.findData(ready.format))
            self.bits.setCurrentIndex(self.bits.findData(ready.options.bit_depth))
            self.loudness.setCurrentIndex(self.loudness.findData(ready.options.loudness.id))
        self._show_format()

    def _own_choice(self, _index: int) -> None:
        self.delivery.setCurrentText(CUSTOM)
        self._show_format()

    def _show_format(self) -> None:
        chosen = self.viewmodel.formats[self.format.currentData()]
        self.facts.setText(_facts(chosen))
        for box, has in (
            (self.bits, chosen.waves),
            (self.loudness, chosen.sound),
            (self.extent, chosen.waves),
        ):
            self._form.setRowVisible(box, has)
        self.extent.setEnabled(chosen.waves and self.viewmodel.has_loop)
        self.extent.setToolTip("" if self.viewmodel.has_loop else "There is no loop: I and O set one.")
        if not self.extent.isEnabled():
            self.extent.setCurrentIndex(0)
        self._suggest_out()
        self.adjustSize()

    def _suggest_out(self) -> None:
        vm, name = self.viewmodel, self.format.currentData()
        out = vm.renamed(name, self._typed) if self._typed else vm.suggested(name, self._folder())
        self.out.setText(str(out))

    def _folder(self) -> Path:
        """Where this project was exported to last, else where it lies: never where another project went."""
        projects = self.viewmodel.projects
        of_this = self._settings.value("folders/export_of") == str(projects.path)
        return Path(str(self._settings.value("folders/export", projects.base))) if of_this else projects.base

    def _out_typed(self) -> None:
        self._typed = self.out.text().strip()
        self.viewmodel.again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The longest of the formats' facts keeps its room: nothing is cut off, and nothing jumps."""
        super().resizeEvent(event)
        width = self.facts.width()
        metrics, wrap = QFontMetrics(self.facts.font()), int(Qt.TextFlag.TextWordWrap)
        heights = [
            metrics.boundingRect(QRect(0, 0, width, 1000), wrap, _facts(one)).height()
            for one in self.viewmodel.formats.values()
        ]
        self.facts.setFixedHeight(max(heights) + 2)

    def _show_state(self) -> None:
        vm, working = self.viewmodel, self.viewmodel.state == "working"
        for widget in (self.delivery, self.format, self.bits, self.loudness, self.out, self.browse):
            widget.setEnabled(not working)
        self.extent.setEnabled(not working and vm.has_loop)
        self.bar.setVisible(working)
        self.stop.setVisible(working)
        self.stop.setEnabled(not vm.stopping)
        self.stop.setText("Stopping…" if vm.stopping else "Stop")
        self.go.setVisible(not working)
        self.go.setEnabled(vm.state != "taken")
        self.go.setText("Export with silence" if vm.sounds_missing else "Export")
        self.show_files.setVisible(vm.state == "done")
        self.replace.setVisible(vm.state == "taken")
        self.told.setProperty("warm", vm.state in ("failed", "taken"))
        self.told.style().polish(self.told)
        self.told.setVisible(vm.state != "ready")
        if vm.report is not None:
            self.told.setText(told(vm.report))
        elif vm.error is not None:
            self.told.setText(f"{vm.error.message} {_next_step(vm.error)}")
        self._show_progress()

    def _show_progress(self) -> None:
        job = self.viewmodel.task.job if self.viewmodel.task is not None else None
        fraction = job.fraction if job is not None else None
        if self.viewmodel.state == "working":
            self.told.setText(job.message if job is not None else "")
        self.bar.setRange(0, 1000 if fraction is not None else 0)
        self.bar.setValue(round((fraction or 0.0) * 1000))

    def _show_files(self) -> None:
        if self.viewmodel.report is not None:
            show_in_folder(self.viewmodel.report.files[0])


def _next_step(error: EngineError) -> str:
    """What can be done about an error with this dialog's buttons, where these can do it."""
    from engine.export.checks import MissingSoundsError, TakenError

    if isinstance(error, TakenError):
        return f"Replace {'it' if len(error.taken) == 1 else 'them'}, or choose another name."
    if isinstance(error, MissingSoundsError):
        it, its = ("it", "its") if len(error.lost) == 1 else ("them", "their")
        return f"Find {it} first, or export silence in {its} place."
    return error.hint


def _facts(chosen: Format) -> str:
    return f"Carries {chosen.carries}.\nLeaves out {chosen.loses}."


def told(report: ExportReport) -> str:
    """What an export wrote, how loud it is, and what to know about it."""
    count = len(report.files)
    lines = [f"{report.files[0]}" if count == 1 else f"{count} files in {report.files[0].parent}"]
    loudness = report.loudness
    if loudness is not None and loudness.integrated is not None:
        gain = f", {report.gain_db:+.1f} dB for the target" if report.gain_db else ""
        lines.append(f"{loudness.integrated:.1f} LUFS, {loudness.true_peak:.1f} dBTP{gain}")
    return "\n".join([*lines, *(f"· {warning}" for warning in report.warnings)])


def _target_words(title: str, lufs: float | None, peak: float | None) -> str:
    if lufs is None:
        return title
    return f"{title}: {lufs:g} LUFS" + (f", {peak:g} dBTP" if peak is not None else "")
