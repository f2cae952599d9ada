"""Track headers: buttons, faders that are one step of undo, names typed in place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from app.viewmodels.mixer import MixerViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_placing import PlacingViewModel
from app.widgets.timeline.view import TimelineView
from app.widgets.tracks.headers import TrackHeaders
from app.widgets.tracks.parts import parts_of
from engine.timeline.document import Track

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def headers(placed: TimelineViewModel, qtbot: QtBot) -> TrackHeaders:
    mixer = MixerViewModel(placed.projects, placed.playback, placed)
    view = TimelineView(placed, PlacingViewModel(placed, placed), mixer)
    qtbot.addWidget(view)
    view.resize(900, 200)
    view.show()
    qtbot.waitExposed(view)
    view.zoom_to_fit()
    return view.headers


def _track(headers: TrackHeaders, row: int = 0) -> Track:
    project = headers._mixer.projects.project
    assert project is not None
    return project.tracks[row]


def _place(headers: TrackHeaders, part: str, row: int = 0) -> QPoint:
    box: QRectF = getattr(parts_of(headers._row_box(row)), part)
    return box.center().toPoint()


def test_mute_and_solo(headers: TrackHeaders, qtbot: QtBot) -> None:
    qtbot.mouseClick(headers, LEFT, pos=_place(headers, "mute", 1))
    qtbot.mouseClick(headers, LEFT, pos=_place(headers, "solo"))
    assert _track(headers, 1).mute and _track(headers).solo


def test_a_fader_is_dragged_and_reset(headers: TrackHeaders, qtbot: QtBot) -> None:
    start = _place(headers, "fader")
    history = headers._mixer.projects.history
    assert history is not None
    steps = history.stack.index()
    qtbot.mousePress(headers, LEFT, pos=start)
    for x in (5, 12, 24):
        qtbot.mouseMove(headers, start - QPoint(x, 0))
    qtbot.mouseRelease(headers, LEFT, pos=start - QPoint(24, 0))
    assert _track(headers).gain_db < -10 and history.stack.index() == steps + 1
    qtbot.mouseDClick(headers, LEFT, pos=start)
    assert _track(headers).gain_db == 0.0


def test_a_pan_is_dragged_and_reset(headers: TrackHeaders, qtbot: QtBot) -> None:
    start = _place(headers, "pan")
    qtbot.mousePress(headers, LEFT, pos=start)
    qtbot.mouseMove(headers, start + QPoint(10, 0))
    qtbot.mouseMove(headers, start + QPoint(60, 0))
    qtbot.mouseRelease(headers, LEFT, pos=start + QPoint(60, 0))
    assert _track(headers).pan == 1.0
    qtbot.mouseDClick(headers, LEFT, pos=start)
    assert _track(headers).pan == 0.0


def test_names_are_typed_in_place(headers: TrackHeaders, qtbot: QtBot) -> None:
    qtbot.mouseDClick(headers, LEFT, pos=_place(headers, "name"))
    field = headers.findChild(QLineEdit)
    assert field is not None
    qtbot.keyClicks(field, "Dogs")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert _track(headers).name == "Dogs"
    headers.rename(_track(headers).id)
    field = headers.findChildren(QLineEdit)[-1]
    qtbot.keyClicks(field, "Cats")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert _track(headers).name == "Dogs"


def test_tips_name_keys(headers: TrackHeaders) -> None:
    assert "Shift+M" in headers.viewportTip(QPointF(_place(headers, "mute")))


def test_the_context_menu_removes_and_adds(headers: TrackHeaders) -> None:
    menu = headers.menu_for(_track(headers).id)
    texts = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert texts == ["Rename…", "Colour", "Move up", "Move down", "Add a track below", "Remove this track"]
    menu.actions()[2].trigger()
    assert _track(headers, 1).clips
    menu.deleteLater()


def test_a_track_is_coloured_and_its_clips_with_it(headers: TrackHeaders) -> None:
    def entries() -> dict[str, QAction]:
        menu = next(one for one in headers.menu_for(_track(headers).id).actions() if one.text() == "Colour").menu()
        assert isinstance(menu, QMenu)
        return {action.text(): action for action in menu.actions()}

    def redness() -> int:
        shade = headers._view.viewport().grab().toImage().pixelColor(3, 20)
        return shade.red() - shade.green()

    before = redness()
    assert entries()["By its name"].isChecked()
    entries()["Red"].trigger()
    assert _track(headers).colour == "#ff6b5e" and entries()["Red"].isChecked()
    assert redness() > before
    headers._mixer.projects.undo()
    assert _track(headers).colour is None


def test_events_without_a_track_do_nothing(headers: TrackHeaders, qtbot: QtBot) -> None:
    before = headers._mixer.projects.project
    for kind in (qtbot.mouseClick, qtbot.mouseDClick):
        kind(headers, LEFT, pos=QPoint(20, headers.height() - 2))
    assert headers._mixer.projects.project is before
