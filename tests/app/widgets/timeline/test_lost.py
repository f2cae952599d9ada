"""A clip whose file is missing shows it, says where it was looked for, and is itself again when it is found."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.viewmodels.timeline_placing import PlacingViewModel, Wanted
from app.widgets.timeline.clips import body_of
from app.widgets.timeline.view import TimelineView
from tests.app.widgets.timeline.conftest import Person


@pytest.fixture
def slam(view: TimelineView, sound_folder: Path, tmp_path: Path) -> Path:
    """A fourth sound on the timeline, whose file can be taken away."""
    path = tmp_path / "doors" / "slam.wav"
    path.parent.mkdir()
    shutil.copy(sound_folder / "door/DOORWood_Slam.wav", path)
    PlacingViewModel(view.viewmodel, view).drop([Wanted(path=path)], 0, None)
    view.viewmodel.select([])
    return path


def _near(image: QImage, box: QRectF, colour: str) -> int:
    """Pixels of about that colour in a box."""
    wanted = QColor(colour)
    area = image.copy(box.toRect()).convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(area.constBits(), np.uint8).reshape(area.height(), -1, 4)[..., 2::-1].astype(int)
    return int((np.abs(pixels - [wanted.red(), wanted.green(), wanted.blue()]).max(axis=2) < 40).sum())


def test_it_comes_when_the_file_goes_and_goes_when_it_is_found(person: Person, view: TimelineView, slam: Path) -> None:
    heard, box = person.rows(), person.box("slam")
    assert _near(heard, body_of(box), theme.AMBER) == 0
    slam.parent.rename(slam.parent.with_name("elsewhere"))
    QApplication.sendEvent(view, QEvent(QEvent.Type.ActivationChange))  # back from the file manager
    lost = person.rows()
    assert _near(lost, body_of(box), theme.AMBER) > 30, "the word"
    name = QRectF(box.left(), box.top(), 60, body_of(box).top() - box.top())
    assert _near(lost, name, theme.TEXT) > 10, "its name stays"
    assert _near(lost, body_of(person.box("wood creak")), theme.AMBER) == 0, "the others are there"
    view.viewmodel.projects.relink(slam.parent.with_name("elsewhere"))
    assert person.rows() == heard


def test_the_tip_says_where_and_what_next(person: Person, view: TimelineView, slam: Path, qtbot: QtBot) -> None:
    slam.unlink()
    view.viewmodel.missing.look()
    centre = person.box("slam").center()
    tip = view.hand.tip_at(centre.toPoint())
    assert str(slam) in tip and "Find missing files" in tip
    assert "missing" not in view.hand.tip_at(person.box("drip").center().toPoint())
    entry = view.menus.menu_at(centre).actions()[0]
    assert entry.text() == "Find missing files…"
    with qtbot.waitSignal(view.viewmodel.projects.locate_wanted, timeout=100):
        entry.trigger()


@pytest.mark.parametrize("height", [22, 34, 108])
@pytest.mark.parametrize("seconds_a_px", [0.0005, 0.01, 0.04, 0.3])
def test_it_stays_within_its_clip(
    person: Person, view: TimelineView, slam: Path, height: int, seconds_a_px: float
) -> None:
    view.row_height = height
    person.look_at("slam", seconds_a_px * 48_000)
    view.zoom_rows(0)
    there = person.rows()
    slam.unlink()
    view.viewmodel.missing.look()
    lost = person.rows()
    box = person.box("slam").toAlignedRect()
    for image in (there, lost):
        for x in range(max(0, box.left()), min(box.right() + 1, image.width())):
            for y in range(max(0, box.top()), min(box.bottom() + 1, image.height())):
                image.setPixel(x, y, 0)
    assert lost == there, "nothing beside the clip is drawn over"


def test_drawing_asks_no_disk(view: TimelineView, slam: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slam.unlink()
    view.viewmodel.missing.look()
    there = {name: getattr(Path, name) for name in ("exists", "is_file", "stat")}

    def forbidden(name: str) -> Callable[..., object]:
        def asked(*args: object, **named: object) -> object:
            if threading.current_thread() is threading.main_thread():
                raise AssertionError("the disk was asked while drawing")
            return there[name](*args, **named)  # the mix may look for what is missing

        return asked

    with monkeypatch.context() as patches:
        for name in there:
            patches.setattr(Path, name, forbidden(name))
        view.redraw()
        view.viewport().grab()
