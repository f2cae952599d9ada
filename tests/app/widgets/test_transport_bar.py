"""The bar under the picture shows its view-models and drives them, without echo."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from app.viewmodels.picture import PictureViewModel
from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.session import SessionViewModel
from app.viewmodels.transport import TransportViewModel
from app.widgets.transport_bar import TransportBar
from engine.errors import EngineError
from tests.app.conftest import HandDevice


@pytest.fixture
def bar(inline: SessionViewModel, qtbot: QtBot) -> TransportBar:
    made = TransportBar(TransportViewModel(inline), PictureViewModel(inline))
    qtbot.addWidget(made)
    made.show()
    return made


def _button(bar: TransportBar, name: str) -> QToolButton:
    return next(b for b in bar.findChildren(QToolButton) if b.accessibleName() == name)


def test_nothing_to_press_without_a_film(bar: TransportBar) -> None:
    assert not _button(bar, "Play").isEnabled() and not bar.timecode.isEnabled()
    assert _button(bar, "Heatmap").isEnabled()


def test_step_buttons_move_and_the_time_code_follows(bar: TransportBar, inline: SessionViewModel, film: Path) -> None:
    inline.open_video(film)
    _button(bar, "One frame on").click()
    _button(bar, "One frame on").click()
    assert bar.timecode.text() == "00:00:00:02"
    _button(bar, "To the last frame").click()
    assert bar.timecode.text() == "00:00:01:24"
    _button(bar, "One frame back").click()
    assert bar.timecode.text() == "00:00:01:23"


def test_typed_time_code_seeks_and_nonsense_is_told(
    bar: TransportBar, inline: SessionViewModel, film: Path, qtbot: QtBot
) -> None:
    inline.open_video(film)
    bar.timecode.selectAll()
    qtbot.keyClicks(bar.timecode, "1:05")
    qtbot.keyClick(bar.timecode, Qt.Key.Key_Return)
    assert inline.time == pytest.approx(1.2)
    told: list[EngineError] = []
    inline.problem.connect(told.append)
    bar.timecode.selectAll()
    qtbot.keyClicks(bar.timecode, "soon")
    qtbot.keyClick(bar.timecode, Qt.Key.Key_Return)
    assert told and inline.time == pytest.approx(1.2)
    qtbot.keyClick(bar.timecode, Qt.Key.Key_Escape)
    assert bar.timecode.text() == "00:00:01:05"
    bar.timecode.selectAll()
    qtbot.keyClicks(bar.timecode, "half ty")
    QApplication.sendEvent(bar.timecode, QFocusEvent(QEvent.Type.FocusOut))
    assert bar.timecode.text() == "00:00:01:05"


def test_overlay_controls_are_bound_both_ways(bar: TransportBar) -> None:
    picture = bar.picture
    heat, contours, slider = _button(bar, "Heatmap"), _button(bar, "Contours instead of heat"), bar.findChild(QSlider)
    assert slider is not None and slider.value() == round(picture.opacity * 100)
    slider.setValue(25)
    assert picture.opacity == pytest.approx(0.25)
    picture.set_opacity(0.75)
    assert slider.value() == 75
    contours.click()
    assert picture.mode == "contours"
    heat.click()
    assert not picture.overlay_on and not slider.isEnabled()
    picture.toggle_overlay()
    assert heat.isChecked() and slider.isEnabled()


def test_without_its_picture_there_is_nothing_to_lay_heat_over(bar: TransportBar, inline: SessionViewModel) -> None:
    heat, contours, slider = _button(bar, "Heatmap"), _button(bar, "Contours instead of heat"), bar.findChild(QSlider)
    assert slider is not None
    before = heat.toolTip()
    inline.film.lack("reel 3.mov", 3.0)
    for control in (heat, contours, slider):
        assert not control.isEnabled() and control.toolTip().startswith("The picture reel 3.mov is missing")
    inline.film.close()
    assert heat.isEnabled() and slider.isEnabled() and heat.toolTip() == before


def test_loop_button_shows_the_transport(bar: TransportBar, inline: SessionViewModel, film: Path) -> None:
    inline.open_video(film)
    _button(bar, "Loop the film").click()
    assert bar.transport.loop
    bar.transport.set_loop(False)
    assert not _button(bar, "Loop the film").isChecked()


def test_gaps_are_told_until_they_are_clicked(
    playback: PlaybackViewModel, device: HandDevice, inline: SessionViewModel, qtbot: QtBot
) -> None:
    transport = TransportViewModel(inline)
    transport.use(playback)
    bar = TransportBar(transport, PictureViewModel(inline))
    qtbot.addWidget(bar)
    bar.show()
    assert not bar._faults.isVisible()
    device.xruns += 3
    playback._tick()
    assert bar._faults.isVisible() and bar._faults.text() == "3 gaps" and "Click to clear" in bar._faults.toolTip()
    qtbot.mouseClick(bar._faults, Qt.MouseButton.LeftButton)
    assert not bar._faults.isVisible() and playback.xruns == 3
