"""The keys of a sound list: everything its pointer can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

if TYPE_CHECKING:
    from app.widgets.sound_list import SoundListView

KEYS = (
    ("Up / Down", "Hear the previous or next sound"),
    ("Enter", "Hear it from its region on"),
    ("Space", "Stop, or hear it again; pause while the film runs"),
    ("Esc", "Stop"),
    ("PgUp / PgDn", "Previous or next shot, as everywhere"),
    ("1 – 9", "Another take"),
    (", / .", "Move along the waveform"),
    ("I / O", "Region begins, ends here"),
    ("R", "Forget the region"),
    ("C", "Keep its place on the picture, or let it go"),
    ("F", "Where in the film it fits"),
    ("Shift+L", "Loop the sound; J, K and L are the film's"),
    ("S", "Hear the waveform under the pointer"),
    ("G", "Hear all sounds at one level"),
    ("Ctrl+C", "Copy the file, or the region as WAV"),
    ("/", "To the text field"),
)
"""Keys and what they do, for the window's list of keys."""

_K = Qt.Key
_OPTIONS = {_K.Key_L: "loop", _K.Key_S: "scrub_on_hover", _K.Key_G: "level_match"}
_PLAY = (_K.Key_Return, _K.Key_Enter)
_STEPS = {_K.Key_Up: -1, _K.Key_Down: 1}
_MOVES = {_K.Key_Comma: -0.01, _K.Key_Period: 0.01}
_ENDS = (_K.Key_I, _K.Key_O)
_TAKES = {_K(_K.Key_0 + n): n for n in range(1, 10)}
_OWN = {*_OPTIONS, *_PLAY, *_STEPS, *_MOVES, *_ENDS, *_TAKES, _K.Key_R, _K.Key_F, _K.Key_C, _K.Key_Slash}
_SHIFTED = {_K.Key_L}
"""Letters that are the list's with Shift; all others are without it."""
_HARMLESS = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier


class SoundListKeys:
    """Acts on a list by key; keys it does not own are the window's."""

    def __init__(self, view: SoundListView) -> None:
        self._view = view

    def owns(self, event: QKeyEvent) -> bool:
        """Whether a key press is the list's: Escape while a sound is heard, Space unless it is to pause the film."""
        if _is_copy(event):
            return True
        if event.modifiers() & ~_HARMLESS:
            return False
        playing = self._view.viewmodel.audition.now_playing is not None
        if event.key() == _K.Key_Space:
            return playing or (self._view.heard and not self._view.film_runs())
        if event.key() == _K.Key_Escape:
            return playing
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if _K.Key_A <= event.key() <= _K.Key_Z and shifted != (event.key() in _SHIFTED):
            return False
        return event.key() in _OWN

    def press(self, event: QKeyEvent) -> None:
        """Do what an owned key says."""
        view, key = self._view, _K(event.key())
        if _is_copy(event):
            self._copy()
        elif key in _STEPS:
            self._step(_STEPS[key])
        elif key in _PLAY:
            view.play_row(view.currentIndex().row())
        elif key == _K.Key_Escape:
            view.viewmodel.audition.stop()
        elif key == _K.Key_Space:
            self._stop_or_play()
        elif key in _TAKES:
            view.choose_take(view.currentIndex().row(), _TAKES[key])
        elif key == _K.Key_C:
            view.pin_row(view.currentIndex().row())
        elif key == _K.Key_F:
            view.ask_fit(view.currentIndex().row())
        elif key in _OPTIONS:
            view.viewmodel.audition.toggle_option(_OPTIONS[key])
        elif key == _K.Key_Slash:
            view.find_wanted.emit()
        else:
            self._edit_region(key)

    def _stop_or_play(self) -> None:
        view = self._view
        if view.viewmodel.audition.now_playing is not None:
            view.viewmodel.audition.stop()
        else:
            view.play_row(view.currentIndex().row())

    def _copy(self) -> None:
        view = self._view
        mime = view.viewmodel.rows.mimeData([view.currentIndex()])
        if mime.hasUrls():
            name = mime.urls()[0].fileName()
            QGuiApplication.clipboard().setMimeData(mime)
            view.notice.emit(f"Copied {name}.")
        elif view.current_row() is not None:
            view.say_region_not_ready()

    def _step(self, step: int) -> None:
        view = self._view
        number = view.viewmodel.rows.neighbour(view.currentIndex().row(), step)
        if number is not None:
            view.setCurrentIndex(view.model().index(number, 0))
            view.play_row(number)

    def _edit_region(self, key: Qt.Key) -> None:
        view, regions = self._view, self._view.viewmodel.regions
        row, number = view.current_row(), view.currentIndex().row()
        if row is None or row.duration <= 0:
            return
        place = view.place_in(row, number)
        if key in _MOVES:
            share = min(max(place / row.duration + _MOVES[key], 0.0), 1.0)
            view.set_cursor((number, share))
            view.viewmodel.audition.scrub(row.path, share * row.duration)
        elif key in _ENDS:
            start, end = regions.of(row.path) or (0.0, row.duration)
            chosen = (place, end if end > place else row.duration) if key == _K.Key_I else (min(place, start), place)
            regions.choose(row.path, *chosen)
            regions.settle()
        else:
            regions.clear()


def _is_copy(event: QKeyEvent) -> bool:
    return event.key() == _K.Key_C and event.modifiers() == Qt.KeyboardModifier.ControlModifier
