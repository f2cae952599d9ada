"""The window: picture in the middle, docks around it, menus, keys, drops and the remembered layout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMenu, QVBoxLayout, QWidget

from app.viewmodels import page
from app.viewmodels.filmstrip import FilmstripViewModel
from app.viewmodels.fit import FitViewModel
from app.viewmodels.indicators import IndicatorsViewModel
from app.viewmodels.pan_following import PanFollowingViewModel
from app.viewmodels.picture import PictureViewModel
from app.viewmodels.pointing import PointingViewModel
from app.viewmodels.session import LIBRARY_SUFFIXES, Action, SessionViewModel
from app.viewmodels.shots import ShotsViewModel
from app.viewmodels.transport import TransportViewModel
from app.widgets.commands import BareKeys, Command, fill, keyed, show_key
from app.widgets.dock import Dock
from app.widgets.dropped import is_sound, local_files
from app.widgets.filmstrip import Filmstrip
from app.widgets.help import show_about, show_keys
from app.widgets.indicators import Indicators
from app.widgets.model_menu import ModelMenu
from app.widgets.problems_panel import ProblemsPanel
from app.widgets.status_line import StatusLine
from app.widgets.timeline.keymap import keys_of
from app.widgets.transport_bar import TransportBar
from app.widgets.viewer import PictureView

if TYPE_CHECKING:
    from app.widgets.timeline.desk import ProjectDesk
    from engine.library import IndexReport

LAYOUT_VERSION = 1
MENUS = (("file", "&File"), ("edit", "&Edit"), ("play", "&Playback"), ("view", "&View"), ("help", "&Help"))
DOCK_ORDER = ("library", "suggestions", "problems", "timeline")
FIRST_SIZE = QSize(1440, 860)
SMALLEST = QSize(1024, 640)
PICTURES = "Pictures (*.mp4 *.mov *.mkv *.avi *.webm *.mxf *.m4v *.mpg *.ts *.png *.jpg *.jpeg *.tif *.webp);;All (*)"
LIBRARIES = "Foleyscope libraries (*.foleylib *.sqlite *.db);;All (*)"


class MainWindow(QMainWindow):
    """Lays out the panels and binds menus, keys and drops to the session; it decides nothing else."""

    closed = Signal()

    def __init__(self, session: SessionViewModel, open_demo: Callable[[], None], settings: QSettings) -> None:
        super().__init__()
        self.session = session
        self._open_demo = lambda: self.before_replacing("the demo", open_demo)
        self.settings = settings
        self.desk: ProjectDesk | None = None
        """What belongs to the open project; in before ``finish``."""
        self.picture = PictureViewModel(session, self)
        self.transport = TransportViewModel(session, self)
        self.shots = ShotsViewModel(session, self)
        self.fit = FitViewModel(session, self)
        self.pointing = PointingViewModel(session, self.shots, self)
        self.pointing.region_changed.connect(lambda: self.picture.set_pointed(self.pointing.region is not None))
        self.filmstrip = FilmstripViewModel(session, self, shots=self.shots, fit=self.fit)
        self.docks: dict[str, Dock] = {}
        self.panel_commands: list[Command] = []
        """Commands that panels bring along; in before ``finish``."""
        self._entries: dict[str, QAction] = {}
        """Menu entries of the commands whose key a preset decides."""
        self._k_down = False
        self.setWindowTitle("Foleyscope")
        self.setMinimumSize(SMALLEST)
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self._build_centre()
        self._add_problems()
        self._bind()

    def add_panel(self, name: str, title: str, key: str, panel: QWidget, area: Qt.DockWidgetArea) -> Dock:
        """Put a panel into a dock of its own."""
        dock = Dock(name, title, key, panel, self)
        self.docks[name] = dock
        self.addDockWidget(area, dock)
        return dock

    def finish(self) -> None:
        """All panels are in: build the menus, take up the remembered layout, give the picture the keys."""
        self.commands = self._commands()
        self._build_menus()
        self._show_keys()
        if self.desk is not None:
            self.desk.menu.keys_changed.connect(self._show_keys)
        self._default_layout()
        self._default_state = self.saveState(LAYOUT_VERSION)
        self._restore()
        self.view.setFocus()

    def reset_layout(self) -> None:
        """Put every panel back where it was on the first day."""
        for dock in self.docks.values():
            dock.setFloating(False)
        self.restoreState(self._default_state, LAYOUT_VERSION)
        self._default_sizes()

    # centre

    def _build_centre(self) -> None:
        self.view = PictureView(self.picture, pointing=self.pointing)
        self.bar = TransportBar(self.transport, self.picture)
        self.strip = Filmstrip(self.filmstrip)
        self.status = StatusLine(self.session)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self.bar)
        column.addWidget(self.strip)
        self.setCentralWidget(centre)
        foot = self.statusBar()
        foot.setSizeGripEnabled(False)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.status, 1)
        self.models = ModelMenu(self.session, self)
        self.indicators = Indicators(IndicatorsViewModel(self.session, self))

    def _add_problems(self) -> None:
        self.problems = ProblemsPanel()
        dock = self.add_panel("problems", "Problems", "Ctrl+3", self.problems, Qt.DockWidgetArea.BottomDockWidgetArea)
        dock.hide()

    def add_desk(self, desk: ProjectDesk) -> None:
        """Take in the project's dock and its commands."""
        self.desk = desk
        self.transport.use(desk.playback)
        following = PanFollowingViewModel(desk.timeline, self.picture.localisation, desk)
        following.wait_for(desk.hits)
        desk.placing.use_pan(following)
        dock = self.add_panel("timeline", "Timeline", "Ctrl+4", desk.panel, Qt.DockWidgetArea.BottomDockWidgetArea)
        dock.hide()

    def _bind(self) -> None:
        self.view.open_video.connect(self.choose_video)
        self.view.open_demo.connect(self._open_demo)
        self.bar.timecode.left.connect(self.view.setFocus)
        self.session.video_changed.connect(self.show_title)
        self.session.index_finished.connect(self._show_report)

    def show_title(self) -> None:
        """Name the project, with a mark where it has edits that are not saved; without one, the film."""
        project = self.desk.projects if self.desk is not None else None
        opened = project.path if project is not None else None
        if project is not None and opened is not None:
            self.setWindowTitle(f"{opened.stem}[*] – Foleyscope")
            self.setWindowModified(project.modified)
            return
        video = self.session.video
        self.setWindowModified(False)
        self.setWindowTitle(f"{video.name} – Foleyscope" if video is not None else "Foleyscope")

    def _show_report(self, report: IndexReport) -> None:
        problems = report.problems
        self.problems.set_problems(problems)
        sentence = self.session.describe_report(report)
        show = Action("Show problems", self.docks["problems"].show, of_edit=False)
        self.session.say(sentence, show if problems else None)

    # commands

    def choose_video(self) -> None:
        """Ask for a video or still picture."""
        name, _ = QFileDialog.getOpenFileName(self, "Open video", self._last_folder("video"), PICTURES)
        self._take(name, "video", self.open_path)

    def open_demo(self) -> None:
        """Open the demo; unsaved edits are asked about."""
        self._open_demo()

    def open_path(self, path: Path) -> None:
        """Open what was named or dropped; unsaved edits that it would put away are asked about."""
        adds = path.is_dir() or path.suffix.lower() in LIBRARY_SUFFIXES
        if adds or (self.session.video is not None and path.absolute() == self.session.video.absolute()):
            self.session.open_path(path)
        else:
            self.before_replacing(path.name, lambda: self.session.open_path(path))

    def before_replacing(self, what: str, work: Callable[[], None]) -> None:
        """Do ``work``, which opens ``what`` instead of the project; unsaved edits are asked about first."""
        if self.desk is None:
            work()
        else:
            self.desk.leaving.replace_with(what, work)

    def choose_folder(self) -> None:
        """Ask for a folder of sounds."""
        name = QFileDialog.getExistingDirectory(self, "Add sound folder", self._last_folder("sounds"))
        self._take(name, "sounds", self.session.add_folder)

    def choose_library(self) -> None:
        """Ask for a library file."""
        name, _ = QFileDialog.getOpenFileName(self, "Open library", self._last_folder("library"), LIBRARIES)
        self._take(name, "library", self.session.open_library)

    def choose_new_library(self) -> None:
        """Ask where a new library shall lie; it is made with the model chosen in the Model menu."""
        # An existing file is refused by the library itself, with a sentence: nothing is ever replaced here.
        kept = QFileDialog.Option.DontConfirmOverwrite
        name, _ = QFileDialog.getSaveFileName(self, "New library", self._last_folder("library"), LIBRARIES, "", kept)
        if name and not Path(name).suffix:
            name += LIBRARY_SUFFIXES[0]
        self._take(name, "library", self.session.create_library)

    def answer(self, button: str) -> None:
        """Do what a button on a panel's empty page asks for."""
        answers = {
            page.OPEN_VIDEO: self.choose_video,
            page.ADD_FOLDER: self.choose_folder,
            page.OPEN_LIBRARY: self.choose_library,
            page.TRY_DEMO: self._open_demo,
        }
        if button in answers:
            answers[button]()

    def _last_folder(self, kind: str) -> str:
        return str(self.settings.value(f"folders/{kind}", str(Path.home())))

    def _take(self, name: str, kind: str, use: Callable[[Path], None]) -> None:
        if name:
            path = Path(name)
            self.settings.setValue(f"folders/{kind}", str(path.parent))
            use(path)

    def _commands(self) -> tuple[Command, ...]:
        session, transport, picture = self.session, self.transport, self.picture
        second = lambda n: lambda: session.film.step_seconds(n)  # noqa: E731 - a one-word binding for the table below
        return (
            *(self.desk.commands() if self.desk is not None else ()),
            Command(menu="file", text="Open video…", key="Ctrl+O", icon="movie-open-outline", run=self.choose_video),
            Command(
                menu="file",
                text="Add sound folder…",
                key="Ctrl+Shift+O",
                icon="folder-music-outline",
                run=self.choose_folder,
            ),
            Command(menu="file", text="Open library…", key="Ctrl+L", icon="database-outline", run=self.choose_library),
            Command(menu="file", text="New library…", key="Ctrl+N", icon="bookshelf", run=self.choose_new_library),
            Command(menu="file", text="Open demo", icon="filmstrip", run=self._open_demo, ends_group=True),
            Command(
                menu="file", text="Stop the running work", key="Shift+Esc", run=self.indicators.stop, ends_group=True
            ),
            Command(menu="file", text="Quit", key="Ctrl+Q", run=self.close),
            Command(menu="play", text="Play or pause", key="Space", run=transport.toggle, icon="play"),
            Command(menu="play", text="Forwards, again for faster", key="L", run=self._on_l, repeats=False),
            Command(menu="play", text="Pause", key="K", run=self._on_k),
            Command(menu="play", text="Backwards, again for faster", key="J", run=self._on_j, ends_group=True),
            Command(menu="play", text="One frame on", key="Right", run=lambda: transport.step(1), repeats=True),
            Command(menu="play", text="One frame back", key="Left", run=lambda: transport.step(-1), repeats=True),
            Command(menu="play", text="One second on", key="Shift+Right", run=second(1.0), repeats=True),
            Command(menu="play", text="One second back", key="Shift+Left", run=second(-1.0), repeats=True),
            Command(menu="play", text="Next shot", key="PgDown", run=lambda: self.shots.step(1), repeats=True),
            Command(menu="play", text="Previous shot", key="PgUp", run=lambda: self.shots.step(-1), repeats=True),
            Command(menu="play", text="Next place that fits", key="Ctrl+PgDown", run=lambda: self.fit.step(1)),
            Command(menu="play", text="Previous place that fits", key="Ctrl+PgUp", run=lambda: self.fit.step(-1)),
            Command(menu="play", text="To the first frame", key="Home", run=transport.to_start),
            Command(menu="play", text="To the last frame", key="End", run=transport.to_end),
            Command(menu="play", text="Type a time code", id="type_time", run=self._type_time, ends_group=True),
            Command(menu="play", text="Loop begins here", key="I", run=transport.set_in),
            Command(menu="play", text="Loop ends here", key="O", run=transport.set_out),
            Command(menu="play", text="Loop", key="Ctrl+R", run=self._toggle_loop, icon="repeat"),
            Command(menu="view", text="Heatmap", key="H", run=picture.toggle_overlay, icon="blur"),
            Command(menu="view", text="Contours or heat", key="Shift+H", run=self._toggle_mode),
            Command(menu="view", text="More heat", id="more_heat", run=lambda: self._more_heat(0.1), repeats=True),
            Command(
                menu="view",
                text="Less heat",
                id="less_heat",
                run=lambda: self._more_heat(-0.1),
                repeats=True,
                ends_group=True,
            ),
            Command(menu="view", text="Point at the picture", id="point", run=self._point, icon="selection"),
            *self.panel_commands,
            Command(menu="view", text="Back to the picture", key="Esc", run=self._step_back),
            Command(menu="view", text="Full screen", key="F11", run=self._toggle_full_screen),
            Command(menu="view", text="Reset layout", key="Ctrl+0", run=self.reset_layout, ends_group=True),
            Command(menu="help", text="Keys", key="?", run=lambda: show_keys(self), icon="keyboard-outline"),
            Command(menu="help", text="About Foleyscope", run=lambda: show_about(self)),
        )

    def _build_menus(self) -> None:
        for name, title in MENUS:
            menu = QMenu(title, self)
            menu.setObjectName(name)
            if name == "help":
                self.menuBar().addMenu(self.models)
            self._entries |= fill(menu, self.commands, self)
            if name == "edit" and self.desk is not None:
                self.desk.fill_edit_menu(menu)
            if name == "view":
                menu.addActions([self.docks[name].toggleViewAction() for name in sorted(self.docks, key=_dock_order)])
            self.menuBar().addMenu(menu)
        self.menuBar().setCornerWidget(self.indicators, Qt.Corner.TopRightCorner)

    def _show_keys(self) -> None:
        """Take the keys of the timeline's preset: where it has one of the window's, the command has another."""
        keys = keys_of(self.desk.preset if self.desk is not None else "")
        self.commands = keyed(self.commands, keys)
        self._keys = BareKeys(self.commands)
        for command in self.commands:
            if command.id in self._entries:
                show_key(self._entries[command.id], command)
        self.bar.show_keys(keys)
        if self.view.band is not None:
            self.view.band.show_keys(keys)

    def _on_l(self) -> None:
        if self._k_down:
            self.transport.step(1)
        else:
            self.transport.faster()

    def _on_j(self) -> None:
        if self._k_down:
            self.transport.step(-1)
        else:
            self.transport.backwards()

    def _on_k(self) -> None:
        self._k_down = True
        self.transport.pause()

    def _type_time(self) -> None:
        self.bar.timecode.setFocus()
        self.bar.timecode.selectAll()

    def _point(self) -> None:
        self.pointing.point()
        self.view.setFocus()

    def _step_back(self) -> None:
        """One thing at a time: the region, then the fit curve; the picture gets the keys."""
        if not self.pointing.clear():
            self.fit.clear()
        self.view.setFocus()

    def _toggle_loop(self) -> None:
        self.transport.set_loop(not self.transport.loop)

    def _toggle_mode(self) -> None:
        self.picture.set_mode("heat" if self.picture.mode == "contours" else "contours")

    def _more_heat(self, amount: float) -> None:
        self.picture.set_opacity(self.picture.opacity + amount)

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys nobody below wanted."""
        if not self._keys.handle(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """K held makes J and L single steps; letting it go ends that."""
        if event.key() == Qt.Key.Key_K and not event.isAutoRepeat():
            self._k_down = False
        super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files from outside are welcome; our own rows are not."""
        if event.source() is None and local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Sounds are placed, a folder goes into the library, libraries and projects open, all else is the picture."""
        files = local_files(event.mimeData())
        sounds = [path for path in files if is_sound(path)]
        if sounds and self.desk is not None:
            self.desk.placing.place_files(sounds)
        for path in files:
            if path not in sounds:
                self.open_path(path)
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout; a running export is asked about first."""
        if self.desk is not None and not self.desk.leaving.may_close():
            event.ignore()
            return
        self.settings.setValue("window/geometry", self.saveGeometry())
        self.settings.setValue("window/state", self.saveState(LAYOUT_VERSION))
        self.settings.setValue("window/opacity", self.picture.opacity)
        self.closed.emit()
        super().closeEvent(event)

    # layout

    def _default_layout(self) -> None:
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableGeometry().size()))
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self._default_sizes()

    def _default_sizes(self) -> None:
        sides = [self.docks[name] for name in ("library", "suggestions") if name in self.docks]
        widths = [max(296, self.width() // 5), max(344, self.width() * 9 // 40)]
        self.resizeDocks(sides, widths[: len(sides)], Qt.Orientation.Horizontal)
        low = [self.docks[name] for name in ("problems", "timeline") if name in self.docks]
        self.resizeDocks(low, [160, 212][: len(low)], Qt.Orientation.Vertical)

    def _restore(self) -> None:
        geometry, state = self.settings.value("window/geometry"), self.settings.value("window/state")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if isinstance(state, QByteArray):
            self.restoreState(state, LAYOUT_VERSION)
        self.picture.set_opacity(float(str(self.settings.value("window/opacity", self.picture.opacity))))


def _dock_order(name: str) -> int:
    return DOCK_ORDER.index(name) if name in DOCK_ORDER else len(DOCK_ORDER)
