"""Files dropped onto the timeline begin where they are let go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from app.widgets.timeline.view import TimelineView
from tests.app.widgets.timeline.conftest import Person

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def test_dropped_files_are_placed_where_they_are_let_go(person: Person, view: TimelineView, sound_folder: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(sound_folder / "train passing.wav"))])
    place = QPointF(400, view.row_height * 1.5)
    event = QDropEvent(place, Qt.DropAction.CopyAction, mime, LEFT, NONE)
    at = view.viewmodel.snapped(view.geometry_now().sample_at(400))
    view.dropEvent(event)
    row, clip = person.find("train passing")
    assert row == 1 and clip.position == at
    event = QDropEvent(QPointF(10, 5 * view.row_height), Qt.DropAction.CopyAction, mime, LEFT, NONE)
    view.dropEvent(event)
    assert len(person.project.tracks) == 3, "below the last track is a new one"
