"""Numbers of clips are typed, hold at once, and are one step of undo each."""

from __future__ import annotations

from fractions import Fraction

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QValidator
from pytestqt.qtbot import QtBot

from app.widgets.timeline.numbers import ClipNumbers, PanField
from app.widgets.timeline.view import TimelineView
from tests.app.widgets.timeline.conftest import Person


@pytest.fixture
def numbers(person: Person, view: TimelineView, qtbot: QtBot) -> ClipNumbers:
    view.viewmodel.select([person.clip("wood creak").id])
    made = ClipNumbers(view.viewmodel, view)
    made.open_at(view.mapToGlobal(QPoint(20, 20)))
    return made


def test_what_is_typed_holds(numbers: ClipNumbers, person: Person) -> None:
    steps = person.steps
    numbers.fields["level"].setValue(-6.5)  # type: ignore[arg-type]
    numbers.fields["level"].setValue(-7.0)  # type: ignore[arg-type]
    numbers.fields["pan"].setValue(-30)
    numbers.fields["speed"].setValue(1.25)  # type: ignore[arg-type]
    numbers.fields["pitch"].setValue(-2.5)  # type: ignore[arg-type]
    numbers.fields["fade in"].setValue(0.1)  # type: ignore[arg-type]
    clip = person.clip("wood creak")
    assert (clip.gain_db, clip.pan, clip.speed, clip.pitch, clip.fade_in) == (-7.0, -0.3, Fraction(5, 4), -2.5, 4800)
    assert person.steps == steps + 5, "one step a number, however often it was changed"


def test_they_follow_the_document(numbers: ClipNumbers, person: Person, view: TimelineView) -> None:
    view.viewmodel.shaping.set_pitch(4.0)
    assert numbers.fields["pitch"].value() == 4.0
    numbers.fields["fade out"].setValue(100.0)  # type: ignore[arg-type]
    assert numbers.fields["fade out"].value() == pytest.approx(person.clip("wood creak").length / 48_000, abs=0.01)
    view.viewmodel.select([clip.id for clip in person.project.clips()])
    numbers.show_values()
    assert "2 more" in numbers.title.text()


def test_steps_shift_several_and_typing_levels_them(
    numbers: ClipNumbers, person: Person, view: TimelineView, qtbot: QtBot
) -> None:
    names = ("DOGBark_Terrier_01", "wood creak", "drip")
    numbers.fields["level"].setValue(-6.0)  # type: ignore[arg-type]
    view.viewmodel.select_all()
    numbers.show_values()
    level, steps = numbers.fields["level"], person.steps
    for _ in range(2):
        qtbot.keyClick(level, Qt.Key.Key_Up)
    assert [person.clip(name).gain_db for name in names] == [1.0, -5.0, 1.0] and level.value() == 1.0
    assert person.steps == steps + 1
    level.selectAll()
    qtbot.keyClicks(level, "1.0")
    qtbot.keyClick(level, Qt.Key.Key_Return)
    assert [person.clip(name).gain_db for name in names] == [1.0, 1.0, 1.0], "the first one's own number, typed"


def test_they_go_with_what_they_are_about(numbers: ClipNumbers, view: TimelineView, qtbot: QtBot) -> None:
    view.viewmodel.remove()
    assert not numbers.isVisible()


def test_escape_closes_them(numbers: ClipNumbers, qtbot: QtBot) -> None:
    qtbot.keyClick(numbers, Qt.Key.Key_Escape)
    assert not numbers.isVisible()


@pytest.mark.parametrize(("text", "value"), [("L30", -30), ("r 5", 5), ("C", 0), ("-12", -12), ("100", 100), ("", 0)])
def test_pans_are_read_as_people_type_them(qtbot: QtBot, text: str, value: int) -> None:
    field = PanField()
    qtbot.addWidget(field)
    assert field.valueFromText(text) == value
    assert field.validate("x", 1)[0] == QValidator.State.Invalid
