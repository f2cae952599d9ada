"""The project in the window: its view-models, its dock, its commands and the questions it asks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from app.viewmodels.audition import AuditionViewModel
from app.viewmodels.delivery import DeliveryViewModel
from app.viewmodels.mixer import MixerViewModel
from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.project import ProjectViewModel
from app.viewmodels.rows import SoundRow
from app.viewmodels.session import PROJECT_SUFFIX, SessionViewModel
from app.viewmodels.suggestions import SuggestionsViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_hits import HitsViewModel
from app.viewmodels.timeline_placing import PlacingViewModel, origin_of
from app.widgets.commands import Command
from app.widgets.sound_list import SoundListView
from app.widgets.timeline.keys import KEYS, PRESETS, keys_of
from app.widgets.timeline.panel import TimelinePanel

if TYPE_CHECKING:
    from app.main_window import MainWindow
    from engine.timeline.document import Origin

PROJECTS = f"Foleyscope projects (*{PROJECT_SUFFIX});;All (*)"
KEYS_SETTING = "keys/preset"


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
        self.panel = TimelinePanel(self.timeline, self.placing, self.mixer)
        self._lists: dict[str, SoundListView] = {}
        self._suggestions: SuggestionsViewModel | None = None
        self._then: Callable[[], None] | None = None
        self.undo, self.redo = QAction("Undo", self), QAction("Redo", self)
        self.undo.setShortcut("Ctrl+Z")
        self.redo.setShortcut("Ctrl+Shift+Z")
        self.undo.triggered.connect(self.projects.undo)
        self.redo.triggered.connect(self.projects.redo)
        self.panel.view.keys.use(str(self.settings.value(KEYS_SETTING, "")))
        self._bind()
        self._show_state()

    @property
    def settings(self) -> QSettings:
        """The window's."""
        return self.window.settings

    def use_lists(self, library: SoundListView, suggestions: SoundListView, proposals: SuggestionsViewModel) -> None:
        """Sounds of these lists can be placed."""
        self._lists = {"library": library, "suggestions": suggestions}
        self._suggestions = proposals

    def commands(self) -> tuple[Command, ...]:
        """What goes into the window's menus."""
        place = "Place the chosen sound at the playhead"
        return (
            Command(
                menu="file", text="New project…", key="Ctrl+Shift+N", icon="movie-edit-outline", run=self.choose_new
            ),
            Command(menu="file", text="Open project…", key="Ctrl+P", icon="folder-open-outline", run=self.choose_open),
            Command(menu="file", text="Save", key="Ctrl+S", icon="content-save-outline", run=self.save),
            Command(menu="file", text="Save as…", key="Ctrl+Shift+S", run=self.choose_save_as),
            Command(menu="file", text="Export…", key="Ctrl+E", icon="export", run=self.show_export),
            Command(menu="file", text="Find missing files…", run=self.choose_relink),
            Command(menu="file", text="Close project", key="Ctrl+W", run=self.projects.close, ends_group=True),
            Command(menu="edit", text=place, key="D", run=self.place),
            Command(
                menu="edit",
                text="Place it with its alternates, muted",
                key="Shift+D",
                run=self.place_alternates,
            ),
            Command(menu="edit", text="Move it onto the proposed hit", key="Y", run=self.hits.take, ends_group=True),
        )

    def fill_edit_menu(self, menu: QMenu) -> None:
        """Undo and redo before, the timeline's own entries behind what is there."""
        first = menu.actions()[0] if menu.actions() else None
        for action in (self.undo, self.redo):
            menu.insertAction(first, action) if first is not None else menu.addAction(action)
        if first is not None:
            menu.insertSeparator(first)
        keys = keys_of(self.panel.view.keys.preset)
        for entry in KEYS:
            if entry.id in ("leave", "take_hit"):
                continue
            action = menu.addAction(f"{entry.text}\t{keys[entry.id]}")
            action.triggered.connect(lambda _=False, name=entry.id: self._run(name))
            action.setData(entry.id)
            if entry.id in ("select_all", "softer", "snap", "track_right"):
                menu.addSeparator()
        self._edit_menu = menu
        menu.addSeparator()
        self._presets = menu.addMenu("Keys as in")
        for name in PRESETS:
            action = self._presets.addAction(name)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, name=name: self.use_keys(name))
        self._presets.aboutToShow.connect(self._show_preset)

    @property
    def preset(self) -> str:
        """Whose keys the timeline has."""
        return self.panel.view.keys.preset

    def use_keys(self, preset: str) -> None:
        """Give the timeline the keys of another program, also the next time."""
        self.panel.view.keys.use(preset)
        self.settings.setValue(KEYS_SETTING, self.preset)
        keys = keys_of(self.preset)
        for action in self._edit_menu.actions():
            if action.data() in keys:
                action.setText(f"{action.text().split(chr(9))[0]}\t{keys[action.data()]}")

    def _show_preset(self) -> None:
        for action in self._presets.actions():
            action.setChecked(action.text() == self.preset)

    # placing

    def place(self) -> None:
        """Place the chosen row of the list with the keys; of the suggestions the best where none is chosen."""
        row, proposals = self._chosen()
        if row is None:
            self.session.say("Choose a sound in a list first.")
            return
        region = (self._lists["suggestions"] if proposals else self._lists["library"]).viewmodel.regions.of(row.path)
        origin = self._origin(row, proposals) if proposals else None
        self.placing.place_row(row, origin, region, self._pan(row) if proposals else 0.0)

    def place_alternates(self) -> None:
        """Place the best suggestion, or the chosen one, and the others under it on muted tracks."""
        row, _ = self._chosen(suggestions_only=True)
        proposals = self._proposals()
        if row is None:
            self.session.say("There are no suggestions to place.")
            return
        others = [other for other in proposals if other.path != row.path]
        self.placing.place_alternates([row, *others], self._origin(row, proposals), self._pan(row))

    def _chosen(self, *, suggestions_only: bool = False) -> tuple[SoundRow | None, list[SoundRow]]:
        """The row meant, and all suggestions where it is one of them."""
        focus, library = QApplication.focusWidget(), self._lists.get("library")
        if library is not None and focus is library and not suggestions_only:
            return library.current_row(), []
        proposals = self._proposals()
        chosen = self._lists["suggestions"].current_row() if self._lists else None
        return chosen or (proposals[0] if proposals else None), proposals

    def _proposals(self) -> list[SoundRow]:
        vm = self._suggestions
        rows = vm.rows.rows if vm is not None else ()
        return [row for row in rows if isinstance(row, SoundRow)]

    def _origin(self, row: SoundRow, proposals: list[SoundRow]) -> Origin:
        vm, model = self._suggestions, self.session.model
        region = vm.region if vm is not None else None
        frame = self.session.frame
        time = frame.time if frame is not None else self.session.time
        return origin_of(row, proposals, float(time), region, model.id if model is not None else "")

    def _pan(self, row: SoundRow) -> float:
        """Across the picture, as its source lies there; in the middle where nothing on screen makes it."""
        from app.viewmodels.localisation import place_of

        found = self.window.picture.localisation.of(place_of(row))
        on_screen = found is not None and found.onscreen == "on screen"
        return round(found.pan, 2) if found is not None and on_screen else 0.0

    # questions

    def choose_new(self) -> None:
        """Ask where a new project for the open film shall lie."""
        video = self.session.video
        if video is None:
            self.projects.new(Path())  # says what is missing
            return
        folder = Path(str(self.settings.value("folders/project", str(Path.home()))))
        kept = QFileDialog.Option.DontConfirmOverwrite  # an existing project is refused with a sentence, never replaced
        suggested = str(folder / f"{video.stem}{PROJECT_SUFFIX}")
        name, _ = QFileDialog.getSaveFileName(self.window, "New project", suggested, PROJECTS, "", kept)
        if name:
            self._remember(name)
            self.projects.new(Path(name))
        else:
            self._then = None

    def choose_open(self) -> None:
        """Ask for a project."""
        folder = str(self.settings.value("folders/project", str(Path.home())))
        name, _ = QFileDialog.getOpenFileName(self.window, "Open project", folder, PROJECTS)
        if name:
            self._remember(name)
            self.projects.open(Path(name))

    def choose_save_as(self) -> None:
        """Ask for another file to go on with."""
        if self.projects.path is None:
            self.session.say("There is no project to save.")
            return
        name, _ = QFileDialog.getSaveFileName(self.window, "Save as", str(self.projects.path), PROJECTS)
        if name:
            self._remember(name)
            self.projects.save_as(Path(name))

    def choose_relink(self) -> None:
        """Ask in which folder missing files lie."""
        if self.projects.project is None:
            self.session.say("There is no project open.")
            return
        name = QFileDialog.getExistingDirectory(self.window, "Where are the missing files?", str(self.projects.base))
        if name:
            self.projects.relink(Path(name))

    def save(self) -> None:
        """Save, or say that there is nothing to save."""
        if self.projects.project is None:
            self.session.say("There is no project to save. Ctrl+Shift+N makes one.")
        else:
            self.projects.save()

    def show_export(self) -> None:
        """Open the export dialog."""
        if self.projects.project is None:
            self.session.say("There is no project to export.")
            return
        from app.widgets.export_dialog import ExportDialog

        self.delivery.again()
        dialog = ExportDialog(self.delivery, self.settings, self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def close(self) -> None:
        """The window closes: silence, and let go of the project; its edits are on the disk."""
        self.playback.close()
        self.projects.close()

    # within

    def _bind(self) -> None:
        projects = self.projects
        self.panel.new_wanted.connect(self.choose_new)
        self.panel.open_wanted.connect(self.choose_open)
        projects.locate_wanted.connect(self.choose_relink)
        projects.state_changed.connect(self._show_state)
        projects.changed.connect(lambda _: self._show_state())
        projects.opened_changed.connect(self._on_project)
        self.placing.placed.connect(self.hits.look_for)
        self.hits.changed.connect(self._show_hit)
        self.panel.view.hit_taken.connect(self.hits.answer)
        self.placing.project_wanted.connect(self._make_project_first)
        self.playback.ready_changed.connect(self._do_what_waited)

    def _show_hit(self) -> None:
        proposal = self.hits.proposal
        self.panel.view.show_hit(proposal.at if proposal is not None else None)

    def _run(self, name: str) -> None:
        if self.projects.project is not None:
            self.panel.view.keys.run(name)
            self.panel.view.setFocus()

    def _remember(self, name: str) -> None:
        self.settings.setValue("folders/project", str(Path(name).parent))

    def _make_project_first(self, work: Callable[[], None]) -> None:
        self._then = work
        self.choose_new()

    def _do_what_waited(self) -> None:
        work, self._then = self._then, None
        if work is not None and self.projects.project is not None:
            work()

    def _on_project(self) -> None:
        if self.projects.project is not None and "timeline" in self.window.docks:
            self.window.docks["timeline"].show()

    def _show_state(self) -> None:
        for action, word, text in (
            (self.undo, "Undo", self.projects.undo_text),
            (self.redo, "Redo", self.projects.redo_text),
        ):
            action.setText(f"{word} {text[:1].lower()}{text[1:]}" if text else word)
            action.setEnabled(bool(text))
        self.window.show_title()
