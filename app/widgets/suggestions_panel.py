"""The proposals for the frame on screen: filter, pin, list, and the states before and after there is one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.viewmodels.page import RETRY
from app.viewmodels.suggestions import SuggestionsViewModel
from app.widgets.audition_bar import AuditionBar
from app.widgets.search_field import SearchField
from app.widgets.sound_list import SoundListView
from app.widgets.state_page import StatePage
from app.widgets.tool_button import tool_button


class SuggestionsPanel(QWidget):
    """Shows a :class:`SuggestionsViewModel`."""

    def __init__(self, viewmodel: SuggestionsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewmodel = viewmodel
        self.heading = QLabel("for the frame on screen")
        self.heading.setFont(theme.figures(theme.SMALL))
        self.heading.setProperty("quiet", True)
        self.newer = QPushButton()
        self.newer.setProperty("flat", True)
        self.newer.setFont(theme.figures(theme.SMALL))
        self.newer.setToolTip("The list stays while it is in use: show the newest frame's proposals now")
        self.whole = QPushButton("whole frame")
        self.whole.setProperty("flat", True)
        self.whole.setFont(theme.figures(theme.SMALL))
        self.whole.setToolTip("Propose for the whole frame again (Esc)")
        self.scopes = _Scopes(self)
        self.pin = tool_button("pin-outline", "Pin: keep this list whatever the playhead does (P)", checkable=True)
        self.filter = SearchField("filter", "Narrow the proposals by text, e.g. wood -creak  (/)")
        self.list = SoundListView(viewmodel)
        self.list.setAccessibleName("Suggestions")
        self.page = StatePage()
        self.stack = QStackedWidget()
        self.bar = AuditionBar(viewmodel.audition)
        self._tips = {control: control.toolTip() for control in (self.pin, self.filter)}
        self._lay_out()
        self._bind()
        self._show_state()
        self._show_header()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """P pins the list."""
        if event.key() == Qt.Key.Key_P and not event.modifiers():
            self.viewmodel.toggle_pinned()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 8, 0)
        head.setSpacing(4)
        for widget, stretch in ((self.heading, 0), (self.newer, 0), (self.whole, 0), (QWidget(), 1), (self.pin, 0)):
            head.addWidget(widget, stretch)
        tools = QHBoxLayout()
        tools.setContentsMargins(8, 4, 8, 6)
        tools.setSpacing(8)
        tools.addWidget(self.filter, 1)
        tools.addWidget(self.scopes)
        for widget in (self.list, self.page):
            self.stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(tools)
        column.addWidget(self.stack, 1)
        column.addWidget(self.bar)

    def _bind(self) -> None:
        vm = self.viewmodel
        vm.state_changed.connect(self._show_state)
        vm.header_changed.connect(self._show_header)
        vm.pinned_changed.connect(self.pin.setChecked)
        vm.scope_changed.connect(self.scopes.show_scope)
        self.scopes.chosen.connect(vm.set_scope)
        self.whole.clicked.connect(vm.leave_region)
        vm.ranked.connect(self.list.fade_in)
        self.pin.clicked.connect(vm.set_pinned)
        self.newer.clicked.connect(vm.show_newest)
        self.filter.textEdited.connect(vm.set_text)
        self.filter.left.connect(self.list.setFocus)
        self.list.find_wanted.connect(self.filter.setFocus)
        self.list.row_hovered.connect(vm.hover)
        self.list.hovered.connect(vm.set_hovered)
        self.list.notice.connect(vm.session.say)
        self.list.pin_wanted.connect(vm.toggle_pin)
        self.page.pressed.connect(vm.press)

    def _show_state(self) -> None:
        vm = self.viewmodel
        self._show_missing(vm.session.film.missing)
        self.list.fit_line = vm.fit_line
        if vm.state == "full":
            self.stack.setCurrentWidget(self.list)
            return
        if vm.state == "failed" and vm.error is not None:
            self.page.show_failed(vm.error, buttons=(RETRY,))
        else:
            page = vm.page
            self.page.show_state(page.icon, page.title, page.text, buttons=page.buttons)
        self.stack.setCurrentWidget(self.page)

    def _show_missing(self, name: str) -> None:
        """Without its picture there is nothing to propose for; the controls say so."""
        why = f"The picture {name} is missing: suggestions follow once it is found" if name else ""
        self.scopes.set_usable(why)
        for control, tip in self._tips.items():
            control.setEnabled(not name)
            control.setToolTip(why or tip)

    def _show_header(self) -> None:
        vm = self.viewmodel
        self.heading.setText(vm.shown_for)
        self.whole.setVisible(vm.region is not None)
        self.newer.setText(f"show {vm.waiting_for}")
        self.newer.setVisible(bool(vm.waiting_for))
        if not self.filter.hasFocus() and self.filter.text().strip() != vm.text:
            self.filter.setText(vm.text)
        self.bar.text.setText("looking…" if vm.busy else "")


_TIPS = {"shot": "Propose for the whole shot (U)", "frame": "Propose for the frame on screen (U)"}


class _Scopes(QWidget):
    """Frame or shot: two buttons, one of which is down."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self.buttons = {name: QToolButton() for name in ("shot", "frame")}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for name, button in self.buttons.items():
            button.setText(name)
            button.setCheckable(True)
            button.setFont(theme.figures(theme.SMALL))
            button.setAccessibleName(f"Propose for the {name}")
            self._group.addButton(button)
            button.clicked.connect(partial(self.chosen.emit, name))
            row.addWidget(button)
        self.set_usable("")
        self.show_scope("frame")

    def set_usable(self, why_not: str) -> None:
        """Let a scope be chosen, or say in the tooltips why none can be."""
        for name, button in self.buttons.items():
            button.setEnabled(not why_not)
            button.setToolTip(why_not or _TIPS[name])

    def show_scope(self, scope: str) -> None:
        """Press the button of this scope."""
        self.buttons[scope].setChecked(True)
