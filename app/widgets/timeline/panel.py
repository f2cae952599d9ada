"""The timeline's dock: tracks and clips, the master beside them, and what to do before there is a project."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from app.viewmodels.mixer import MixerViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_placing import PlacingViewModel
from app.widgets.master.strip import MasterStrip
from app.widgets.state_page import StatePage
from app.widgets.timeline.ruler import HEIGHT as RULER
from app.widgets.timeline.view import TimelineView
from app.widgets.tool_button import tool_button
from app.widgets.tracks.parts import WIDTH as HEADERS

NEW, OPEN = "New project…", "Open project…"


class TimelinePanel(QWidget):
    """Shows the project, or how to come by one."""

    new_wanted = Signal()
    open_wanted = Signal()

    def __init__(
        self,
        viewmodel: TimelineViewModel,
        placing: PlacingViewModel,
        mixer: MixerViewModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.viewmodel = viewmodel
        self.view = TimelineView(viewmodel, placing, mixer)
        self.master = MasterStrip(mixer)
        self.page = StatePage()
        self.stack = QStackedWidget()
        self._make_tools()
        self._lay_out()
        self.page.pressed.connect(lambda text: (self.new_wanted if text == NEW else self.open_wanted).emit())
        viewmodel.projects.opened_changed.connect(self._show_state)
        viewmodel.projects.session.video_changed.connect(self._show_state)
        viewmodel.options_changed.connect(self._show_options)
        self._show_state()
        self._show_options()

    def show_keys(self) -> None:
        """Other keys are used: tooltips and invitations name them."""
        for button, tip in self._tips.items():
            button.setToolTip(self.view.keys.told(tip))
            button.setAccessibleName(button.toolTip())
        self.view.viewport().update()
        self._show_state()

    def _make_tools(self) -> None:
        """The corner above the track headers."""
        self._corner = QWidget(self.view)
        self._corner.setGeometry(0, 0, HEADERS, RULER)
        row = QHBoxLayout(self._corner)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(2)
        self._tips: dict[QToolButton, str] = {}
        self.snap = self._told("magnet", "Snap to frames, edges, hits, markers and sync points  ({snap})")
        self.snap.setCheckable(True)
        self.snap.clicked.connect(self.viewmodel.toggle_snap)
        buttons: tuple[QToolButton, ...] = (
            self._tool("plus", "New track  ({track_new})", "track_new"),
            self.snap,
            self._tool("content-cut", "Split at the playhead  ({split})", "split"),
            self._tool("map-marker-outline", "Marker at the playhead  ({marker})", "marker"),
            self._tool("magnify-plus-outline", "Zoom in  ({zoom_in}, Ctrl+wheel)", "zoom_in"),
            self._tool("magnify-minus-outline", "Zoom out  ({zoom_out}, Ctrl+wheel)", "zoom_out"),
            self._tool("arrow-expand-horizontal", "Show all  ({zoom_fit})", "zoom_fit"),
        )
        for button in buttons:
            button.setFixedSize(24, 22)
            row.addWidget(button)
        row.addStretch(1)

    def _tool(self, icon: str, tip: str, name: str) -> QToolButton:
        button = self._told(icon, tip)
        button.clicked.connect(lambda: self.view.keys.run(name))
        return button

    def _told(self, icon: str, tip: str) -> QToolButton:
        button = tool_button(icon, self.view.keys.told(tip))
        self._tips[button] = tip
        return button

    def _lay_out(self) -> None:
        full = QWidget()
        row = QHBoxLayout(full)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.view, 1)
        row.addWidget(self.master)
        for widget in (full, self.page):
            self.stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self.setFocusProxy(self.view)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _show_state(self) -> None:
        if self.viewmodel.projects.project is not None:
            self.stack.setCurrentIndex(0)
            return
        has_film = self.viewmodel.projects.session.film.state == "open"
        make = self.view.keys.told("Make one for this film, or place a sound with {place}.")
        text = make if has_film else "Open a film first, or a project."
        self.page.show_state("movie-edit-outline", "No project yet", text, buttons=(NEW, OPEN) if has_film else (OPEN,))
        self.stack.setCurrentIndex(1)

    def _show_options(self) -> None:
        self.snap.setChecked(self.viewmodel.snap)
