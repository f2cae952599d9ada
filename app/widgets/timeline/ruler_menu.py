"""The ruler's context menu: the marker under the pointer, and the loop."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QMenu

from app.viewmodels.timeline_marks import COLOURS, MarksViewModel
from app.widgets.timeline.colour_menu import add_colours
from app.widgets.timeline.keymap import keys_of

if TYPE_CHECKING:
    from app.widgets.timeline.ruler import Ruler
    from app.widgets.timeline.view import TimelineView
    from engine.timeline.document import Marker


def ruler_menu(ruler: Ruler, view: TimelineView, point: QPointF) -> QMenu:
    """What can be done at a place on the ruler."""
    menu = QMenu(ruler)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    marks, keys = view.viewmodel.marks, keys_of(view.keys.preset)
    at = view.viewmodel.snapped(view.geometry_now().sample_at(point.x()))
    marker = ruler.hand.marker_at(point)
    if marker is not None:
        _add_marker(menu, ruler, marks, marker, keys)
    else:
        menu.addAction("Add a marker here", lambda: marks.add(at))
    menu.addSeparator()
    menu.addAction("Loop from here", lambda: marks.loop_from(at))
    menu.addAction("Loop to here", lambda: marks.loop_to(at)).setEnabled(at > 0)
    around = menu.addAction(f"Loop what is selected\t{keys['loop_selection']}", marks.loop_selection)
    around.setEnabled(bool(view.viewmodel.selection))
    project = view.viewmodel.shown
    menu.addAction("Remove the loop", marks.remove_loop).setEnabled(project is not None and project.loop is not None)
    return menu


def _add_marker(menu: QMenu, ruler: Ruler, marks: MarksViewModel, marker: Marker, keys: dict[str, str]) -> None:
    menu.addAction(f"Rename the marker…\t{keys['marker_rename']}", lambda: ruler.rename(marker.id))
    menu.addAction("Go to it", lambda: marks.go(marker.id))
    add_colours(menu, COLOURS, marker.colour, partial(marks.colour, marker.id))
    menu.addAction("Remove the marker", lambda: marks.remove(marker.id))
