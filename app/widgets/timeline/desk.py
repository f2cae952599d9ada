"""The project in the window: its view-models, its dock, its commands, and what hears of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QMenu

from app.viewmodels.audition import AuditionViewModel
from app.viewmodels.delivery import DeliveryViewModel
from app.viewmodels.mixer import MixerViewModel
from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.project import ProjectViewModel
from app.viewmodels.session import Action, SessionViewModel
from app.viewmodels.suggestions import SuggestionsViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_hits import HitsViewModel
from app.viewmodels.timeline_placing import PlacingViewModel
from app.widgets.commands import Command
from app.widgets.sound_list import SoundListView
from app.widgets.timeline.chosen import ChosenSound
from app.widgets.timeline.edit_menu import EditMenu
from app.widgets.timeline.leaving import Leaving
from app.widgets.timeline.panel import TimelinePanel
from app.widgets.timeline.questions import ProjectQuestions

if TYPE_CHECKING:
    from app.main_window import MainWindow


class ProjectDesk(QObject):
    """Everything of the window that belongs to the open project."""

    def __init__(self, window: MainWindow, session: SessionViewModel, audition: AuditionViewModel) -> None:
        super().__init__(window)
        self.window, self.session = window, session
        self.projects = ProjectViewModel(session, self)
        self.playback = PlaybackViewModel(self.projects, lambda: audition.player.device, self)
        self.timeline = TimelineViewModel(self.projects, self.playback, self)
        self.placing = PlacingViewModel(self.timeline, self)
        self.mixer = MixerViewModel(self.projects, self.playback, self)
        self.delivery = DeliveryViewModel(self.projects, self)
        self.hits = HitsViewModel(self.timeline, self)
        self.hits.use_shots(window.shots)
        self.panel = TimelinePanel(self.timeline, self.placing, self.mixer)
        self.leaving = Leaving(window, self.projects, self.delivery)
        self.questions = ProjectQuestions(window, self.projects, self.delivery, self.leaving)
        self.chosen = ChosenSound(window, self.placing)
        self.menu = EditMenu(self.panel.view, self.projects, window.settings, self)
        self._bind()
        self._show_state()

    def use_lists(self, library: SoundListView, suggestions: SoundListView, proposals: SuggestionsViewModel) -> None:
        """Sounds of these lists can be placed."""
        self.chosen.use(library, suggestions, proposals)

    def commands(self) -> tuple[Command, ...]:
        """What goes into the window's menus."""
        place = "Place the chosen sound at the playhead"
        return (
            Command(
                menu="file",
                text="New project…",
                key="Ctrl+Shift+N",
                icon="movie-edit-outline",
                run=self.questions.choose_new,
            ),
            Command(
                menu="file",
                text="Open project…",
                key="Ctrl+P",
                icon="folder-open-outline",
                run=self.questions.choose_open,
            ),
            Command(menu="file", text="Save", key="Ctrl+S", icon="content-save-outline", run=self.questions.save),
            Command(menu="file", text="Save as…", key="Ctrl+Shift+S", run=self.questions.choose_save_as),
            Command(menu="file", text="Export…", key="Ctrl+E", icon="export", run=self.questions.show_export),
            Command(menu="file", text="Find missing files…", run=self.questions.choose_relink),
            Command(menu="file", text="Take the film's frame rate", run=self.projects.rate.take),
            Command(menu="file", text="Close project", key="Ctrl+W", run=self.close_project, ends_group=True),
            Command(menu="edit", text=place, id="place", run=self.chosen.place),
            Command(
                menu="edit",
                text="Place it with its alternates, muted",
                id="place_alternates",
                run=self.chosen.place_alternates,
            ),
            Command(menu="edit", text="Move it onto the proposed hit", key="Y", run=self.hits.take, ends_group=True),
        )

    def fill_edit_menu(self, menu: QMenu) -> None:
        """Undo and redo before, the timeline's own entries behind what is there."""
        self.menu.fill(menu)

    @property
    def preset(self) -> str:
        """Whose keys the timeline has."""
        return self.panel.view.keys.preset

    def close_project(self) -> None:
        """Let go of the project and say what becomes of its edits."""
        path, modified = self.projects.path, self.projects.modified
        if path is None:
            self.session.say("There is no project to close.")
            return
        focus = QApplication.focusWidget()
        had_keys = focus is not None and self.panel.isAncestorOf(focus)
        self.projects.close()
        if had_keys:  # else they would go to whatever field comes next
            self.window.view.setFocus()
        kept = "; its unsaved edits are kept beside it" if modified else ""
        self.session.say(f"Closed {path.name}{kept}.", Action("Open it", lambda: self.projects.open(path)))

    def close(self) -> None:
        """The window closes: silence, and let go of the project; its edits are on the disk."""
        self.playback.close()
        self.projects.close()

    # within

    def _bind(self) -> None:
        projects = self.projects
        self.menu.keys_changed.connect(self.panel.show_keys)
        self.panel.show_keys()
        self.panel.new_wanted.connect(self.questions.choose_new)
        self.panel.open_wanted.connect(self.questions.choose_open)
        projects.locate_wanted.connect(self.questions.choose_relink)
        projects.state_changed.connect(self._show_state)
        projects.changed.connect(lambda _: self._show_state())
        projects.opened_changed.connect(self._on_project)
        projects.changed.connect(lambda touched: self.session.edited.emit() if touched else None)
        self.timeline.shaping.reveal_wanted.connect(self.chosen.reveal)
        self.placing.placed.connect(self.hits.look_for)
        self.placing.placed.connect(lambda clips: self.panel.view.reveal_clip(clips[0]))
        self.hits.changed.connect(self._show_hit)
        self.panel.view.hit_taken.connect(self.hits.answer)
        self.placing.project_wanted.connect(self.questions.make_project_first)

    def _show_hit(self) -> None:
        proposal = self.hits.proposal
        self.panel.view.show_hit(proposal.at if proposal is not None else None)

    def _on_project(self) -> None:
        if self.projects.project is not None and "timeline" in self.window.docks:
            self.window.docks["timeline"].show()

    def _show_state(self) -> None:
        self.menu.show_state()
        self.window.show_title()
