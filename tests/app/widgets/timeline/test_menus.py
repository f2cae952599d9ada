"""Context menus: what a designer expects at a clip and beside it, each entry doing what it says."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.widgets.timeline.numbers import ClipNumbers
from app.widgets.timeline.view import TimelineView
from app.widgets.tracks.name_field import NameField
from engine.timeline.changes import Change
from engine.timeline.document import Alternate, Origin, Project
from tests.app.widgets.timeline.conftest import Person


def _all(menu: QMenu) -> dict[str, QAction]:
    """Entries by their words, those of submenus too."""
    found: dict[str, QAction] = {}
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            found |= _all(below)
        if action.text():
            found[action.text().split("\t")[0]] = action
    return found


def _proposed(person: Person, name: str, sounds: list[Path]) -> None:
    """Let a clip have been proposed beside other sounds."""
    _, clip = person.find(name)
    others = [
        Alternate(path=str(path), start=Fraction(0), end=Fraction(1, 2), score=0.5 - n / 10)
        for n, path in enumerate(sounds)
    ]
    origin = Origin(frame_time=Fraction(1), score=0.9, alternates=tuple(others))

    def make(project: Project) -> Change:
        tracks = tuple(
            replace(
                track, clips=tuple(replace(one, origin=origin) if one.id == clip.id else one for one in track.clips)
            )
            for track in project.tracks
        )
        return Change.between(project, replace(project, tracks=tracks), "Propose")

    person.view.viewmodel.projects.do(make)


@pytest.fixture
def entries(person: Person, view: TimelineView, sound_folder: Path) -> dict[str, QAction]:
    """The menu of the creaking wood, the playhead within it; two other sounds were proposed."""
    _proposed(person, "wood creak", [sound_folder / "water/drip.wav", sound_folder / "door/DOORWood_Slam.wav"])
    view.viewmodel.playback.locate(60_000)
    return _all(view.menus.menu_at(person.box("wood creak").center()))


def test_a_clip_is_split_muted_and_reversed(entries: dict[str, QAction], person: Person, view: TimelineView) -> None:
    assert view.viewmodel.selection == {person.clip("wood creak").id}
    for name in ("Mute", "Reverse"):
        assert entries[name].isCheckable() and not entries[name].isChecked()
        entries[name].trigger()
    assert person.clip("wood creak").mute and person.clip("wood creak").reverse
    entries["Split at the playhead"].trigger()
    assert len(list(person.project.clips())) == 4


def test_a_clip_is_named_in_its_place(
    entries: dict[str, QAction], person: Person, view: TimelineView, qtbot: QtBot
) -> None:
    entries["Rename…"].trigger()
    field = view.viewport().findChild(NameField)
    assert field is not None and field.text() == "wood creak"
    assert view.viewport().rect().contains(field.geometry())
    qtbot.keyClicks(field, "Cellar door")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert person.clip("Cellar door").position == 48_000 and not field.isVisible()
    view.viewmodel.projects.undo()
    view.menus.rename(person.clip("wood creak").id)
    field = view.viewport().findChildren(NameField)[-1]
    qtbot.keyClicks(field, "no")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert person.clip("wood creak")


def test_fades_have_shapes_and_an_end(entries: dict[str, QAction], person: Person) -> None:
    assert entries["Equal power"].isChecked() and not entries["Remove both fades"].isEnabled()
    entries["Fade in up to the playhead"].trigger()
    entries["Straight"].trigger()
    clip = person.clip("wood creak")
    assert clip.fade_in == 12_000 and clip.fade_in_shape == clip.fade_out_shape == "linear"


def test_what_else_was_proposed_takes_its_place(
    entries: dict[str, QAction], person: Person, view: TimelineView
) -> None:
    name = person.clip("wood creak").id
    entries["The next sound that was proposed"].trigger()
    assert person.project.find_clip(name)[1].name == "drip"
    view.keys.run("alternate_next")
    assert person.project.find_clip(name)[1].name == "DOORWood_Slam"
    view.keys.run("alternate_next")
    assert person.project.find_clip(name)[1].name == "wood creak", "after the last comes the first again"
    view.keys.run("alternate_previous")
    assert person.project.find_clip(name)[1].name == "DOORWood_Slam"
    view.viewmodel.projects.undo()
    assert person.project.find_clip(name)[1].name == "wood creak"


def test_where_a_clip_comes_from(
    entries: dict[str, QAction], view: TimelineView, sound_folder: Path, qtbot: QtBot
) -> None:
    entries["Go to the frame it was proposed for"].trigger()
    assert view.viewmodel.playback.position == 48_000
    with qtbot.waitSignal(view.viewmodel.shaping.reveal_wanted) as asked:
        entries["Show the sound in the library"].trigger()
    assert asked.args == [sound_folder / "door/wood creak.wav"]


def test_what_has_no_use_says_so(person: Person, view: TimelineView) -> None:
    view.viewmodel.playback.locate(0)
    found = _all(view.menus.menu_at(person.box("wood creak").center()))
    assert not found["Split at the playhead"].isEnabled()
    assert not found["Instead of it: nothing else was proposed"].isEnabled()
    assert "Go to the frame it was proposed for" not in found


def test_beside_clips_there_is_the_place(person: Person, view: TimelineView) -> None:
    view.viewmodel.select([person.clip("drip").id])
    view.viewmodel.copy()
    box = person.box("wood creak")
    found = _all(view.menus.menu_at(QPointF(box.right() + 60, box.center().y())))
    found["Paste here"].trigger()
    assert len(list(person.project.clips())) == 4
    found["Add a marker here"].trigger()
    assert person.project.markers


def test_the_menu_key_opens_it_at_the_selection(person: Person, view: TimelineView, qtbot: QtBot) -> None:
    view.viewmodel.select([person.clip("drip").id])
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    view.contextMenuEvent(event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu) and "Mute" in _all(menu)
    menu.close()


def test_a_right_click_opens_the_menu_of_what_lies_there(person: Person, view: TimelineView) -> None:
    place, port = person.box("wood creak").center().toPoint(), view.viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, port.mapToGlobal(place))
    QApplication.sendEvent(port, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu) and "Mute" in _all(menu)
    assert view.viewmodel.selection == {person.clip("wood creak").id}
    menu.close()


def test_numbers_come_up_by_key_and_double_click(person: Person, view: TimelineView, qtbot: QtBot) -> None:
    view.keys.run("numbers")
    assert not view.findChildren(ClipNumbers), "nothing is selected"
    person.double_click(person.box("drip").center())
    assert view.findChildren(ClipNumbers)
    view.findChildren(ClipNumbers)[0].close()
