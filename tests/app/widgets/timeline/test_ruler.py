"""The ruler: the playhead, markers and the loop by pointer, and time code that has room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from app.widgets.timeline.panel import TimelinePanel
from app.widgets.timeline.ruler import frames_between
from app.widgets.timeline.ruler_menu import ruler_menu
from app.widgets.timeline.view import TimelineView
from app.widgets.tracks.name_field import NameField
from engine.timeline import edits
from tests.app.widgets.timeline.conftest import NONE, Person

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier


def test_the_ruler_moves_the_playhead_onto_frames(panel: TimelinePanel, qtbot: QtBot) -> None:
    view = panel.view
    qtbot.mouseClick(view.ruler, LEFT, pos=QPoint(333, 8))
    at = view.viewmodel.playback.position
    assert at % 1920 == 0 and abs(view.geometry_now().x_of(at) - 333) <= 1920 / view.samples_per_px


def test_marks_have_room_for_time_code(person: Person) -> None:
    for samples_per_px in (2, 40, 700, 9000, 300_000):
        frames = frames_between(person.project, samples_per_px)
        assert frames * 1920 / samples_per_px >= 92 or frames == 3600 * 25


def _marker(person: Person, at: int, name: str = "Door") -> str:
    person.view.viewmodel.projects.do(lambda project: edits.add_marker(project, at, name, marker_id="m"))
    return "m"


def _x(person: Person, sample: int) -> float:
    return person.view.geometry_now().x_of(sample)


def test_a_marker_is_dragged_by_its_name(person: Person, view: TimelineView) -> None:
    _marker(person, 30 * 1920)
    start, steps = QPointF(_x(person, 30 * 1920) + 10, 6), person.steps
    assert view.ruler.hand.cursor_at(start) == Qt.CursorShape.PointingHandCursor
    person.hold(start, QPointF(63, 0), widget=view.ruler)
    assert view.ruler.hand.words() and person.project.markers[0].position == 30 * 1920
    person.send(QEvent.Type.MouseButtonRelease, start + QPointF(63, 0), False, NONE, view.ruler)
    moved = person.project.markers[0].position
    assert abs(moved - 30 * 1920 - 63 * view.samples_per_px) < 8 * view.samples_per_px and person.steps == steps + 1
    view.viewmodel.projects.undo()
    assert person.project.markers[0].position == 30 * 1920


def test_a_click_on_a_marker_goes_there(person: Person, view: TimelineView) -> None:
    _marker(person, 60_000)
    person.click(QPointF(_x(person, 60_000) + 10, 6), widget=view.ruler)
    assert view.viewmodel.playback.position == 60_000


def test_a_marker_draws_to_an_edge_and_escape_leaves_it(person: Person, view: TimelineView) -> None:
    _marker(person, 70_000)
    edge, start = person.clip("wood creak").end, QPointF(_x(person, 70_000), 6)
    way = QPointF(_x(person, edge) - start.x() + 3, 0)
    person.hold(start, way, widget=view.ruler)
    assert view.viewmodel.shown is not None and view.viewmodel.shown.markers[0].position == edge
    assert person.press(Qt.Key.Key_Escape)
    person.send(QEvent.Type.MouseButtonRelease, start + way, False, NONE, view.ruler)
    assert person.project.markers[0].position == 70_000


def test_a_double_click_names_a_marker(person: Person, view: TimelineView, qtbot: QtBot) -> None:
    _marker(person, 60_000)
    person.double_click(QPointF(_x(person, 60_000) + 10, 6), view.ruler)
    field = view.ruler.findChild(NameField)
    assert field is not None
    qtbot.keyClicks(field, "Slam")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert person.project.markers[0].name == "Slam" and not field.isVisible()
    view.viewmodel.playback.locate(61_000)
    assert person.press(Qt.Key.Key_F2, Qt.KeyboardModifier.ShiftModifier)
    field = view.ruler.findChildren(NameField)[-1]
    qtbot.keyClicks(field, "no")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert person.project.markers[0].name == "Slam"


def test_a_loop_is_drawn_stretched_and_moved(person: Person, view: TimelineView) -> None:
    low, steps = view.ruler.height() - 4, person.steps
    assert view.ruler.hand.cursor_at(QPointF(300, low)) == Qt.CursorShape.CrossCursor
    person.drag(QPointF(300, low), QPointF(240, 0), widget=view.ruler)
    loop = person.project.loop
    assert loop is not None and loop[0] % 1920 == 0 and abs(_x(person, loop[1]) - 540) <= 8 + 1920 / view.samples_per_px
    person.drag(QPointF(_x(person, loop[1]) - 1, low), QPointF(-100, 0), SHIFT, view.ruler)
    person.drag(QPointF(_x(person, loop[0]) + 1, low), QPointF(50, 0), SHIFT, view.ruler)
    tighter = person.project.loop
    assert tighter is not None and tighter[0] > loop[0] and tighter[1] < loop[1]
    person.drag(QPointF((_x(person, tighter[0]) + _x(person, tighter[1])) / 2, low), QPointF(60, 0), SHIFT, view.ruler)
    moved = person.project.loop
    assert moved is not None and moved[1] - moved[0] == tighter[1] - tighter[0] and moved[0] > tighter[0]
    assert person.steps == steps + 4
    person.hold(QPointF(20, low), QPointF(200, 0), widget=view.ruler)
    assert person.press(Qt.Key.Key_Escape) and view.viewmodel.shown is person.project and person.project.loop == moved


def test_the_playheads_head_is_dragged_over_a_marker(person: Person, view: TimelineView) -> None:
    _marker(person, 60_000)
    view.viewmodel.playback.locate(60_000)
    person.drag(QPointF(_x(person, 60_000), 13), QPointF(100, 0), widget=view.ruler)
    assert view.viewmodel.playback.position > 60_000 and person.project.markers[0].position == 60_000


def test_the_menu_names_marker_and_loop(person: Person, view: TimelineView) -> None:
    marker = _marker(person, 60_000)
    menu = ruler_menu(view.ruler, view, QPointF(_x(person, 60_000) + 10, 6))
    texts = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert texts[:4] == ["Rename the marker…", "Go to it", "Colour", "Remove the marker"]
    assert not menu.actions()[-1].isEnabled(), "there is no loop to remove"
    menu.actions()[3].trigger()
    assert not person.project.markers and marker
    ground = ruler_menu(view.ruler, view, QPointF(400, 6))
    ground.actions()[0].trigger()
    assert person.project.markers[0].position == view.viewmodel.snapped(view.geometry_now().sample_at(400))
    for made in (menu, ground):
        made.deleteLater()
