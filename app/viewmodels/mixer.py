"""Faders, pans, mutes and solos of the open project, and its meters, read at most thirty times a second."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.project import ProjectViewModel

if TYPE_CHECKING:
    from engine.audio.meters import Reading
    from engine.timeline.changes import Change
    from engine.timeline.document import Project, Track

METER_MS = 34
SILENT_DB = -120.0
LOWEST_DB, HIGHEST_DB = -60.0, 12.0
"""Ends of a fader; below the lower one is silence."""
COLOURS = (
    ("By its name", None),
    ("Red", "#ff6b5e"),
    ("Orange", "#f2a65a"),
    ("Green", "#5fc27e"),
    ("Teal", "#4fc3c8"),
    ("Blue", "#4aa3ff"),
    ("Violet", "#b48cff"),
    ("Pink", "#f086c0"),
    ("Grey", "#9a9ca3"),
)
"""What a track can be coloured."""
_TAPER = 1.5


def fader_place(decibels: float) -> float:
    """Where a level stands on a fader, 0..1; 0 dB at 0.7, and the loud end has the most room."""
    if decibels <= LOWEST_DB:
        return 0.0
    return float(1.0 - (max(0.0, HIGHEST_DB - decibels) / (HIGHEST_DB - LOWEST_DB)) ** (1 / _TAPER))


def fader_level(place: float) -> float:
    """The level (dB) at a place 0..1 of a fader, in tenths; its lower end is silence."""
    if place <= 0:
        return SILENT_DB
    return round(HIGHEST_DB - (HIGHEST_DB - LOWEST_DB) * (1 - min(1.0, place)) ** _TAPER, 1)


def meter_place(peak: float) -> float:
    """Where a linear peak stands on a meter of 60 dB, 0..1."""
    return 0.0 if peak <= 1e-3 else min(1.0, 1.0 + math.log10(peak) / 3)


def level_text(decibels: float) -> str:
    """A level as people write it: ``-6.0``, ``+3.0``, ``-∞``."""
    if decibels < LOWEST_DB:
        return "-∞"
    return f"{decibels:+.1f}" if decibels else "0.0"


def pan_text(pan: float) -> str:
    """A pan as people write it: ``C``, ``L30``, ``R100``."""
    share = round(abs(pan) * 100)
    return "C" if not share else f"{'L' if pan < 0 else 'R'}{share}"


class MixerViewModel(QObject):
    """What track headers and the master strip show and move."""

    metered = Signal()
    """``reading`` changed."""

    def __init__(self, projects: ProjectViewModel, playback: PlaybackViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.projects, self.playback = projects, playback
        self.reading: Reading | None = None
        """The meters of what is heard; after a pause the loudness of what was heard stays."""
        self.heard = False
        """Whether the peaks of ``reading`` are of now."""
        self._drags = itertools.count()
        self._drag = ""
        self._timer = QTimer(self, interval=METER_MS)
        self._timer.timeout.connect(self._read)
        playback.changed.connect(self._on_playing)
        projects.opened_changed.connect(self._on_project)

    def peaks(self, row: int) -> tuple[float, float, float]:
        """Left, right and held linear peaks of the track in a row; zeros in silence."""
        reading = self.reading
        if reading is None or not self.heard or row >= len(reading.tracks):
            return 0.0, 0.0, 0.0
        left, right = reading.tracks[row]
        return float(left), float(right), float(reading.tracks_held[row].max())

    def begin_drag(self) -> None:
        """A hand takes hold of a fader: all it does until the next call is undone at once."""
        self._drag = f"drag {next(self._drags)}"

    def set_gain(self, track_id: str, decibels: float) -> None:
        """Move a track's fader (dB)."""
        from engine.timeline import edits

        level = SILENT_DB if decibels < LOWEST_DB else min(HIGHEST_DB, round(decibels, 1))
        self.projects.do(lambda project: edits.set_track_gain(project, track_id, level), self._named(track_id))

    def set_pan(self, track_id: str, pan: float) -> None:
        """Pan a track, -1 to 1."""
        from engine.timeline import edits

        value = round(min(1.0, max(-1.0, pan)), 2)
        self.projects.do(lambda project: edits.set_track_pan(project, track_id, value), self._named(track_id))

    def nudge_gain(self, track_id: str, decibels: float) -> None:
        """Move a track's fader by some dB."""
        track = self._track(track_id)
        if track is not None:
            self.set_gain(track_id, max(LOWEST_DB, track.gain_db) + decibels)
            self._say(track_id, lambda now: f"{level_text(now.gain_db)} dB")

    def nudge_pan(self, track_id: str, by: float) -> None:
        """Pan a track further to one side."""
        track = self._track(track_id)
        if track is not None:
            self.set_pan(track_id, track.pan + by)
            self._say(track_id, lambda now: f"pan {pan_text(now.pan)}")

    def toggle_mute(self, track_id: str) -> None:
        """Mute a track, or let it be heard."""
        from engine.timeline import edits

        track = self._track(track_id)
        if track is not None:
            on = not track.mute
            self.projects.do(lambda project: edits.set_track_mute(project, track_id, on))

    def toggle_solo(self, track_id: str) -> None:
        """Hear this track alone, with the others that are soloed; or end that."""
        from engine.timeline import edits

        track = self._track(track_id)
        if track is not None:
            on = not track.solo
            self.projects.do(lambda project: edits.set_track_solo(project, track_id, on))

    def rename(self, track_id: str, name: str) -> None:
        """Name a track; an empty name leaves it as it is."""
        from engine.timeline import edits

        if name.strip():
            self.projects.do(lambda project: edits.rename_track(project, track_id, name.strip()))

    def set_colour(self, track_id: str, colour: str | None) -> None:
        """Colour a track and its clips (``#rrggbb``); None goes by its name."""
        from engine.timeline import edits

        self.projects.do(lambda project: edits.set_track_colour(project, track_id, colour))

    def move_track(self, track_id: str, rows: int) -> None:
        """Move a track up or down."""
        from engine.timeline import edits

        def make(project: Project) -> Change:
            order = [track.id for track in project.tracks]
            return edits.move_track(project, track_id, order.index(track_id) + rows)

        self.projects.do(make)

    def set_master_gain(self, decibels: float) -> None:
        """Move the master fader (dB)."""
        self._set_master(gain_db=SILENT_DB if decibels < LOWEST_DB else min(HIGHEST_DB, round(decibels, 1)))

    def toggle_limiter(self) -> None:
        """Hold the master under its ceiling, or not."""
        project = self.projects.project
        if project is not None:
            self._set_master(limiter=not project.master.limiter)

    def _say(self, track_id: str, words: Callable[[Track], str]) -> None:
        """What a key has made of a track: the hand is not on its fader, so the eye need not go there either."""
        track = self._track(track_id)
        if track is not None:
            self.projects.session.say(f"{track.name}: {words(track)}")

    def _set_master(self, **values: Any) -> None:
        from engine.timeline import edits

        def make(project: Project) -> Change:
            return edits.set_master(project, replace(project.master, **values))

        self.projects.do(make, self._named("master"))

    def _named(self, what: str) -> str:
        return f"{self._drag} {what}" if self._drag else ""

    def end_drag(self) -> None:
        """The hand lets go of a fader."""
        self._drag = ""

    def _track(self, track_id: str) -> Track | None:
        project = self.projects.project
        return project.track(track_id) if project is not None else None

    def _on_project(self) -> None:
        self.reading, self.heard = None, False
        self.metered.emit()

    def _on_playing(self) -> None:
        if self.playback.playing:
            self._timer.start()
        else:
            self._timer.stop()
            self.heard = False
            self.metered.emit()

    def _read(self) -> None:
        reading = self.playback.levels
        if reading is not None:
            self.reading, self.heard = reading, True
            self.metered.emit()
