"""The sound browser: search field, category chips, list, and the states before and after there is one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app import resources, theme
from app.viewmodels.library import SEARCH_HELP, LibraryViewModel
from app.viewmodels.page import ADD_FOLDER, RETRY
from app.widgets.audition_bar import AuditionBar
from app.widgets.category_chips import CategoryChips
from app.widgets.search_field import SearchField
from app.widgets.sound_list import SoundListView
from app.widgets.state_page import StatePage
from app.widgets.tool_button import tool_button


class LibraryPanel(QWidget):
    """Shows a :class:`LibraryViewModel`."""

    def __init__(self, viewmodel: LibraryViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewmodel = viewmodel
        self.search = SearchField("search sounds", SEARCH_HELP)
        self.add = tool_button("folder-plus-outline", "Add a sound folder (Ctrl+Shift+O)")
        self.chips = CategoryChips()
        self.more = tool_button("chevron-down", "Show more categories")
        self.list = SoundListView(viewmodel)
        self.list.setAccessibleName("Sounds")
        self.page = StatePage()
        self.stack = QStackedWidget()
        self.progress = _Progress()
        self.bar = AuditionBar(viewmodel.audition)
        self._lay_out()
        self._bind()
        self._show_categories()
        self._show_state()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 6, 4, 4)
        head.setSpacing(4)
        head.addWidget(self.search, 1)
        head.addWidget(self.add)
        self.filters = QWidget()
        filters = QHBoxLayout(self.filters)
        filters.setContentsMargins(8, 0, 4, 4)
        filters.setSpacing(4)
        filters.addWidget(self.chips, 1)
        filters.addWidget(self.more, alignment=Qt.AlignmentFlag.AlignTop)
        for widget in (self.list, self.page):
            self.stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.filters)
        column.addWidget(self.progress)
        column.addWidget(self.stack, 1)
        column.addWidget(self.bar)

    def _bind(self) -> None:
        vm = self.viewmodel
        vm.state_changed.connect(self._show_state)
        vm.categories_changed.connect(self._show_categories)
        vm.progress_changed.connect(self._show_progress)
        vm.text_changed.connect(self.search.setText)
        self.search.textEdited.connect(vm.set_text)
        self.search.textChanged.connect(self._on_text)
        self.search.left.connect(self.list.setFocus)
        self.list.find_wanted.connect(self.search.setFocus)
        self.list.notice.connect(vm.session.say)
        self.chips.chosen.connect(vm.set_category)
        self.more.clicked.connect(self._toggle_chips)
        self.add.clicked.connect(lambda: vm.press(ADD_FOLDER))
        self.progress.cancel.clicked.connect(lambda: vm.press("Cancel"))
        self.page.pressed.connect(vm.press)

    def _on_text(self, text: str) -> None:
        if not text:  # the field's own clear button is no typing
            self.viewmodel.set_text("")

    def _show_state(self) -> None:
        vm = self.viewmodel
        self.bar.text.setText(vm.summary if vm.state == "full" else "")
        self.progress.setVisible(vm.indexing and vm.state == "full")
        if vm.state == "full":
            self.stack.setCurrentWidget(self.list)
            return
        self._show_page()
        self.stack.setCurrentWidget(self.page)

    def _show_page(self) -> None:
        vm, page = self.viewmodel, self.viewmodel.page
        if vm.state == "failed" and vm.error is not None:
            self.page.show_failed(vm.error, buttons=(RETRY,))
        elif vm.state == "working" and vm.indexing:
            self.page.show_working(page.icon, page.title, page.text, fraction=vm.progress)
        else:
            self.page.show_state(page.icon, page.title, page.text, buttons=page.buttons)

    def _show_progress(self) -> None:
        vm = self.viewmodel
        self.progress.setVisible(vm.indexing and vm.state == "full")
        self.progress.show_progress(vm.progress, vm.progress_text)
        if vm.state == "working":
            self._show_page()

    def _show_categories(self) -> None:
        vm = self.viewmodel
        self.chips.set_categories(vm.categories, vm.category)
        self.filters.setVisible(bool(vm.categories))

    def _toggle_chips(self) -> None:
        self.chips.set_opened(not self.chips.opened)
        opened = self.chips.opened
        self.more.setIcon(resources.icon("chevron-up" if opened else "chevron-down", theme.QUIET))
        self.more.setToolTip("Show fewer categories" if opened else "Show more categories")


class _Progress(QWidget):
    """How far the indexing is, while the sounds found so far can be used."""

    def __init__(self) -> None:
        super().__init__()
        self.text = QLabel()
        self.text.setFont(theme.figures(theme.SMALL))
        self.text.setProperty("quiet", True)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # a long name widens no panel
        self.bar = QProgressBar(textVisible=False)
        self.cancel = tool_button("close", "Stop indexing; what was read so far is kept")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 4, 4)
        row.setSpacing(8)
        row.addWidget(self.text, 2)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        self.hide()

    def show_progress(self, fraction: float | None, text: str) -> None:
        """Move the bar and say what is done."""
        metrics = self.text.fontMetrics()
        self.text.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(40, self.text.width())))
        self.text.setToolTip(text)
        self.bar.setRange(0, 1000 if fraction is not None else 0)
        self.bar.setValue(round((fraction or 0.0) * 1000))
