"""The timeline's context menus: what can be done with a clip, and with the ground between clips."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.widgets.timeline.clips import clip_box
from app.widgets.timeline.keymap import keys_of
from app.widgets.timeline.numbers import ClipNumbers
from app.widgets.timeline.reveal import open_folder
from app.widgets.tracks.name_field import HEIGHT, LEAST, NameField

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView
    from engine.timeline.document import Clip

_LONGEST_NAME = 44  # characters of a file's name in a menu


class TimelineMenus:
    """Makes the menus of a view; every entry that has a key shows it."""

    def __init__(self, view: TimelineView) -> None:
        self._view, self._viewmodel = view, view.viewmodel
        self._place = QPointF()

    def menu_at(self, point: QPointF) -> QMenu:
        """The menu of a place; a clip that is not selected is selected by it."""
        found, vm = self._view.hand.under(point), self._viewmodel
        self._place = point
        if found is None:
            return self.ground_menu(point)
        if found.clip.id not in vm.selection:
            vm.select([found.clip.id])
        vm.set_track(found.track.id)
        return self.clip_menu(found.clip)

    def place_of_keys(self) -> QPointF:
        """Where the menu key opens the menu: on the first selected clip in view, else at the playhead."""
        view, geometry, project = self._view, self._view.geometry_now(), self._viewmodel.shown
        for row in view.rows_seen() if project is not None else ():
            for clip in project.tracks[row].clips if project is not None else ():
                box = clip_box(geometry, row, clip)
                if clip.id in self._viewmodel.selection and box.right() > 0 and box.left() < geometry.width:
                    return QPointF(max(4.0, box.left() + 4), box.center().y())
        return QPointF(min(max(0.0, geometry.x_of(self._viewmodel.playback.position)), geometry.width - 1.0), 4.0)

    def show_numbers(self) -> None:
        """Let the numbers of what is selected be typed, beside it."""
        if not self._viewmodel.selected():
            self._viewmodel.projects.session.say("Select a sound first.")
            return
        place = self._view.viewport().mapToGlobal(self.place_of_keys().toPoint())
        ClipNumbers(self._viewmodel, self._view).open_at(place)

    def rename(self, clip_id: str) -> None:
        """Type a clip's name in its place; Enter keeps it, Escape does not."""
        view, project = self._view, self._viewmodel.shown
        if project is None:
            return
        track, clip = project.find_clip(clip_id)
        box, width = clip_box(view.geometry_now(), project.tracks.index(track), clip), view.viewport().width()
        left = round(min(max(0.0, box.left()), width - LEAST))
        place = QRect(left, round(box.top()), min(width - left, max(LEAST, round(box.right()) - left)), HEIGHT)
        field = NameField(clip.name, view.viewport(), place, partial(self._viewmodel.shaping.rename, clip_id), view)
        field.setAccessibleName("Name of the sound")

    def ground_menu(self, point: QPointF) -> QMenu:
        """Where no clip lies."""
        view, menu = self._view, self._menu()
        at = self._viewmodel.snapped(view.geometry_now().sample_at(point.x()))
        row, project = view.geometry_now().row_at(point.y()), self._viewmodel.shown
        if project is not None and 0 <= row < len(project.tracks):
            self._viewmodel.set_track(project.tracks[row].id)
        menu.addAction("Move the playhead here", lambda: self._viewmodel.playback.locate(at))
        menu.addAction("Paste here", lambda: self._paste(at))
        menu.addAction("Add a marker here", lambda: self._viewmodel.marks.add(at))
        menu.addSeparator()
        for name in ("select_all", "track_new", "zoom_fit", "snap"):
            self._add(menu, name)
        return menu

    def clip_menu(self, clip: Clip) -> QMenu:
        """What a designer does with a sound."""
        menu, at = self._menu(), self._viewmodel.playback.position
        if clip.media in self._viewmodel.missing.paths:
            menu.addAction("Find missing files…", self._viewmodel.projects.locate_wanted.emit)
            menu.addSeparator()
        over = any(one.position < at < one.end for one in self._viewmodel.selected())
        for name in ("split", "trim_head", "trim_tail"):
            self._add(menu, name).setEnabled(over)
        menu.addSeparator()
        menu.addAction("Rename…", lambda: self.rename(clip.id))
        self._add(menu, "numbers", "Level, pan, speed, pitch…")
        self._add(menu, "mute", "Mute", on=clip.mute)
        self._add(menu, "reverse", "Reverse", on=clip.reverse)
        self._add(menu, "sync", "Sync point at the playhead").setEnabled(over)
        self._add_fades(menu, over)
        menu.addSeparator()
        self._add_source(menu, clip)
        menu.addSeparator()
        for name in ("cut", "copy", "duplicate", "loop_selection"):
            self._add(menu, name)
        menu.addSeparator()
        for name in ("remove", "ripple"):
            self._add(menu, name)
        return menu

    # within

    def _menu(self) -> QMenu:
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._keys = keys_of(self._view.keys.preset)
        return menu

    def _add(self, menu: QMenu, name: str, text: str = "", *, on: bool | None = None) -> QAction:
        text = text or self._view.keys.text_of(name)
        action = menu.addAction(f"{text}\t{self._keys[name]}", lambda: self._view.keys.run(name))
        if on is not None:
            action.setCheckable(True)
            action.setChecked(on)
        return action

    def _add_fades(self, menu: QMenu, over: bool) -> None:
        fades, shaping = menu.addMenu("Fades"), self._viewmodel.shaping
        clip = shaping.one()
        for name in ("fade_in", "fade_out"):
            self._add(fades, name).setEnabled(over)
        fades.addSeparator()
        shapes: tuple[tuple[str, Callable[[], None], str], ...] = (
            ("Equal power", lambda: shaping.set_fade_shape("equal_power"), "equal_power"),
            ("Straight", lambda: shaping.set_fade_shape("linear"), "linear"),
        )
        for text, run, shape in shapes:
            action = fades.addAction(text, run)
            action.setCheckable(True)
            action.setChecked(clip is not None and clip.fade_in_shape == clip.fade_out_shape == shape)
        fades.addSeparator()
        remove = fades.addAction("Remove both fades", shaping.remove_fades)
        remove.setEnabled(any(one.fade_in or one.fade_out for one in self._viewmodel.selected()))

    def _add_source(self, menu: QMenu, clip: Clip) -> None:
        shaping = self._viewmodel.shaping
        alternates = shaping.alternates()
        others = menu.addMenu("Instead of it" if alternates else "Instead of it: nothing else was proposed")
        others.setEnabled(bool(alternates))
        for name in ("alternate_next", "alternate_previous"):
            self._add(others, name)
        others.addSeparator()
        for number, one in enumerate(alternates):
            name = Path(one.path).stem
            name = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
            others.addAction(name.replace("&", "&&"), partial(shaping.take_alternate, number))
        self._add(menu, "reveal")
        menu.addAction("Open its folder", lambda: open_folder(shaping.path_of(clip)))
        if clip.origin is not None:
            menu.addAction("Go to the frame it was proposed for", shaping.go_to_origin)

    def _paste(self, at: int) -> None:
        self._viewmodel.playback.locate(at)
        self._viewmodel.paste()
