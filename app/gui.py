"""Starting the window: shown first; torch, the film and the library come afterwards."""

from __future__ import annotations

import logging
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app import theme
from app.collector import MainThreadCollector
from app.main_window import MainWindow
from app.tasks import Runner, TaskRunner
from app.unforeseen import Unforeseen
from app.viewmodels.audition import AuditionViewModel
from app.viewmodels.demo import DemoViewModel
from app.viewmodels.library import LibraryViewModel
from app.viewmodels.nudge import NudgeViewModel
from app.viewmodels.proxy import ProxyViewModel
from app.viewmodels.rows import SoundRow
from app.viewmodels.session import SessionViewModel
from app.viewmodels.suggestions import SuggestionsViewModel
from app.widgets.commands import Command
from app.widgets.library_panel import LibraryPanel
from app.widgets.nudge_curve import NudgeCurve
from app.widgets.suggestions_panel import SuggestionsPanel
from app.widgets.timeline.desk import ProjectDesk

LAST_LIBRARY = "library/last"
PATIENCE = 0.4  # s that a worker gets on quitting to reach a point where it can stop
EXPORT_PATIENCE = 30.0  # s that an export gets to stop and take away what it has written; it stops within a block


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """Everything one window needs, kept alive together."""

    session: SessionViewModel
    window: MainWindow
    demo: DemoViewModel
    settings: QSettings


def build(runner: Runner, settings: QSettings, *, proxies: Path | None = None) -> Sitting:
    """Make the window with all its panels; nothing heavy is imported and nothing is opened yet."""
    session = SessionViewModel(runner)
    demo = DemoViewModel(session, session)
    ProxyViewModel(session, proxies, session)
    window = MainWindow(session, demo.open, settings)
    _add_panels(window, session)
    _let_demo_wait(demo, window)
    window.finish()
    session.library_changed.connect(lambda: _remember_library(session, settings))
    return Sitting(session=session, window=window, demo=demo, settings=settings)


def start(sitting: Sitting, target: Path | None, library: Path | None, demo: bool) -> None:
    """Open what was asked for; without a library, the last one."""
    if demo:
        sitting.demo.open()
        return
    last = Path(str(sitting.settings.value(LAST_LIBRARY, "")))
    if library is not None:
        sitting.session.open_library(library)
    elif last.is_file():
        sitting.session.open_library(last)
    if target is not None:  # after the library: a folder of sounds goes into the one that is opening
        sitting.session.open_path(target)


def run(target: Path | None, library: Path | None, demo: bool) -> int:
    """Show the window, run until it is closed, then end the process with Qt's exit status."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Foleyscope")
    application.setOrganizationName("foleyscope")
    theme.apply(application)
    MainThreadCollector(application)
    runner = TaskRunner(decode_threads=4)
    sitting = build(runner, QSettings())
    sys.excepthook = Unforeseen(sitting.session.problem.emit)
    for number in (signal.SIGINT, signal.SIGTERM):
        # Not at once: the signal may come in the middle of a paint.
        signal.signal(number, lambda number, _: QTimer.singleShot(0, lambda: end(sitting, application, 128 + number)))
    breath = QTimer(interval=500)  # lets Python see Ctrl-C while Qt waits
    breath.timeout.connect(lambda: None)
    breath.start()
    sitting.window.show()
    QTimer.singleShot(0, lambda: start(sitting, target, library, demo))
    status = int(application.exec())
    leave(sitting)
    # Not through the interpreter's end: unloading torch takes a second, and an import in a worker cannot be stopped.
    os._exit(status)


def end(sitting: Sitting, application: QApplication, status: int) -> None:
    """The system wants the program to end: ask nothing, keep what there is, exit with ``status``."""
    if sitting.window.desk is not None:
        sitting.window.desk.leaving.unasked = True
    sitting.window.close()
    application.exit(status)


def leave(sitting: Sitting, patience: float = PATIENCE) -> None:
    """Stop all work, close what is open and write what is pending; waits ``patience`` seconds at most.

    An export is waited for longer: it must not leave its unfinished files.
    Work that does not stop in time is left behind: what it has committed to the library stays, SQLite sees to that.
    """
    library = sitting.session.library
    if sitting.window.desk is not None:
        sitting.window.desk.leaving.finish(EXPORT_PATIENCE)
        sitting.window.desk.close()
    sitting.session.close()
    ended = sitting.session.runner.shutdown(patience)
    if library is not None and ended:
        library.close()
    sitting.settings.sync()
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


def _add_panels(window: MainWindow, session: SessionViewModel) -> None:
    audition = AuditionViewModel(session.runner, parent=session)
    audition.problem.connect(session.problem)
    library = LibraryViewModel(session, audition, session)
    suggestions = SuggestionsViewModel(session, audition, session)
    suggestions.heatmap_requested.connect(window.picture.show_map_for)
    suggestions.use_localisation(window.picture.localisation)
    suggestions.follow(window.shots, window.pointing)
    left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
    for panel in (library, suggestions):
        panel.action_requested.connect(window.answer)
    library_panel, suggestions_panel = LibraryPanel(library), SuggestionsPanel(suggestions)
    for sounds in (library_panel.list, suggestions_panel.list):
        sounds.fit_wanted.connect(window.fit.show)
        sounds.film_runs = lambda: window.transport.playing
        sounds.pin_slot = window.picture.localisation.slot_of
    window.add_panel("library", "Library", "Ctrl+1", library_panel, left)
    pin = Command(menu="view", text="Pin the suggestions", key="P", icon="pin-outline", run=suggestions.toggle_pinned)
    window.panel_commands.append(pin)
    window.panel_commands.append(
        Command(
            menu="view",
            text="Take all contours off the picture",
            key="Shift+C",
            icon="map-marker-off-outline",
            run=window.picture.localisation.clear_pins,
        )
    )
    window.panel_commands.append(
        Command(menu="view", text="Suggest for the shot or the frame", key="U", run=suggestions.toggle_scope)
    )
    window.add_panel("suggestions", "Suggestions", "Ctrl+2", suggestions_panel, right)
    desk = ProjectDesk(window, session, audition)
    desk.use_lists(library_panel.list, suggestions_panel.list, suggestions)
    window.add_desk(desk)
    nudge = NudgeViewModel(session, session)
    suggestions.selected_changed.connect(nudge.show_row)
    nudge.follow(desk.timeline)

    def show_chosen(row: SoundRow | None) -> None:
        if library_panel.list.hasFocus():  # not where a list that is filled anew finds its row again
            window.picture.show_map_for(row)
            nudge.show_row(row)

    library.selected_changed.connect(show_chosen)
    library_panel.list.pin_wanted.connect(suggestions.toggle_pin)
    window.panel_commands.append(
        Command(menu="edit", text="Move it by the proposed sync offset", key="Shift+Y", run=nudge.take)
    )
    window.add_panel("sync", "Sync of the chosen sound", "Ctrl+5", NudgeCurve(nudge), right).hide()


def _let_demo_wait(demo: DemoViewModel, window: MainWindow) -> None:
    """The demo takes the place only of what was open when it was asked for, and asks about unsaved edits."""
    session, projects = window.session, window.desk.projects if window.desk is not None else None
    demo.stands = lambda: (session.video, session.collection.library_path, projects.project if projects else None)
    demo.reopen = window.open_demo


def _remember_library(session: SessionViewModel, settings: QSettings) -> None:
    if session.library is not None and session.collection.library_path is not None:
        settings.setValue(LAST_LIBRARY, str(session.collection.library_path))
