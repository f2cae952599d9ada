"""Sounds proposed for the frame on screen: newest frame first, and never reordered under a hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.viewmodels.audition import AuditionViewModel, Wish
from app.viewmodels.localisation import LocalisationViewModel, place_of
from app.viewmodels.page import CLEAR_SEARCH, RETRY, Page, PanelState
from app.viewmodels.peaks import PeaksViewModel
from app.viewmodels.pointing import PointingViewModel
from app.viewmodels.questions import Answer, Question, ask, divided
from app.viewmodels.regions import RegionsViewModel
from app.viewmodels.rows import SoundListModel, SoundRow
from app.viewmodels.session import SessionViewModel
from app.viewmodels.shots import ShotsViewModel
from app.viewmodels.suggestion_pages import page_of
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.media import Frame
    from engine.recommend.region import Region
    from engine.recommend.shots import Shot

Scope = Literal["frame", "shot"]
PREFETCHED = 10
LOCALISED = 40
"""Rows that fit of which is found out where in the picture their source is, once the playhead rests."""
NEIGHBOURS = 3
DEBOUNCE_MS = 120


class SuggestionsViewModel(QObject):
    """The list of proposals, its filter, its pin and its four states."""

    state_changed = Signal()
    """``state``, ``page`` or ``error`` changed."""
    header_changed = Signal()
    """``timecode``, ``waiting_for``, ``busy``, ``region`` or what the list is ``shown_for`` changed."""
    ranked = Signal()
    """A new ranking is shown."""
    pinned_changed = Signal(bool)
    """``pinned`` changed."""
    scope_changed = Signal(str)
    """``scope`` changed."""
    selected_changed = Signal(object)
    """The chosen SoundRow, or None."""
    heatmap_requested = Signal(object)
    """The SoundRow whose place in the picture to show, or None for where the picture encoder looks."""
    action_requested = Signal(str)
    """A button of the empty page that the window answers (``app.viewmodels.page`` names them)."""

    def __init__(self, session: SessionViewModel, audition: AuditionViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.audition = session, audition
        self.peaks = PeaksViewModel(session.runner, self)
        self.regions = RegionsViewModel(session.runner, parent=self)
        self.regions.problem.connect(session.problem)
        self.rows = SoundListModel(lambda row: self.regions.file_of(row.path), self)
        self.text = ""
        self.scope: Scope = "frame"
        """Whether sounds are proposed for the frame on screen or for the shot it is in."""
        self.region: Region | None = None
        """The part of the frame that was pointed at; it goes before the scope."""
        self.pinned = self.hovered = self.busy = False
        self.error: EngineError | None = None
        self.selected: SoundRow | None = None
        self._localisation: LocalisationViewModel | None = None
        self._shots: ShotsViewModel | None = None
        self._pointing: PointingViewModel | None = None
        self._shown: Answer | None = None
        self._held: Answer | None = None
        self._frame: Frame | None = None
        self._told = ""
        """The time code that was told last."""
        self._ask_again = False
        self._urgent = False
        """Whether the next answer is shown even while the list is in use: the person asked for it."""
        self._typing = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._typing.timeout.connect(self._ask_urgently)
        self._listen()

    @property
    def state(self) -> PanelState:
        """Which of the four designed states the panel is in."""
        if self.error is not None:
            return "failed"
        if self._shown is not None and self.rows.rowCount():
            return "full"
        return "working" if self._can_ask and self._shown is None else "empty"

    @property
    def page(self) -> Page:
        """What to say while there is no list."""
        return page_of(self.session, asked=self._shown is not None, text=self.text)

    @property
    def fit_line(self) -> float | None:
        """Score from which a sound fits, to be marked on score bars."""
        return self._shown.fit_line if self._shown is not None else None

    @property
    def timecode(self) -> str:
        """Time code of the frame or the shot the list is for; empty while there is none."""
        return self._time_of(self._shown.question) if self._shown is not None else ""

    @property
    def shown_for(self) -> str:
        """What the list is for, in words; without a list, what it will be for."""
        if self._shown is None:
            return "for the shot on screen" if self.scope == "shot" else "for the frame on screen"
        question = self._shown.question
        if question.region is not None:
            return "for the region"
        return f"for shot {question.shot.index + 1}, {self.timecode}" if question.shot else f"for {self.timecode}"

    @property
    def shown_time(self) -> float | None:
        """s of the frame the list is for; None while there is none."""
        return self._shown.question.frame.time if self._shown is not None else None

    @property
    def is_late(self) -> bool:
        """Whether the list is about to change: the film stands at a frame that it is not for yet."""
        if self.in_use or self.error is not None or self.session.recommender is None or not self._can_ask:
            return False
        frame = self._frame
        return self.session.film.is_sought or self.busy or (frame is not None and not self._is_answered(frame))

    @property
    def waiting_for(self) -> str:
        """Time code of a newer frame that waits because the list is in use; empty when none does."""
        if self._shown is None or not (self.pinned or self._held is not None):
            return ""
        newest = self._held.question.frame if self._held is not None else self._frame
        if newest is None or newest.time == self._shown.question.frame.time:
            return ""
        if self._held is None and self._shown.question.covers(newest, self._shot_of(newest)):
            return ""
        return self.session.film.counting.at(newest.time)

    @property
    def in_use(self) -> bool:
        """Whether the list must stay as it is."""
        return self.pinned or self.hovered

    def set_text(self, text: str) -> None:
        """Narrow the proposals by text; asked for once typing pauses."""
        if text.strip() != self.text:
            self.text = text.strip()
            self._typing.start()

    def follow(self, shots: ShotsViewModel, pointing: PointingViewModel) -> None:
        """Answer for shots and for regions of the picture too."""
        self._shots, self._pointing = shots, pointing
        shots.changed.connect(self._on_shots)
        pointing.region_changed.connect(lambda: self.set_region(pointing.region))

    def set_scope(self, scope: Scope) -> None:
        """Propose for the frame on screen, or for the whole shot it is in."""
        if scope != self.scope:
            self.scope = scope
            self.scope_changed.emit(scope)
            self._ask_urgently()

    def toggle_scope(self) -> None:
        """From the frame to the shot and back."""
        self.set_scope("frame" if self.scope == "shot" else "shot")

    def set_region(self, region: Region | None) -> None:
        """Propose for a part of the frame alone; None is the whole again."""
        if region != self.region:
            self.region = region
            self._ask_urgently()
            self.header_changed.emit()

    def leave_region(self) -> None:
        """Back to the whole frame, in the picture too."""
        if self._pointing is not None:
            self._pointing.clear()

    def set_pinned(self, pinned: bool) -> None:
        """Keep this list whatever the playhead does."""
        if pinned == self.pinned:
            return
        self.pinned = pinned
        self.pinned_changed.emit(pinned)
        self._let_go()

    def toggle_pinned(self) -> None:
        """Pin the list, or let it follow the playhead again."""
        self.set_pinned(not self.pinned)

    def set_hovered(self, hovered: bool) -> None:
        """The pointer came to or left the list."""
        self.hovered = hovered
        self._let_go()

    def show_newest(self) -> None:
        """Show the newest frame's proposals now, in use or not."""
        if self._held is not None:
            self._show(self._held)
        else:
            self._ask_urgently()

    def select(self, row: SoundRow | None) -> None:
        """A row was chosen: its place in the picture is shown."""
        self.selected = row
        if row is not None:
            self.audition.prefetch(Wish(near.path, near.start) for near in self.rows.around(row, NEIGHBOURS))
        self.heatmap_requested.emit(row)
        self.selected_changed.emit(row)

    def hover(self, row: SoundRow | None) -> None:
        """The pointer is over a row: its place in the picture is shown until it leaves."""
        self.heatmap_requested.emit(row or self.selected)

    def use_localisation(self, localisation: LocalisationViewModel) -> None:
        """Say in the rows what is found out about their place in the picture."""
        self._localisation = localisation
        localisation.changed.connect(self._tell_places)
        localisation.pins_changed.connect(self._tell_places)

    def toggle_pin(self, row: SoundRow) -> None:
        """Keep a sound's contour on the picture, or take it away."""
        if self._localisation is not None and self._localisation.ready:
            self._localisation.toggle_pin(row)
        else:
            self.session.say("No model that tells where a sound comes from is installed.")

    def press(self, button: str) -> None:
        """A button of the page was pressed."""
        if button == RETRY:
            self.error = None
            self._ask()
            self.state_changed.emit()
        elif button == CLEAR_SEARCH:
            self.text = ""
            self.header_changed.emit()
            self._ask_urgently()
        else:
            self.action_requested.emit(button)

    @property
    def _can_ask(self) -> bool:
        return self._frame is not None and self.session.video is not None and self.session.library is not None

    def _listen(self) -> None:
        session = self.session
        session.frame_changed.connect(self._on_frame)
        session.time_changed.connect(self._on_time)
        session.video_changed.connect(self._on_video)
        session.film.counting_changed.connect(self.state_changed)
        session.film.state_changed.connect(self.state_changed)
        session.library_changed.connect(self._on_library)
        session.model_changed.connect(self._on_model)
        session.content_changed.connect(self._on_content)
        session.indexing_changed.connect(self.state_changed)

    def _on_frame(self, frame: Frame) -> None:
        self._frame = frame
        if self._shown is not None and (self.pinned or self._is_answered(frame)):
            self.header_changed.emit()
        else:
            self._ask()

    def _on_time(self, _seconds: float) -> None:
        timecode = self.timecode
        if timecode != self._told:
            self._told = timecode
            self.header_changed.emit()

    def _on_shots(self) -> None:
        if self.scope == "shot" and self._frame is not None:
            self._ask()

    def _on_video(self) -> None:
        if self.session.video is None or self.session.frame is None:
            self._forget()

    def _on_library(self) -> None:
        self.peaks.use(self.session.library)
        self.regions.clear()
        self._forget()
        self._frame = self.session.frame
        if self.session.library is not None:
            self.audition.warm()

    def _on_content(self) -> None:
        self.peaks.forget()
        self._ask()

    def _on_model(self) -> None:
        if self.session.recommender is not None:
            self._ask()
        self.state_changed.emit()

    def _forget(self) -> None:
        self._shown = self._held = self._frame = self.error = None
        self.rows.set_rows(())
        self.select(None)
        self.header_changed.emit()
        self.state_changed.emit()

    def _ask_urgently(self) -> None:
        self._urgent = True
        self._ask()

    def _ask(self) -> None:
        """Ask for the newest frame; one question at a time, so that the lane never runs behind the playhead."""
        recommender, library, frame = self.session.recommender, self.session.library, self._frame
        if recommender is None or library is None or frame is None:
            return
        if self.busy:
            self._ask_again = True
            return
        self._set_busy(True)
        question = Question(
            recommender=recommender,
            library=library,
            frame=frame,
            text=self.text,
            region=self.region,
            shot=self._shot_of(frame),
            video=self.session.video,
        )
        self.session.runner.submit("model", ask, question, owner=self, on_done=self._answered, on_error=self._failed)

    def _answered(self, answer: Answer) -> None:
        self._set_busy(False)
        question, session = answer.question, self.session
        if question.library is session.library and question.video == session.video and self._frame is not None:
            self.error = None
            wanted = self._urgent and not self._ask_again and question.text == self.text
            if self.in_use and not wanted and self._shown is not None:
                self._held = answer
                self.header_changed.emit()
            else:
                self._show(answer)
        self._go_on()

    def _failed(self, error: EngineError) -> None:
        self._set_busy(False)
        self.error = error
        self.state_changed.emit()
        self._go_on()

    def _go_on(self) -> None:
        if self._ask_again:
            self._ask_again = False
            self._ask()

    def _show(self, answer: Answer) -> None:
        self._shown, self._held, self._urgent = answer, None, False
        self.rows.set_rows(divided(answer.rows, answer.question.text) if answer.rows else ())
        self.audition.prefetch(Wish(row.path, row.start) for row in answer.rows[:PREFETCHED])
        self._tell_places()
        if self._localisation is not None:
            self._localisation.prefetch(place_of(row) for row in [row for row in answer.rows if row.fits][:LOCALISED])
        self.state_changed.emit()
        self.header_changed.emit()
        self.ranked.emit()

    def _tell_places(self) -> None:
        self.rows.annotate(self._placed)

    def _placed(self, row: SoundRow) -> SoundRow:
        where = self._localisation
        if where is None or not where.ready:
            return replace(row, onscreen=None, pinned=False)
        found = where.of(place_of(row)) if row.fits else None  # what does not fit is neither seen nor heard there
        said = (found.onscreen or "") if found is not None else ""
        return replace(row, onscreen=said, pinned=where.is_pinned(row))

    def _let_go(self) -> None:
        if not self.in_use:
            if self._held is not None:
                self._show(self._held)
            elif self._shown is not None and self._frame is not None and not self._is_answered(self._frame):
                self._ask()
        self.header_changed.emit()

    def _set_busy(self, busy: bool) -> None:
        self.busy = busy
        self.header_changed.emit()

    def _shot_of(self, frame: Frame) -> Shot | None:
        """The shot a frame lies in, where shots are asked for and known."""
        return self._shots.at(frame.time) if self._shots is not None and self.scope == "shot" else None

    def _is_answered(self, frame: Frame) -> bool:
        """Whether the list that is shown is the answer for a frame too."""
        question = self._shown.question if self._shown is not None else None
        if question is None or question.region != self.region or question.text != self.text:
            return False
        return question.covers(frame, self._shot_of(frame))

    def _time_of(self, question: Question) -> str:
        film, seconds = self.session.film, question.frame.time
        if question.shot is not None and question.region is None:
            seconds = question.shot.start
        elif self._frame is not None and self._frame.time == seconds and not film.is_sought:
            seconds = max(seconds, self.session.time)  # a long frame: the playhead may stand behind its beginning
        return film.counting.at(seconds)
